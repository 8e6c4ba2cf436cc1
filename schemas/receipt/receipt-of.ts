import { type Entry, occurredAtMs } from '../journal/envelope.ts';
import type { AccountPayment } from '../payment/account-payment.ts';
import { maskedCreditCode, readCreditCode } from '../payment/credit-code.ts';
import type { TenderAccount } from '../payment/customer-account.ts';
import { type Deposit, depositLeftMinor } from '../payment/deposit.ts';
import { type GiftCardSale, giftCardsMinorOf } from '../payment/gift-card.ts';
import type { LocaleCode } from '../text.ts';
import type { LineItem, RetailTransaction, Tender, TicketLineDiscount } from '../transaction/retail-transaction.ts';
import type { Receipt, ReceiptDiscount, ReceiptLine } from './receipt.ts';
import type { ReceiptLogo } from './receipt-logo.ts';

/** What a receipt says beside the sale. */
export type ReceiptFacts = {
  storeName: string;
  merchantName: string;
  address: string;
  timeZone: string;
  operatorName: string;
  locale: LocaleCode;
  /** First part of the e-receipt's address, e.g. `https://shop.example`; null: none is offered. */
  origin: string | null;
  isCopy: boolean;
  /** The entry that took the sale back as a whole; null: none that is known. */
  voidedBy: string | null;
  logo: ReceiptLogo | null;
  /** The store's own words. */
  header: string;
  footer: string;
};

type Sale = Pick<Entry, '_id' | 'hash' | 'storeId' | 'deviceAtMs' | 'clockOffsetMs'>;

/** The receipt of a sale: the same on the till, on paper and on the page that the server shows. Pure. */
export function receiptOf(entry: Sale, body: RetailTransaction, facts: ReceiptFacts): Receipt {
  const { storeName, merchantName, origin, ...told } = facts;
  const { businessDay, currency, pricesIncludeTax, netMinor, roundingMinor, totalMinor, tenders, changeMinor } = body;
  return {
    ...told,
    storeName,
    chainName: merchantName === storeName ? '' : merchantName,
    entryId: entry._id,
    hash: entry.hash,
    businessDay,
    occurredAtMs: Math.max(0, occurredAtMs(entry)),
    voids: body.voids,
    ...(body.memberId !== null && { memberMark: memberMarkOf(body.memberId) }),
    ...(body.pointsTold && { pointsTold: body.pointsTold }),
    currency,
    pricesIncludeTax,
    lines: [
      ...body.lines.map((line) => receiptLineOf(line, body)),
      ...(body.giftCards ?? []).map(giftCardLineOf),
      ...(body.deposit ? [depositLineOf(body.deposit)] : []),
      ...(body.accountPayment ? [accountPaymentLineOf(body.accountPayment)] : []),
    ],
    discounts: ticketDiscountsOf(body),
    netMinor,
    taxes: taxesByRate(body.lines),
    roundingMinor,
    ...(body.giftCards && { giftCardsMinor: giftCardsMinorOf(body) }),
    ...(body.deposit && { deposit: depositFacts(body.deposit) }),
    ...(body.accountPayment && { accountPayment: paidAccountOf(body.accountPayment) }),
    totalMinor,
    tenders: tenders.map((tender) => ({
      type: tender.type,
      amountMinor: tender.amountMinor,
      reference: tender.account === undefined ? tenderReference(tender) : '',
      ...(tender.creditLeftMinor === undefined ? {} : { leftMinor: tender.creditLeftMinor }),
      ...(tender.points === undefined ? {} : { points: tender.points }),
      ...(tender.pointsLeft === undefined ? {} : { pointsLeft: tender.pointsLeft }),
      ...(tender.account && { account: accountOf(tender.account, tender.reference) }),
    })),
    credits: creditsOf(body),
    changeMinor,
    fiscal: body.fiscal,
    note: body.note ?? '',
    link: origin === null ? null : receiptLink(origin, entry.storeId, entry._id, entry.hash),
  };
}

/** [MB3] All that a receipt says of a member: enough to see that a sale was booked for somebody. */
export function memberMarkOf(memberId: string): string {
  return `**** ${memberId.slice(-4).toUpperCase()}`;
}

