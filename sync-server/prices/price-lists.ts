import type { ListRefused, PriceLists } from '#schemas/api/prices.ts';
import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import { baseListIds, baseLists, isBaseList } from '#schemas/pricing/base-lists.ts';
import { maxPriceLists, type PriceListRow } from '#schemas/rows/rows.ts';
import type { Names } from '#schemas/text.ts';
import { recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { changeChain, type PriceOffice, stateOf } from './price-state.ts';
import { readPricingRules } from './pricing-rules.ts';
import { refreshSkuPrices } from './sku-prices.ts';
import { unknownOf } from './unknown-goods.ts';

type Problem = ListRefused['problems'][number];
type Stored = { row: PriceListRow; changedAtMs: number; isEnded: boolean; entryCount: number };

const baseNames: Readonly<Record<string, Names>> = {
  [baseListIds.shelf]: { en: 'Shop price', 'zh-Hans': '门店价', 'zh-Hant': '門市價' },
  [baseListIds.online]: { en: 'Online price', 'zh-Hans': '网店价', 'zh-Hant': '網店價' },
};
const order = ['running', 'coming', 'ended'] as const;

/** The chain's lists as an office of a store sees them, the built-in ones first. */
export async function listPriceLists(
  context: ServerContext,
  { merchantId, storeId, currency }: Omit<PriceOffice, 'by'>,
): Promise<PriceLists> {
  const { pool } = context.database;
  const [stored, base, rules] = await Promise.all([
    readLists(pool, merchantId),
    countBase(pool, merchantId),
    readPricingRules(pool, storeId),
  ]);
  const nowMs = context.nowMs();
  const own = stored.map(({ row, changedAtMs, isEnded, entryCount }) => ({
    list: row,
    isBuiltIn: false,
    state: stateOf(row, isEnded, nowMs),
    entryCount,
    changedAtMs,
  }));
  own.sort(
    (left, right) =>
      order.indexOf(left.state) - order.indexOf(right.state) || right.list.precedence - left.list.precedence,
  );
  const builtIn = baseLists(currency).map((list) => ({
    list: { ...list, names: baseNames[list.priceListId] ?? { en: list.priceListId } },
    isBuiltIn: true,
    state: 'running' as const,
    entryCount: base[list.priceListId as keyof typeof base],
    changedAtMs: null,
  }));
  return { currency, rules, lists: [...builtIn, ...own] };
}

async function readLists(database: Queryable, merchantId: string): Promise<Stored[]> {
  const { rows } = await database.query<Stored>(
    `with listed as (
       (select * from price_list where merchant_id = $1 and not deleted order by price_list_id limit ${maxPriceLists})
       union all
       (select * from price_list where merchant_id = $1 and deleted order by changed_at_ms desc limit ${maxPriceLists}))
     select l.row, l.changed_at_ms as "changedAtMs", l.deleted as "isEnded",
            (select count(*)::int from price_entry e
              where e.merchant_id = $1 and e.price_list_id = l.price_list_id) as "entryCount"
       from listed l order by l.deleted, l.price_list_id`,
    [merchantId],
  );
  return rows;
}

async function countBase(database: Queryable, merchantId: string): Promise<{ shelf: number; online: number }> {
  const { rows } = await database.query<{ shelf: number; online: number }>(
    `select count(*)::int as shelf, count(online_price_minor)::int as online
       from price where merchant_id = $1 and not deleted`,
    [merchantId],
  );
  return rows[0] ?? { shelf: 0, online: 0 };
}

/** Makes a list or changes it; answers what is wrong with it. One that had ended counts again, with its entries. */
export async function putPriceList(
  context: ServerContext,
  office: PriceOffice,
  priceListId: string,
  list: PriceListRow,
): Promise<Problem[]> {
  const { merchantId, by } = office;
  const problems = await changeChain(context, merchantId, async (tx, revision) => {
    const before = await findList(tx, merchantId, priceListId);
    const found = await problemsOf(tx, office, priceListId, list, before?.isEnded === false);
    const isSame = before !== null && !before.isEnded && canonicalJson(before.row) === canonicalJson(list);
    if (found.length > 0 || isSame) return { keep: false, value: found };
    await tx.query(
      `insert into price_list (merchant_id, price_list_id, row, changed_at_ms, revision) values ($1, $2, $3, $4, $5)
       on conflict (merchant_id, price_list_id) do update set row = excluded.row, deleted = false,
         changed_at_ms = excluded.changed_at_ms, revision = excluded.revision`,
      [merchantId, priceListId, list, context.nowMs(), revision],
    );
    // Its entries may have been dropped from the rows of their SKUs since it ended.
    if (before?.isEnded) await refreshSkuPrices(tx, merchantId, await skusOf(tx, merchantId, priceListId), revision);
    const subject = { subjectType: 'price-list', subjectId: priceListId };
    const sides = { ...(before ? { before: before.row } : {}), after: list };
    await recordAudit(tx, context, by, { merchantId, storeId: null, action: 'price-list-saved', ...subject, ...sides });
    return { keep: true, value: [] };
  });
  if (problems.length === 0) context.changes.publish(merchantId);
  return problems;
}

async function problemsOf(
  tx: Queryable,
  { merchantId, currency }: PriceOffice,
  priceListId: string,
  list: PriceListRow,
  isThere: boolean,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  if (isBaseList(priceListId)) problems.push({ code: 'built-in', value: priceListId });
  if (list.priceListId !== priceListId) problems.push({ code: 'id-differs', value: list.priceListId });
  if (list.currency !== currency) problems.push({ code: 'other-currency', value: list.currency });
  for (const value of await unknownOf(tx, merchantId, 'store', list.storeIds ?? [])) {
    problems.push({ code: 'store-unknown', value });
  }
  const { rows } = await tx.query<{ count: number }>(
    'select count(*)::int as count from price_list where merchant_id = $1 and not deleted',
    [merchantId],
  );
  if (!isThere && (rows[0]?.count ?? 0) >= maxPriceLists) {
    problems.push({ code: 'too-many-lists', value: String(maxPriceLists) });
  }
  return problems.slice(0, 100);
}

/** Ends a list; its entries are kept, and mean nothing. False: there is no such open one. */
export async function endPriceList(context: ServerContext, office: PriceOffice, priceListId: string): Promise<boolean> {
  const { merchantId, by } = office;
  const isEnded = await changeChain(context, merchantId, async (tx, revision) => {
    const { rowCount } = await tx.query(
      `update price_list set deleted = true, changed_at_ms = $3, revision = $4
        where merchant_id = $1 and price_list_id = $2 and not deleted`,
      [merchantId, priceListId, context.nowMs(), revision],
    );
    if (rowCount === 0) return { keep: false, value: false };
    const what = { action: 'price-list-ended', subjectType: 'price-list', subjectId: priceListId } as const;
    await recordAudit(tx, context, by, { merchantId, storeId: null, ...what });
    return { keep: true, value: true };
  });
  if (isEnded) context.changes.publish(merchantId);
  return isEnded;
}

/** A list of the chain's own, ended or not. */
export async function findList(
  database: Queryable,
  merchantId: string,
  priceListId: string,
): Promise<{ row: PriceListRow; isEnded: boolean } | null> {
  const { rows } = await database.query<{ row: PriceListRow; isEnded: boolean }>(
    'select row, deleted as "isEnded" from price_list where merchant_id = $1 and price_list_id = $2',
    [merchantId, priceListId],
  );
  return rows[0] ?? null;
}

async function skusOf(database: Queryable, merchantId: string, priceListId: string): Promise<string[]> {
  const { rows } = await database.query<{ skuId: string }>(
    'select distinct sku_id as "skuId" from price_entry where merchant_id = $1 and price_list_id = $2',
    [merchantId, priceListId],
  );
  return rows.map(({ skuId }) => skuId);
}
