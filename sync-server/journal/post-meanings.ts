import { effectAtMs } from '#schemas/journal/effects.ts';
import { accountNumbersIn, markAccounts } from '../customer-accounts/account-marks.ts';
import type { Queryable } from '../db/database.ts';
import { together } from '../db/pipelined.ts';
import type { RecordedEntry } from './judge-entries.ts';
import { postBasketSteps } from './post-basket-steps.ts';
import { postBaskets } from './post-baskets.ts';
import { postCounts } from './post-counts.ts';
import { postCoupons } from './post-coupons.ts';
import { postDeliveries } from './post-deliveries.ts';
import { type CountedNumber, type Movement, postLedger } from './post-ledger.ts';
import { postMembers } from './post-members.ts';
import { postOpenPayments } from './post-open-payments.ts';
import { type PointsPlace, postPoints } from './post-points.ts';
import { postReturns } from './post-returns.ts';
import { postShifts } from './post-shifts.ts';
import { postTenders } from './post-tenders.ts';
import { postTransactions } from './post-transactions.ts';
import { postUnits, type UnitEffect } from './post-units.ts';
import { StockDeltas } from './stock-deltas.ts';

/**
 * Writes what entries mean to the derived tables, at `revision`. Each entry goes through here exactly once between two
 * rebuilds; the entries are in the journal table already, and the caller holds the lock of the store's counter.
 */
export async function postMeanings(
  transaction: Queryable,
  place: PointsPlace,
  entries: readonly RecordedEntry[],
  revision: number,
): Promise<void> {
  const { storeId } = place.store;
  const deltas = new StockDeltas();
  const unitEffects: UnitEffect[] = [];
  const movements: Movement[] = [];
  const counted: CountedNumber[] = [];
  for (const { meaning, entryId, orderedAtMs } of entries) {
    if (!meaning.postable) continue;
    for (const [effectNumber, effect] of meaning.effects.entries()) {
      const atMs = effectAtMs('asOfMs' in effect ? effect : {}, orderedAtMs);
      if (effect.type === 'stock') movements.push({ ...effect, entryId, orderedAtMs, effectNumber });
      else if (effect.type === 'counted') counted.push({ ...effect, entryId, asOfMs: atMs });
      else unitEffects.push({ ...effect, entryId, orderedAtMs: atMs });
    }
  }
  await postTransactions(transaction, storeId, entries);
  // None of these reads what another writes, and each raises exceptions of its own codes.
  await together(
    postBaskets(transaction, storeId, entries),
    postBasketSteps(transaction, place, entries),
    postReturns(transaction, storeId, entries),
    postTenders(transaction, storeId, entries),
    postOpenPayments(transaction, storeId, entries),
    postDeliveries(transaction, storeId, entries, revision),
    postShifts(transaction, storeId, entries),
    postLedger(transaction, storeId, { movements, counted }, deltas),
  );
  await markAccounts(transaction, place.store.merchantId, accountNumbersIn(entries));
  // After the ledger, which compares with the counts' lines of before.
  await postCounts(transaction, storeId, entries, revision);
  await postMembers(transaction, storeId, entries, revision);
  await postPoints(transaction, place, entries);
  await postCoupons(transaction, place, entries);
  await postUnits(transaction, storeId, unitEffects, deltas, revision);
  await deltas.write(transaction, storeId, revision);
}