/** What comes off is told where it came off: on its line, or below all of them when it was given on the whole ticket. */
export function receiptLineOf(line: LineItem, body: TicketFacts): ReceiptLine {
  const { name, quantity, grams, unitPriceMinor, serial, priceOverride, returned, netMinor, totalMinor } = line;
  // A return says what comes back: what it once cost less is in it.
  const tellable = line.discounts.filter(({ by }) => by !== 'receipt');
  const offMinor = tellable.reduce((sum, { discountMinor }) => sum + discountMinor, 0);
  const own = tellable.flatMap((discount): ReceiptDiscount[] => {
    if (isOnTicket(discount)) return [];
    const reason = discount.by === 'promotion' ? nameOfPromotion(discount.promotionId, body) : reasonOf(discount);
    return [{ name: reason, amountMinor: discount.discountMinor }];
  });
  return {
    name,
    quantity,
    grams,
    unitPriceMinor,
    listPriceMinor: priceOverride?.listPriceMinor ?? null,
    serial,
    returnedFrom: returned?.entryId ?? null,
    amountMinor: (body.pricesIncludeTax ? totalMinor : netMinor) + offMinor,
    discounts: summed(own),
    reason: priceOverride?.reason ?? line.reason ?? '',
    note: line.note ?? '',
  };
}

/** A gift card: its number shows its end (CC2), and no tax is on it. */
export function giftCardLineOf({ name, code, amountMinor }: GiftCardSale): ReceiptLine {
  return owedLineOf(`${cut(name)} ${maskedCreditCode(code)}`, amountMinor);
}

/** What is paid on goods that are put aside: no tax is on it (DP1). */
export function depositLineOf({ name, amountMinor }: Deposit): ReceiptLine {
  return owedLineOf(name, amountMinor);
}

/** A bill that is paid: by the end of its account's number, as the receipt's page is anybody's who has the link (AC8). */
export function accountPaymentLineOf({ name, number, amountMinor }: AccountPayment): ReceiptLine {
  return owedLineOf(`${cut(name)} *${number.slice(-2)}`, amountMinor);
}

function paidAccountOf({ number, account, amountMinor }: AccountPayment): Receipt['accountPayment'] {
  return { number, account, amountMinor };
}

function depositFacts(deposit: Deposit): Receipt['deposit'] {
  const { amountMinor, heldMinor, dueOn } = deposit;
  // Who has it all back owes nothing.
  const isOver = heldMinor <= 0;
  return { amountMinor, heldMinor, leftMinor: isOver ? null : depositLeftMinor(deposit), dueOn: isOver ? null : dueOn };
}

function owedLineOf(shown: string, amountMinor: number): ReceiptLine {
  const plain = {
    grams: null,
    listPriceMinor: null,
    serial: null,
    returnedFrom: null,
    discounts: [],
    reason: '',
    note: '',
  };
  return {
    ...plain,
    name: shown,
    quantity: Math.sign(amountMinor),
    unitPriceMinor: Math.abs(amountMinor),
    amountMinor,
  };
}

/** Discounts on the whole ticket, each once. */
export function ticketDiscountsOf(body: TicketFacts & Pick<RetailTransaction, 'lines'>): ReceiptDiscount[] {
  const given = body.lines.flatMap(({ discounts }) => discounts.filter(isOnTicket));
  return summed(
    given.map((discount) => ({
      name:
        discount.by === 'promotion'
          ? nameOfPromotion(discount.promotionId, body)
          : cut(body.ticketDiscountReason ?? ''),
      amountMinor: discount.discountMinor,
    })),
  );
}

type TicketFacts = Pick<RetailTransaction, 'pricesIncludeTax' | 'promotions' | 'ticketDiscountReason'>;

function isOnTicket(discount: TicketLineDiscount): boolean {
  return discount.by === 'ticket' || (discount.by === 'promotion' && discount.pieces === 0);
}

function nameOfPromotion(promotionId: string, { promotions }: TicketFacts): string {
  return cut(promotions.find((applied) => applied.promotionId === promotionId)?.name ?? promotionId);
}

