import { Hono } from 'hono';
import {
  type TransferDetail,
  type TransferList,
  type TransferSummary,
  transfersQuerySchema,
} from '#schemas/api/transfers.ts';
import type { TransferDelivered, TransferSent } from '#schemas/stock/delivery.ts';
import { transferState, unitsNotThere } from '#schemas/stock/transfer-state.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { parseMark } from '../deliveries/read-deliveries.ts';
import { readSkus } from '../deliveries/resolve-rows.ts';
import { apiError, parseQuery } from './answers.ts';

type TransferRow = {
  transferId: string;
  sentAtMs: number;
  operatorName: string | null;
  body: TransferSent;
  /** In the order in which the other store's entries were heard of. */
  delivered: TransferDelivered[];
};

const mostUnits = 200;
const columns = `t.transfer_id as "transferId", t.sent_at_ms as "sentAtMs", o.name as "operatorName", t.body,
  coalesce((select jsonb_agg(x.body order by x.entry_id) from transfer_delivery x
             where x.store_id = t.store_id and x.transfer_id = t.transfer_id), '[]') as delivered`;
const source = `transfer t join store s using (store_id)
  left join operator o on o.merchant_id = s.merchant_id and o.operator_id = t.operator_id`;
const isClosed = `exists (select 1 from transfer_delivery x where x.store_id = t.store_id
                             and x.transfer_id = t.transfer_id and (x.body->>'isClosed')::boolean)`;

/** `…/transfers`: what this store sent to others, and what became of it. What is sent to it comes as deliveries. */
export function transferRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const { pool } = context.database;

  routes.get('/', read, async (c) => {
    const query = parseQuery(c, transfersQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { state, limit, before } = query.value;
    const mark = before === undefined ? null : parseMark(before);
    const { rows } = await pool.query<TransferRow>(
      `select ${columns} from ${source}
        where t.store_id = $1 and ${state === 'closed' ? '' : 'not '}${isClosed}
          and ($3::int8 is null or (t.sent_at_ms, t.transfer_id) < ($3::int8, $4::text))
        order by t.sent_at_ms desc, t.transfer_id desc limit $2`,
      [c.get('storeId'), limit + 1, mark?.atMs ?? null, mark?.id ?? null],
    );
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const next = rows.length > limit && last ? `${last.sentAtMs}_${last.transferId}` : null;
    return c.json<TransferList>({ serverTimeMs: context.nowMs(), transfers: shown.map(summaryOf), next });
  });

  routes.get('/:transfer', read, async (c) => {
    const { storeId, merchantId } = c.get('store');
    const detail = await readDetail(pool, { storeId, merchantId }, c.req.param('transfer'));
    return detail === null ? apiError(c, 404, 'not-found') : c.json<TransferDetail>(detail);
  });

  return routes;
}

function summaryOf({ transferId, sentAtMs, operatorName, body, delivered }: TransferRow): TransferSummary {
  const { stage, total } = transferState(body, delivered);
  const { toStoreId, toStoreName, note } = body;
  return { transferId, toStoreId, toStoreName, sentAtMs, operatorName, note, stage, ...total };
}

async function readDetail(
  database: Queryable,
  { storeId, merchantId }: { storeId: string; merchantId: string },
  transferId: string,
): Promise<TransferDetail | null> {
  const { rows } = await database.query<TransferRow>(
    `select ${columns} from ${source} where t.store_id = $1 and t.transfer_id = $2`,
    [storeId, transferId],
  );
  const [row] = rows;
  if (!row) return null;
  const { skus } = transferState(row.body, row.delivered);
  const catalogue = await readSkus(
    database,
    merchantId,
    skus.map(({ skuId }) => skuId),
  );
  return {
    ...summaryOf(row),
    skus: skus.map((sku) => {
      const { names = null, variant = null } = catalogue.get(sku.skuId) ?? {};
      return { ...sku, names, variant };
    }),
    unitsNotThere: unitsNotThere(row.body, row.delivered).slice(0, mostUnits),
  };
}
