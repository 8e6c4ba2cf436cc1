import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import {
  type PromotionDetail,
  type PromotionList,
  type PromotionPreview,
  type PromotionProblem,
  type PromotionRefused,
  previewPromotionSchema,
  promotionsQuerySchema,
  putPromotionSchema,
} from '#schemas/api/promotions.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { previewPromotion } from '../prices/preview-promotion.ts';
import type { PriceBooks } from '../prices/price-book.ts';
import { endPromotion, listPromotions, putPromotion, readPromotion } from '../prices/promotions.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';
import { priceOffice } from './price-office.ts';
import { quoteRefused } from './quote.ts';

/** A promotion may name 10,000 SKUs in each of its roles. */
export const maxPromotionBytes = 4_000_000;

/** `…/promotions` of the chain (schemas/api/promotions.ts). */
export function promotionRoutes(context: ServerContext, office: OfficeAuth, books: PriceBooks): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const edit = office.require('edit-promotions');

  routes.get('/', read, async (c) => {
    const query = parseQuery(c, promotionsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    return c.json<PromotionList>(await listPromotions(context, c.get('store'), query.value));
  });

  routes.post('/preview', read, async (c) => {
    const body = await parseBody<z.infer<typeof previewPromotionSchema>>(c, previewPromotionSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const preview = await previewPromotion(context, books, c.get('store'), body.value);
    if (preview.ok) return c.json<PromotionPreview>(preview.value);
    return preview.error.code === 'ticket-refused'
      ? quoteRefused(c, preview.error.problems)
      : refused(c, preview.error.problems);
  });

  routes.get('/:promotion', read, async (c) => {
    const found = await readPromotion(context, c.get('store').merchantId, c.req.param('promotion'));
    return found === null ? apiError(c, 404, 'not-found') : c.json<PromotionDetail>(found);
  });

  routes.put('/:promotion', edit, async (c) => {
    const body = await parseBody(c, putPromotionSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const problems = await putPromotion(context, priceOffice(c), c.req.param('promotion'), body.value.promotion);
    return problems.length === 0 ? c.json({}) : refused(c, problems);
  });

  routes.post('/:promotion/end', edit, async (c) => {
    const isEnded = await endPromotion(context, priceOffice(c), c.req.param('promotion'));
    return isEnded ? c.json({}) : apiError(c, 404, 'not-found');
  });

  return routes;
}

function refused(c: Context<OfficeEnv>, problems: PromotionProblem[]) {
  return c.json<PromotionRefused>({ error: { code: 'bad-request' }, problems }, 422);
}
