import { isBurnFounded } from '#schemas/members/burn.ts';
import { isMemberFact } from '#schemas/members/member-entries.ts';
import { memberRulesAt } from '#schemas/members/member-rules.ts';
import {
  adjustedStep,
  type EarnedLine,
  type LedgerStep,
  type LineBack,
  stepsBack,
  stepsOfTenders,
  stepsOfTicket,
} from '#schemas/members/points-ledger.ts';
import { toldAt } from '#schemas/pricing/price-history.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { Queryable } from '../db/database.ts';
import { readMemberRules } from '../members/member-rules.ts';
import { markMembers } from '../members/standing-marks.ts';
import { type ClaimedTier, unfoundedTiers } from '../members/told-tiers.ts';
import type { PricedStore, PriceHistories } from '../prices/price-histories.ts';
import type { PostableEntry } from './document-check.ts';
import { raiseExceptions } from './exceptions.ts';
import { insertColumns } from './insert-columns.ts';
import type { RecordedEntry } from './judge-entries.ts';

/** Where and by whose memory of prices; the caller holds the lock of the store's counter. */
export type PointsPlace = { store: PricedStore; prices: PriceHistories };

/**
 * Writes what tickets give their members and take back: the ledger of the chain, from which balance and tier follow. What comes back
 * follows from the set of all lines that name a receipt, read again whenever one of them, or the receipt, arrives (P1). The tickets'
 * rows are written already.
 */
export async function postPoints(
  transaction: Queryable,
  place: PointsPlace,
  entries: readonly RecordedEntry[],
): Promise<void> {
  const { merchantId, storeId } = place.store;
  const [steps, receiptIds] = [await givenSteps(transaction, place, entries), receiptsIn(entries)];
  await raiseMisvalued(transaction, place, entries);
  await raiseUnfoundedTiers(transaction, place, entries);
  await insertSteps(transaction, place.store, steps);
  const back = receiptIds.length === 0 ? [] : await takeBack(transaction, storeId, receiptIds);
  await insertSteps(transaction, place.store, back);
  await markMembers(
    transaction,
    merchantId,
    [...steps, ...back].map(({ memberId }) => memberId),
  );
}

/** Whether members' standing may change by it. */
export function concernsPoints({ meaning }: Pick<PostableEntry, 'meaning'>): boolean {
  if (!meaning.postable) return false;
  const { kind, body } = meaning.fact;
  if (kind === 'points-adjusted' || isMemberFact(meaning.fact)) return true;
  return (
    kind === 'retail-transaction' &&
    (body.memberId !== null || hasPoints(body) || body.lines.some(({ returned }) => returned !== null))
  );
}

function hasPoints({ tenders }: Pick<RetailTransaction, 'tenders'>): boolean {
  return tenders.some(({ type }) => type === 'points');
}

/** Receipts that something may come back of: the members' own, and those that lines name. */
function receiptsIn(entries: readonly RecordedEntry[]): string[] {
  const receiptIds = new Set<string>();
  for (const { meaning, entryId } of entries) {
    if (!meaning.postable || meaning.fact.kind !== 'retail-transaction') continue;
    const { memberId, lines } = meaning.fact.body;
    if (memberId !== null) receiptIds.add(entryId);
    for (const { returned } of lines) if (returned !== null) receiptIds.add(returned.entryId);
  }
  return [...receiptIds];
}

