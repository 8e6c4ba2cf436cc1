import { assert } from '#schemas/assert.ts';
import type { BasketMember } from '#schemas/members/basket-member.ts';
import type { BasketPromise } from '#schemas/parking/promise.ts';
import type { Approval } from '#schemas/policy/approval.ts';
import type { OnlineSeen } from '#schemas/pricing/online-seen.ts';
import type { ManualDiscount } from '#schemas/pricing/quote-lines.ts';
import {
  type AddOutcome,
  addApproval,
  addCoupon,
  addGiftCard,
  addItem,
  addReturned,
  type BasketItem,
  type BasketState,
  chooseNext,
  clearLines,
  emptyBasket,
  type GiftCardOutcome,
  type Line,
  piecesIn,
  reflag,
  removeCoupon,
  removeLine,
  setDiscount,
  setNote,
  setPrice,
  setQuantity,
  setReason,
  takeBack,
} from './basket-lines.ts';
import { latestBasket, readBasket, type StoredBasket, writeBasket } from './basket-storage.ts';
import type { UnitFlag } from './unit-flag.ts';

const undoSteps = 50;

export type BasketOptions = {
  storage: Storage;
  /** A second place, which outlives a killed browser (db/basket-copy.ts). */
  copy: { read(key: string): Promise<string | null>; write(key: string, text: string | null): Promise<void> };
  newId: () => string;
  nowMs: () => number;
  /** What is in it, or how often, has changed. */
  onChange?: () => void;
};

/** The open basket. Every change is in the tablet's storage before the next one, so a reload brings it back. */
export class Basket {
  readonly #options: BasketOptions;
  #key: string | null = null;
  #state = $state.raw<BasketState>(emptyBasket);
  #past = $state.raw<readonly BasketState[]>([]);
  #transactionId = $state('');
  #onlineSeen = $state.raw<readonly OnlineSeen[]>([]);
  #openedAtMs = 0;
  #isKept = $state(true);
  #pieces = $derived(piecesIn(this.#state.lines));

  constructor(options: BasketOptions) {
    this.#options = options;
    this.#transactionId = options.newId();
  }

  get lines(): readonly Line[] {
    return this.#state.lines;
  }
  get chosen(): Line | null {
    return this.#state.lines.find((line) => line.lineId === this.#state.chosenLineId) ?? null;
  }
  get chosenLineId(): number | null {
    return this.#state.chosenLineId;
  }
  get isEmpty(): boolean {
    return this.#state.lines.length === 0;
  }
  get ticketDiscount(): ManualDiscount | null {
    return this.#state.ticketDiscount;
  }
  get note(): string | null {
    return this.#state.note;
  }
  get couponIds(): readonly string[] {
    return this.#state.couponIds;
  }
  /** Whom it is sold to. */
  get member(): BasketMember | null {
    return this.#state.member;
  }
  /** The quote that it was; null: it was none. */
  get promise(): BasketPromise | null {
    return this.#state.promise;
  }
  /** What a second person has said yes to in this basket. */
  get approvals(): readonly Approval[] {
    return this.#state.approvals;
  }
  /** What the server said of online prices while it was open, an article once. */
  get onlineSeen(): readonly OnlineSeen[] {
    return this.#onlineSeen;
  }
  get pieces(): number {
    return this.#pieces;
  }
  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get transactionId(): string {
    return this.#transactionId;
  }
  /** False when the storage is full, so that a reload might lose what was added last. */
  get isKept(): boolean {
    return this.#isKept;
  }
  /** When the first line was added, device clock. */
  get openedAtMs(): number {
    return this.#openedAtMs;
  }

  /** Takes up the basket that was left under this key, if there is one. */
  async attach(key: string): Promise<void> {
    const { storage, copy } = this.#options;
    const stored = latestBasket(readBasket(storage.getItem(key)), readBasket(await copy.read(key)));
    this.#key = key;
    this.#past = [];
    if (stored) this.#hold(stored);
  }

  /** Puts a basket on the counter that was put aside, with its own id; only where nothing is open. */
  takeUp(parked: Omit<StoredBasket, 'savedAtMs'>): void {
    assert(this.isEmpty, 'a basket is taken up where none is open');
    this.#past = [];
    this.#hold(parked);
    this.#keep();
    this.#options.onChange?.();
  }

