import type { OnlineSeen } from '#schemas/pricing/online-seen.ts';
import type { PricingRules } from '#schemas/pricing/pricing-rules.ts';
import type { Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import type { Line } from './basket-lines.ts';

export type OnlineCheckOptions = {
  basket: Basket;
  till: () => Till | null;
  rule: () => PricingRules['onlineRule'];
  /** The customer was told what is due: nothing changes any more. */
  isHeld: () => boolean;
  /** What a piece of the article costs in the open basket, as the customer has heard. */
  shownMinor: (skuId: string) => number | null;
  /** What was seen is part of the ticket from here on. */
  onSeen: (seen: readonly OnlineSeen[]) => void;
};

/** [PL8] So soon after a scan a price may still go up by itself: nobody has told it yet. Questions gather meanwhile. */
const promptMs = 300;
/** Scans in quick succession are asked for together. */
const gatherMs = 40;
/** What was seen so long ago is asked again. */
const freshMs = 5 * 60_000;

/**
 * Asks the server again, in the background, what the web shop asks for what lies in the basket. Nothing waits for it: an answer
 * for a line that has changed, for another basket or while it is being paid, is dropped.
 */
export class OnlineCheck {
  readonly #options: OnlineCheckOptions;
  /** What was answered or is being asked in this basket. */
  readonly #asked = new Map<string, { quantity: number; atMs: number }>();
  #transactionId = '';
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: OnlineCheckOptions) {
    this.#options = options;
  }

  /** The basket, the line to the server or the clock has changed. */
  follow(): void {
    if (this.#timer !== null || this.#goods().length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#ask().catch(console.error);
    }, gatherMs);
  }

  /** Rows of these articles have changed, or of all. */
  forget(skuIds: Iterable<string> | 'all'): void {
    if (skuIds === 'all') this.#asked.clear();
    else for (const skuId of skuIds) this.#asked.delete(skuId);
    this.follow();
  }

  /** What is to be asked: not while the server is away or the basket is being paid. */
  #goods(): { skuId: string; quantity: number }[] {
    const { basket, till, isHeld } = this.#options;
    const open = till();
    if (basket.transactionId !== this.#transactionId) {
      this.#transactionId = basket.transactionId;
      this.#asked.clear();
    }
    if (open === null || !open.status.online || isHeld()) return [];
    const nowMs = open.nowMs();
    return [...piecesOf(basket.lines)].flatMap(([skuId, quantity]) => {
      const asked = this.#asked.get(skuId);
      const isKnown = asked?.quantity === quantity && Math.abs(nowMs - asked.atMs) < freshMs;
      return isKnown ? [] : [{ skuId, quantity }];
    });
  }

  async #ask(): Promise<void> {
    const goods = this.#goods();
    const { basket, till, isHeld, onSeen } = this.#options;
    const open = till();
    if (open === null || goods.length === 0) return;
    const { transactionId } = basket;
    const asked = new Map(goods.map(({ skuId, quantity }) => [skuId, { quantity, atMs: open.nowMs() }]));
    for (const [skuId, one] of asked) this.#asked.set(skuId, one);
    const answer = await open.onlineQuote(goods);
    if (basket.transactionId !== transactionId) return;
    if (!answer.ok || isHeld()) return this.#unask(asked);
    const askedAtMs = Math.min(...[...asked.values()].map(({ atMs }) => atMs));
    const isLate = gatherMs + Math.abs(open.nowMs() - askedAtMs) > promptMs;
    const pieces = piecesOf(basket.lines);
    const seen = answer.value.filter(({ skuId }) => {
      const one = asked.get(skuId);
      return one !== undefined && this.#asked.get(skuId) === one && pieces.get(skuId) === one.quantity;
    });
    if (seen.length > 0) onSeen(seen.map((one) => ({ ...one, choice: this.#choiceOf(one, isLate) })));
    this.follow();
  }

  /** What somebody has decided stands for as long as the web shop asks the same. A price that comes late and is higher is asked about. */
  #choiceOf({ skuId, priceMinor }: Omit<OnlineSeen, 'choice'>, isLate: boolean): OnlineSeen['choice'] {
    const { basket, rule, shownMinor } = this.#options;
    const known = basket.onlineSeen.find((one) => one.skuId === skuId);
    const decided = known?.priceMinor === priceMinor ? known.choice : null;
    if (rule() !== 'take-online') return decided;
    const shown = shownMinor(skuId);
    const isDearer = priceMinor !== null && shown !== null && priceMinor > shown;
    return isLate && isDearer ? decided : 'take';
  }

  /** It is asked again when something changes next, or at the next minute. */
  #unask(asked: ReadonlyMap<string, object>): void {
    for (const [skuId, one] of asked) if (this.#asked.get(skuId) === one) this.#asked.delete(skuId);
  }
}

/** Pieces that are sold at list price, by article: what has another price is none of the web shop's. */
function piecesOf(lines: readonly Line[]): ReadonlyMap<string, number> {
  const pieces = new Map<string, number>();
  for (const { skuId, price, priceOverride, quantity } of lines) {
    if (skuId === null || price.from !== 'list' || priceOverride !== null || quantity < 1) continue;
    pieces.set(skuId, (pieces.get(skuId) ?? 0) + quantity);
  }
  return pieces;
}
