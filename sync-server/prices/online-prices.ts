import type { OnlinePrices, OnlinePricesAnswer } from '#schemas/api/prices.ts';
import { normaliseGtin } from '#schemas/item-code/gtin.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { changeChain } from './price-state.ts';
import { skusOfGtins } from './quote-ticket.ts';

type GivenPrice = OnlinePrices['prices'][number];
type RowResult = OnlinePricesAnswer['results'][number];
type Row = { skuId: string; priceMinor: number | null; confirmedAtMs: number };

/**
 * A price that stays the same is told to tills again when its last known confirmation is as old: else each reading of a web
 * shop would send every price to every till. The server itself knows the latest (`online_seen_at_ms`).
 */
export const confirmEveryMs = 6 * 3_600_000;

/**
 * Writes what the web shop asks. Each row is for itself: unknown goods are reported, and what was confirmed before the price
 * on record changes nothing. Rows name a SKU, a GTIN or both.
 */
export async function receiveOnlinePrices(
  context: ServerContext,
  { merchantId, by }: { merchantId: string; by: AuditActor },
  given: readonly GivenPrice[],
): Promise<OnlinePricesAnswer> {
  const named = await nameRows(context, merchantId, given);
  const rows = named.filter((row): row is Row => typeof row === 'object');
  const outcomes = new Map<string, RowResult>();
  const changed = await changeChain(context, merchantId, async (tx, revision) => {
    for (const [skuId, outcome] of await write(tx, merchantId, rows, revision)) outcomes.set(skuId, outcome);
    const told = rows.filter(({ skuId }) => outcomes.get(skuId) === 'changed');
    if (told.length > 0) {
      const after = { changed: told.length, prices: told.slice(0, 50) };
      const what = { action: 'online-prices-received', subjectType: 'merchant', subjectId: merchantId } as const;
      await recordAudit(tx, context, by, { merchantId, storeId: null, ...what, after });
    }
    return { keep: rows.length > 0, value: told.length };
  });
  if (changed > 0) context.changes.publish(merchantId);
  const results = named.map((row) => (typeof row === 'string' ? row : (outcomes.get(row.skuId) ?? 'sku-unknown')));
  return { results, counts: countsOf(results), problems: [] };
}

function countsOf(results: readonly RowResult[]): OnlinePricesAnswer['counts'] {
  const count = (...wanted: RowResult[]) => results.filter((result) => wanted.includes(result)).length;
  return {
    changed: count('changed'),
    confirmed: count('confirmed'),
    older: count('older'),
    unknown: count('sku-unknown', 'gtin-unknown', 'sku-not-of-gtin'),
  };
}

/** The SKU of each row, or why it has none. */
async function nameRows(
  context: ServerContext,
  merchantId: string,
  given: readonly GivenPrice[],
): Promise<(Row | RowResult)[]> {
  const nowMs = context.nowMs();
  const gtins = given.map(({ gtin }) => (gtin === null ? null : normaliseGtin(gtin)));
  const read = gtins.filter((gtin) => gtin?.ok).map((gtin) => (gtin?.ok ? gtin.value : ''));
  const skuOf = await skusOfGtins(context.database.pool, merchantId, read);
  const seen = new Set<string>();
  return given.map(({ skuId, priceMinor, confirmedAtMs = nowMs }, at) => {
    const gtin = gtins[at] ?? null;
    const ofGtin = gtin?.ok ? skuOf.get(gtin.value) : undefined;
    if (gtin !== null && ofGtin === undefined) return 'gtin-unknown';
    if (skuId !== null && ofGtin !== undefined && skuId !== ofGtin) return 'sku-not-of-gtin';
    const found = skuId ?? ofGtin;
    if (found === undefined) return 'sku-unknown';
    if (seen.has(found)) return 'row-twice';
    seen.add(found);
    return { skuId: found, priceMinor, confirmedAtMs: Math.min(confirmedAtMs, nowMs) };
  });
}

/** Writes the rows, under the chain's lock; what became of each SKU that has a price row. */
async function write(
  tx: Queryable,
  merchantId: string,
  rows: readonly Row[],
  revision: number,
): Promise<[string, RowResult][]> {
  const { rows: written } = await tx.query<{ skuId: string; outcome: RowResult }>(
    `with given as (
       select * from jsonb_to_recordset($2::jsonb) g ("skuId" text, "priceMinor" int8, "confirmedAtMs" int8)),
     known as (
       select p.sku_id, g."priceMinor", g."confirmedAtMs",
              greatest(p.online_seen_at_ms, p.online_confirmed_at_ms) > g."confirmedAtMs" as is_older,
              p.online_price_minor is distinct from g."priceMinor" as is_other,
              p.online_confirmed_at_ms is null or g."confirmedAtMs" - p.online_confirmed_at_ms >= $4 as is_news
         from given g join price p on p.merchant_id = $1 and p.sku_id = g."skuId" and not p.deleted),
     written as (
       update price p set online_price_minor = k."priceMinor", online_seen_at_ms = k."confirmedAtMs",
              online_confirmed_at_ms =
                case when k.is_other or k.is_news then k."confirmedAtMs" else p.online_confirmed_at_ms end,
              revision = case when k.is_other or k.is_news then $3 else p.revision end
         from known k where p.merchant_id = $1 and p.sku_id = k.sku_id and k.is_older is not true)
     select sku_id as "skuId",
            case when is_older then 'older' when is_other then 'changed' else 'confirmed' end as outcome from known`,
    [merchantId, JSON.stringify(rows), revision, confirmEveryMs],
  );
  return written.map(({ skuId, outcome }) => [skuId, outcome]);
}
