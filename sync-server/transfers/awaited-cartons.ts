import { type AwaitedCartonRow, awaitedCartonMs, awaitedCartonSkus } from '#schemas/stock/delivery.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { bumpChain } from '../feed/revision.ts';

const sweepEveryMs = 5 * 60_000;
const dayMs = 86_400_000;

type Awaited = Pick<AwaitedCartonRow, 'sscc' | 'sourceName' | 'announcedAtMs'> & {
  skus: AwaitedCartonRow['skus'] | null;
};
type Changes = { added: Awaited[]; gone: string[] };

/** By the back office, as other stores hear of it: a till that claims a delivery says nothing to them. */
const awaitedSql = `with open as materialized (
         select d.delivery_id, d.announced_at_ms, d.row->'source'->>'name' as source_name
           from delivery d
          where d.store_id = $1 and d.announced_at_ms > $2 and d.delivery_id like '0000-%'
            and not exists (select from receipt r where r.store_id = d.store_id and r.delivery_id = d.delivery_id
                               and (r.row->>'closes')::boolean)),
       received as materialized (
         select distinct r.delivery_id, l->>'sscc' as sscc
           from open o join receipt r on r.store_id = $1 and r.delivery_id = o.delivery_id,
                jsonb_array_elements(r.row->'lines') l)
  select distinct on (c.sscc) c.sscc, o.source_name as "sourceName", o.announced_at_ms as "announcedAtMs",
         (select jsonb_agg(jsonb_build_object('skuId', g.sku_id, 'quantity', g.quantity) order by g.quantity desc, g.sku_id)
            from (select l->>'skuId' as sku_id, sum((l->>'quantity')::int8) as quantity
                    from jsonb_array_elements(c.row->'lines') l group by 1
                   order by 2 desc, 1 limit ${awaitedCartonSkus}) g) as skus
    from open o join carton c on c.store_id = $1 and c.delivery_id = o.delivery_id
   where (o.delivery_id, c.sscc) not in (select delivery_id, sscc from received where sscc is not null)
   order by c.sscc, o.announced_at_ms desc`;
const sameGoods = (a: Awaited['skus'], b: Awaited['skus']) =>
  JSON.stringify((a ?? []).map(({ skuId, quantity }) => [skuId, quantity])) ===
  JSON.stringify((b ?? []).map(({ skuId, quantity }) => [skuId, quantity]));

/**
 * Makes the chain's rows say which cartons a store awaits now, as its deliveries and receipts tell. Locks the chain and no
 * store; whoever comes second reads after the lock and finds it done. True: something changed, and tills are told.
 */
export async function refreshAwaitedCartons(context: ServerContext, storeId: string): Promise<boolean> {
  const { pool } = context.database;
  const { rows } = await pool.query<{ merchantId: string }>(
    'select merchant_id as "merchantId" from store where store_id = $1',
    [storeId],
  );
  const merchantId = rows[0]?.merchantId;
  if (merchantId === undefined) return false;
  const place = { merchantId, storeId, sinceMs: context.nowMs() - awaitedCartonMs };
  if (isNothing(await changesOf(pool, place))) return false;
  await inTransaction(context.database, async (transaction) => {
    const revision = await bumpChain(transaction, merchantId);
    await apply(transaction, place, await changesOf(transaction, place), revision);
  });
  context.changes.publish(merchantId);
  return true;
}

type Place = { merchantId: string; storeId: string; sinceMs: number };

async function changesOf(database: Queryable, { merchantId, storeId, sinceMs }: Place): Promise<Changes> {
  const awaited = await database.query<Awaited>(awaitedSql, [storeId, sinceMs]);
  const told = await database.query<Awaited>(
    `select sscc, source_name as "sourceName", announced_at_ms as "announcedAtMs", skus from awaited_carton
      where merchant_id = $1 and store_id = $2 and not deleted`,
    [merchantId, storeId],
  );
  const known = new Map(told.rows.map((row) => [row.sscc, row]));
  const added = awaited.rows.filter(({ sscc, sourceName, announcedAtMs, skus }) => {
    const row = known.get(sscc);
    known.delete(sscc);
    return row?.sourceName !== sourceName || row.announcedAtMs !== announcedAtMs || !sameGoods(row.skus, skus);
  });
  return { added, gone: [...known.keys()] };
}

function isNothing({ added, gone }: Changes): boolean {
  return added.length === 0 && gone.length === 0;
}

async function apply(
  transaction: Queryable,
  { merchantId, storeId, sinceMs }: Place,
  { added, gone }: Changes,
  revision: number,
): Promise<void> {
  await transaction.query(
    `insert into awaited_carton (merchant_id, store_id, revision, sscc, source_name, announced_at_ms, skus)
     select $1, $2, $3, * from unnest($4::text[], $5::text[], $6::int8[], $7::jsonb[])
     on conflict (merchant_id, sscc, store_id) do update set deleted = false, revision = excluded.revision,
       source_name = excluded.source_name, announced_at_ms = excluded.announced_at_ms, skus = excluded.skus`,
    [
      ...[merchantId, storeId, revision],
      ...[added.map(({ sscc }) => sscc), added.map(({ sourceName }) => sourceName)],
      added.map(({ announcedAtMs }) => announcedAtMs),
      added.map(({ skus }) => JSON.stringify(skus ?? [])),
    ],
  );
  await transaction.query(
    `update awaited_carton set deleted = true, revision = $3
      where merchant_id = $1 and store_id = $2 and not deleted and sscc = any ($4)`,
    [merchantId, storeId, revision, gone],
  );
  // A till that missed it passes over a row so old by itself, so nothing has to tell it any more.
  await transaction.query(
    'delete from awaited_carton where merchant_id = $1 and store_id = $2 and deleted and announced_at_ms <= $3',
    [merchantId, storeId, sinceMs],
  );
}

/**
 * What was received since, and what is too old. Told in bundles, so that each carton that some store takes in does not wake
 * every till of the chain. One a server; servers that sweep at once do it once.
 */
export class AwaitedCartonSweep {
  readonly #context: ServerContext;
  readonly #seen = new Map<string, string>();
  #sweptAtMs = 0;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  async sweepWhenDue(signal?: AbortSignal): Promise<void> {
    const nowMs = this.#context.nowMs();
    if (Math.abs(nowMs - this.#sweptAtMs) < sweepEveryMs) return;
    this.#sweptAtMs = nowMs;
    const { rows } = await this.#context.database.pool.query<{ storeId: string; revision: number }>(
      'select store_id as "storeId", revision from store_counter order by store_id',
    );
    for (const { storeId, revision } of rows) {
      const position = `${revision} ${Math.floor(nowMs / dayMs)}`;
      if (signal?.aborted || this.#seen.get(storeId) === position) continue;
      await refreshAwaitedCartons(this.#context, storeId);
      this.#seen.set(storeId, position);
    }
  }
}
