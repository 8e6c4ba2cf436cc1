import { fiscalBlockOf } from '#schemas/fiscal/fiscal-settings.ts';
import type { Receipt } from '#schemas/receipt/receipt.ts';
import { ownWordsIn, type ReceiptDesign } from '#schemas/receipt/receipt-design.ts';
import { receiptOf } from '#schemas/receipt/receipt-of.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { plainLine, plainTender, plainTicket } from '#schemas/transaction/retail-transaction.ts';

export type SampleFacts = {
  storeName: string;
  timeZone: string;
  currency: string;
  operatorName: string;
  /** What is sold. */
  goods: readonly string[];
  nowMs: number;
  origin: string;
};

const rate = { taxClass: 'standard', taxRateBasisPoints: 2000 };
const hash = '9f3c1a7e5b20d846'.repeat(4);

/** A receipt of a sale that never was, made as the till makes it. */
export function sampleReceipt(design: ReceiptDesign, locale: LocaleCode, facts: SampleFacts): Receipt {
  const { storeName, timeZone, currency, operatorName, goods, nowMs, origin } = facts;
  const lines = goods.map((name, at) => ({
    ...{ ...plainLine, discounts: [], ...rate, lineNumber: at + 1, name, quantity: at + 1, unitPriceMinor: 1_200 },
    ...{ skuId: null, gtin14: null, serial: null, placeId: 'floor' },
    ...{ netMinor: 1_000 * (at + 1), taxMinor: 200 * (at + 1), totalMinor: 1_200 * (at + 1) },
  }));
  const totalMinor = lines.reduce((sum, line) => sum + line.totalMinor, 0);
  const taxMinor = lines.reduce((sum, line) => sum + line.taxMinor, 0);
  const ticket = {
    ...{ ...plainTicket, promotions: [], lines, currency, pricesIncludeTax: true, memberId: null, approvals: [] },
    transactionId: '00000000-0000-4000-8000-000000000000',
    businessDay: new Date(nowMs).toISOString().slice(0, 10),
    ...{ openedAtMs: nowMs, netMinor: totalMinor - taxMinor, taxMinor, roundingMinor: 0, totalMinor },
    ...{ tenders: [plainTender('cash', totalMinor + 400)], changeMinor: 400 },
  };
  const body = { ...ticket, fiscal: fiscalBlockOf(ticket, design.fiscal) };
  const entry = { _id: '0003-000000042', hash, storeId: 'store', deviceAtMs: nowMs, clockOffsetMs: 0 };
  const own = { logo: design.logo, ...ownWordsIn(design, locale) };
  const shop = { storeName, merchantName: storeName, address: '', timeZone, operatorName };
  return receiptOf(entry, body, { ...shop, ...own, locale, origin, isCopy: false, voidedBy: null });
}