function reasonOf(discount: TicketLineDiscount): string {
  return discount.by === 'line' ? cut(discount.reason) : '';
}

function accountOf({ name, signedBy, orderReference }: TenderAccount, number: string | null) {
  return { number: number ?? '', name, signedBy, orderReference: orderReference ?? '' };
}

/** What a tender can be found again by: the card as its terminal told it, and what was typed; on account, whose, who signed and for what. */
export function tenderReference({
  type,
  payment,
  reference,
  account,
}: Pick<Tender, 'type' | 'payment' | 'reference' | 'account'>): string {
  // Whose points they are is told as whom it was sold to: by no more than a mark; a basket's id says nothing to anybody.
  if (type === 'points' || type === 'deposit') return '';
  // A number that pays is told on the slip that gives it out, and nowhere else (CC2).
  const told = reference === null ? null : maskedCreditCode(reference);
  const named = [account?.name, account?.signedBy, account?.orderReference];
  return [payment?.scheme, payment?.maskedNumber, told, ...named].filter((part) => part).join(' · ');
}

/** What a ticket gave out to pay with later (CC2). What a post-void gives back is on a slip that the customer has. */
export function creditsOf({
  tenders,
  giftCards = [],
  voids,
}: Pick<RetailTransaction, 'tenders' | 'giftCards' | 'voids'>): Receipt['credits'] {
  if (voids !== null) return [];
  // A card of its own has its number on it.
  const onSlips = giftCards.flatMap(({ how, code, amountMinor }) =>
    how === 'slip' && amountMinor > 0 ? [{ kind: 'gift-card' as const, code, amountMinor }] : [],
  );
  const given = tenders.flatMap(({ amountMinor, reference }) => {
    const credit = amountMinor < 0 && reference !== null ? readCreditCode(reference) : null;
    return credit === null ? [] : [{ ...credit, amountMinor: 0 - amountMinor }];
  });
  return [...given, ...onSlips];
}

/** As many as a receipt holds; what is beyond them is in the last. */
const maxDiscounts = 20;

function summed(discounts: readonly ReceiptDiscount[]): ReceiptDiscount[] {
  const byName = new Map<string, number>();
  for (const { name, amountMinor } of discounts) byName.set(name, (byName.get(name) ?? 0) + amountMinor);
  const all = [...byName].map(([name, amountMinor]) => ({ name, amountMinor }));
  const shown = all.slice(0, maxDiscounts);
  const last = shown.at(-1);
  if (last) for (const { amountMinor } of all.slice(maxDiscounts)) last.amountMinor += amountMinor;
  return shown;
}

/** Never half of a surrogate pair: that is no text. */
function cut(name: string): string {
  const short = name.slice(0, 100);
  return short.isWellFormed() ? short : short.slice(0, -1);
}

/** Tax of a transaction by rate; highest rate first. */
export function taxesByRate(lines: RetailTransaction['lines']): Receipt['taxes'] {
  const byRate = new Map<number, Receipt['taxes'][number]>();
  for (const { taxRateBasisPoints: rateBasisPoints, netMinor, taxMinor } of lines) {
    const sum = byRate.get(rateBasisPoints) ?? { rateBasisPoints, netMinor: 0, taxMinor: 0 };
    sum.netMinor += netMinor;
    sum.taxMinor += taxMinor;
    byRate.set(rateBasisPoints, sum);
  }
  return [...byRate.values()].sort((a, b) => b.rateBasisPoints - a.rateBasisPoints);
}

/** So many hexadecimal digits of the entry's hash open the e-receipt: 64 bits, as many as nobody guesses over a network. */
export const receiptKeyLength = 16;

/**
 * Where the e-receipt is. A till makes it without a network: the key is of the entry's hash, which it knows when it commits
 * and the server when the entry has come.
 */
export function receiptLink(origin: string, storeId: string, entryId: string, hash: string): string {
  return `${origin.replace(/\/+$/, '')}/r/${storeId}/${entryId}?k=${hash.slice(0, receiptKeyLength)}`;
}
