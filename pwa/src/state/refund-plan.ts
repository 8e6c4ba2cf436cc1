import { type Burn, pointsGivenBack } from '#schemas/members/burn.ts';
import { creditOf } from '#schemas/payment/credit.ts';
import { depositMinorOf } from '#schemas/payment/deposit.ts';
import { tenderRuleOf } from '#schemas/payment/tender-rules.ts';
import { splitRefund, type TenderLeft, tendersLeft } from '#schemas/returns/refund-split.ts';
import { returnedWorth } from '#schemas/returns/return-terms.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { RetailTransaction, Tender, TenderType } from '#schemas/transaction/retail-transaction.ts';
import type { Till } from '../db/till-types.ts';
import { isOwed, type Line } from './basket-lines.ts';
import { heldTickets } from './held-receipts.ts';
import { pricedTicket } from './priced-ticket.ts';
import type { TicketQuote } from './ticket-quote.ts';

/** How what comes back was paid. */
export type PaidBefore = {
  /** What each way to pay can still give back. */
  left: readonly TenderLeft[];
  /** The payments by a terminal or a wallet among them, which a refund names. */
  payments: readonly { type: TenderType; paymentId: string }[];
  /** The points among them, and what went back of them since. */
  points: readonly (Burn & { memberId: string; backMinor: number })[];
  /** The customer accounts that it was sold on. */
  accounts: readonly { number: string; name: string }[];
};

/**
 * How the receipts of a basket were paid, less what went back since by the entries held here; null: nothing in it comes back by
 * a receipt, or one of them is not held here, and then nobody can say.
 */
export async function paidBefore(till: Till, lines: readonly Line[]): Promise<PaidBefore | null> {
  const receiptIds = new Set(
    lines.flatMap(({ quantity, returned }) => (quantity < 0 && returned?.line ? [returned.entryId] : [])),
  );
  const basketId = lines.find(({ quantity, deposit }) => quantity < 0 && deposit)?.deposit?.basketId;
  if (receiptIds.size === 0) return basketId === undefined ? null : paidOnBasket(till, basketId);
  const tickets = await heldTickets(till);
  const sold = tickets.filter(({ entry }) => receiptIds.has(entry._id)).map(({ body }) => body);
  if (sold.length < receiptIds.size) return null;
  const backs = tickets.filter(({ body }) => isReturnOf(body, receiptIds)).map(({ body }) => body);
  const tenders = sold.flatMap((body) => body.tenders);
  const payments = tenders.flatMap(paymentOf);
  return { left: leftOf(sold, backs), payments, points: pointsPaid(sold, backs), accounts: accountsOf(tenders) };
}

/** By member, what points paid; what went back in another way instead counts as gone. */
function pointsPaid(sold: readonly RetailTransaction[], backs: readonly RetailTransaction[]): PaidBefore['points'] {
  const paid = sold.flatMap(({ tenders }) => tenders.filter(({ type }) => type === 'points'));
  const back = backs.flatMap(({ tenders }) => tenders.filter((one) => (one.insteadOf ?? one.type) === 'points'));
  const byMember = Map.groupBy(paid, ({ reference }) => reference ?? '');
  return [...byMember].map(([memberId, all]) => ({
    memberId,
    points: all.reduce((sum, { points = 0 }) => sum + points, 0),
    amountMinor: all.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    backMinor: back.reduce((sum, { reference, amountMinor }) => {
      return sum + (reference === memberId || byMember.size === 1 ? Math.max(0, 0 - amountMinor) : 0);
    }, 0),
  }));
}

/** How a basket's deposit was paid (DP5), less what went back of it; null: not all of its tickets are held here. */
async function paidOnBasket(till: Till, basketId: string): Promise<PaidBefore | null> {
  const tickets = (await heldTickets(till)).map(({ body }) => body);
  const own = tickets.filter(({ deposit }) => deposit?.basketId === basketId);
  const sold = own.filter((body) => depositMinorOf(body) > 0 && body.voids === null);
  const voided = new Set(own.flatMap(({ voids }) => voids?.entryId ?? []));
  const heldMinor = own.reduce((sum, body) => sum + depositMinorOf(body), 0);
  const standing = await till.parking.of(basketId);
  if (voided.size > 0 || sold.length === 0 || heldMinor !== (standing?.heldMinor ?? 0)) return null;
  const backs = own.filter((body) => depositMinorOf(body) < 0);
  const tenders = sold.flatMap((body) => body.tenders);
  return { left: leftOf(sold, backs), payments: tenders.flatMap(paymentOf), points: [], accounts: accountsOf(tenders) };
}

/** What was paid on a basket goes back. */
export function isDepositBack(lines: readonly Line[]): boolean {
  return lines.some(({ quantity, deposit }) => quantity < 0 && deposit !== undefined);
}

