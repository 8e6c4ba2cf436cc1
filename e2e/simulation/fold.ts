import { assert } from '#schemas/assert.ts';
import { type Effect, effectAtMs, effectsOf } from '#schemas/journal/effects.ts';
import { type Entry, occurredAtMs } from '#schemas/journal/envelope.ts';
import { type Fact, factOf } from '#schemas/journal/kinds.ts';
import { type CountAct, type CountRow, foldCount, isCountRowFact } from '#schemas/stock/count-row.ts';
import { type CartonRow, cartonKey, type DeliveryRow, type ReceiptRow, receiptKey } from '#schemas/stock/delivery.ts';
import { deliveryRowsOf } from '#schemas/stock/delivery-rows.ts';
import { correctionOf, type LedgerCount, type LedgerMovement } from '#schemas/stock/stock-ledger.ts';
import { emptyStock, type StockColumn, type StockRow, signOf, stockKey } from '#schemas/stock/stock-row.ts';
import { foldUnit, type UnitRow, type UnitStep, unitKey, unitRowOf } from '#schemas/stock/unit.ts';
import { placeIds } from './goods-happenings.ts';

/** What a store's tables must hold after all its entries, in whatever order they came (P1). */
export type ExpectedTables = {
  /** Entry id → its fact, of all entries that can be posted. */
  facts: Map<string, Fact>;
  /** Entry id → why it cannot. */
  unpostable: Map<string, string>;
  stock: Map<string, StockRow>;
  units: Map<string, UnitRow>;
  steps: Map<string, UnitStep[]>;
  delivery: Map<string, DeliveryRow>;
  carton: Map<string, CartonRow>;
  receipt: Map<string, ReceiptRow>;
  /** Stock-takes. */
  counts: Map<string, CountRow>;
  /** `entryId|code|unitKey`, sorted. */
  contradictions: string[];
};

const factByHash = new Map<string, ReturnType<typeof factOf>>();

/** An entry's fact; the same entry is read many times in a run, and never changes. */
export function knownFact(entry: Entry): ReturnType<typeof factOf> {
  const known = factByHash.get(entry.hash) ?? factOf(entry);
  factByHash.set(entry.hash, known);
  return known;
}

/** The rows that an entry touches, as `stock …` and `unit …` keys. */
export function touchedKeys(entry: Entry): string[] {
  const fact = knownFact(entry);
  if (!fact.ok) return [];
  return effectsOf(fact.value).flatMap((effect) => {
    if (effect.type !== 'unit') return [`stock ${stockKey(effect.placeId, effect.skuId)}`];
    // A unit leaves the place where it was, whichever that is.
    const stock = placeIds.map((placeId) => `stock ${stockKey(placeId, effect.skuId)}`);
    return [...stock, `unit ${unitKey(effect.gtin14, effect.serial)}`];
  });
}

function foldDeliveries({ delivery, carton, receipt }: ExpectedTables, fact: Fact, entry: Entry): void {
  const rows = deliveryRowsOf(fact, { entryId: entry._id, occurredAtMs: occurredAtMs(entry) });
  for (const row of rows.deliveries) delivery.set(row.deliveryId, row);
  for (const row of rows.cartons) carton.set(cartonKey(row.sscc, row.deliveryId), row);
  for (const row of rows.receipts) receipt.set(receiptKey(row.deliveryId, row.entryId), row);
}

/** A batch of scans says nothing of a stock-take but that there is one. */
function noteCount(acts: Map<string, CountAct[]>, fact: Fact, { _id: entryId, orderedAtMs, operatorId }: Entry): void {
  if (fact.kind !== 'goods-counted' && !isCountRowFact(fact)) return;
  const known = acts.get(fact.body.countId) ?? [];
  acts.set(fact.body.countId, known);
  if (isCountRowFact(fact)) known.push({ entryId, orderedAtMs, operatorId, fact });
}

type Ledger = { movements: (LedgerMovement & { column: StockColumn; pieces: number })[]; counts: LedgerCount[] };

