import type { RecallCount } from '#schemas/api/recalls.ts';
import type { RecallRow } from '#schemas/stock/delivery.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import type { Names } from '#schemas/text.ts';
import type { Queryable } from '../db/database.ts';
import type { ChainStore } from './chain-stores.ts';

/** What a recall names; recallsOf says the same of one unit in hand (schemas/stock/recall.ts). */
export type Named = Pick<RecallRow, 'gtins' | 'batches' | 'units'>;

/**
 * The units of the stores `$1` that fall under GTINs `$2`, batches `$3` and the codes `$4`, `$5`, each found by GTIN, by batch
 * or by its key.
 */
export const hitsSql = `hit as (
  select store_id, gtin14, serial, bool_or(is_certain) as is_certain from (
    select store_id, gtin14, u.serial, cardinality($3::text[]) = 0 or u.batch is not null as is_certain
      from unnest($1::text[]) s(store_id) cross join unnest($2::text[]) g(gtin14) join unit u using (store_id, gtin14)
     where cardinality($3::text[]) = 0 or u.batch is null or u.batch = any ($3)
    union all
    select store_id, u.gtin14, u.serial, true
      from unnest($1::text[]) s(store_id) cross join unnest($3::text[]) b(batch) join unit u using (store_id, batch)
     where cardinality($2::text[]) = 0
    union all
    select store_id, gtin14, serial, true
      from unnest($1::text[]) s(store_id) cross join unnest($4::text[], $5::text[]) c(gtin14, serial)
      join unit u using (store_id, gtin14, serial)
  ) found group by store_id, gtin14, serial)`;

export function hitValues(storeIds: readonly string[], { gtins, batches, units }: Named): unknown[] {
  return [storeIds, gtins, batches, units.map((unit) => unit.slice(0, 14)), units.map((unit) => unit.slice(15))];
}

type StateCount = { storeId: string; state: UnitState; units: number; uncertain: number };
type GoodsCount = { storeId: string; skuId: string; names: Names | null; onHand: number };

/** How many units of each store stand how, and what there is of the goods that have no codes. */
export async function countRecalled(
  database: Queryable,
  merchantId: string,
  stores: readonly ChainStore[],
  named: Named,
): Promise<RecallCount[]> {
  const storeIds = stores.map(({ storeId }) => storeId);
  const { rows: counts } = await database.query<StateCount>(
    `with ${hitsSql}
     select u.store_id as "storeId", u.state, count(*) as units,
            count(*) filter (where not h.is_certain) as uncertain
       from hit h join unit u using (store_id, gtin14, serial) group by u.store_id, u.state`,
    hitValues(storeIds, named),
  );
  const { rows: goods } = await database.query<GoodsCount>(
    `select t.store_id as "storeId", t.sku_id as "skuId", k.names,
            sum(t.received + t.returned + t.moved_in - t.sold - t.moved_out + t.adjusted)::int8 as "onHand"
       from sku k join stock t on t.sku_id = k.sku_id and t.store_id = any ($3)
      where k.merchant_id = $1 and k.tracking <> 'item'
        and k.sku_id in (select sku_id from gtin where merchant_id = $1 and gtin14 = any ($2) and not deleted)
      group by t.store_id, t.sku_id, k.names order by t.sku_id`,
    [merchantId, named.gtins, storeIds],
  );
  return stores.map(({ storeId, storeName }) => {
    const own = counts.filter((count) => count.storeId === storeId);
    return {
      storeId,
      storeName,
      states: Object.fromEntries(own.map(({ state, units }) => [state, units])),
      uncertain: own.reduce((sum, { uncertain }) => sum + uncertain, 0),
      goods: goods
        .filter((one) => one.storeId === storeId)
        .map(({ skuId, names, onHand }) => ({ skuId, names, onHand })),
    };
  });
}

/** A sale of something recalled. */
export type Buy = {
  storeId: string;
  storeName: string;
  entryId: string;
  atMs: number;
  skuId: string;
  names: Names | null;
  gtin14: string | null;
  serial: string | null;
  quantity: number;
  isCertain: boolean;
  memberId: string | null;
  memberName: string | null;
  memberPhone: string | null;
};

/**
 * What was sold of it, the latest first: units by the entry that sold them, other goods by their SKU, of whichever batch.
 * `ofMembers`: only what went to a member.
 */
const boughtSql = `with ${hitsSql}, bought as (
  select u.store_id, split_part(u.entry_id, '-', 1)::int as till_number, split_part(u.entry_id, '-', 2)::int8 as sequence,
         u.gtin14, u.serial, u.sku_id, 1::int8 as quantity, h.is_certain
    from hit h join unit u using (store_id, gtin14, serial) where u.state = 'sold'
  union all
  select l.store_id, l.till_number, l.sequence, null, null, l.sku_id, sum(l.quantity), cardinality($3::text[]) = 0
    from line_item l
   where l.store_id = any ($1) and l.serial is null and l.quantity > 0
     and l.sku_id = any (array(select k.sku_id from sku k join gtin g using (merchant_id, sku_id)
                                where k.merchant_id = $6 and k.tracking <> 'item' and g.gtin14 = any ($2) and not g.deleted))
   group by l.store_id, l.till_number, l.sequence, l.sku_id)`;

export async function readBuys(
  database: Queryable,
  merchantId: string,
  storeIds: readonly string[],
  named: Named,
  most: number | null,
): Promise<Buy[]> {
  const { rows } = await database.query<Buy>(
    `${boughtSql}
     select b.store_id as "storeId", s.name as "storeName",
            lpad(b.till_number::text, 4, '0') || '-' || lpad(b.sequence::text, 9, '0') as "entryId",
            t.occurred_at_ms as "atMs", b.sku_id as "skuId", k.names, b.gtin14, b.serial, b.quantity,
            b.is_certain as "isCertain", t.member_id as "memberId", m.name as "memberName", m.phone as "memberPhone"
       from bought b join retail_transaction t using (store_id, till_number, sequence) join store s using (store_id)
       left join member m on m.store_id = b.store_id and m.member_id = t.member_id and not m.deleted
       left join sku k on k.merchant_id = $6 and k.sku_id = b.sku_id
      where t.member_id is not null
      order by t.occurred_at_ms desc, b.store_id, b.till_number, b.sequence, b.gtin14, b.serial limit $7`,
    [...hitValues(storeIds, named), merchantId, most],
  );
  return rows;
}

/** How many were sold, and to how many members. */
export async function countBuys(
  database: Queryable,
  merchantId: string,
  storeIds: readonly string[],
  named: Named,
): Promise<{ soldCount: number; memberCount: number }> {
  const { rows } = await database.query<{ soldCount: number; memberCount: number }>(
    `${boughtSql}
     select coalesce(sum(b.quantity), 0)::int8 as "soldCount", count(distinct t.member_id) as "memberCount"
       from bought b join retail_transaction t using (store_id, till_number, sequence)`,
    [...hitValues(storeIds, named), merchantId],
  );
  return rows[0] ?? { soldCount: 0, memberCount: 0 };
}