/** What the entries give by themselves, by the rules of their moment, or of when they were recorded when that was earlier. */
async function givenSteps(
  transaction: Queryable,
  { store, prices }: PointsPlace,
  entries: readonly RecordedEntry[],
): Promise<LedgerStep[]> {
  const given = entries.filter(({ meaning }) => {
    if (!meaning.postable) return false;
    const { kind, body } = meaning.fact;
    return kind === 'points-adjusted' || (kind === 'retail-transaction' && (body.memberId !== null || hasPoints(body)));
  });
  if (given.length === 0) return [];
  const versions = await readMemberRules(transaction, store.merchantId);
  const asksCategories = versions.some(({ rules }) => (rules.points?.categories.length ?? 0) > 0);
  const categories = asksCategories ? await categoriesOf(transaction, { store, prices }, given) : () => [];
  return given.flatMap((entry) => {
    const { meaning, entryId, orderedAtMs, recordedAtMs } = entry;
    const atMs = Math.min(orderedAtMs, recordedAtMs);
    const rules = memberRulesAt(versions, atMs).points;
    if (!meaning.postable) return [];
    const { fact } = meaning;
    if (fact.kind === 'points-adjusted') return [adjustedStep({ entryId, atMs }, fact.body, rules)];
    if (fact.kind !== 'retail-transaction') return [];
    const { body } = fact;
    const spent = stepsOfTenders({ entryId, atMs, body }, rules);
    if (body.memberId === null) return spent;
    const ticket = { entryId, memberId: body.memberId, atMs, body };
    return [...stepsOfTicket(ticket, rules, (skuId) => categories(entry, skuId)), ...spent];
  });
}

/** [MP8] Points that no rule of the chain's made worth so much, of any time before the ticket was recorded: a till may not have heard of the last. */
async function raiseMisvalued(
  transaction: Queryable,
  { store }: PointsPlace,
  entries: readonly RecordedEntry[],
): Promise<void> {
  const paid = entries.flatMap(({ meaning, entryId, recordedAtMs }) =>
    meaning.postable && meaning.fact.kind === 'retail-transaction' && hasPoints(meaning.fact.body)
      ? [{ entryId, recordedAtMs, tenders: meaning.fact.body.tenders }]
      : [],
  );
  if (paid.length === 0) return;
  const versions = await readMemberRules(transaction, store.merchantId);
  const raised = paid.flatMap(({ entryId, recordedAtMs, tenders }) => {
    const known = versions
      .filter(({ fromMs }) => fromMs <= recordedAtMs)
      .flatMap(({ rules }) => rules.points?.burn ?? []);
    return tenders.flatMap((tender, index) =>
      tender.type !== 'points' || isBurnFounded(tender, known)
        ? []
        : [{ entryId, code: 'points-misvalued' as const, subject: `points ${index + 1}`, detail: '' }],
    );
  });
  await raiseExceptions(transaction, store.storeId, raised);
}

/** [MT6] Without a tier nothing is claimed. */
async function raiseUnfoundedTiers(
  transaction: Queryable,
  { store }: PointsPlace,
  entries: readonly RecordedEntry[],
): Promise<void> {
  const claims = entries.flatMap(({ meaning, entryId, recordedAtMs }): ClaimedTier[] => {
    if (!meaning.postable || meaning.fact.kind !== 'retail-transaction') return [];
    const { memberId, memberTier, voids } = meaning.fact.body;
    // What takes a ticket back says what that said.
    if (memberId === null || !memberTier || voids !== null) return [];
    return [{ entryId, memberId, tier: memberTier, recordedAtMs }];
  });
  const unfounded = await unfoundedTiers(transaction, store.merchantId, claims);
  await raiseExceptions(
    transaction,
    store.storeId,
    unfounded.map(({ entryId, tier }) => ({ code: 'tier-unfounded', entryId, subject: tier, detail: '' })),
  );
}

/** The category of an article as tills were told it when the entry was recorded. */
async function categoriesOf(
  transaction: Queryable,
  { store, prices }: PointsPlace,
  entries: readonly RecordedEntry[],
): Promise<(entry: RecordedEntry, skuId: string) => string[]> {
  const skuIds = new Set<string>();
  for (const { meaning } of entries) {
    if (!meaning.postable || meaning.fact.kind !== 'retail-transaction') continue;
    for (const { skuId } of meaning.fact.body.lines) if (skuId !== null) skuIds.add(skuId);
  }
  const reader = await prices.read(transaction, store, { skuIds, promotionIds: new Set() });
  return ({ priceRevision, orderedAtMs, recordedAtMs }, skuId) => {
    if (priceRevision === null) return [];
    const told = reader.upTo(priceRevision).sku(skuId);
    const version = toldAt(told, Math.min(orderedAtMs, recordedAtMs)) ?? told[0];
    const categoryId = version?.row?.categoryId ?? null;
    return categoryId === null ? [] : [categoryId];
  };
}

