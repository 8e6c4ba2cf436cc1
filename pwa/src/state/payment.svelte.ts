import type { Entry } from '#schemas/journal/envelope.ts';
import { readCreditCode } from '#schemas/payment/credit-code.ts';
import { isCounted } from '#schemas/payment/part.ts';
import { isCovered, isInSteps, type Settlement, type Share, settle } from '#schemas/payment/settlement.ts';
import { isByTerminal, isNumbered } from '#schemas/payment/tender-rules.ts';
import { walletOfCode } from '#schemas/payment/wallet-code.ts';
import type { Approval } from '#schemas/policy/approval.ts';
import type { MemberRow, StoreConfig } from '#schemas/rows/rows.ts';
import {
  plainTender,
  type RetailTransaction,
  type Tender,
  type TenderType,
} from '#schemas/transaction/retail-transaction.ts';
import type { Till } from '../db/till-types.ts';
import { AmountPad } from './amount-pad.svelte.ts';
import type { Basket } from './basket.svelte.ts';
import { type AmountKey, changeMinor, quickAmounts } from './cash.ts';
import { CreditDesk, newCreditCode } from './credit-desk.svelte.ts';
import { PointsDesk } from './points-desk.svelte.ts';
import { isDepositBack, markOtherwise, type PaidBefore, paidBefore, RefundPlan, returnTermsOf } from './refund-plan.ts';
import type { PartFailure, TicketParts, WantedPart } from './ticket-parts.svelte.ts';
import type { TicketQuote } from './ticket-quote.ts';
import { goodsMinorOf, saleTransaction, type Totals, totalsOf } from './transaction-body.ts';

export type PayFailure = 'storage-full' | 'storage-failed' | 'not-owner' | 'too-large';

export type PaymentOptions = {
  basket: Basket;
  parts: TicketParts;
  till: () => Till | null;
  config: () => StoreConfig | null;
  /** What the basket costs. */
  quote: () => TicketQuote | null;
  promotionName: (promotionId: string) => string;
  operatorId: () => string | null;
  /** [MB4] Whether the member's points may be spent. */
  mayTakePoints: () => boolean;
  knownMember: () => MemberRow | null;
  /** What was paid on the open basket before. */
  heldMinor: () => Promise<number>;
  /** What goes into the entry of what others said yes to. */
  approvals: () => readonly Approval[];
};

type PartDetails = Partial<Omit<WantedPart, 'type' | 'reference' | 'refundOf'>> & { reference?: string };

const slowMs = 250;

