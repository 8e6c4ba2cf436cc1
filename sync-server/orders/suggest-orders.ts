import type { Reorder, ReorderLine, ReorderRule } from '#schemas/api/reorder.ts';
import { agreedCost, type ContractTerms, termsOn } from '#schemas/procurement/contract.ts';
import { type Order, standingLines } from '#schemas/procurement/order.ts';
import { orderProgress } from '#schemas/procurement/order-progress.ts';
import { suggestReorder } from '#schemas/procurement/reorder.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { Names } from '#schemas/text.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { readSkus } from '../deliveries/resolve-rows.ts';
import { businessDayAt } from '../routes/business-day.ts';
import { readContract } from '../suppliers/contract.ts';
import { openSupplierName } from '../suppliers/supplier-list.ts';
import { readCame } from './read-orders.ts';

const salesDays = 28;
const coverDays = 14;
const usualLeadDays = 7;
const dayMs = 86_400_000;

type Known = {
  skuId: string;
  names: Names;
  variant: Names | null;
  supplierId: string;
  supplierName: string;
  lastCostMinor: number | null;
  minimum: number;
  packSize: number;
  onHand: number;
  sold: number;
};

/** [RE1] [RE3] What a store is to order, by supplier; those with the most lines first. */
export async function suggestOrders(context: ServerContext, store: OfficeStore): Promise<Reorder> {
  const { pool } = context.database;
  const { merchantId, storeId, currency, timeZone } = store;
  const today = businessDayAt(context.nowMs(), timeZone);
  const terms = await readTerms(pool, store, today);
  const known = await readKnown(pool, store, today, terms);
  const onOrder = await readOnOrder(pool, storeId, merchantId);
  const suppliers = new Map<string, Reorder['suppliers'][number]>();
  for (const one of known) {
    const { skuId, names, variant, supplierId, supplierName, lastCostMinor } = one;
    const own = terms.get(supplierId) ?? null;
    const leadDays = own?.leadDays ?? usualLeadDays;
    const { onHand, sold, minimum, packSize } = one;
    const facts = { onHand, sold, minimum, packSize, onOrder: onOrder.get(skuId) ?? 0, days: salesDays };
    const made = suggestReorder({ ...facts, leadDays, coverDays });
    if (made === null) continue;
    const agreed = agreedCost(own, { skuId, quantity: made.quantity, day: today });
    const dueOn = new Date(Date.parse(today) + leadDays * dayMs).toISOString().slice(0, 10);
    const line: ReorderLine = { skuId, names, variant, ...made, unitCostMinor: agreed ?? lastCostMinor, dueOn };
    const minimumMinor = own?.minimumMinor ?? null;
    const supplier = suppliers.get(supplierId) ?? {
      supplierId,
      name: supplierName,
      minimumMinor,
      costMinor: 0,
      lines: [],
    };
    supplier.lines.push(line);
    supplier.costMinor += line.quantity * (line.unitCostMinor ?? 0);
    suppliers.set(supplierId, supplier);
  }
  const sorted = [...suppliers.values()].toSorted((a, b) => b.lines.length - a.lines.length);
  return { serverTimeMs: context.nowMs(), currency, suppliers: sorted };
}

/** What each supplier's contract says today, in the store's currency. */
async function readTerms(
  database: Queryable,
  { merchantId, currency }: OfficeStore,
  today: string,
): Promise<Map<string, ContractTerms>> {
  const { rows } = await database.query<{ supplierId: string }>(
    `select distinct t.supplier_id as "supplierId" from supplier_contract_step t join supplier p using (merchant_id, supplier_id)
      where t.merchant_id = $1 and p.ended_at_ms is null`,
    [merchantId],
  );
  const terms = new Map<string, ContractTerms>();
  for (const { supplierId } of rows) {
    const holding = termsOn(await readContract(database, { merchantId, supplierId }), today);
    if (holding?.currency === currency) terms.set(supplierId, holding);
  }
  return terms;
}

