import { type Effect, effectsOf } from '#schemas/journal/effects.ts';
import { type Entry, occurredAtMs } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { type Overlay, overlay, type PendingEntry } from '#schemas/journal/overlay.ts';
import { isMemberFact, type MemberFact, membersOf } from '#schemas/members/member-entries.ts';
import type { FeedTable } from '#schemas/rows/rows.ts';
import { type CountAct, isCountRowFact } from '#schemas/stock/count-row.ts';
import { receiptKey } from '#schemas/stock/delivery.ts';
import { type DeliveryRows, deliveryRowsOf } from '#schemas/stock/delivery-rows.ts';
import { onHand, type StockRow, stockKey } from '#schemas/stock/stock-row.ts';
import { type UnitRow, unitKey } from '#schemas/stock/unit.ts';
import { isPosted } from '#schemas/sync/posted.ts';
import { rowsWithPrefix } from './rows-between.ts';
import type { RowsStore } from './rows-store.ts';

type Pending = PendingEntry & {
  sequence: number;
  deliveryRows: DeliveryRows;
  countActs: CountAct[];
  member: MemberFact | null;
};
type Touched = { table: 'stock' | 'unit'; key: string };

/**
 * [F2] What own entries that are not posted yet do to the rows. An entry counts exactly while the rows' posted number
 * does not cover it: which entries count is derived from that number at each read, so it changes in the step that
 * changes the rows. The base rows that effects touch are pinned in memory, so that the sum is made without waiting.
 */
export class PendingEffects {
  readonly #rows: RowsStore;
  #entries: Pending[] = [];
  /** Page rows of touched keys, as of `#pinnedAt`. */
  #pinned = new Map<string, StockRow | UnitRow | null>();
  #pinnedAt = -1;
  /** One of many readers loads for all: what RFID tags brought touches thousands of rows, and is asked for hundreds at once. */
  #pinning: Promise<void> | null = null;
  #sum: { overlay: Overlay; position: unknown; generation: number; entries: readonly Pending[] } | null = null;

  constructor(rows: RowsStore) {
    this.#rows = rows;
  }

  /** Entries that the posted number does not cover. */
  get waiting(): number {
    return this.#counted().length;
  }

  waitingIds(): string[] {
    return this.#counted().map((entry) => entry.entryId);
  }

  /** Begins anew with the entries after what was posted; they may include posted ones. */
  replace(entries: readonly Entry[]): void {
    this.#entries = entries.map(pendingOf);
  }

  add(entry: Entry): void {
    this.#entries = [...this.#entries, pendingOf(entry)];
  }

  /** Forgets what is posted. */
  prune(): void {
    const counted = this.#counted();
    if (counted.length !== this.#entries.length) this.#entries = counted;
  }

  #counted(): Pending[] {
    const { posted } = this.#rows;
    return this.#entries.filter((entry) => !isPosted(posted, entry.sequence));
  }

  /** Rows about deliveries that the feed does not have yet. */
  deliveryRows(): DeliveryRows {
    const counted = this.#counted().map(({ deliveryRows }) => deliveryRows);
    return {
      deliveries: counted.flatMap(({ deliveries }) => deliveries),
      cartons: counted.flatMap(({ cartons }) => cartons),
      receipts: counted.flatMap(({ receipts }) => receipts),
    };
  }

  /** What own entries say about stock-takes that the feed does not have yet. */
  countActs(): CountAct[] {
    return this.#counted().flatMap(({ countActs }) => countActs);
  }

