import { Hono } from 'hono';
import { hookHeadersSchema, type NewPriceHook, type PriceHookAnswer } from '#schemas/api/price-hook.ts';
import type { OnlinePricesAnswer } from '#schemas/api/prices.ts';
import { auditOrigin } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { hookSealKey } from '../prices/hook-secret.ts';
import { endPriceHook, makePriceHook, readPriceHook, receiveHook } from '../prices/price-hook.ts';
import { apiError } from './answers.ts';
import { priceOffice } from './price-office.ts';

const statusOf = { unauthorized: 401, 'bad-request': 400, conflict: 409 } as const;

/** `/api/hooks/online-prices/:hook` (schemas/api/price-hook.ts): no cookie, no key, a signature. `secret`: the installation's. */
export function hookRoutes(context: ServerContext, secret: string): Hono {
  const sealKey = hookSealKey(secret);
  return new Hono().post('/online-prices/:hook', async (c) => {
    const headers = hookHeadersSchema.safeParse({
      'webhook-id': c.req.header('webhook-id'),
      'webhook-timestamp': c.req.header('webhook-timestamp'),
      'webhook-signature': c.req.header('webhook-signature'),
    });
    if (!headers.success) return apiError(c, 400, 'bad-request', 'headers webhook-id, -timestamp and -signature');
    const { 'webhook-id': messageId, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers.data;
    const body = new Uint8Array(await c.req.arrayBuffer());
    const message = { messageId, timestamp, signatures, body };
    const received = await receiveHook(context, sealKey, c.req.param('hook'), message, auditOrigin(c));
    if (received.ok) return c.json<OnlinePricesAnswer>(received.value);
    return apiError(c, statusOf[received.error.code], received.error.code);
  });
}

/** `…/price-hook`: its address and secret. */
export function priceHookRoutes(context: ServerContext, office: OfficeAuth, secret: string): Hono<OfficeEnv> {
  const sealKey = hookSealKey(secret);
  const edit = office.require('edit-prices');
  return new Hono<OfficeEnv>()
    .get('/', edit, async (c) =>
      c.json<PriceHookAnswer>(await readPriceHook(context.database.pool, c.get('store').merchantId)),
    )
    .post('/', edit, async (c) => c.json<NewPriceHook>(await makePriceHook(context, sealKey, priceOffice(c))))
    .delete('/', edit, async (c) => {
      await endPriceHook(context, priceOffice(c));
      return c.json({});
    });
}