function isReturnOf({ voids, lines }: RetailTransaction, receiptIds: ReadonlySet<string>): boolean {
  return voids === null && lines.some(({ returned }) => returned !== null && receiptIds.has(returned.entryId));
}

/** Of several receipts in one basket, what was paid for all of them. */
function leftOf(sold: readonly RetailTransaction[], backs: readonly RetailTransaction[]): TenderLeft[] {
  const tenders = sold.flatMap((body) => body.tenders);
  const changeMinor = sold.reduce((sum, body) => sum + body.changeMinor, 0);
  const refunded = backs
    .flatMap((body) => body.tenders)
    .filter(({ amountMinor }) => amountMinor < 0)
    // What went back in cash instead of another way was taken off that other way.
    .map(({ type, amountMinor, insteadOf }) => ({ type: insteadOf ?? type, amountMinor: 0 - amountMinor }));
  return tendersLeft({ tenders, changeMinor }, refunded);
}

function paymentOf({ type, payment }: Tender): { type: TenderType; paymentId: string }[] {
  return payment === null ? [] : [{ type, paymentId: payment.paymentId }];
}

type Given = Amount & { reference?: string | null };
function accountsOf(tenders: readonly Tender[]): { number: string; name: string }[] {
  const all = tenders.flatMap((tender) => {
    const credit = creditOf(tender);
    return credit?.kind === 'account' ? [{ number: credit.code, name: tender.account?.name ?? credit.code }] : [];
  });
  return [...new Map(all.map((one) => [one.number, one])).values()];
}

type Amount = { type: TenderType; amountMinor: number };

/**
 * What is left to give back, part by part, positive: in the proportions in which it was paid (RT5), after what was given already.
 * Where a way does not work here, it is cash. `leftMinor`: what is still due to the customer.
 */
export function proposedParts(
  { left }: PaidBefore,
  given: readonly Amount[],
  { leftMinor, cashStepMinor }: { leftMinor: number; cashStepMinor: number },
  works: (type: TenderType) => boolean,
): Amount[] {
  const givenMinor = given.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  // As the whole refund is split: what was given already was one of its parts.
  const whole = splitRefund(Math.max(0, leftMinor + givenMinor), left, cashStepMinor).parts;
  const rest = whole.map(({ type, amountMinor }) => ({ type, amountMinor: amountMinor - givenBy(given, type) }));
  const isAsSplit =
    rest.every(({ amountMinor }) => amountMinor >= 0) &&
    given.every((one) => whole.some(({ type }) => type === one.type));
  if (isAsSplit) return byWorkingWay(rest, works);
  const room = left
    .map(({ type, leftMinor: paidMinor }) => ({ type, leftMinor: paidMinor - givenBy(given, type) }))
    .filter((one) => one.leftMinor > 0);
  return byWorkingWay(splitRefund(Math.max(0, leftMinor), room, cashStepMinor).parts, works);
}

function byWorkingWay(split: readonly Amount[], works: (type: TenderType) => boolean): Amount[] {
  const parts = new Map<TenderType, number>();
  for (const { type, amountMinor } of split) {
    if (amountMinor === 0) continue;
    const by = works(type) ? type : 'cash';
    parts.set(by, (parts.get(by) ?? 0) + amountMinor);
  }
  return [...parts].map(([type, amountMinor]) => ({ type, amountMinor }));
}

/** Most that may go back this way; null: any amount, as cash with a right and store credit always. */
export function mostBack({ left }: PaidBefore, given: readonly Amount[], type: TenderType): number | null {
  if (type === 'cash' || type === 'store-credit') return null;
  const paidMinor = left.find((one) => one.type === type)?.leftMinor ?? 0;
  return Math.max(0, paidMinor - givenBy(given, type));
}

function givenBy(given: readonly Amount[], type: TenderType): number {
  return given.reduce((sum, one) => sum + (one.type === type ? one.amountMinor : 0), 0);
}

/** The tenders of a refund, with the cash that is given back instead of another way marked so (RT12). */
export function markOtherwise(
  tenders: readonly Tender[],
  paid: PaidBefore | null,
  cashStepMinor: number,
): { tenders: Tender[]; isOtherwise: boolean } {
  const other = paid?.left.find(({ type }) => type !== 'cash' && type !== 'store-credit');
  const cashMinor = tenders.reduce((sum, one) => sum - (one.type === 'cash' ? one.amountMinor : 0), 0);
  const roomMinor = paid?.left.find(({ type }) => type === 'cash')?.leftMinor ?? 0;
  // Less than a coin is rounding.
  if (other === undefined || cashMinor - roomMinor < Math.max(1, cashStepMinor)) {
    return { tenders: [...tenders], isOtherwise: false };
  }
  const marked = tenders.map((one) => (one.type === 'cash' ? { ...one, insteadOf: other.type } : one));
  return { tenders: marked, isOtherwise: true };
}