  /** Own entries about members that the feed does not have yet, by their ids, in their order. */
  memberFacts(): Map<string, MemberFact> {
    return new Map(this.#counted().flatMap(({ entryId, member }) => (member === null ? [] : [[entryId, member]])));
  }

  /** Rows of stock that own entries touch, by the places that their lines name. */
  stockKeys(): Set<string> {
    const effects = this.#counted().flatMap((entry) => entry.effects);
    return new Set(effects.map(({ placeId, skuId }) => stockKey(placeId, skuId)));
  }

  unitKeys(): Set<string> {
    const effects = this.#counted().flatMap((entry) => entry.effects);
    return new Set(effects.flatMap((one) => (one.type === 'unit' ? [unitKey(one.gtin14, one.serial)] : [])));
  }

  /** The row with pending effects in it, or null when there is none. */
  stock(key: string): Promise<StockRow | null> {
    return this.#read('stock', key, (sum) => sum.stock.get(key)) as Promise<StockRow | null>;
  }

  /** SKUs of which a place has some, with pending effects counted. */
  async skusAt(placeId: string): Promise<string[]> {
    const prefix = `${placeId}|`;
    const based = await rowsWithPrefix(this.#rows, 'stock', prefix);
    const touched = this.#counted().flatMap(({ effects }) => effects.map(({ skuId }) => skuId));
    const skuIds = new Set([...Array.from(based.values(), ({ skuId }) => skuId), ...touched]);
    const rows = await Promise.all(Array.from(skuIds, (skuId) => this.stock(stockKey(placeId, skuId))));
    return rows.flatMap((row) => (row !== null && onHand(row) > 0 ? [row.skuId] : [])).sort();
  }

  unit(key: string): Promise<UnitRow | null> {
    return this.#read('unit', key, (sum) => sum.units.get(key)) as Promise<UnitRow | null>;
  }

  async #read(
    table: Touched['table'],
    key: string,
    changed: (sum: Overlay) => StockRow | UnitRow | undefined,
  ): Promise<StockRow | UnitRow | null> {
    for (;;) {
      if (this.#pinning !== null) {
        await this.#pinning;
        continue;
      }
      const missing = this.#unpinned();
      if (missing.length > 0) {
        this.#pinning = this.#load(missing);
        continue;
      }
      const row = changed(this.#overlay()) ?? this.#rows.peek(table, key);
      if (row !== undefined) return row;
      await this.#rows.loadFor(table, key);
    }
  }

  async #load(missing: readonly Touched[]): Promise<void> {
    try {
      await Promise.all(missing.map(({ table, key }) => this.#rows.loadFor(table, key)));
    } finally {
      this.#pinning = null;
    }
  }

  /** Pins what is in memory of the rows that counted entries touch; returns what must be loaded first. */
  #unpinned(): Touched[] {
    if (this.#pinnedAt !== this.#rows.generation) {
      this.#pinned = new Map();
      this.#pinnedAt = this.#rows.generation;
    }
    if (this.#sum !== null && this.#isCurrent(this.#sum)) return [];
    const missing = new Map<string, Touched>();
    for (const { effects } of this.#entries) for (const effect of effects) this.#pin(effect, missing);
    return [...missing.values()];
  }

  #pin(effect: Effect, missing: Map<string, Touched>): void {
    const pin = (table: Touched['table'], key: string): StockRow | UnitRow | null | undefined => {
      const name = `${table} ${key}`;
      const known = this.#pinned.get(name);
      if (known !== undefined) return known;
      const row = this.#rows.peek(table, key);
      if (row === undefined) missing.set(name, { table, key });
      else this.#pinned.set(name, row);
      return row;
    };
    pin('stock', stockKey(effect.placeId, effect.skuId));
    if (effect.type !== 'unit') return;
    // Where the unit stands decides which place's stock the step changes.
    const unit = pin('unit', unitKey(effect.gtin14, effect.serial)) as UnitRow | null | undefined;
    if (unit) pin('stock', stockKey(unit.placeId, effect.skuId));
  }

  #isCurrent(sum: { position: unknown; generation: number; entries: readonly Pending[] }): boolean {
    const { position, generation } = this.#rows;
    return sum.position === position && sum.generation === generation && sum.entries === this.#entries;
  }

  #overlay(): Overlay {
    if (this.#sum !== null && this.#isCurrent(this.#sum)) return this.#sum.overlay;
    const base = <Row>(table: Touched['table'], key: string): Row | undefined => {
      const changed = this.#rows.changedRows(table).get(key);
      return ((changed === undefined ? this.#pinned.get(`${table} ${key}`) : changed) ?? undefined) as Row | undefined;
    };
    const sum = overlay(
      { stock: (key) => base<StockRow>('stock', key), unit: (key) => base<UnitRow>('unit', key) },
      this.#counted(),
    );
    const { position, generation } = this.#rows;
    this.#sum = { overlay: sum, position, generation, entries: this.#entries };
    return sum;
  }
}

const noDeliveryRows: DeliveryRows = { deliveries: [], cartons: [], receipts: [] };

function pendingOf(entry: Entry): Pending {
  const fact = factOf(entry);
  const { _id: entryId, sequence, orderedAtMs } = entry;
  // An entry of a newer app than this one: the server keeps it unposted too, until it knows the kind.
  if (!fact.ok) {
    return { entryId, sequence, orderedAtMs, effects: [], deliveryRows: noDeliveryRows, countActs: [], member: null };
  }
  const deliveryRows = deliveryRowsOf(fact.value, { entryId, occurredAtMs: occurredAtMs(entry) });
  const { operatorId } = entry;
  const countActs = isCountRowFact(fact.value) ? [{ entryId, orderedAtMs, operatorId, fact: fact.value }] : [];
  const member = isMemberFact(fact.value) ? fact.value : null;
  return { entryId, sequence, orderedAtMs, effects: effectsOf(fact.value), deliveryRows, countActs, member };
}

/** The rows that an entry of this till changes, at the places that its lines name. */
export function rowsTouched(entry: Entry): { table: FeedTable; keys: string[] }[] {
  const { effects, deliveryRows, countActs, member } = pendingOf(entry);
  const units = effects.filter((effect) => effect.type === 'unit');
  const touched: { table: FeedTable; keys: string[] }[] = [
    { table: 'stock', keys: [...new Set(effects.map(({ placeId, skuId }) => stockKey(placeId, skuId)))] },
    { table: 'unit', keys: units.map(({ gtin14, serial }) => unitKey(gtin14, serial)) },
    { table: 'receipt', keys: deliveryRows.receipts.map((row) => receiptKey(row.deliveryId, row.entryId)) },
    { table: 'stock-count', keys: countActs.map(({ fact }) => fact.body.countId) },
    { table: 'member', keys: member === null ? [] : membersOf(member) },
  ];
  return touched.filter(({ table, keys }) => table === 'stock' || keys.length > 0);
}
