import type { RecallRow } from './delivery.ts';
import { unitKey } from './unit.ts';

/** What somebody has in hand: a unit, or goods of which only the GTIN is known. `batch` null: not known. */
export type RecallableGoods = { gtin14: string; serial: string | null; batch: string | null };

/** `isCertain` false: the recall is of some batches of this GTIN, and which batch this is nobody knows. */
export type RecallHit = { recall: RecallRow; isCertain: boolean };

/**
 * The open recalls that goods fall under, certain ones first, then in the order given. A recall names GTINs (all batches of
 * them, or the batches that it lists), batches alone (of whatever GTIN), or units one by one.
 */
export function recallsOf(goods: RecallableGoods, recalls: readonly RecallRow[]): RecallHit[] {
  const hits = recalls.flatMap((recall): RecallHit[] => {
    const isCertain = concerns(goods, recall);
    return isCertain === null ? [] : [{ recall, isCertain }];
  });
  return hits.toSorted((a, b) => Number(b.isCertain) - Number(a.isCertain));
}

/** Null: not at all; false: perhaps. */
function concerns({ gtin14, serial, batch }: RecallableGoods, recall: RecallRow): boolean | null {
  const { gtins, batches, units } = recall;
  if (serial !== null && units.includes(unitKey(gtin14, serial))) return true;
  const isOfGtin = gtins.includes(gtin14);
  if (gtins.length > 0 && !isOfGtin) return null;
  if (batches.length === 0) return isOfGtin ? true : null;
  if (batch !== null) return batches.includes(batch) ? true : null;
  // Of batches alone, all goods whose batch is unknown would be under suspicion.
  return isOfGtin ? false : null;
}
