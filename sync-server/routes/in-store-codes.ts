import { Hono } from 'hono';
import { type InStoreCodeAnswer, inStoreCodeListSchema } from '#schemas/api/in-store-codes.ts';
import type { Gtin14 } from '#schemas/item-code/gtin.ts';
import { type InStoreCode, readInStoreCode } from '#schemas/item-code/in-store-code.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { apiError, parseBody } from './answers.ts';

/**
 * `/api/in-store-codes`: how the chain's scales write a weight or a price into an EAN-13. Tills are told with their
 * store's other small facts. Who decides what the chain's item codes lead to decides this too.
 */
export function inStoreCodeRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const edit = office.require('edit-item-page');
  const routes = new Hono<OfficeEnv>();

  routes.get('/', edit, async (c) => {
    const { merchantId } = c.get('actor');
    const codes = await readCodes(context.database.pool, merchantId);
    return c.json<InStoreCodeAnswer>({ codes, hidden: await readHidden(context.database.pool, merchantId, codes) });
  });

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, inStoreCodeListSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { merchantId } = c.get('actor');
    await inTransaction(context.database, async (tx) => {
      // Two who save at once are on record one after the other.
      await tx.query('select from merchant where merchant_id = $1 for update', [merchantId]);
      const before = { codes: await readCodes(tx, merchantId) };
      await tx.query(
        `insert into in_store_codes (merchant_id, patterns) values ($1, $2)
         on conflict (merchant_id) do update set patterns = excluded.patterns`,
        [merchantId, JSON.stringify(body.value.codes)],
      );
      const what = { subjectType: 'in-store-codes', subjectId: merchantId, before, after: body.value };
      await recordAudit(tx, context, auditActor(c), {
        merchantId,
        storeId: null,
        action: 'in-store-codes-changed',
        ...what,
      });
    });
    const { codes } = body.value;
    return c.json<InStoreCodeAnswer>({ codes, hidden: await readHidden(context.database.pool, merchantId, codes) });
  });
  return routes;
}

async function readCodes(pool: Queryable, merchantId: string): Promise<InStoreCode[]> {
  const { rows } = await pool.query<{ patterns: InStoreCode[] }>(
    'select patterns from in_store_codes where merchant_id = $1',
    [merchantId],
  );
  return rows[0]?.patterns ?? [];
}

async function readHidden(pool: Queryable, merchantId: string, codes: readonly InStoreCode[]) {
  const { rows } = await pool.query<{ skuId: string; gtin14: Gtin14 }>(
    `select sku_id as "skuId", gtin14 from gtin
      where merchant_id = $1 and not deleted and gtin14 like any ($2) order by gtin14 limit 20000`,
    [merchantId, codes.map(({ prefix }) => `0${prefix}%`)],
  );
  return rows.filter(({ gtin14 }) => readInStoreCode(gtin14, codes)?.gtin14 !== gtin14).slice(0, 20);
}