/** [RE3] Goods that somebody said where to buy, or that were bought, or that a contract has a price for. */
async function readKnown(
  database: Queryable,
  { merchantId, storeId }: OfficeStore,
  today: string,
  terms: ReadonlyMap<string, ContractTerms>,
): Promise<Known[]> {
  const agreed = [...terms].flatMap(([supplierId, { prices }]) => prices.map(({ skuId }) => ({ supplierId, skuId })));
  const since = new Date(Date.parse(today) - salesDays * dayMs).toISOString().slice(0, 10);
  const { rows } = await database.query<Known>(
    `with bought as (
       select distinct on (l ->> 'skuId') l ->> 'skuId' as sku_id, o.supplier_id, (l ->> 'unitCostMinor')::int8 as cost
         from purchase_order o join supplier p using (merchant_id, supplier_id),
              jsonb_array_elements(o.state -> 'agreed') l
        where o.merchant_id = $1 and p.ended_at_ms is null and jsonb_typeof(o.state -> 'agreed') = 'array'
          and (l ->> 'quantity')::int > 0
        order by l ->> 'skuId', (o.store_id = $2) desc, o.changed_at_ms desc, o.order_id
     ), offered as (
       select distinct on (sku_id) sku_id, supplier_id from unnest($4::text[], $5::text[]) u(supplier_id, sku_id)
        order by sku_id, supplier_id
     ), wanted as (
       select coalesce(r.sku_id, b.sku_id, f.sku_id) as sku_id,
              coalesce(r.supplier_id, b.supplier_id, f.supplier_id) as supplier_id,
              case when coalesce(r.supplier_id, b.supplier_id) = b.supplier_id then b.cost end as cost,
              coalesce(r.minimum, 0) as minimum, coalesce(r.pack_size, 1) as pack_size
         from (select * from reorder_rule where store_id = $2) r
         full join bought b on b.sku_id = r.sku_id
         full join offered f on f.sku_id = coalesce(r.sku_id, b.sku_id)
     )
     select k.sku_id as "skuId", k.names, k.variant, w.supplier_id as "supplierId", p.name as "supplierName",
            w.cost as "lastCostMinor", w.minimum, w.pack_size as "packSize",
            coalesce((select sum(received + returned + moved_in - sold - moved_out + adjusted) from stock s
                       where s.store_id = $2 and s.sku_id = k.sku_id), 0)::int as "onHand",
            coalesce(m.sold, 0)::int as sold
       from wanted w
       join sku k on k.merchant_id = $1 and k.sku_id = w.sku_id and not k.deleted
       join supplier p on p.merchant_id = $1 and p.supplier_id = w.supplier_id and p.ended_at_ms is null
       left join (select l.sku_id, sum(l.quantity) as sold from retail_transaction t
                    join line_item l using (store_id, till_number, sequence)
                   where t.store_id = $2 and t.business_day >= $3 group by l.sku_id) m on m.sku_id = k.sku_id
      order by k.sku_id`,
    [merchantId, storeId, since, agreed.map(({ supplierId }) => supplierId), agreed.map(({ skuId }) => skuId)],
  );
  return rows;
}

/** Pieces of each SKU that were ordered and are not here: of orders that are not over, whether agreed on or only asked for. */
async function readOnOrder(database: Queryable, storeId: string, merchantId: string): Promise<Map<string, number>> {
  const { rows } = await database.query<{ orderId: string; storeId: string; state: Order }>(
    `select order_id as "orderId", store_id as "storeId", state from purchase_order
      where store_id = $1 and merchant_id = $2 and phase not in ('draft', 'to-approve', 'discarded', 'refused', 'cancelled', 'closed')`,
    [storeId, merchantId],
  );
  const came = await readCame(database, rows);
  const sums = new Map<string, number>();
  for (const { orderId, state } of rows) {
    const lines = standingLines(state);
    const states = (came.get(orderId) ?? []).map(({ row, receipts }) => deliveryState(row, receipts));
    const skuOf = new Map(lines.map(({ lineNumber, skuId }) => [lineNumber, skuId]));
    for (const { lineNumber, missing } of orderProgress(lines, states).lines) {
      const skuId = skuOf.get(lineNumber) ?? '';
      sums.set(skuId, (sums.get(skuId) ?? 0) + missing);
    }
  }
  return sums;
}

/** What the store wants of a SKU from now on. */
export async function setReorderRule(
  context: ServerContext,
  { merchantId, storeId, by }: { merchantId: string; storeId: string; by: AuditActor },
  rule: ReorderRule,
): Promise<Result<{ skuId: string }, { code: 'bad-request'; detail: string }>> {
  const { skuId, supplierId, minimum, packSize } = rule;
  return inTransaction(context.database, async (tx) => {
    const isKnown = (await readSkus(tx, merchantId, [skuId])).has(skuId);
    if (!isKnown) return fail({ code: 'bad-request', detail: 'skuId: not known' });
    if (supplierId !== null && (await openSupplierName(tx, merchantId, supplierId)) === null)
      return fail({ code: 'bad-request', detail: 'supplierId: not known' });
    await tx.query(
      `insert into reorder_rule (store_id, sku_id, supplier_id, minimum, pack_size, changed_at_ms)
       values ($1, $2, $3, $4, $5, $6) on conflict (store_id, sku_id) do update set supplier_id = excluded.supplier_id,
         minimum = excluded.minimum, pack_size = excluded.pack_size, changed_at_ms = excluded.changed_at_ms`,
      [storeId, skuId, supplierId, minimum, packSize, context.nowMs()],
    );
    await recordAudit(tx, context, by, {
      ...{ merchantId, storeId, action: 'reorder-rule-set', subjectType: 'sku', subjectId: skuId },
      after: rule,
    });
    return ok({ skuId });
  });
}