/** Paying the open basket, in one part or several. One basket is committed at most once, however often Finish is pressed. */
export class Payment {
  readonly #options: PaymentOptions;
  /** What the customer's store credit or gift card is worth. */
  readonly credit: CreditDesk;
  /** What the member's points are worth. */
  readonly points: PointsDesk;
  #isOpen = $state(false);
  #way = $state<TenderType>('cash');
  /** Where nobody said how much, it is all that is left. */
  readonly #pad = new AmountPad();
  #isCommitting = false;
  #isSlow = $state(false);
  #failure = $state<PayFailure | null>(null);
  #partFailure = $state<PartFailure | null>(null);
  /** Of a refund by a receipt: how that was paid. */
  #paid = $state.raw<PaidBefore | null>(null);
  #totals = $derived.by((): Totals | null => {
    const config = this.#options.config();
    const quote = this.#options.quote();
    return config && quote && quote.failure === null ? totalsOf(quote, config) : null;
  });
  #plan = $derived.by((): RefundPlan | null => {
    const [config, quote] = [this.#options.config(), this.#totals];
    if (!this.isRefund || config === null || quote === null) return null;
    const works = new Set(this.parts.offers(true).flatMap(({ type, refusal }) => (refusal === null ? [type] : [])));
    const left = { leftMinor: 0 - this.leftMinor, cashStepMinor: this.#stepMinor };
    const given = this.parts.parts.filter(isCounted);
    return new RefundPlan({ ...left, paid: this.#paid, terms: returnTermsOf(quote, config), given, works });
  });
  #settlement = $derived.by(() => this.#settled([]));
  #change = $derived.by(() => this.#changeMinor());
  #quick = $derived.by(() => quickAmounts(this.dueMinor, this.#options.config()?.currency ?? ''));

  constructor(options: PaymentOptions) {
    this.#options = options;
    this.credit = new CreditDesk(options);
    const goodsMinor = () => goodsMinorOf(this.#totals);
    this.points = new PointsDesk({ ...options, mayTake: options.mayTakePoints, goodsMinor });
  }

  /** Null while the basket cannot be sold. */
  get totals(): Totals | null {
    return this.#totals;
  }
  /** How the ticket is paid so far. */
  get parts(): TicketParts {
    return this.#options.parts;
  }
  /** What is left for cash to pay, in steps of the store's coins. */
  get dueMinor(): number {
    return this.#settlement.cashLeftMinor;
  }
  /** What is left for anything else to pay. */
  get leftMinor(): number {
    return this.#settlement.leftMinor;
  }
  /** What is left by the way that is chosen. */
  get openMinor(): number {
    return this.#way === 'cash' ? this.dueMinor : this.leftMinor;
  }
  /** What is still to give back and how, as it was paid; empty: however it is wanted. Positive amounts. */
  get proposed(): { type: TenderType; amountMinor: number }[] {
    return this.#plan?.proposed ?? [];
  }
  /** What the store's rules of returns make of a refund; null: it is none. */
  get returnTerms(): RefundPlan['terms'] | null {
    return this.#plan?.terms ?? null;
  }
  get paid(): PaidBefore | null {
    return this.#paid;
  }
  /** Cash is given back for what was not paid in cash; of a deposit, also where nobody knows how it was paid (DP5). */
  get isRefundOtherwise(): boolean {
    if (!this.#isOpen || !this.isRefund) return false;
    if (this.#paid === null) return isDepositBack(this.#options.basket.lines);
    return markOtherwise(this.#tenders, this.#paid, this.#stepMinor).isOtherwise;
  }
  /** Points pay for a member's basket, and come back where they paid. */
  get isPointsOffered(): boolean {
    if (!this.isRefund) return this.points.isOffered;
    return this.#paid?.left.some(({ type }) => type === 'points') ?? false;
  }
  /** The customer gets money: more is taken back than sold. */
  get isRefund(): boolean {
    return (this.#totals?.dueMinor ?? 0) < 0;
  }
  get isOpen(): boolean {
    return this.#isOpen;
  }
  get way(): TenderType {
    return this.#way;
  }
  /** What was handed over, in cash. A refund is paid out exactly. */
  get tenderedMinor(): number {
    return this.isRefund && !this.#pad.isTyped ? Math.min(0, this.dueMinor) : this.#pad.minor;
  }
  /** What the next part comes to, if it is not cash. Negative: given back. */
  get amountMinor(): number {
    if (!this.#pad.isTyped) return this.#defaultMinor;
    return this.isRefund ? -Math.abs(this.#pad.minor) : this.#pad.minor;
  }
  /** What the next part takes of the credit that was asked for. */
  get creditMinor(): number {
    return this.credit.partOf(this.amountMinor)?.amountMinor ?? 0;
  }
  /** Null while too little was handed over, or while nobody knows whether a part was taken. */
  get changeMinor(): number | null {
    return this.#change;
  }
  /** Nothing is left to take: Finish is all. */
  get isCovered(): boolean {
    const { basket, parts } = this.#options;
    return parts.shares.length > 0 && !basket.isEmpty && isCovered(this.#ticketDueMinor, parts.shares, this.#stepMinor);
  }
  get quickAmounts(): number[] {
    return this.#quick;
  }
  /** Committing takes long enough to say so. */
  get isSlow(): boolean {
    return this.#isSlow;
  }
  get failure(): PayFailure | null {
    return this.#failure;
  }
  /** Why the last part was not taken. */
  get partFailure(): PartFailure | null {
    return this.#partFailure;
  }

  open(): void {
    const { basket, till, config, operatorId } = this.#options;
    if (basket.isEmpty || this.#totals === null || !till() || !config() || operatorId() === null) return;
    this.#failure = null;
    this.choose(this.#nextWay);
    this.#isOpen = true;
  }

  /** As `open`; of a refund, once it is known how the receipt was paid. */
  async openWhenKnown(): Promise<void> {
    const till = this.#options.till();
    const { basket } = this.#options;
    const { transactionId } = basket;
    if (this.#isOpen) return;
    this.#paid = null;
    const paid = till && this.isRefund ? await paidBefore(till, basket.lines) : null;
    const heldMinor = this.isRefund || this.parts.hasMoney ? null : await this.#options.heldMinor();
    if (basket.transactionId !== transactionId) return;
    this.#paid = paid;
    if (heldMinor !== null) await this.parts.takeDeposit(heldMinor, this.#ticketDueMinor);
    this.open();
  }

  /** Not while something is taken: what the customer paid for must not change under it. */
  close(): void {
    if (this.#isCommitting || this.parts.hasMoney) return;
    this.#isOpen = false;
    void this.parts.takeDeposit(0, 0).catch(console.error);
  }

  choose(way: TenderType): void {
    this.#way = way;
    this.#partFailure = null;
    this.credit.forget();
    this.#pad.clear();
    if (way === 'points' && !this.isRefund) void this.points.ask();
  }

  tender(minor: number): void {
    this.#pad.set(minor);
  }

  /** A key of the pad; `atMs` tells a person's keys from a scanner's. */
  type(key: AmountKey, atMs: number): void {
    if (!this.isRefund || this.#way !== 'cash') this.#pad.type(key, atMs);
  }

  /** A scan came in while paying: what its keys did to the amount is taken back. */
  forgetScan(): void {
    this.#pad.forgetScan();
  }

  /** What was scanned while paying: a wallet's code pays what is left, a credit is asked for. False: it is neither. */
  scan(raw: string): boolean {
    if (this.#isOpen && !this.isRefund && readCreditCode(raw) !== null) {
      void this.askCredit(raw);
      return true;
    }
    if (!this.#isOpen || walletOfCode(raw) === null || !this.parts.isByMachine('wallet')) return false;
    if (this.#way !== 'wallet') this.choose('wallet');
    void this.takePart({ details: { customerCode: raw.trim() } });
    return true;
  }

  /** Asks what is left on a store credit or gift card; it tells by its number which of them it is. */
  async askCredit(raw: string): Promise<boolean> {
    const kind = readCreditCode(raw)?.kind ?? this.#way;
    if (kind !== this.#way) this.choose(kind);
    this.#partFailure = this.parts.refusal(kind, 1);
    if (this.#partFailure === null) await this.credit.ask(raw);
    return this.credit.asked !== null;
  }

  async takeCredit(): Promise<boolean> {
    const { asked } = this.credit;
    const part = this.credit.partOf(this.amountMinor);
    const isTaken = part !== null && (await this.takePart(part));
    if (isTaken) this.credit.done(asked);
    return isTaken;
  }

  /** The member's points pay as much as is wanted and they may. */
  async takePoints(): Promise<boolean> {
    const part = this.points.partOf(this.amountMinor);
    return part !== null && this.takePart({ ...part, reference: part.reference ?? '' });
  }

  /** Takes the amount as one part of the ticket, by the way that is chosen. What the shop owes from now on gets a number. */
  async takePart(part: PartDetails = {}): Promise<boolean> {
    const type = this.#way;
    const askedMinor = part.amountMinor ?? (type === 'cash' ? this.tenderedMinor : this.amountMinor);
    const back = type === 'points' ? (this.#plan?.pointsBack(0 - askedMinor) ?? null) : null;
    const amountMinor = back?.amountMinor ?? askedMinor;
    const isOwed = type === 'store-credit' && amountMinor < 0;
    const reference = part.reference?.trim() || (isOwed ? newCreditCode('store-credit') : null);
    const wanted = { ...part, type, amountMinor, reference, ...back };
    this.#partFailure = this.#partRefusal(type, amountMinor, wanted);
    if (this.#partFailure !== null) return false;
    const refundOf = amountMinor < 0 ? this.#paid?.payments.find((one) => one.type === type)?.paymentId : undefined;
    const taken = await this.parts.take({ ...wanted, refundOf, amountMinor: this.#keptOf(type, amountMinor) });
    if (taken.ok && this.#plan?.isGuided) this.choose(this.#nextWay);
    else if (taken.ok) this.#pad.clear();
    else this.#partFailure = taken.error.code;
    return taken.ok;
  }

  /** Commits the sale. The entry, or null when nothing was committed; then `failure` says why. */
  async finish(): Promise<Entry | null> {
    const { basket } = this.#options;
    const [till, config, operatorId] = [this.#options.till(), this.#options.config(), this.#options.operatorId()];
    const quote = this.#totals;
    if (this.#isCommitting || this.#change === null || quote === null || basket.isEmpty) return null;
    if (!till || !config || operatorId === null) return null;
    const mayBeThere = this.#failure !== null;
    this.#isCommitting = true;
    this.#failure = null;
    // Saying "saving" at once would have the page drawn again just when the entry is on its way to the disk.
    const slow = setTimeout(() => {
      this.#isSlow = true;
    }, slowMs);
    try {
      const body = this.#body(till, config, quote);
      // A failed attempt may have been written all the same: the basket's id tells.
      const earlier = mayBeThere ? await till.entryOfTransaction(body.transactionId) : null;
      const committed = earlier ?? (await this.#commit(till, body, operatorId));
      if (committed) {
        this.#settleBehind(body);
        basket.startNew();
        this.#isOpen = false;
      }
      return committed;
    } catch (error) {
      // Whether it was written is not known: the next attempt asks the journal first.
      this.#failure = 'storage-failed';
      console.error(error);
      return null;
    } finally {
      clearTimeout(slow);
      this.#isCommitting = false;
      this.#isSlow = false;
    }
  }

  /** The next customer does not wait for it: after a crash the committed ticket tells the same. */
  #settleBehind(body: RetailTransaction): void {
    this.parts.settle(body).catch((error) => console.error('parts of a committed ticket stay listed', error));
  }

  async #commit(till: Till, body: RetailTransaction, operatorId: string): Promise<Entry | null> {
    const result = await till.commit('retail-transaction', body, operatorId);
    if (result.ok) return result.value;
    this.#failure = result.error.code;
    return null;
  }

  #body(till: Till, config: StoreConfig, quote: TicketQuote): RetailTransaction {
    const { transactionId, openedAtMs, note, member } = this.#options.basket;
    return saleTransaction({
      ...{ transactionId, openedAtMs, note, member, quote, config, points: this.points.known },
      nowMs: till.nowMs(),
      promotionName: this.#options.promotionName,
      tenders: markOtherwise(this.#tenders, this.isRefund ? this.#paid : null, this.#stepMinor).tenders,
      approvals: this.#options.approvals(),
    });
  }

  /** What the ticket would be paid by, if it ended here. */
  get #tenders(): Tender[] {
    const last = this.isCovered ? [] : [plainTender('cash', this.tenderedMinor)];
    return [...this.parts.tenders, ...last];
  }
  /** What goes by cards and the like comes first: cash pays the rest. */
  get #nextWay(): TenderType {
    return this.proposed.find(({ type }) => type !== 'cash')?.type ?? 'cash';
  }
  get #defaultMinor(): number {
    return this.#plan === null ? this.leftMinor : 0 - this.#plan.wantedMinor(this.#way);
  }
  get #ticketDueMinor(): number {
    return this.#totals?.dueMinor ?? 0;
  }
  get #stepMinor(): number {
    return this.#options.config()?.taxRules.cashStepMinor ?? 1;
  }

  /** With what is on the counter, and more. */
  #settled(more: readonly Share[]): Settlement {
    return settle(this.#ticketDueMinor, [...this.parts.shares, ...more], this.#stepMinor);
  }

  #changeMinor(): number | null {
    if (this.parts.waiting !== null) return null;
    if (this.isCovered) return this.#settlement.changeMinor;
    if (this.#plan?.isCreditOnly(this.#way, this.tenderedMinor)) return null;
    return this.#way === 'cash' ? changeMinor(this.dueMinor, this.tenderedMinor) : null;
  }

  #partRefusal(type: TenderType, amountMinor: number, wanted: { reference: string | null }): PartFailure | null {
    if (amountMinor === 0) return 'no-amount';
    if (type === 'gift-card' && (this.#totals?.giftCardsMinor ?? 0) !== 0) return 'card-for-card';
    if (type === 'account' && (this.#totals?.billMinor ?? 0) !== 0) return 'bill-on-account';
    if (this.#plan?.isCreditOnly(type, amountMinor)) return 'credit-only';
    const { overpayment } = this.parts.rule(type);
    const isTooMuch = this.isRefund ? amountMinor < this.openMinor : amountMinor > this.openMinor;
    if (isTooMuch && (this.isRefund || overpayment === 'refused')) return 'too-much';
    const most = this.#plan?.mostBack(type) ?? null;
    if (most !== null && 0 - amountMinor > most) return 'above-paid';
    if (type === 'cash') return isInSteps(amountMinor, this.#stepMinor) ? null : 'not-in-steps';
    const isTyped = !this.parts.isByMachine(type) && (isByTerminal(type) || isNumbered(type));
    return isTyped && wanted.reference === null ? 'no-reference' : null;
  }

  /** What a voucher leaves over is lost where the store says so: the ticket tells what it paid. */
  #keptOf(type: TenderType, amountMinor: number): number {
    const isLost = this.parts.rule(type).overpayment === 'lost' && !this.isRefund;
    return isLost ? Math.min(amountMinor, this.leftMinor) : amountMinor;
  }
}
