import type {
  RecallAnswer,
  RecallDeliveries,
  RecallDetail,
  RecallList,
  RecallPreview,
  RecallRequest,
  RecallScope,
} from '#schemas/api/recalls.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { Names } from '#schemas/text.ts';
import { type AuditActor, auditIdAt, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { bumpChain } from '../feed/revision.ts';
import type { ChainStore } from './chain-stores.ts';
import { type ReadScope, readScope } from './recall-scope.ts';
import { countBuys, countRecalled, type Named } from './recalled-units.ts';

/** Codes in one row of the feed. */
const mostUnits = 10_000;
const mostProblems = 20;
const mostLeftOut = 100;
const listed = 200;

type Chain = { merchantId: string; stores: readonly ChainStore[] };
type RecallFailure = { code: 'bad-request'; detail: string };

/** What a recall would concern, before anything is done. */
export async function previewRecall(
  { database }: ServerContext,
  { merchantId, stores }: Chain,
  scope: RecallScope,
): Promise<RecallPreview> {
  const { pool } = database;
  const read = await readScope(pool, merchantId, stores, scope);
  const { named, problems } = read;
  const storeIds = stores.map(({ storeId }) => storeId);
  const skuIds = [...read.leftOut.keys()].sort().slice(0, mostLeftOut);
  const { rows: skus } = await pool.query<{ skuId: string; names: Names }>(
    'select sku_id as "skuId", names from sku where merchant_id = $1 and sku_id = any ($2)',
    [merchantId, skuIds],
  );
  return {
    named: { ...(await namesOf(pool, merchantId, named)), unitCount: named.units.length },
    problems: problems.slice(0, mostProblems),
    problemCount: problems.length,
    leftOut: skuIds.map((skuId) => ({
      skuId,
      names: skus.find((sku) => sku.skuId === skuId)?.names ?? null,
      quantity: read.leftOut.get(skuId) ?? 0,
    })),
    stores: await countRecalled(pool, merchantId, stores, named),
    ...(await countBuys(pool, merchantId, storeIds, named)),
  };
}

/** Opens a recall: its rows, the chain's next revision and the audit log in one transaction; then the tills are told. */
export async function openRecall(
  context: ServerContext,
  chain: Chain,
  by: AuditActor,
  request: RecallRequest,
): Promise<Result<RecallAnswer, RecallFailure>> {
  const { merchantId, stores } = chain;
  const read = await readScope(context.database.pool, merchantId, stores, request);
  const refusal = refusalOf(read);
  if (refusal !== null) return fail({ code: 'bad-request', detail: refusal });
  const parts = partsOf(read.named);
  const openedAtMs = context.nowMs();
  const recallIds = await inTransaction(context.database, async (tx) => {
    const revision = await bumpChain(tx, merchantId);
    const ids: string[] = [];
    for (const [index, part] of parts.entries()) {
      const recallId = newRecallId(context);
      const title =
        parts.length === 1 ? request.title : `${request.title.slice(0, 185)} (${index + 1}/${parts.length})`;
      await tx.query(
        `insert into recall (merchant_id, recall_id, title, advice, gtins, batches, units, opened_at_ms, opened_by, revision)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          ...[merchantId, recallId, title, request.advice],
          ...[part.gtins, part.batches, part.units].map((list) => JSON.stringify(list)),
          ...[openedAtMs, by.actorId, revision],
        ],
      );
      const { gtins, batches, units } = part;
      const after = { title, advice: request.advice, gtins, batches, units: units.length };
      const what = { action: 'recall-opened', subjectType: 'recall', subjectId: recallId } as const;
      await recordAudit(tx, context, by, { merchantId, storeId: null, ...what, after });
      ids.push(recallId);
    }
    return ids;
  });
  context.changes.publish(merchantId);
  return ok({ recallIds });
}

function refusalOf({ named, problems }: ReadScope): string | null {
  const [first] = problems;
  if (first) return `line ${first.line}: ${first.code}`;
  return named.gtins.length + named.batches.length + named.units.length === 0 ? 'nothing is named' : null;
}

/** A random UUID (RFC 9562, version 4). */
function newRecallId(context: ServerContext): string {
  const hex = Buffer.from(context.randomBytes(16)).toString('hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}

/** One row, or several when it names more units than a row of the feed takes. */
function partsOf({ gtins, batches, units }: Named): Named[] {
  const parts: Named[] = [{ gtins, batches, units: units.slice(0, mostUnits) }];
  for (let from = mostUnits; from < units.length; from += mostUnits) {
    parts.push({ gtins: [], batches: [], units: units.slice(from, from + mostUnits) });
  }
  return parts;
}

/** Ends a recall; false: there is no such open one. */
export async function endRecall(
  context: ServerContext,
  merchantId: string,
  by: AuditActor,
  recallId: string,
): Promise<boolean> {
  const isEnded = await inTransaction(context.database, async (tx) => {
    const revision = await bumpChain(tx, merchantId);
    const { rowCount } = await tx.query(
      `update recall set ended_at_ms = $3, deleted = true, revision = $4
        where merchant_id = $1 and recall_id = $2 and ended_at_ms is null`,
      [merchantId, recallId, context.nowMs(), revision],
    );
    if (rowCount === 0) return false;
    const what = { action: 'recall-ended', subjectType: 'recall', subjectId: recallId } as const;
    await recordAudit(tx, context, by, { merchantId, storeId: null, ...what });
    return true;
  });
  if (isEnded) context.changes.publish(merchantId);
  return isEnded;
}

type Row = {
  recallId: string;
  title: string;
  advice: string;
  openedAtMs: number;
  openedByName: string | null;
  endedAtMs: number | null;
  unitCount: number;
} & Named;

/** Of a list, without the codes themselves. */
async function readRecalls(database: Queryable, merchantId: string, recallId: string | null): Promise<Row[]> {
  const { rows } = await database.query<Row>(
    `select r.recall_id as "recallId", r.title, r.advice, r.gtins, r.batches, jsonb_array_length(r.units) as "unitCount",
            case when $2::text is null then '[]' else r.units end as units, r.opened_at_ms as "openedAtMs",
            coalesce(o.name, a.name) as "openedByName", r.ended_at_ms as "endedAtMs"
       from recall r left join operator o on o.merchant_id = r.merchant_id and o.operator_id = r.opened_by
       left join api_key a on a.merchant_id = r.merchant_id and a.key_id = r.opened_by
      where r.merchant_id = $1 and ($2::text is null or r.recall_id = $2)
      order by r.ended_at_ms is not null, r.opened_at_ms desc, r.recall_id limit ${listed}`,
    [merchantId, recallId],
  );
  return rows;
}

async function namesOf(database: Queryable, merchantId: string, { gtins, batches }: Named) {
  const { rows } = await database.query<RecallPreview['named']['gtins'][number]>(
    `select n.gtin14, k.sku_id as "skuId", k.names from unnest($2::text[]) with ordinality n(gtin14, at)
       left join gtin g on g.merchant_id = $1 and g.gtin14 = n.gtin14 and not g.deleted
       left join sku k on k.merchant_id = $1 and k.sku_id = g.sku_id order by n.at`,
    [merchantId, gtins],
  );
  return { gtins: rows, batches };
}

async function itemOf(database: Queryable, merchantId: string, { gtins, batches, units, unitCount, ...row }: Row) {
  const named = await namesOf(database, merchantId, { gtins, batches, units });
  return { ...row, named: { ...named, unitCount } };
}

export async function listRecalls({ database }: ServerContext, merchantId: string): Promise<RecallList> {
  const rows = await readRecalls(database.pool, merchantId, null);
  return { recalls: await Promise.all(rows.map((row) => itemOf(database.pool, merchantId, row))) };
}

/** What a recall names; null: the chain has no such one. */
export async function findRecall({ database }: ServerContext, merchantId: string, recallId: string) {
  const [row] = await readRecalls(database.pool, merchantId, recallId);
  return row ?? null;
}

/** A recall with where everything is, in the stores whose reports the asker may read. */
export async function readRecall(
  context: ServerContext,
  { merchantId, stores }: Chain,
  recallId: string,
): Promise<RecallDetail | null> {
  const { pool } = context.database;
  const row = await findRecall(context, merchantId, recallId);
  if (row === null) return null;
  const { rows: history } = await pool.query<RecallDetail['history'][number]>(
    `select e.at_ms as "atMs", e.action, coalesce(o.name, a.name) as "actorName"
       from audit_entry e left join operator o on o.merchant_id = e.merchant_id and o.operator_id = e.actor_id
       left join api_key a on a.merchant_id = e.merchant_id and a.key_id = e.actor_id
      where e.merchant_id = $1 and e.audit_id >= $3 and e.subject_type = 'recall' and e.subject_id = $2
        and e.action in ('recall-opened', 'recall-ended') order by e.at_ms, e.action = 'recall-ended'`,
    [merchantId, recallId, auditIdAt(row.openedAtMs)],
  );
  const readable = stores.filter(({ isReadable }) => isReadable);
  return {
    ...(await itemOf(pool, merchantId, row)),
    stores: await countRecalled(pool, merchantId, readable, row),
    history,
  };
}

/**
 * Suppliers' deliveries in all stores of the chain, the latest first; of one supplier also those that were announced in its
 * name before it was on the list.
 */
export async function searchDeliveries(
  { database }: ServerContext,
  merchantId: string,
  { q, supplier }: { q: string; supplier?: string | undefined },
): Promise<RecallDeliveries> {
  const pattern = `%${q.trim().replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await database.pool.query<RecallDeliveries['deliveries'][number]>(
    `select d.store_id as "storeId", s.name as "storeName", d.delivery_id as "deliveryId",
            d.row -> 'source' ->> 'name' as "sourceName", d.row ->> 'reference' as reference,
            d.announced_at_ms as "announcedAtMs",
            (select coalesce(sum((k ->> 'quantity')::int8), 0)::int8 from jsonb_array_elements(d.row -> 'skus') k) as pieces
       from store s join delivery d using (store_id)
      where s.merchant_id = $1 and d.from_store_id is null
        and (d.row -> 'source' ->> 'name' ilike $2 or d.row ->> 'reference' ilike $2)
        and ($3::text is null or coalesce(d.row -> 'source' ->> 'supplierId' = $3, lower(d.row -> 'source' ->> 'name') =
              (select lower(u.name) from supplier u where u.merchant_id = $1 and u.supplier_id = $3)))
      order by d.announced_at_ms desc, d.store_id, d.delivery_id limit 30`,
    [merchantId, pattern, supplier ?? null],
  );
  return { deliveries: rows };
}