/** Takes away what was said of these receipts before, and says anew what came back of them. */
async function takeBack(transaction: Queryable, storeId: string, receiptIds: readonly string[]): Promise<LedgerStep[]> {
  const { rows: backs } = await transaction.query<LineBack & { receiptId: string }>({
    name: 'lines back',
    text: `select l.returned_entry_id as "receiptId", l.returned_line_number as "soldNumber", 0 - l.quantity as pieces,
                  lpad(l.till_number::text, 4, '0') || '-' || lpad(l.sequence::text, 9, '0') as "entryId",
                  l.line_number as "lineNumber", j.ordered_at_ms as "orderedAtMs",
                  least(j.ordered_at_ms, j.recorded_at_ms) as "atMs",
                  coalesce(t.voids_entry_id = l.returned_entry_id, false) as "isVoid"
             from line_item l
             join journal j on j.store_id = $1 and j.till_number = l.till_number and j.sequence = l.sequence
             join retail_transaction t on t.store_id = $1 and t.till_number = l.till_number and t.sequence = l.sequence
            where l.store_id = $1 and l.returned_entry_id = any($2::text[])`,
    values: [storeId, receiptIds],
  });
  if (backs.length === 0) return [];
  const named = [...new Set(backs.map(({ receiptId }) => receiptId))];
  await transaction.query({
    name: 'drop steps back',
    text: 'delete from points_step where store_id = $1 and lot_entry_id = any($2::text[])',
    values: [storeId, named],
  });
  const { rows: earned } = await transaction.query<EarnedLine>({
    name: 'lines that earned',
    text: `select p.entry_id as "entryId", p.step_number as "stepNumber", p.member_id as "memberId", p.kind, p.at_ms as "atMs",
                  p.spend_minor as "spendMinor", p.visits, p.points, p.available_at_ms as "availableAtMs",
                  p.expires_at_ms as "expiresAtMs", p.lot_entry_id as "lotEntryId", p.lot_number as "lotNumber", l.quantity
             from points_step p
             join line_item l on l.store_id = $1 and l.till_number = left(p.entry_id, 4)::int4
                             and l.sequence = substr(p.entry_id, 6)::int8 and l.line_number = p.step_number
            where p.store_id = $1 and p.entry_id = any($2::text[]) and p.kind = 'earned'`,
    values: [storeId, named],
  });
  const sales = Map.groupBy(earned, ({ entryId }) => entryId);
  return [...sales].flatMap(([receiptId, lines]) =>
    stepsBack(
      lines,
      backs.filter((back) => back.receiptId === receiptId && back.entryId !== receiptId),
    ),
  );
}

function insertSteps(
  transaction: Queryable,
  { merchantId, storeId }: PricedStore,
  steps: readonly LedgerStep[],
): Promise<void> {
  return insertColumns(transaction, 'points_step', storeId, [
    ['merchant_id', 'text', steps.map(() => merchantId)],
    ['member_id', 'text', steps.map((step) => step.memberId)],
    ['entry_id', 'text', steps.map((step) => step.entryId)],
    ['step_number', 'int4', steps.map((step) => step.stepNumber)],
    ['kind', 'text', steps.map((step) => step.kind)],
    ['at_ms', 'int8', steps.map((step) => step.atMs)],
    ['spend_minor', 'int8', steps.map((step) => step.spendMinor)],
    ['visits', 'int4', steps.map((step) => step.visits)],
    ['points', 'int8', steps.map((step) => step.points)],
    ['available_at_ms', 'int8', steps.map((step) => step.availableAtMs)],
    ['expires_at_ms', 'int8', steps.map((step) => step.expiresAtMs)],
    ['lot_entry_id', 'text', steps.map((step) => step.lotEntryId)],
    ['lot_number', 'int4', steps.map((step) => step.lotNumber)],
  ]);
}
