import { effectAtMs } from '#schemas/journal/effects.ts';
import type { Queryable } from '../db/database.ts';
import type { PostableEntry } from './document-check.ts';
import { postDeliveries } from './post-deliveries.ts';
import { postReturns } from './post-returns.ts';
import { postShifts } from './post-shifts.ts';
import { postTenders } from './post-tenders.ts';
import { postTransactions } from './post-transactions.ts';
import { postUnits, type UnitEffect } from './post-units.ts';
import { StockDeltas } from './stock-deltas.ts';

/**
 * Writes what entries mean to the derived tables, at `revision`. Each entry goes through here exactly once between two
 * rebuilds; the entries are in the journal table already.
 */
export async function postMeanings(
  transaction: Queryable,
  storeId: string,
  entries: readonly PostableEntry[],
  revision: number,
): Promise<void> {
  const deltas = new StockDeltas();
  const unitEffects: UnitEffect[] = [];
  for (const { meaning, entryId, orderedAtMs } of entries) {
    if (!meaning.postable) continue;
    for (const effect of meaning.effects) {
      if (effect.type === 'stock') deltas.add(effect.placeId, effect.skuId, effect.column, effect.quantity);
      else if (effect.type === 'unit')
        unitEffects.push({ ...effect, entryId, orderedAtMs: effectAtMs(effect, orderedAtMs) });
    }
  }
  await postTransactions(transaction, storeId, entries);
  await postReturns(transaction, storeId, entries);
  await postTenders(transaction, storeId, entries);
  await postDeliveries(transaction, storeId, entries, revision);
  await postShifts(transaction, storeId, entries);
  await postUnits(transaction, storeId, unitEffects, deltas, revision);
  await deltas.write(transaction, storeId, revision);
}
