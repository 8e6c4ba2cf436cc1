import { SvelteMap } from 'svelte/reactivity';
import {
  type ApproveCount,
  approveCountAnswerSchema,
  askRecountAnswerSchema,
  type CountOutcome,
  type CountReview,
  countReviewSchema,
  type ReviewLine,
  type ReviewQuery,
} from '#schemas/api/counts.ts';
import type { AdjustmentReason } from '#schemas/stock/goods.ts';
import { Live, type Office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';

const pageSize = 50;

/** What is too few, too many and worth how much, over some lines. `short`: what is written off; its value is not negative. */
export type BookedSums = {
  lines: number;
  pieces: number;
  valueMinor: number;
  withoutPrice: number;
  short: number;
  valueShortMinor: number;
};

/**
 * Whether it would write off so much that rather the counting is wrong: half of what the books had at the places that were closed,
 * or a fifth and ten pieces at least.
 */
export function isGraveLoss(short: number, expected: number): boolean {
  return short > 0 && (short * 2 >= expected || (short >= 10 && short * 5 >= expected));
}

/** Whether there is something to book: it is not booked yet, and the books do not say the same already. */
export function isBookable({ approved, outcome }: Pick<ReviewLine, 'approved' | 'outcome'>): boolean {
  return approved === null && outcome !== 'still-missing' && outcome !== 'unordered';
}

export function sumsOf(lines: Iterable<ReviewLine>): BookedSums {
  const sums: BookedSums = { lines: 0, pieces: 0, valueMinor: 0, withoutPrice: 0, short: 0, valueShortMinor: 0 };
  for (const line of lines) {
    sums.lines += 1;
    // A unit at another place of the store is neither lost nor won.
    if (line.outcome === 'moved') continue;
    sums.pieces += line.counted - line.expected;
    sums.valueMinor += line.valueMinor ?? 0;
    sums.short += Math.max(0, line.expected - line.counted);
    sums.valueShortMinor += Math.max(0, -(line.valueMinor ?? 0));
    if (line.valueMinor === null) sums.withoutPrice += 1;
  }
  return sums;
}

/** The review of one stock-take: what is looked at, what is chosen, and what is said about it. */
export class CountReviewing {
  readonly #office: Pick<Office, 'ask'>;
  readonly #countId: string;
  readonly #live: Live<CountReview>;
  readonly query = $state({
    by: 'line' as ReviewQuery['by'],
    outcome: '' as CountOutcome | '',
    placeId: '',
    q: '',
    onlyUnsure: false,
    sort: 'value' as ReviewQuery['sort'],
    after: 0,
  });
  readonly chosen = new SvelteMap<string, ReviewLine>();
  readonly reasons = new SvelteMap<string, AdjustmentReason>();
  #failure = $state<ApiFailure['code'] | null>(null);
  #isBusy = $state(false);

  constructor(office: Pick<Office, 'ask'>, countId: string) {
    this.#office = office;
    this.#countId = countId;
    this.#live = new Live(() => office.ask(`counts/${countId}/review?${this.asked}`, countReviewSchema));
  }

  get answer(): CountReview | null {
    return this.#live.answer;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure ?? this.#live.failure;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }
  /** Whether what failed was a change, not the looking. */
  get isRefused(): boolean {
    return this.#failure !== null;
  }

  /** The question as the server takes it. */
  get asked(): string {
    const { by, outcome, placeId, q, onlyUnsure, sort, after } = this.query;
    const asked = new URLSearchParams({ by, sort, limit: String(pageSize), after: String(after) });
    if (outcome !== '') asked.set('outcome', outcome);
    if (placeId !== '') asked.set('placeId', placeId);
    if (q.trim() !== '') asked.set('q', q.trim());
    if (onlyUnsure) asked.set('onlyUnsure', '1');
    return asked.toString();
  }

  start(everyMs: number): () => void {
    return this.#live.start(everyMs);
  }

  refresh(): Promise<void> {
    return this.#live.refresh();
  }

  /** Changes what is looked at; from its beginning. */
  look(change: Partial<CountReviewing['query']>): void {
    Object.assign(this.query, { after: 0, ...change });
  }

  get hasEarlier(): boolean {
    return this.query.after > 0;
  }
  get hasLater(): boolean {
    return this.query.after + pageSize < (this.answer?.total ?? 0);
  }
  turn(direction: 1 | -1): void {
    this.query.after = Math.max(0, this.query.after + direction * pageSize);
  }

  choose(line: ReviewLine, isChosen: boolean): void {
    if (isChosen && isBookable(line)) this.chosen.set(line.lineKey, line);
    else this.chosen.delete(line.lineKey);
  }

  choosePage(isChosen: boolean): void {
    for (const line of this.answer?.lines ?? []) this.choose(line, isChosen);
  }

  setReason(lineKey: string, reason: AdjustmentReason): void {
    this.reasons.set(lineKey, reason);
  }

  /** One reason for all that are chosen. */
  giveReason(reason: AdjustmentReason): void {
    for (const lineKey of this.chosen.keys()) this.reasons.set(lineKey, reason);
  }

  /** Books what is chosen, or all of it. `changed`: something came late, what is shown is new now. */
  async approve(what: 'all' | 'chosen', said: { note: string; isWhole: boolean }): Promise<ApproveOutcome> {
    const review = this.answer;
    if (review === null || this.#isBusy) return { code: 'failed' };
    const lines = what === 'all' ? 'all' : [...this.chosen.keys()];
    const reasons = [...this.reasons].map(([lineKey, reason]) => ({ lineKey, reason }));
    const told = reasons.filter(({ lineKey }) => lines === 'all' || this.chosen.has(lineKey));
    const body: ApproveCount = { version: review.version, lines, except: [], reasons: told, ...said };
    this.#isBusy = true;
    const answer = await this.#office.ask(`counts/${this.#countId}/approve`, approveCountAnswerSchema, {
      method: 'POST',
      body,
    });
    this.#isBusy = false;
    const isConflict = !answer.ok && answer.error.code === 'conflict';
    this.#failure = answer.ok || isConflict ? null : answer.error.code;
    if (answer.ok || isConflict) this.chosen.clear();
    await this.refresh();
    if (answer.ok) return { code: 'approved', lines: answer.value.lines };
    return isConflict ? { code: conflictOf(this.answer) } : { code: 'failed' };
  }

  /** Somebody is to count it again; empty `skuIds`: the whole place. */
  async recount(asked: {
    placeId: string;
    skuIds: string[];
    operatorId: string | null;
    note: string;
  }): Promise<boolean> {
    this.#isBusy = true;
    const answer = await this.#office.ask(`counts/${this.#countId}/recounts`, askRecountAnswerSchema, {
      method: 'POST',
      body: asked,
    });
    this.#isBusy = false;
    this.#failure = answer.ok ? null : answer.error.code;
    await this.refresh();
    return answer.ok;
  }
}

export type ApproveOutcome =
  | { code: 'approved'; lines: number }
  | { code: 'overtaken' | 'cancelled' | 'changed' | 'failed' };

/** Why it was a conflict, as the stock-take stands now. */
function conflictOf(review: CountReview | null): 'overtaken' | 'cancelled' | 'changed' {
  if (review?.state === 'approved') return 'overtaken';
  return review?.state === 'cancelled' ? 'cancelled' : 'changed';
}