export type ReturnTerms = {
  /** Most that may go back other than as store credit; null: all. */
  mostOtherMinor: number | null;
  /** So much more than the store takes back without a receipt in one ticket; 0: it is within the limit. */
  aboveLimitMinor: number;
};

/** RT13 at the counter: what comes back late or without a receipt, by the store's rules. A store that takes no store credit owes none. */
export function returnTermsOf(quote: TicketQuote, config: StoreConfig): ReturnTerms {
  const { returnRules, tenderRules } = config;
  const { withMinor, withoutMinor } = returnedWorth(pricedTicket(quote, config, (promotionId) => promotionId).lines);
  const cardsMinor = quote.lines.reduce(
    (sum, { line, quoted }) => sum + (isOwed(line) && line.quantity < 0 ? 0 - (quoted?.amountMinor ?? 0) : 0),
    0,
  );
  const credit = tenderRuleOf(tenderRules, 'store-credit');
  const isCredit = returnRules?.withoutReceipt === 'store-credit' && credit.isTaken && credit.isRefunded;
  const limitMinor = returnRules?.withoutReceiptLimitMinor ?? null;
  return {
    mostOtherMinor: isCredit && withoutMinor > 0 ? withMinor + cardsMinor : null,
    aboveLimitMinor: limitMinor === null ? 0 : Math.max(0, withoutMinor - limitMinor),
  };
}

export type RefundFacts = {
  paid: PaidBefore | null;
  terms: ReturnTerms;
  /** Parts that were given back already, negative. */
  given: readonly Given[];
  /** What is still due to the customer. */
  leftMinor: number;
  cashStepMinor: number;
  /** The ways that work here. */
  works: ReadonlySet<TenderType>;
};

/** How the rest of an open refund goes back: as it was paid (RT5), and by the store's rules of returns (RT13). Amounts are positive. */
export class RefundPlan {
  readonly #facts: RefundFacts;
  readonly #given: readonly Given[];
  /** What may still go back other than as store credit; null: all of it. */
  readonly #roomMinor: number | null;

  constructor(facts: RefundFacts) {
    this.#facts = facts;
    this.#given = facts.given.map((one) => ({ ...one, amountMinor: 0 - one.amountMinor }));
    const others = this.#given.filter(({ type }) => type !== 'store-credit');
    const { mostOtherMinor } = facts.terms;
    this.#roomMinor =
      mostOtherMinor && others.reduce((room, { amountMinor }) => Math.max(0, room - amountMinor), mostOtherMinor);
  }

  get terms(): ReturnTerms {
    return this.#facts.terms;
  }
  /** Whether the screen says which way comes next. */
  get isGuided(): boolean {
    return this.#facts.paid !== null || this.#roomMinor !== null;
  }
  /** Part by part; empty: however it is wanted. */
  get proposed(): Amount[] {
    const { paid, leftMinor, cashStepMinor, works } = this.#facts;
    const otherMinor = Math.min(leftMinor, this.#roomMinor ?? leftMinor);
    const still = { leftMinor: otherMinor, cashStepMinor };
    const asPaid = paid === null ? [] : proposedParts(paid, this.#given, still, (type) => works.has(type));
    const owedMinor = leftMinor - otherMinor;
    return owedMinor > 0 ? [...asPaid, { type: 'store-credit', amountMinor: owedMinor }] : asPaid;
  }

  /** What a part by some way comes to, if nobody says how much. */
  wantedMinor(way: TenderType): number {
    const wanted = this.proposed.find(({ type }) => type === way)?.amountMinor;
    return wanted ?? Math.min(this.#facts.leftMinor, this.mostBack(way) ?? Number.MAX_SAFE_INTEGER);
  }

  /** Most that may go back this way; null: any amount. */
  mostBack(type: TenderType): number | null {
    return this.#facts.paid && mostBack(this.#facts.paid, this.#given, type);
  }

  /** Whose points come back with so much of what they paid, and how many; null: none are known to have paid it. */
  pointsBack(amountMinor: number): { reference: string; points: number; amountMinor: number } | null {
    for (const { memberId, backMinor, ...spent } of this.#facts.paid?.points ?? []) {
      const givenMinor =
        backMinor +
        givenBy(
          this.#given.filter(({ reference }) => reference === memberId),
          'points',
        );
      const minor = Math.min(amountMinor, spent.amountMinor - givenMinor);
      if (minor <= 0) continue;
      return { reference: memberId, points: 0 - pointsGivenBack(spent, givenMinor, minor), amountMinor: 0 - minor };
    }
    return null;
  }

  /** Whether so much, negative, would go back in another way than the store's rules say. Less than a coin is rounding. */
  isCreditOnly(type: TenderType, amountMinor: number): boolean {
    const room = type === 'store-credit' ? null : this.#roomMinor;
    return room !== null && 0 - amountMinor >= room + this.#facts.cashStepMinor;
  }
}
