import type { CycleSuggestion, ValueClass } from '#schemas/api/counts.ts';
import type { Queryable } from '../db/database.ts';

type Store = { merchantId: string; storeId: string; currency: string };
type Row = Omit<CycleSuggestion['skus'][number], 'valueClass' | 'dueHundredths'>;

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
/** After how long a class is due. */
const dueAfterMs: Readonly<Record<ValueClass, number>> = { A: 30 * dayMs, B: 90 * dayMs, C: yearMs };

/**
 * Value classes by what was sold for: A the SKUs that make the first 80 %, B the next 15 %, C the rest and what does not sell
 * (H. F. Dickie, "ABC Inventory Analysis Shoots for Dollars, Not Pennies", 1951). In the order of `sold`.
 */
export function valueClassesOf(soldMinor: readonly number[]): ValueClass[] {
  const total = soldMinor.reduce((sum, one) => sum + Math.max(0, one), 0);
  const order = [...soldMinor.keys()].sort((a, b) => (soldMinor[b] ?? 0) - (soldMinor[a] ?? 0));
  const classes: ValueClass[] = soldMinor.map(() => 'C');
  let before = 0;
  for (const at of order) {
    const sold = soldMinor[at] ?? 0;
    if (sold <= 0) break;
    classes[at] = before < total * 0.8 ? 'A' : before < total * 0.95 ? 'B' : 'C';
    before += sold;
  }
  return classes;
}

/** What to count next: SKUs with stock, by how overdue they are. */
export async function suggestCycle(
  database: Queryable,
  store: Store,
  limit: number,
  nowMs: number,
): Promise<CycleSuggestion> {
  const { rows } = await database.query<Row>(
    `with here as (
       select sku_id, sum(received + returned + moved_in - sold - moved_out + adjusted)::int8 as on_hand
         from stock where store_id = $1 group by sku_id
       having sum(received + returned + moved_in - sold - moved_out + adjusted) <> 0),
     sales as (
       select l.sku_id, sum(l.quantity * l.unit_price_minor - l.discount_minor)::int8 as sold
         from retail_transaction t
         join line_item l on l.store_id = t.store_id and l.till_number = t.till_number and l.sequence = t.sequence
        where t.store_id = $1 and t.occurred_at_ms > $3 group by l.sku_id),
     counted as (
       select sku_id, max(at_ms) as at_ms from (
         select c.sku_id, c.seen_at_ms as at_ms from count_unit c join stock_count s using (store_id, count_id)
          where c.store_id = $1 and s.state = 'approved'
         union all
         select c.sku_id, c.seen_at_ms from count_quantity c join stock_count s using (store_id, count_id)
          where c.store_id = $1 and s.state = 'approved') x group by sku_id)
     select h.sku_id as "skuId", k.names, k.variant, h.on_hand as "onHand", coalesce(sales.sold, 0) as "soldMinor",
            counted.at_ms as "lastCountedAtMs"
       from here h
       join sku k on k.merchant_id = $2 and k.sku_id = h.sku_id and not k.deleted
       left join sales on sales.sku_id = h.sku_id
       left join counted on counted.sku_id = h.sku_id
      order by h.sku_id`,
    [store.storeId, store.merchantId, nowMs - yearMs],
  );
  const classes = valueClassesOf(rows.map(({ soldMinor }) => soldMinor));
  const skus = rows.map((row, at) => {
    const valueClass = classes[at] ?? 'C';
    // What was never counted is due as if it had been a year ago.
    const sinceMs =
      row.lastCountedAtMs === null ? Math.max(yearMs, dueAfterMs[valueClass]) : nowMs - row.lastCountedAtMs;
    return { ...row, valueClass, dueHundredths: Math.max(0, Math.floor((sinceMs * 100) / dueAfterMs[valueClass])) };
  });
  const first = [...skus].sort((a, b) => b.dueHundredths - a.dueHundredths || b.soldMinor - a.soldMinor);
  return {
    ...{ serverTimeMs: nowMs, currency: store.currency, skus: first.slice(0, limit) },
    classes: (['A', 'B', 'C'] as const).map((valueClass) => {
      const own = skus.filter((sku) => sku.valueClass === valueClass);
      return { valueClass, skus: own.length, due: own.filter(({ dueHundredths }) => dueHundredths >= 100).length };
    }),
  };
}
