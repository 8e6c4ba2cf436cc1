import { allocate, scaleMinor } from '../money/money.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Promotions } from './compile-promotions.ts';
import { at, type PromotableLine, percentageOf } from './pools.ts';
import { type ListPrice, type PriceLists, priceOf } from './price-list.ts';
import { type AppliedPromotion, type Promoted, promote } from './promote.ts';
import type { PromotionContext } from './promotion.ts';
import {
  isBadDiscount,
  lineFault,
  type ManualDiscount,
  maxAmountMinor,
  maxLines,
  type QuotedLine,
  type QuoteFailure,
  type QuoteLine,
} from './quote-lines.ts';
import { rateOf } from './tax.ts';
import { type RateTotal, type TicketTaxRules, taxOfTicket } from './ticket-tax.ts';

export type QuoteInput = {
  prices: PriceLists;
  promotions: Promotions;
  taxRules: TicketTaxRules;
  context: PromotionContext;
  lines: readonly QuoteLine[];
  /** Given by hand on all that is sold. */
  ticketDiscount: ManualDiscount | null;
};

export type Quote = {
  currency: string;
  /** By line number. */
  lines: QuotedLine[];
  /** Which promotion gave what. */
  promotions: AppliedPromotion[];
  taxes: RateTotal[];
  /** What all discounts take off what is sold. */
  discountMinor: number;
  netMinor: number;
  taxMinor: number;
  /** Net + tax, before cash rounding. */
  dueMinor: number;
  /** false: more combinations of promotions than the bound on effort allows to try. */
  isSearchComplete: boolean;
};

/**
 * Prices a ticket: the one function of the till, the web shop and the API [M2]. Price lists, then promotions, then discounts
 * given by hand on lines and on the ticket, then tax. The same lines in another order give the same quote.
 */
export function quote(input: QuoteInput): Result<Quote, QuoteFailure> {
  const shelf = shelfLines(input);
  if (!shelf.ok) return shelf;
  const lines = shelf.value;
  const promoted = promote(
    input.promotions,
    input.context,
    lines.flatMap(({ line, quoted }) => promotable(line, quoted)),
  );
  for (const { line, quoted } of lines) {
    if (line.promised) continue;
    for (const discount of promoted.lines.get(line.lineNumber) ?? []) takeOff(quoted, { by: 'promotion', ...discount });
    const byHandMinor = line.discount === null ? 0 : offOf(line.discount, quoted.amountMinor);
    if (byHandMinor > 0) takeOff(quoted, { by: 'line', discountMinor: byHandMinor });
  }
  const { ticketDiscount } = input;
  if (ticketDiscount !== null) {
    if (isBadDiscount(ticketDiscount)) return fail({ code: 'bad-discount-of-ticket' });
    splitTicketDiscount(
      lines.flatMap(({ line, quoted }) => (line.promised ? [] : [quoted])),
      ticketDiscount,
    );
  }
  return taxed(input, lines, promoted);
}

type ShelfLine = { line: QuoteLine; quoted: QuotedLine };

/** The lines by number at what the shelf asks, or what is wrong with the first that is. */
function shelfLines({ prices, context, lines }: QuoteInput): Result<ShelfLine[], QuoteFailure> {
  if (lines.length > maxLines) return fail({ code: 'too-many-lines' });
  const sorted = [...lines].sort((left, right) => left.lineNumber - right.lineNumber);
  const quantities = new Map<string, number>();
  for (const [index, line] of sorted.entries()) {
    const fault = lineFault(line);
    if (fault !== null) return fail(fault);
    if (sorted[index - 1]?.lineNumber === line.lineNumber)
      return fail({ code: 'line-twice', lineNumber: line.lineNumber });
    if (line.price.from !== 'list' || line.promised) continue;
    quantities.set(kindOf(line), (quantities.get(kindOf(line)) ?? 0) + Math.abs(line.quantity));
  }
  const shelf: ShelfLine[] = [];
  let sumMinor = 0;
  for (const line of sorted) {
    const { lineNumber, skuId } = line;
    const listed = skuId === null ? null : priceOf(prices, context, skuId, quantities.get(kindOf(line)) ?? 1);
    if (line.price.from === 'list' && !line.promised && listed !== null && !listed.ok)
      return fail({ ...listed.error, lineNumber });
    const quoted = shelfLine(line, listed?.ok ? listed.value : null, context.atMs);
    if (!(Math.abs(quoted.shelfMinor) <= maxAmountMinor)) return fail({ code: 'amount-too-large', lineNumber });
    sumMinor += Math.abs(quoted.shelfMinor);
    shelf.push({ line, quoted });
  }
  return sumMinor > maxAmountMinor ? fail({ code: 'ticket-too-large' }) : ok(shelf);
}

/** Quantity breaks count the pieces sold of a SKU on all lines, and those taken back apart from them. */
function kindOf({ skuId, quantity }: QuoteLine): string {
  return `${quantity < 0 ? '-' : '+'}${skuId}`;
}

