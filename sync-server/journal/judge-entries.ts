import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { type RightsHistories, rightsHistoriesOf } from '../people/rights-history.ts';
import { type PricedStore, type PriceHistories, type PriceNames, priceHistoriesOf } from '../prices/price-histories.ts';
import { attestedApprovals, type IsAttested, type PlacedEntry } from './attested-approvals.ts';
import type { Exception } from './exceptions.ts';
import { priceExceptions } from './price-exceptions.ts';
import { rightExceptions } from './right-exceptions.ts';
import { signedApprovals } from './signed-approvals.ts';

/** An entry with when it was recorded, and the chain's revision then: null of one from before prices were judged. */
export type RecordedEntry = PlacedEntry & { recordedAtMs: number; priceRevision: number | null };

/** Where and by which list of people; `store` as it was read in this transaction. */
export type JudgedPlace = { store: PricedStore; staffRevision: number };

/** What a process remembers of what entries are judged by. */
export type Judges = { rights: RightsHistories; prices: PriceHistories };

export function judgesOf(context: ServerContext): Judges {
  return { rights: rightsHistoriesOf(context), prices: priceHistoriesOf(context) };
}

/**
 * What is to be said of entries besides what contradicts the books: rights that were lacking, approvals that nobody gave, prices that
 * nobody was told. The caller holds the lock of the store's counter.
 */
export async function judgeEntries(
  transaction: Queryable,
  { store, staffRevision }: JudgedPlace,
  entries: readonly RecordedEntry[],
  judges: Judges,
): Promise<Exception[]> {
  const rights = await judges.rights.at(transaction, store.storeId, staffRevision);
  const isGiven = await attestedApprovals(transaction, store.storeId, entries);
  const isSigned = await signedApprovals(transaction, store, entries);
  const isAttested: IsAttested = (entry, approval) => isGiven(entry, approval) && isSigned(entry, approval);
  const ofRights = entries.flatMap((entry) => rightExceptions(entry, entry.recordedAtMs, rights, isAttested));
  const names = namesIn(entries);
  if (names.skuIds.size === 0) return ofRights;
  const prices = await judges.prices.read(transaction, store, names);
  const ofPrices = entries.flatMap((entry) =>
    entry.priceRevision === null ? [] : priceExceptions(entry, entry.recordedAtMs, prices.upTo(entry.priceRevision)),
  );
  return [...ofRights, ...ofPrices];
}

function namesIn(entries: readonly RecordedEntry[]): PriceNames {
  const skuIds = new Set<string>();
  const promotionIds = new Set<string>();
  for (const { meaning, priceRevision } of entries) {
    if (priceRevision === null || !meaning.postable || meaning.fact.kind !== 'retail-transaction') continue;
    for (const { skuId } of meaning.fact.body.lines) if (skuId !== null) skuIds.add(skuId);
    for (const { promotionId } of meaning.fact.body.promotions) promotionIds.add(promotionId);
  }
  return { skuIds, promotionIds };
}
