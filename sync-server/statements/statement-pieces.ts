import { assert } from '#schemas/assert.ts';
import type { Contract } from '#schemas/procurement/contract.ts';
import type { OrderSide, OrderStep } from '#schemas/procurement/order.ts';
import { costOfReceived, type StatementPiece } from '#schemas/procurement/statement-lines.ts';
import type { ReceiptRow } from '#schemas/stock/delivery.ts';
import type { GoodsSentBack } from '#schemas/stock/sent-back.ts';
import type { Queryable } from '../db/database.ts';
import { readContract } from '../suppliers/contract.ts';

/** With whom, in which currency, up to which day of each store's calendar. */
export type Period = { merchantId: string; supplierId: string; currency: string; untilDay: string };
type Said = { side: OrderSide; atMs: number; step: OrderStep };

/** A receipt of a delivery of the supplier. */
type Came = {
  storeId: string;
  entryId: string;
  paperId: string;
  orderId: string | null;
  announced: { skuId: string; quantity: number }[];
  atMs: number;
  day: string;
};
type Back = { storeId: string; entryId: string; atMs: number; day: string; orderedAtMs: number; body: GoodsSentBack };
/** What one goes into: its entry, and the goods. */
export type Source = { storeId: string; entryId: string; pieces: StatementPiece[] };

/** Of an entry that posting has stored; `e` is the row that names it. */
export const journalOf = `journal j on j.store_id = e.store_id
  and j.till_number = split_part(e.entry_id, '-', 1)::int and j.sequence = split_part(e.entry_id, '-', 2)::int8`;
const dayOf = (atMs: string) => `to_char(to_timestamp(${atMs} / 1000.0) at time zone s.time_zone, 'YYYY-MM-DD')`;
/** [ST1] In no statement yet, and of a store that reckons in the currency; parameters from `$1`: chain, supplier, currency, day. */
const isOpen = (atMs: string) => `s.merchant_id = $1 and s.currency = $3 and ${dayOf(atMs)} <= $4
  and not exists (select 1 from supplier_statement_source x
                   where x.merchant_id = $1 and x.store_id = e.store_id and x.entry_id = e.entry_id)`;
const cameColumns = `e.store_id as "storeId", e.entry_id as "entryId", e.delivery_id as "paperId",
  d.row -> 'source' ->> 'orderId' as "orderId", d.row -> 'skus' as announced, j.occurred_at_ms as "atMs"`;

/** [ST1] Everything of a supplier that is in no statement yet, with what a piece of it costs (ST3). */
export async function openSources(database: Queryable, period: Period): Promise<Source[]> {
  const book = new CostBook(database, period, await readContract(database, period));
  const came = await readCame(database, period);
  const back = await readBack(database, period);
  const origins = await readOrigins(database, period, back);
  await book.load([...came, ...origins.all]);
  const received = came.map(({ lines, ...one }) => ({
    storeId: one.storeId,
    entryId: one.entryId,
    pieces: lines.map(
      ({ skuId, quantity, condition }): StatementPiece => ({
        ...{ kind: 'received', storeId: one.storeId, paperId: one.paperId, orderId: one.orderId, skuId, condition },
        ...{ quantity, unitCostMinor: book.costOf(one, skuId, quantity), onDay: one.day },
      }),
    ),
  }));
  return [...received, ...back.map((one) => returnedOf(one, origins, book))];
}

async function readCame(
  database: Queryable,
  { merchantId, supplierId, currency, untilDay }: Period,
): Promise<(Came & { lines: ReceiptRow['lines'] })[]> {
  const { rows } = await database.query<Came & { lines: ReceiptRow['lines'] }>(
    `select ${cameColumns}, ${dayOf('j.occurred_at_ms')} as day, e.row -> 'lines' as lines
       from store s join delivery d on d.store_id = s.store_id and d.row -> 'source' ->> 'supplierId' = $2
       join receipt e on e.store_id = d.store_id and e.delivery_id = d.delivery_id and e.row ->> 'closes' = 'false'
       join ${journalOf}
      where ${isOpen('j.occurred_at_ms')}
      order by e.store_id, e.entry_id`,
    [merchantId, supplierId, currency, untilDay],
  );
  return rows;
}

async function readBack(database: Queryable, { merchantId, supplierId, currency, untilDay }: Period): Promise<Back[]> {
  const { rows } = await database.query<Back>(
    `select e.store_id as "storeId", e.entry_id as "entryId", e.sent_at_ms as "atMs", ${dayOf('e.sent_at_ms')} as day,
            j.ordered_at_ms as "orderedAtMs", e.body
       from store s join sent_back e on e.store_id = s.store_id and e.supplier_id = $2 join ${journalOf}
      where ${isOpen('e.sent_at_ms')} order by e.store_id, e.entry_id`,
    [merchantId, supplierId, currency, untilDay],
  );
  return rows;
}

type Origins = { ofUnit: Map<string, Came>; ofGoods: Map<string, Came>; all: Came[] };
const unitName = (entryId: string, gtin14: string | null, serial: string) => `${entryId} ${gtin14} ${serial}`;
const goodsName = ({ storeId, entryId }: Pick<Back, 'storeId' | 'entryId'>, skuId: string) =>
  `${storeId} ${entryId} ${skuId}`;

