import type {
  EntriesAnswer,
  EntryProblem,
  ListEntries,
  ListEntriesQuery,
  PutEntries,
  RemoveEntries,
} from '#schemas/api/prices.ts';
import { baseListIds } from '#schemas/pricing/base-lists.ts';
import { recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { findList } from './price-lists.ts';
import { changeChain, type PriceOffice } from './price-state.ts';
import { refreshSkuPrices } from './sku-prices.ts';
import { unknownOf } from './unknown-goods.ts';

/** A price to be written; `row`: its place in the list or its line of the file. */
export type GivenEntry = PutEntries['entries'][number] & { row: number };
export type WriteOptions = { replace: boolean; preview: boolean };

const maxProblems = 100;
/** Of a change, in the audit log. */
const mostTold = 50;

const ownEntries = `
  select sku_id, min_quantity, price_minor, valid_from_ms, valid_until_ms, confirmed_at_ms
    from price_entry where merchant_id = $1 and price_list_id = $6`;
const baseEntries: Readonly<Record<string, string>> = {
  [baseListIds.shelf]: `select sku_id, 1 as min_quantity, price_minor, -1 as valid_from_ms, null::int8 as valid_until_ms,
    null::int8 as confirmed_at_ms from price where merchant_id = $1 and not deleted and $6 <> ''`,
  [baseListIds.online]: `select sku_id, 1 as min_quantity, online_price_minor as price_minor, -1 as valid_from_ms,
    null::int8 as valid_until_ms, greatest(online_confirmed_at_ms, online_seen_at_ms) as confirmed_at_ms
    from price where merchant_id = $1 and not deleted and online_price_minor is not null and $6 <> ''`,
};

/** Entries of a list by SKU, with the base prices beside them; null: the chain has no such list. */
export async function readEntries(
  database: Queryable,
  merchantId: string,
  priceListId: string,
  { q, limit, after }: ListEntriesQuery,
): Promise<ListEntries | null> {
  const source = baseEntries[priceListId] ?? ownEntries;
  if (source === ownEntries && (await findList(database, merchantId, priceListId)) === null) return null;
  const [skuId = '', minQuantity = '0', validFromMs = '-1'] = (after ?? '').split('|');
  const { rows } = await database.query<ListEntries['entries'][number]>(
    `select e.sku_id as "skuId", s.names, s.variant, e.min_quantity as "minQuantity", e.price_minor as "priceMinor",
            nullif(e.valid_from_ms, -1)::int8 as "validFromMs", e.valid_until_ms as "validUntilMs",
            e.confirmed_at_ms as "confirmedAtMs", p.price_minor as "shelfPriceMinor",
            p.online_price_minor as "onlinePriceMinor"
       from (${source}) e
       join sku s on s.merchant_id = $1 and s.sku_id = e.sku_id
       left join price p on p.merchant_id = $1 and p.sku_id = e.sku_id and not p.deleted
      where (e.sku_id, e.min_quantity, e.valid_from_ms) > ($2, $3::int, $4::int8)
        and ($5 = '' or e.sku_id = $5 or position(lower($5) in lower(s.names::text)) > 0
             or position(lower($5) in lower(e.sku_id)) > 0
             or exists (select 1 from gtin g where g.merchant_id = $1 and g.sku_id = e.sku_id and not g.deleted
                           and g.gtin14 = lpad($5, 14, '0')))
      order by e.sku_id, e.min_quantity, e.valid_from_ms limit ${limit + 1}`,
    [merchantId, skuId, wholeOf(minQuantity), wholeOf(validFromMs), q.trim(), priceListId],
  );
  const entries = rows.slice(0, limit);
  const last = rows.length > limit ? entries.at(-1) : undefined;
  return { entries, next: last ? `${last.skuId}|${last.minQuantity}|${last.validFromMs ?? -1}` : null };
}

function wholeOf(text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : 0;
}

const nothing: EntriesAnswer = { changed: 0, unchanged: 0, removed: 0, problems: [], problemCount: 0, failure: null };

export function refusedEntries(problems: readonly EntryProblem[], problemCount = problems.length): EntriesAnswer {
  return { ...nothing, problems: problems.slice(0, maxProblems), problemCount };
}

/** Adds or replaces entries: all of them or, with problems, none. Null: the list has ended, or the chain has none such. */
export async function writeEntries(
  context: ServerContext,
  office: PriceOffice,
  priceListId: string,
  given: readonly GivenEntry[],
  options: WriteOptions,
): Promise<EntriesAnswer | null> {
  const { merchantId } = office;
  const answer = await changeChain<EntriesAnswer | null>(context, merchantId, async (tx, revision) => {
    const list = await findList(tx, merchantId, priceListId);
    if (list === null || list.isEnded) return { keep: false, value: null };
    const problems = await problemsOf(tx, merchantId, given);
    if (problems.length > 0) return { keep: false, value: refusedEntries(problems) };
    const changed = await upsert(tx, merchantId, priceListId, given);
    const removed = options.replace ? await removeOthers(tx, merchantId, priceListId, given) : [];
    const skuIds = [...changed, ...removed].map(({ skuId }) => skuId);
    const full = await refreshSkuPrices(tx, merchantId, skuIds, revision);
    if (full.length > 0) return { keep: false, value: refusedEntries(tooMany(given, full)) };
    const counts = { changed: changed.length, unchanged: given.length - changed.length, removed: removed.length };
    const keep = !options.preview && skuIds.length > 0;
    if (keep) await record(context, tx, office, priceListId, { changed, removed });
    return { keep, value: { ...nothing, ...counts } };
  });
  if (!options.preview && answer && answer.changed + answer.removed > 0) context.changes.publish(merchantId);
  return answer;
}

/** Takes entries away. Null as `writeEntries`. */
export async function removeEntries(
  context: ServerContext,
  office: PriceOffice,
  priceListId: string,
  given: RemoveEntries['entries'],
): Promise<EntriesAnswer | null> {
  const { merchantId } = office;
  const answer = await changeChain<EntriesAnswer | null>(context, merchantId, async (tx, revision) => {
    const list = await findList(tx, merchantId, priceListId);
    if (list === null || list.isEnded) return { keep: false, value: null };
    const { rows: removed } = await tx.query<Told>(
      `delete from price_entry e using ${recordset} where e.merchant_id = $1 and e.price_list_id = $2
          and e.sku_id = g."skuId" and e.min_quantity = g."minQuantity" and e.valid_from_ms = coalesce(g."validFromMs", -1)
        returning ${toldOf('e')}`,
      [merchantId, priceListId, JSON.stringify(given)],
    );
    await refreshSkuPrices(
      tx,
      merchantId,
      removed.map(({ skuId }) => skuId),
      revision,
    );
    if (removed.length > 0) await record(context, tx, office, priceListId, { changed: [], removed });
    return { keep: removed.length > 0, value: { ...nothing, removed: removed.length } };
  });
  if (answer && answer.removed > 0) context.changes.publish(merchantId);
  return answer;
}

async function problemsOf(tx: Queryable, merchantId: string, given: readonly GivenEntry[]): Promise<EntryProblem[]> {
  const skuIds = given.map(({ skuId }) => skuId);
  const unknown = new Set(await unknownOf(tx, merchantId, 'sku', skuIds));
  const seen = new Set<string>();
  const problems: EntryProblem[] = [];
  for (const { row, skuId, minQuantity, validFromMs, validUntilMs } of given) {
    const name = `${skuId}|${minQuantity}|${validFromMs}`;
    if (unknown.has(skuId)) problems.push({ row, code: 'sku-unknown', value: skuId });
    if (seen.has(name)) problems.push({ row, code: 'row-twice', value: skuId });
    if (validFromMs !== null && validUntilMs !== null && validFromMs >= validUntilMs) {
      problems.push({ row, code: 'ends-before-it-begins', value: skuId });
    }
    seen.add(name);
  }
  return problems;
}

function tooMany(given: readonly GivenEntry[], full: readonly string[]): EntryProblem[] {
  return given
    .filter(({ skuId }) => full.includes(skuId))
    .map(({ row, skuId }) => ({ row, code: 'too-many-entries', value: skuId }));
}

/** An entry as the audit log tells it. */
type Told = { skuId: string; minQuantity: number; validFromMs: number | null; priceMinor: number };
type Changed = Told & { oldPriceMinor: number | null };

const toldOf = (name: string) => `${name}.sku_id as "skuId", ${name}.min_quantity as "minQuantity",
  nullif(${name}.valid_from_ms, -1) as "validFromMs", ${name}.price_minor as "priceMinor"`;
const recordset = `jsonb_to_recordset($3::jsonb) g ("skuId" text, "minQuantity" int, "validFromMs" int8,
  "validUntilMs" int8, "priceMinor" int8)`;

async function upsert(
  tx: Queryable,
  merchantId: string,
  priceListId: string,
  given: readonly GivenEntry[],
): Promise<Changed[]> {
  const { rows } = await tx.query<Changed>(
    `with given as (select * from ${recordset}),
          written as (
            insert into price_entry as e (merchant_id, price_list_id, sku_id, min_quantity, valid_from_ms, valid_until_ms,
                                          price_minor)
            select $1, $2, "skuId", "minQuantity", coalesce("validFromMs", -1), "validUntilMs", "priceMinor" from given
            on conflict (merchant_id, price_list_id, sku_id, min_quantity, valid_from_ms) do update
              set price_minor = excluded.price_minor, valid_until_ms = excluded.valid_until_ms
              where (e.price_minor, e.valid_until_ms) is distinct from (excluded.price_minor, excluded.valid_until_ms)
            returning e.sku_id, e.min_quantity, e.valid_from_ms, e.price_minor)
     select ${toldOf('w')}, o.price_minor as "oldPriceMinor" from written w
       left join price_entry o on o.merchant_id = $1 and o.price_list_id = $2 and o.sku_id = w.sku_id
        and o.min_quantity = w.min_quantity and o.valid_from_ms = w.valid_from_ms
      order by w.sku_id, w.min_quantity, w.valid_from_ms`,
    [merchantId, priceListId, JSON.stringify(given)],
  );
  return rows;
}

async function removeOthers(
  tx: Queryable,
  merchantId: string,
  priceListId: string,
  given: readonly GivenEntry[],
): Promise<Told[]> {
  const { rows } = await tx.query<Told>(
    `delete from price_entry e where e.merchant_id = $1 and e.price_list_id = $2 and not exists (
       select 1 from ${recordset} where g."skuId" = e.sku_id and g."minQuantity" = e.min_quantity
          and coalesce(g."validFromMs", -1) = e.valid_from_ms)
     returning ${toldOf('e')}`,
    [merchantId, priceListId, JSON.stringify(given)],
  );
  return rows;
}

async function record(
  context: ServerContext,
  tx: Queryable,
  { merchantId, by }: PriceOffice,
  priceListId: string,
  { changed, removed }: { changed: readonly Changed[]; removed: readonly Told[] },
): Promise<void> {
  const told = changed.slice(0, mostTold);
  const known = told.filter(({ oldPriceMinor }) => oldPriceMinor !== null);
  const before = [
    ...known.map(({ oldPriceMinor, ...entry }) => ({ ...entry, priceMinor: oldPriceMinor })),
    ...removed.slice(0, mostTold),
  ];
  const after = told.map(({ oldPriceMinor: _, ...entry }) => entry);
  await recordAudit(tx, context, by, {
    merchantId,
    storeId: null,
    action: 'list-prices-changed',
    subjectType: 'price-list',
    subjectId: priceListId,
    before: { entries: before },
    after: { changed: changed.length, removed: removed.length, entries: after },
  });
}
