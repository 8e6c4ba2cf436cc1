import { effectAtMs, effectsOf } from '#schemas/journal/effects.ts';
import { type Entry, occurredAtMs } from '#schemas/journal/envelope.ts';
import { type Fact, factOf } from '#schemas/journal/kinds.ts';
import { countedUnitsOf, toldSightings } from '#schemas/stock/count-sightings.ts';
import { stepNoteOf } from '#schemas/stock/step-note.ts';
import { compareSteps, moveUnit, type UnitRow, type UnitStanding, type UnitStep } from '#schemas/stock/unit.ts';
import { discountMinorOf, type RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { UnitHistory, UnitHistoryStep, UnitSale } from './till-types.ts';

type Found = { step: UnitStep; entry: Entry; fact: Fact };

/** A unit's life as entries tell it, in the order that posting takes them in. `isWaiting`: not with the server yet. */
export function unitHistory(
  { gtin14, serial, unit }: { gtin14: string; serial: string; unit: UnitRow | null },
  entries: readonly Entry[],
  isWaiting: (entry: Entry) => boolean,
): UnitHistory {
  const found = entries.flatMap((entry) => stepsOf(entry, gtin14, serial));
  found.sort((a, b) => compareSteps(a.step, b.step));
  let standing: UnitStanding | null = null;
  const steps: Ordered[] = found.map(({ step, entry, fact }) => {
    const move = moveUnit(standing, step);
    standing = move.standing;
    const { type, placeId, lineNumber, batch, expiresOn, orderedAtMs } = step;
    const told = { type, placeId, lineNumber, batch, expiresOn, after: move.standing.state };
    return {
      ...shown(entry, fact, orderedAtMs),
      ...told,
      contradiction: move.contradiction,
      ...stepNoteOf(fact, lineNumber),
    };
  });
  const told = standing as UnitStanding | null;
  // A first step that contradicts the books had others before it; so had a row that stands elsewhere than the steps lead.
  const isWhole = unit?.state === told?.state && unit?.placeId === told?.placeId && !steps[0]?.contradiction;
  for (const sighting of sightingsOf(entries, gtin14, serial)) {
    const at = steps.findLastIndex(({ orderedAtMs }) => orderedAtMs <= sighting.orderedAtMs);
    steps.splice(at + 1, 0, { ...sighting, after: steps[at]?.after ?? null });
  }
  const waiting = new Set(entries.filter(isWaiting).map(({ _id }) => _id));
  const whole = steps.map(({ orderedAtMs: _, ...step }) => ({ ...step, isWaiting: waiting.has(step.entryId) }));
  return { unit, steps: whole, isWhole };
}

type Ordered = Omit<UnitHistoryStep, 'isWaiting'> & { orderedAtMs: number };

/** When it was so: an approval tells of the moment that was counted, and a batch of scans of the last minute. */
function shown(entry: Entry, { kind }: Fact, orderedAtMs: number) {
  const { _id: entryId, tillNumber, operatorId } = entry;
  const atMs = occurredAtMs(entry) - (entry.orderedAtMs - orderedAtMs);
  return { entryId, tillNumber, operatorId, kind, atMs, orderedAtMs };
}

/** Where it was counted, in the order of time. */
function sightingsOf(entries: readonly Entry[], gtin14: string, serial: string): Ordered[] {
  const seen = entries.flatMap((entry) => {
    const fact = factOf(entry);
    if (!fact.ok) return [];
    return countedUnitsOf(fact.value)
      .filter((one) => one.serial === serial && one.gtin14 === gtin14)
      .map((one) => ({ ...one, entry, fact: fact.value, seenAtMs: entry.orderedAtMs - one.agoMs }));
  });
  return toldSightings(seen)
    .sort((a, b) => a.seenAtMs - b.seenAtMs)
    .map(({ entry, fact, placeId, lineNumber, seenAtMs }) => ({
      ...{ type: 'counted', ...shown(entry, fact, seenAtMs), placeId, lineNumber, batch: null, expiresOn: null },
      ...{ after: null, contradiction: null, ...stepNoteOf(fact, lineNumber) },
    }));
}

function stepsOf(entry: Entry, gtin14: string, serial: string): Found[] {
  const fact = factOf(entry);
  if (!fact.ok) return [];
  const entryId = entry._id;
  return effectsOf(fact.value).flatMap((effect): Found[] => {
    if (effect.type !== 'unit' || effect.serial !== serial || effect.gtin14 !== gtin14) return [];
    const { placeId, lineNumber, batch, expiresOn, onDay } = effect;
    const orderedAtMs = effectAtMs(effect, entry.orderedAtMs);
    const step = { type: effect.step, placeId, entryId, orderedAtMs, lineNumber, batch, expiresOn, onDay };
    return [{ step, entry, fact: fact.value }];
  });
}

/** How an entry sold a unit, after discounts; null: it did not. */
export function unitSaleOf(entry: Entry, gtin14: string, serial: string): UnitSale | null {
  const fact = factOf(entry);
  if (!fact.ok || fact.value.kind !== 'retail-transaction') return null;
  const lines: RetailTransaction['lines'] = fact.value.body.lines;
  const line = lines.find((one) => one.serial === serial && one.gtin14 === gtin14 && one.quantity > 0);
  if (line === undefined) return null;
  const { name, taxClass, taxRateBasisPoints } = line;
  const unitPriceMinor = line.unitPriceMinor - discountMinorOf(line);
  return { entryId: entry._id, soldAtMs: occurredAtMs(entry), unitPriceMinor, name, taxClass, taxRateBasisPoints };
}
