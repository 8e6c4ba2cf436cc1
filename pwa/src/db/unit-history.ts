import { effectAtMs, effectsOf } from '#schemas/journal/effects.ts';
import { type Entry, occurredAtMs } from '#schemas/journal/envelope.ts';
import { type Fact, factOf } from '#schemas/journal/kinds.ts';
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
  const steps = found.map(({ step, entry, fact }): UnitHistoryStep => {
    const move = moveUnit(standing, step);
    standing = move.standing;
    const { type, placeId, entryId, lineNumber, batch, expiresOn } = step;
    const { tillNumber, operatorId } = entry;
    return {
      ...{ type, placeId, entryId, lineNumber, batch, expiresOn, tillNumber, operatorId },
      ...stepNoteOf(fact, lineNumber),
      kind: fact.kind,
      atMs: occurredAtMs(entry),
      isWaiting: isWaiting(entry),
      after: move.standing.state,
      contradiction: move.contradiction,
    };
  });
  const told = standing as UnitStanding | null;
  // A first step that contradicts the books had others before it; so had a row that stands elsewhere than the steps lead.
  const isWhole = unit?.state === told?.state && unit?.placeId === told?.placeId && !steps[0]?.contradiction;
  return { unit, steps, isWhole };
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