function shelfLine(line: QuoteLine, listed: ListPrice | null, atMs: number): QuotedLine {
  const { lineNumber, skuId, quantity, grams, price } = line;
  const { promised } = line;
  const unitPriceMinor = promised?.unitPriceMinor ?? unitPriceOf(line, listed);
  const sign = quantity < 0 ? -1 : 1;
  const weighedMinor = grams === null ? null : sign * scaleMinor(unitPriceMinor, grams, 1_000);
  const shelfMinor = price.from === 'receipt' ? price.totalMinor : (weighedMinor ?? unitPriceMinor * quantity);
  const online = listed?.online ?? null;
  const ageMs = online === null || online.sinceMs === null ? null : Math.max(0, atMs - online.sinceMs);
  const discounts = [...(promised?.discounts ?? [])];
  const offMinor = discounts.reduce((sum, { discountMinor }) => sum + discountMinor, 0);
  return {
    lineNumber,
    skuId,
    quantity,
    listPriceMinor: (promised ? promised.listPriceMinor : listed?.priceMinor) ?? null,
    priceListId: (promised ? promised.priceListId : listed?.priceListId) ?? null,
    online: online && { ...online, ageMs },
    unitPriceMinor,
    shelfMinor: shelfMinor || 0,
    discounts,
    amountMinor: shelfMinor - offMinor || 0,
    taxRateBasisPoints: 0,
    netMinor: 0,
    taxMinor: 0,
    totalMinor: 0,
    ...(promised && { isPromised: true }),
  };
}

function unitPriceOf({ price }: QuoteLine, listed: ListPrice | null): number {
  if (price.from === 'list') return listed?.priceMinor ?? 0;
  return price.from === 'receipt' ? -price.totalMinor || 0 : price.priceMinor;
}

/** Sold at a price that nobody has set by hand. */
function promotable(line: QuoteLine, quoted: QuotedLine): PromotableLine[] {
  const { lineNumber, skuId, categoryIds, brand, quantity, grams, price } = line;
  if (skuId === null || quantity < 0 || line.promised || (price.from !== 'list' && price.from !== 'label')) return [];
  const base = { lineNumber, skuId, categoryIds, brand };
  if (grams !== null) {
    const measured = { grams, perKiloMinor: quoted.unitPriceMinor };
    return [{ ...base, pieces: 1, priceMinor: quoted.shelfMinor, measured }];
  }
  const measured = price.from === 'label' ? 'labelled' : null;
  return [{ ...base, pieces: quantity, priceMinor: quoted.unitPriceMinor, measured }];
}

function takeOff(quoted: QuotedLine, discount: QuotedLine['discounts'][number]): void {
  quoted.discounts.push(discount);
  quoted.amountMinor -= discount.discountMinor;
}

/** What a discount by hand takes off an amount ≥ 0: never more than it. */
function offOf({ off }: ManualDiscount, amountMinor: number): number {
  return off.kind === 'percentage'
    ? percentageOf(amountMinor, off.basisPoints)
    : Math.min(amountMinor, off.amountMinor);
}

function splitTicketDiscount(lines: readonly QuotedLine[], discount: ManualDiscount): void {
  const sold = lines.filter(({ amountMinor }) => amountMinor > 0);
  const amounts = sold.map(({ amountMinor }) => amountMinor);
  const soldMinor = amounts.reduce((sum, amountMinor) => sum + amountMinor, 0);
  const discountMinor = offOf(discount, soldMinor);
  if (discountMinor === 0) return;
  const parts = allocate(discountMinor, amounts);
  sold.forEach((quoted, index) => {
    if (at(parts, index) > 0) takeOff(quoted, { by: 'ticket', discountMinor: at(parts, index) });
  });
}

function taxed(
  { taxRules, context }: QuoteInput,
  lines: readonly ShelfLine[],
  { promotions, isSearchComplete }: Promoted,
): Result<Quote, QuoteFailure> {
  const anew = lines.filter(({ line }) => line.price.from !== 'receipt');
  const taxable = anew.map(({ line, quoted }) => ({
    amountMinor: quoted.amountMinor,
    rateBasisPoints: rateOf(taxRules, line.taxClass),
    isExempt: line.isTaxExempt,
  }));
  const tax = taxOfTicket(taxable, taxRules);
  anew.forEach(({ quoted }, index) => {
    Object.assign(quoted, at(tax.lines, index), { taxRateBasisPoints: at(taxable, index).rateBasisPoints });
  });
  const taxes = tax.rates;
  for (const { line, quoted } of lines) {
    if (line.price.from !== 'receipt') continue;
    const { taxRateBasisPoints, taxMinor, totalMinor } = line.price;
    Object.assign(quoted, { taxRateBasisPoints, taxMinor, totalMinor, netMinor: totalMinor - taxMinor });
    const known = taxes.find((one) => one.rateBasisPoints === taxRateBasisPoints && !one.isExempt);
    const rate = known ?? { rateBasisPoints: taxRateBasisPoints, isExempt: false, netMinor: 0, taxMinor: 0 };
    if (known === undefined) taxes.push(rate);
    rate.netMinor += quoted.netMinor;
    rate.taxMinor += quoted.taxMinor;
  }
  const quoted = lines.map((line) => line.quoted);
  const sum = (part: 'netMinor' | 'taxMinor' | 'totalMinor') => quoted.reduce((total, line) => total + line[part], 0);
  const dueMinor = sum('totalMinor');
  if (Math.abs(dueMinor) > maxAmountMinor) return fail({ code: 'ticket-too-large' });
  return ok({
    currency: context.currency,
    lines: quoted,
    promotions,
    taxes,
    discountMinor: quoted.reduce((total, line) => total + line.shelfMinor - line.amountMinor, 0),
    netMinor: sum('netMinor'),
    taxMinor: sum('taxMinor'),
    dueMinor,
    isSearchComplete,
  });
}
