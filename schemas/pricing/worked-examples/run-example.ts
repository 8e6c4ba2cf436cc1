import { roundToStep } from '../../money/money.ts';
import { compilePromotions } from '../compile-promotions.ts';
import { compilePriceLists, type PriceEntry, type PriceList } from '../price-list.ts';
import type { Promotion, PromotionContext } from '../promotion.ts';
import { quote } from '../quote.ts';
import type { ManualDiscount, QuoteLine } from '../quote-lines.ts';
import type { TicketTaxRules } from '../ticket-tax.ts';
import { type ReturnLine, unwind } from '../unwind.ts';
import { context, entry, storeList } from './shorthand.ts';

/** A ticket and what it must come to, reckoned by hand. All amounts in minor units. */
export type WorkedExample = {
  /** Of SPEC.md, the one that the example shows. */
  rule: string;
  name: string;
  /** Who published the figures, or the rule that they are reckoned after. */
  source?: string;
  /** Of the list `store`. */
  prices?: Readonly<Record<string, number>>;
  /** Instead of the list `store` alone. */
  lists?: readonly PriceList[];
  entries?: readonly PriceEntry[];
  promotions?: readonly Promotion[];
  /** British VAT held by the prices, if not said. */
  tax?: Partial<TicketTaxRules>;
  context?: Partial<PromotionContext>;
  lines: readonly QuoteLine[];
  ticketDiscount?: ManualDiscount;
  /** What comes back of it, in this order. */
  returns?: readonly (readonly ReturnLine[])[];
  expected: Outcome;
};

/** What an example says of its result; what it does not say is not compared. */
export type Outcome = {
  code?: string;
  dueMinor?: number;
  taxMinor?: number;
  /** What cash has to pay. */
  cashMinor?: number;
  /** By line number. */
  totals?: readonly number[];
  lineTaxes?: readonly number[];
  /** What each promotion gives, all of them. */
  off?: Readonly<Record<string, number>>;
  /** Of each return: what is paid back, its tax, and what it is in cash; or a code. */
  refunds?: readonly ({ totalMinor: number; taxMinor: number; cashMinor: number } | { code: string })[];
};

/** The tax of an example that says nothing else. */
export const britishTax: TicketTaxRules = {
  pricesIncludeTax: true,
  classes: [
    { taxClass: 'standard', rateBasisPoints: 2_000 },
    { taxClass: 'reduced', rateBasisPoints: 500 },
    { taxClass: 'zero', rateBasisPoints: 0 },
  ],
  cashStepMinor: 1,
  rounding: 'line',
};

/** Runs an example and answers what it says of its result: the same on a till, on the server and in a test. */
export function runExample(example: WorkedExample): Outcome {
  const { lists = [storeList], entries = [], promotions = [], prices = {}, lines, returns = [], expected } = example;
  const currency = example.context?.currency ?? 'GBP';
  const taxRules = { ...britishTax, ...example.tax };
  const listed = Object.entries(prices).map(([skuId, priceMinor]) => entry(skuId, priceMinor));
  const result = quote({
    prices: compilePriceLists(
      lists.map((list) => (list === storeList ? { ...list, currency } : list)),
      [...listed, ...entries],
    ),
    promotions: compilePromotions(promotions),
    taxRules,
    context: { ...context, ...example.context },
    lines,
    ticketDiscount: example.ticketDiscount ?? null,
  });
  if (!result.ok) return { code: result.error.code };
  const { value } = result;
  const outcome: Required<Omit<Outcome, 'code'>> = {
    dueMinor: value.dueMinor,
    taxMinor: value.taxMinor,
    cashMinor: roundToStep(value.dueMinor, taxRules.cashStepMinor),
    totals: value.lines.map(({ totalMinor }) => totalMinor),
    lineTaxes: value.lines.map(({ taxMinor }) => taxMinor),
    off: Object.fromEntries(value.promotions.map((applied) => [applied.promotionId, applied.discountMinor])),
    refunds: refundsOf({ ...value, ...taxRules }, returns),
  };
  return Object.fromEntries(Object.entries(outcome).filter(([part]) => part in expected));
}

type Sold = { currency: string; pricesIncludeTax: boolean; cashStepMinor: number; lines: readonly SoldLine[] };
type SoldLine = { lineNumber: number; quantity: number; taxMinor: number; totalMinor: number };

function refundsOf(sold: Sold, returns: readonly (readonly ReturnLine[])[]): NonNullable<Outcome['refunds']> {
  const returned = new Map<number, number>();
  return returns.map((wanted) => {
    const lines = sold.lines.map((line) => ({ ...line, returnedQuantity: returned.get(line.lineNumber) ?? 0 }));
    const refund = unwind({ ...sold, lines }, sold.currency, wanted);
    if (!refund.ok) return { code: refund.error.code };
    for (const { lineNumber, quantity } of wanted) {
      returned.set(lineNumber, (returned.get(lineNumber) ?? 0) + quantity);
    }
    const { totalMinor, taxMinor, roundingMinor } = refund.value;
    return { totalMinor, taxMinor, cashMinor: totalMinor + roundingMinor };
  });
}
