import { Hono } from 'hono';
import { type GoodsFound, type GoodsItem, goodsQuerySchema, type SkuPrices } from '#schemas/api/goods.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { readSkuPrices } from '../prices/price-look-up.ts';
import { apiError, parseQuery } from './answers.ts';

const most = 20;

/** `GET …/goods?q=`: SKUs, categories and brands of the chain (schemas/api/goods.ts). */
export function goodsRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');

  routes.get('/', read, async (c) => {
    const query = parseQuery(c, goodsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { merchantId } = c.get('store');
    const words = wordsOf(query.value.q);
    const [skus, categories, brands] = await Promise.all([
      findSkus(context, merchantId, words),
      findCategories(context, merchantId, words),
      findBrands(context, merchantId, words),
    ]);
    return c.json<GoodsFound>({ skus, categories, brands });
  });

  routes.get('/:sku/prices', read, async (c) => {
    const prices = await readSkuPrices(context.database.pool, c.get('store').merchantId, c.req.param('sku'));
    return prices === null ? apiError(c, 404, 'not-found') : c.json<SkuPrices>(prices);
  });

  return routes;
}

type Words = { patterns: string[]; areDigits: boolean[] };

function wordsOf(searched: string): Words {
  const words = searched.split(/\s+/).filter((word) => word !== '');
  const patterns = words.slice(0, 10).map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  return { patterns, areDigits: patterns.map((pattern) => /^%\d{4,14}%$/.test(pattern)) };
}

async function findSkus(context: ServerContext, merchantId: string, words: Words): Promise<GoodsItem[]> {
  const { rows } = await context.database.pool.query<GoodsItem>(
    `select sku_id as "skuId", names, variant from sku k
      where merchant_id = $1 and not deleted and not exists (
        select 1 from unnest($2::text[], $3::boolean[]) as w(pattern, digits)
         where not (sku_id ilike w.pattern or coalesce(brand, '') ilike w.pattern
           or exists (select 1 from jsonb_each_text(names) n where n.value ilike w.pattern)
           or (jsonb_typeof(variant) = 'object'
               and exists (select 1 from jsonb_each_text(variant) n where n.value ilike w.pattern))
           or (w.digits and exists (select 1 from gtin g where g.merchant_id = k.merchant_id and g.sku_id = k.sku_id
                                       and not g.deleted and g.gtin14 like w.pattern))))
      order by sku_id limit ${most}`,
    [merchantId, words.patterns, words.areDigits],
  );
  return rows;
}

async function findCategories(context: ServerContext, merchantId: string, { patterns }: Words) {
  const { rows } = await context.database.pool.query<GoodsFound['categories'][number]>(
    `select category_id as "categoryId", names from category
      where merchant_id = $1 and not exists (
        select 1 from unnest($2::text[]) as w(pattern)
         where not (category_id ilike w.pattern
           or exists (select 1 from jsonb_each_text(names) n where n.value ilike w.pattern)))
      order by names ->> 'en', category_id limit ${most}`,
    [merchantId, patterns],
  );
  return rows;
}

async function findBrands(context: ServerContext, merchantId: string, { patterns }: Words): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ brand: string }>(
    `select distinct brand from sku
      where merchant_id = $1 and not deleted and brand is not null and brand ilike all ($2::text[])
      order by brand limit ${most}`,
    [merchantId, patterns],
  );
  return rows.map(({ brand }) => brand);
}
