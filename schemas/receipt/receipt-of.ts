import { type Entry, occurredAtMs } from '../journal/envelope.ts';
import type { LocaleCode } from '../text.ts';
import type { LineItem, RetailTransaction } from '../transaction/retail-transaction.ts';
import type { Receipt, ReceiptLine } from './receipt.ts';

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
};

type Sale = Pick<Entry, '_id' | 'hash' | 'storeId' | 'deviceAtMs' | 'clockOffsetMs'>;

/** The receipt of a sale: the same on the till, on paper and on the page that the server shows. Pure. */
export function receiptOf(entry: Sale, body: RetailTransaction, facts: ReceiptFacts): Receipt {
  const { storeName, merchantName, address, timeZone, operatorName, locale, origin, isCopy } = facts;
  const { businessDay, currency, pricesIncludeTax, netMinor, roundingMinor, totalMinor, tenders, changeMinor } = body;
  return {
    locale,
    logo: null,
    storeName,
    chainName: merchantName === storeName ? '' : merchantName,
    address,
    entryId: entry._id,
    hash: entry.hash,
    businessDay,
    occurredAtMs: Math.max(0, occurredAtMs(entry)),
    timeZone,
    operatorName,
    isCopy,
    currency,
    pricesIncludeTax,
    lines: body.lines.map((line) => receiptLineOf(line, pricesIncludeTax)),
    discounts: [],
    netMinor,
    taxes: taxesByRate(body.lines),
    roundingMinor,
    totalMinor,
    tenders: tenders.map(({ type, amountMinor }) => ({ type, amountMinor })),
    changeMinor,
    fiscal: null,
    link: origin === null ? null : receiptLink(origin, entry.storeId, entry._id, entry.hash),
    footer: '',
  };
}

function receiptLineOf(line: LineItem, pricesIncludeTax: boolean): ReceiptLine {
  const { name, quantity, unitPriceMinor, serial, priceOverride, netMinor, totalMinor } = line;
  return {
    name,
    quantity,
    unitPriceMinor,
    listPriceMinor: priceOverride?.listPriceMinor ?? null,
    serial,
    amountMinor: pricesIncludeTax ? totalMinor : netMinor,
    discounts: [],
  };
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