  #hold(stored: Omit<StoredBasket, 'savedAtMs'>): void {
    this.#state = stored.state;
    this.#transactionId = stored.transactionId;
    this.#onlineSeen = stored.onlineSeen;
    this.#openedAtMs = stored.openedAtMs;
  }

  add(item: BasketItem, quantity = 1): AddOutcome {
    const { state, outcome } = addItem(this.#state, item, quantity);
    this.#change(state);
    return outcome;
  }

  /** Pieces come back by their receipt. */
  addReturned(item: BasketItem, pieces: number): AddOutcome {
    const { state, outcome } = addReturned(this.#state, item, pieces);
    this.#change(state);
    return outcome;
  }

  /** Money comes onto a gift card, or with −1 an unused one is given back. */
  addGiftCard(item: BasketItem, quantity: 1 | -1): GiftCardOutcome {
    const { state, outcome } = addGiftCard(this.#state, item, quantity);
    this.#change(state);
    return outcome;
  }

  setQuantity(lineId: number, quantity: number): void {
    this.#change(setQuantity(this.#state, lineId, quantity));
  }

  /** A piece costs this from now on, and why; `approval` where the operator may not say so alone. */
  changePrice(lineId: number, priceMinor: number, reason: string, approval: Approval | null): void {
    this.#change(setPrice(this.#state, lineId, { priceMinor, reason }, approval));
  }

  resetPrice(lineId: number): void {
    this.#change(setPrice(this.#state, lineId, null, null));
  }

  /** Something is taken off a line by hand, or with `null` off all that is sold; no discount takes it back. */
  discount(lineId: number | null, discount: ManualDiscount | null, approval: Approval | null): void {
    this.#change(setDiscount(this.#state, lineId, discount, approval));
  }

  /** For whoever reads the ticket later: on a line, or with `null` on the ticket. */
  setNote(lineId: number | null, text: string): void {
    this.#change(setNote(this.#state, lineId, text));
  }

  /** Not to be undone: what was said stays said. */
  giveReason(lineId: number, reason: string): void {
    this.#state = setReason(this.#state, lineId, reason);
    this.#keep();
  }

  addCoupon(couponId: string): void {
    this.#change(addCoupon(this.#state, couponId));
  }

  removeCoupon(couponId: string): void {
    this.#change(removeCoupon(this.#state, couponId));
  }

  /** Whom it is sold to from now on; null: nobody in particular. */
  setMember(member: BasketMember | null): void {
    this.#change({ ...this.#state, member });
  }

  /** Not to be undone: a quote whose day is over counts all the same, or as null does not any more. */
  holdPromise(isHeldLate: boolean): void {
    const { promise } = this.#state;
    if (promise === null) return;
    this.#state = { ...this.#state, promise: { ...promise, isHeldLate } };
    this.#keep();
  }

  /** Not to be undone: what came to be known of the member stays known. */
  knowMember(member: BasketMember | null): void {
    this.#state = { ...this.#state, member };
    this.#past = this.#past.map((before) => (before.member === null ? before : { ...before, member }));
    this.#keep();
  }

  /** A unit is brought back and not bought. */
  takeBack(lineId: number, as: Parameters<typeof takeBack>[2]): void {
    this.#change(takeBack(this.#state, lineId, as));
  }

  /** Not to be undone: what came to be known stays known. */
  reflag(lineId: number, flag: UnitFlag | null): void {
    this.#state = reflag(this.#state, lineId, flag);
    this.#keep();
  }

  /** Not to be undone: what came to be known of online prices stays known. */
  seeOnline(seen: readonly OnlineSeen[]): void {
    const skuIds = new Set(seen.map(({ skuId }) => skuId));
    this.#onlineSeen = [...this.#onlineSeen.filter(({ skuId }) => !skuIds.has(skuId)), ...seen];
    this.#keep();
  }

  /** Not to be undone: what was said stays said. */
  approve(approval: Approval, about: readonly Line[]): void {
    this.#state = addApproval(this.#state, approval, about);
    this.#keep();
  }

  remove(lineId: number): void {
    this.#change(removeLine(this.#state, lineId));
  }

  clear(): void {
    if (!this.isEmpty) this.#change(clearLines(this.#state));
  }

  choose(lineId: number): void {
    this.#state = { ...this.#state, chosenLineId: lineId };
  }

  chooseNext(step: number): void {
    this.#state = chooseNext(this.#state, step);
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (!before) return;
    this.#past = this.#past.slice(0, -1);
    // Ids of lines stay unique although the state goes back.
    this.#state = { ...before, nextLineId: Math.max(before.nextLineId, this.#state.nextLineId) };
    this.#keep();
    this.#options.onChange?.();
  }

  /** The basket is paid: the next customer's has an id of its own. */
  startNew(): void {
    this.#transactionId = this.#options.newId();
    this.#state = emptyBasket;
    this.#past = [];
    this.#onlineSeen = [];
    this.#keep();
  }

  #change(next: BasketState): void {
    const { lines, ticketDiscount, couponIds, note, member } = this.#state;
    const isSamePrice = next.ticketDiscount === ticketDiscount && next.couponIds === couponIds;
    if (next.lines === lines && isSamePrice && next.note === note && next.member === member) {
      this.#state = next;
      return;
    }
    if (this.isEmpty && this.#past.length === 0) this.#openedAtMs = this.#options.nowMs();
    this.#past = [...this.#past.slice(1 - undoSteps), this.#state];
    this.#state = next;
    this.#keep();
    this.#options.onChange?.();
  }

  #keep(): void {
    if (this.#key === null) return;
    const { storage, copy, nowMs } = this.#options;
    if (this.isEmpty) {
      storage.removeItem(this.#key);
      void copy.write(this.#key, null);
      return;
    }
    const text = writeBasket({
      transactionId: this.#transactionId,
      openedAtMs: this.#openedAtMs,
      savedAtMs: nowMs(),
      onlineSeen: this.#onlineSeen,
      state: this.#state,
    });
    void copy.write(this.#key, text);
    try {
      storage.setItem(this.#key, text);
      this.#isKept = true;
    } catch (error) {
      // Full. The basket goes on from memory, and perhaps from its copy; the clerk is told.
      console.warn('the open basket is not kept', error);
      this.#isKept = false;
    }
  }
}
