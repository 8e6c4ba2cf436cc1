import { assert } from '../assert.ts';
import { compilePromotions } from '../pricing/compile-promotions.ts';
import { compilePriceLists } from '../pricing/price-list.ts';
import { quote } from '../pricing/quote.ts';
import type { TaxRules } from '../pricing/tax.ts';
import { type LineItem, type PriceOverride, plainLine, type RetailTransaction } from './retail-transaction.ts';

/** A line of a sale whose price is known, as a file of old sales or a test says it. */
export type BasketLine = Pick<
  LineItem,
  'skuId' | 'gtin14' | 'serial' | 'name' | 'quantity' | 'unitPriceMinor' | 'taxClass'
> & {
  /** `unitPriceMinor` is then the changed price. */
  priceOverride?: PriceOverride | null;
};
export type PricedBasket = Pick<RetailTransaction, 'lines' | 'netMinor' | 'taxMinor'> & {
  /** Net + tax before cash rounding. */
  dueMinor: number;
};

const noLists = compilePriceLists([], []);
const noPromotions = compilePromotions([]);
/** Neither lists nor promotions are asked, so nothing depends on where and when. */
const context = {
  ...{ channel: 'store' as const, storeId: 'any', currency: 'XXX', memberTier: null, couponIds: [], usedByMember: {} },
  ...{ atMs: 0, localWeekday: 1, localMinute: 0 },
};

/** The lines of a transaction for goods at known prices, by the one function that prices [M2]. */
export function priceBasket(lines: readonly BasketLine[], rules: TaxRules, placeId: string): PricedBasket {
  const quoted = quote({
    ...{ prices: noLists, promotions: noPromotions, context, ticketDiscount: null },
    taxRules: { ...rules, rounding: 'line' },
    lines: lines.map(({ skuId, taxClass, quantity, unitPriceMinor, priceOverride }, index) => {
      const price = { priceMinor: unitPriceMinor };
      return {
        ...{ lineNumber: index + 1, skuId, categoryIds: [], brand: null, taxClass, isTaxExempt: false, quantity },
        ...{ grams: null, discount: null },
        price: priceOverride
          ? { ...price, from: 'override', reason: priceOverride.reason }
          : { ...price, from: 'open' },
      };
    }),
  });
  assert(quoted.ok, `goods at known prices can be priced: ${quoted.ok ? '' : quoted.error.code}`);
  const { netMinor, taxMinor, dueMinor } = quoted.value;
  const priced = lines.map((line, index): LineItem => {
    const said = quoted.value.lines[index];
    assert(said, 'each line is priced');
    const { lineNumber, taxRateBasisPoints, netMinor: net, taxMinor: tax, totalMinor } = said;
    return {
      ...plainLine,
      discounts: [],
      ...line,
      priceOverride: line.priceOverride ?? null,
      listPriceMinor: line.priceOverride?.listPriceMinor ?? line.unitPriceMinor,
      ...{ lineNumber, placeId, taxRateBasisPoints, netMinor: net, taxMinor: tax, totalMinor },
    };
  });
  return { lines: priced, netMinor, taxMinor, dueMinor };
}
