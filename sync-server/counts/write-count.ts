import { randomUUID } from 'node:crypto';
import type { ApproveCount, PlanCount, ReviewLine } from '#schemas/api/counts.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import {
  type ApprovedNumber,
  type ApprovedUnit,
  type CountApproved,
  maxApprovedLines,
} from '#schemas/stock/count-entries.ts';
import type { AdjustmentReason } from '#schemas/stock/goods.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { type BackOfficeDraft, type BackOfficeFailure, writeBackOfficeEntries } from '../journal/back-office.ts';
import { scopedSkus, scopeValues } from './read-books.ts';
import { readReview } from './read-review.ts';

type Store = { merchantId: string; storeId: string; currency: string };
type Conflict = { code: 'conflict'; detail: 'approved' | 'cancelled' | 'changed' };
export type CountFailure =
  | { code: 'not-found' }
  | { code: 'bad-request'; detail: string }
  | Conflict
  | BackOfficeFailure;

const conflict = (detail: Conflict['detail']) => fail<CountFailure>({ code: 'conflict', detail });

/** Opens one: what it names must be there. */
export async function planCount(
  context: ServerContext,
  store: Store,
  operatorId: string,
  plan: PlanCount,
): Promise<Result<string, CountFailure>> {
  const trouble = await scopeTrouble(context.database.pool, store, plan.scope);
  if (trouble !== null) return fail({ code: 'bad-request', detail: trouble });
  const countId = randomUUID();
  const body = { ...plan, countId, approvals: [] };
  const written = await writeBackOfficeEntries(context, store.storeId, [{ kind: 'count-opened', body, operatorId }]);
  return written.ok ? ok(countId) : written;
}

async function scopeTrouble(
  database: Queryable,
  { merchantId, storeId }: Store,
  scope: PlanCount['scope'],
): Promise<string | null> {
  const { rows } = await database.query<{ places: number; skus: number }>(
    `select (select count(*)::int from place where store_id = $5 and place_id = any ($6)) as places,
            (select count(*)::int from (${scopedSkus}) s) as skus`,
    [...scopeValues(merchantId, scope), storeId, scope.placeIds],
  );
  const { places = 0, skus = 0 } = rows[0] ?? {};
  if (places < new Set(scope.placeIds).size) return 'a place that the store does not have';
  return skus === 0 ? 'nothing in the scope' : null;
}

/** Any word of the office about a stock-take that goes on. */
export async function writeWord(
  context: ServerContext,
  storeId: string,
  draft: BackOfficeDraft,
): Promise<Result<Entry, CountFailure>> {
  const written = await writeBackOfficeEntries(context, storeId, [draft]);
  if (!written.ok) return written;
  const [entry] = written.value;
  return entry ? ok(entry) : conflict('changed');
}

/**
 * Books lines of a review. What was looked at is named by its version, which is asked for again when the entries have their
 * numbers: of two managers the second gets a conflict, with any number of servers.
 */
export async function approveCount(
  context: ServerContext,
  store: Store,
  { countId, operatorId }: { countId: string; operatorId: string },
  asked: ApproveCount,
): Promise<Result<{ entryIds: string[]; lines: number }, CountFailure>> {
  const review = await readReview(context.database, store, countId);
  if (review === null) return fail({ code: 'not-found' });
  const { state } = review.count.row;
  if (state === 'approved' || state === 'cancelled') return conflict(state);
  if (review.version !== asked.version) return conflict('changed');
  const lines = linesToBook(review.lines, asked);
  if (lines === null) return conflict('changed');
  if (lines.length === 0 && !asked.isWhole) return fail({ code: 'bad-request', detail: 'no line to book' });
  const seen = await seenBatches(context.database.pool, store.storeId, countId);
  const drafts = approvals(countId, lines, asked, seen).map((body) => ({ kind: 'count-approved', body, operatorId }));
  const unless = async () => {
    const now = await readReview(context.database, store, countId);
    return now === null || now.version !== asked.version || now.count.row.state !== state;
  };
  const written = await writeBackOfficeEntries(context, store.storeId, drafts, { unless });
  if (!written.ok) return written;
  if (written.value.length === 0) {
    const now = await readReview(context.database, store, countId);
    const after = now?.count.row.state;
    return conflict(after === 'approved' || after === 'cancelled' ? after : 'changed');
  }
  return ok({ entryIds: written.value.map(({ _id }) => _id), lines: lines.length });
}

const nothingToBook: ReadonlySet<ReviewLine['outcome']> = new Set(['still-missing', 'unordered']);

type Booked = { line: ReviewLine; reason: AdjustmentReason };

/** Null: a line that the review does not have, or has booked. */
function linesToBook(lines: readonly ReviewLine[], asked: ApproveCount): Booked[] | null {
  const bookable = lines.filter(({ approved, outcome }) => approved === null && !nothingToBook.has(outcome));
  const reasons = new Map(asked.reasons.map(({ lineKey, reason }) => [lineKey, reason]));
  const except = new Set(asked.except);
  const wanted = asked.lines === 'all' ? null : new Set(asked.lines);
  const chosen = bookable.filter(({ lineKey }) => (wanted?.has(lineKey) ?? true) && !except.has(lineKey));
  if (wanted !== null && chosen.length < [...wanted].filter((lineKey) => !except.has(lineKey)).length) return null;
  return chosen.map((line) => ({ line, reason: reasons.get(line.lineKey) ?? usualReason(line) }));
}

function usualReason({ gtin14, outcome }: ReviewLine): AdjustmentReason {
  if (gtin14 === null || outcome === 'moved') return 'correction';
  return outcome === 'missing' ? 'lost' : 'found';
}

/** As many entries as it takes; the last of them says whether it is done. */
function approvals(
  countId: string,
  lines: readonly Booked[],
  { note, isWhole }: ApproveCount,
  seen: CountApproved['seen'],
): CountApproved[] {
  const bodies: CountApproved[] = [];
  for (let at = 0; at === 0 || at < lines.length; at += maxApprovedLines) {
    const part = lines.slice(at, at + maxApprovedLines);
    const isLast = at + maxApprovedLines >= lines.length;
    bodies.push({
      ...{ countId, note, seen, approvals: [], isWhole: isWhole && isLast },
      units: part.flatMap(unitOf),
      numbers: part.flatMap(numberOf),
    });
  }
  return bodies;
}

function unitOf({ line, reason }: Booked): ApprovedUnit[] {
  const { gtin14, serial, skuId, placeId, asOfMs, valueMinor, outcome } = line;
  if (gtin14 === null || serial === null) return [];
  const booked = outcome === 'missing' || outcome === 'moved' ? outcome : 'found';
  return [{ gtin14, serial, skuId, placeId, asOfMs, valueMinor, reason, outcome: booked }];
}

function numberOf({ line, reason }: Booked): ApprovedNumber[] {
  const { gtin14, skuId, placeId, asOfMs, valueMinor, counted, expected } = line;
  return gtin14 === null ? [{ skuId, placeId, asOfMs, valueMinor, reason, counted, expected }] : [];
}

async function seenBatches(database: Queryable, storeId: string, countId: string): Promise<CountApproved['seen']> {
  const { rows } = await database.query<CountApproved['seen'][number]>(
    `select substr(entry_id, 1, 4)::int as "tillNumber", max(substr(entry_id, 6)::int8) as sequence
       from count_batch where store_id = $1 and count_id = $2 group by 1 order by 1`,
    [storeId, countId],
  );
  return rows;
}