/** [ST3] By which delivery goods came that went back: a unit by its own receipt, other goods by the last one before. */
async function readOrigins(database: Queryable, { merchantId, supplierId }: Period, back: readonly Back[]) {
  const origins: Origins = { ofUnit: new Map(), ofGoods: new Map(), all: [] };
  for (const one of back) {
    const units = one.body.lines.flatMap(({ gtin14, serials }) => serials.map((serial) => ({ gtin14, serial })));
    const { rows: came } = await database.query<Came & { gtin14: string; serial: string }>(
      `select distinct on (u.gtin14, u.serial) u.gtin14, u.serial, ${cameColumns}, ${dayOf('j.occurred_at_ms')} as day
         from store s cross join unnest($3::text[], $4::text[]) u(gtin14, serial)
         join unit_step t on t.store_id = s.store_id and t.gtin14 = u.gtin14 and t.serial = u.serial
          and t.type in ('received', 'received-damaged') and t.ordered_at_ms < $5
         join receipt e on e.store_id = t.store_id and e.entry_id = t.entry_id
         join delivery d on d.store_id = e.store_id and d.delivery_id = e.delivery_id
          and d.row -> 'source' ->> 'supplierId' = $2
         join ${journalOf}
        where s.merchant_id = $1 order by u.gtin14, u.serial, t.ordered_at_ms desc, e.entry_id`,
      [merchantId, supplierId, units.map(({ gtin14 }) => gtin14), units.map(({ serial }) => serial), one.orderedAtMs],
    );
    for (const { gtin14, serial, ...origin } of came) origins.ofUnit.set(unitName(one.entryId, gtin14, serial), origin);
    const { rows: last } = await database.query<Came & { skuId: string }>(
      `select distinct on (l ->> 'skuId') l ->> 'skuId' as "skuId", ${cameColumns}, ${dayOf('j.occurred_at_ms')} as day
         from store s join delivery d on d.store_id = s.store_id and d.row -> 'source' ->> 'supplierId' = $2
         join receipt e on e.store_id = d.store_id and e.delivery_id = d.delivery_id
         join ${journalOf}, jsonb_array_elements(e.row -> 'lines') l
        where s.merchant_id = $1 and s.store_id = $3 and l ->> 'skuId' = any ($4) and j.ordered_at_ms < $5
        order by l ->> 'skuId', j.ordered_at_ms desc, e.entry_id`,
      [merchantId, supplierId, one.storeId, one.body.lines.map(({ skuId }) => skuId), one.orderedAtMs],
    );
    for (const { skuId, ...origin } of last) origins.ofGoods.set(goodsName(one, skuId), origin);
    origins.all.push(...came, ...last);
  }
  return origins;
}

function returnedOf(one: Back, { ofUnit, ofGoods }: Origins, book: CostBook): Source {
  const { storeId, entryId, day, body } = one;
  const pieces = body.lines.flatMap(({ skuId, gtin14, quantity, serials }): StatementPiece[] => {
    const last = ofGoods.get(goodsName(one, skuId)) ?? null;
    const pieceOf = (origin: Came | null, count: number): StatementPiece => ({
      ...{ kind: 'returned', storeId, paperId: entryId, orderId: origin?.orderId ?? null, skuId, condition: 'good' },
      ...{ quantity: count, unitCostMinor: origin && book.costOf(origin, skuId, count), onDay: day },
    });
    if (serials.length === 0) return [pieceOf(last, quantity)];
    return serials.map((serial) => pieceOf(ofUnit.get(unitName(entryId, gtin14, serial)) ?? last, 1));
  });
  return { storeId, entryId, pieces };
}

/** What pieces cost, each order and the contract read once. */
class CostBook {
  readonly #database: Queryable;
  readonly #currency: string;
  readonly #contract: Contract;
  readonly #orders = new Map<string, Said[]>();
  readonly #costs = new Map<string, number | null>();

  constructor(database: Queryable, { currency }: Period, contract: Contract) {
    this.#database = database;
    this.#currency = currency;
    this.#contract = contract;
  }

  async load(came: readonly Came[]): Promise<void> {
    const ids = new Set(came.flatMap(({ orderId }) => orderId ?? []));
    const { rows } = await this.#database.query<Said & { orderId: string }>(
      `select order_id as "orderId", side, at_ms as "atMs", step from purchase_order_step
        where store_id = any ($1) and order_id = any ($2) order by store_id, order_id, version`,
      [[...new Set(came.map(({ storeId }) => storeId))], [...ids]],
    );
    for (const { orderId, ...said } of rows) {
      const steps = this.#orders.get(orderId);
      if (steps) steps.push(said);
      else this.#orders.set(orderId, [said]);
    }
  }

  /** `quantity`: pieces of the entry, where the notice has none of the SKU. */
  costOf({ orderId, announced, atMs, day }: Came, skuId: string, quantity: number): number | null {
    const sum = announced.reduce((total, one) => total + (one.skuId === skuId ? one.quantity : 0), 0);
    const pieces = sum > 0 ? sum : quantity;
    const name = JSON.stringify([orderId, skuId, atMs, day, pieces]);
    const known = this.#costs.get(name);
    if (known !== undefined) return known;
    const order = (orderId === null ? undefined : this.#orders.get(orderId)) ?? [];
    const cost = costOfReceived(
      { order, contract: this.#contract, currency: this.#currency },
      { skuId, quantity: pieces, atMs, day },
    );
    assert(cost === null || cost >= 0, 'a cost is not negative');
    this.#costs.set(name, cost);
    return cost;
  }
}