function noteInLedger(ledgers: Map<string, Ledger>, effect: Exclude<Effect, { type: 'unit' }>, entry: Entry): void {
  const key = stockKey(effect.placeId, effect.skuId);
  const ledger = ledgers.get(key) ?? { movements: [], counts: [] };
  ledgers.set(key, ledger);
  if (effect.type === 'counted') {
    const { counted, lineNumber } = effect;
    const asOfMs = effectAtMs(effect, entry.orderedAtMs);
    ledger.counts.push({ counted, asOfMs, entryId: entry._id, lineNumber });
    return;
  }
  const { column, quantity: pieces } = effect;
  ledger.movements.push({ column, pieces, quantity: signOf(column) * pieces, atMs: entry.orderedAtMs });
}

/** Folds entries by the pure core alone: the simulation's model of what posting does. */
export function foldEntries(entries: readonly Entry[]): ExpectedTables {
  const tables: ExpectedTables = {
    facts: new Map(),
    unpostable: new Map(),
    stock: new Map(),
    units: new Map(),
    steps: new Map(),
    delivery: new Map(),
    carton: new Map(),
    receipt: new Map(),
    counts: new Map(),
    contradictions: [],
  };
  const skuOfUnit = new Map<string, { gtin14: string; serial: string; skuId: string }>();
  const stockRow = (placeId: string, skuId: string): StockRow => {
    const row = tables.stock.get(stockKey(placeId, skuId)) ?? emptyStock(placeId, skuId);
    tables.stock.set(stockKey(placeId, skuId), row);
    return row;
  };
  const ledgers = new Map<string, Ledger>();
  const acts = new Map<string, CountAct[]>();
  for (const entry of entries) {
    const fact = knownFact(entry);
    if (!fact.ok) {
      tables.unpostable.set(entry._id, fact.error.code);
      continue;
    }
    assert(!tables.facts.has(entry._id), `${entry._id} is in the journal once`);
    tables.facts.set(entry._id, fact.value);
    foldDeliveries(tables, fact.value, entry);
    noteCount(acts, fact.value, entry);
    for (const effect of effectsOf(fact.value)) {
      if (effect.type !== 'unit') {
        stockRow(effect.placeId, effect.skuId);
        noteInLedger(ledgers, effect, entry);
        continue;
      }
      const key = unitKey(effect.gtin14, effect.serial);
      const { gtin14, serial, skuId, step, asOfMs: _, ...told } = effect;
      const orderedAtMs = effectAtMs(effect, entry.orderedAtMs);
      skuOfUnit.set(key, { gtin14, serial, skuId });
      const steps = tables.steps.get(key) ?? [];
      steps.push({ ...told, type: step, entryId: entry._id, orderedAtMs });
      tables.steps.set(key, steps);
    }
  }
  for (const [countId, said] of acts) tables.counts.set(countId, foldCount(countId, said));
  for (const [key, { movements, counts }] of ledgers) {
    const row = tables.stock.get(key);
    assert(row !== undefined, 'a ledger has its row');
    for (const { column, pieces } of movements) row[column] += pieces;
    const { countedAtMs, quantity } = correctionOf(movements, counts);
    row.adjusted += quantity;
    if (countedAtMs !== null) row.countedAtMs = countedAtMs;
  }
  for (const [key, steps] of tables.steps) {
    const unit = skuOfUnit.get(key);
    const life = foldUnit(steps);
    assert(unit !== undefined && life.standing !== null, 'a unit with a step stands somewhere');
    const { entryId, orderedAtMs } = life.standing;
    tables.units.set(key, unitRowOf({ ...unit, entryId, orderedAtMs }, life.standing));
    for (const sum of life.stock) stockRow(sum.placeId, unit.skuId)[sum.column] += sum.quantity;
    for (const { entryId, code } of life.contradictions) tables.contradictions.push(`${entryId}|${code}|${key}`);
  }
  tables.contradictions.sort();
  return tables;
}
