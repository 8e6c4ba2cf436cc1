import type { GoodsDetails, LabelPrice } from '#schemas/item-code/scanned-code.ts';
import { divideRounded, minorDigits, scaleMinor } from '#schemas/money/money.ts';
import { maxGrams } from '#schemas/pricing/quote-lines.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { FoundSku } from '../db/till-types.ts';
import type { BasketItem } from './basket-lines.ts';
import type { UnitFlag } from './unit-flag.ts';

/** Milligrams in the unit that prices by weight are of. */
const mgPerKg = 1_000_000;

/** The goods of a scan: a unit by its serial, or what is counted. */
export type ScannedGoods = { gtin14: string | null; serial: string | null; flag: UnitFlag | null };

/** A SKU as a line of the basket. What is sold by weight costs what its label says, or its weight by the price of a kilogram. */
export function itemOf(
  found: FoundSku,
  locale: LocaleCode,
  { gtin14, serial, flag }: ScannedGoods,
  details: GoodsDetails & { currency?: string } = {},
): BasketItem {
  const { sku } = found;
  const variant = sku.variant && nameIn(sku.variant, locale);
  const weighed = sku.tracking === 'weight' ? weighedOf(details, locale) : null;
  return {
    skuId: sku.skuId,
    gtin14: gtin14 ?? found.gtin14,
    serial,
    ...(flag && { flag }),
    name: nameIn(sku.names, locale),
    variant: weighed?.weight ? [variant, weighed.weight].filter((part) => part !== null).join(' · ') : variant,
    taxClass: sku.taxClass,
    categoryIds: sku.categoryId === null ? [] : [sku.categoryId],
    brand: sku.brand,
    grams: weighed?.grams ?? null,
    price: weighed?.price ?? { from: 'list' },
  };
}

function weighedOf({ weightMg, price, currency = 'XXX' }: GoodsDetails & { currency?: string }, locale: LocaleCode) {
  const kg = { style: 'unit', unit: 'kilogram', maximumFractionDigits: 3 } as const;
  const weight = weightMg === undefined ? null : new Intl.NumberFormat(locale, kg).format(weightMg / mgPerKg);
  const priceMinor = priceMinorOf(price, currency);
  if (priceMinor !== null) return { weight, grams: null, price: { from: 'label' as const, priceMinor } };
  return { weight, grams: weightMg === undefined ? null : gramsOf(weightMg), price: { from: 'list' as const } };
}

/** Whole grams, as scales for trade have them: half a gram counts as one. */
function gramsOf(weightMg: number): number | null {
  const grams = Math.max(1, Number(divideRounded(BigInt(weightMg), 1_000n)));
  return grams > maxGrams ? null : grams;
}

/** A price that names its currency is passed over: it may be another one than the store's. */
function priceMinorOf(price: LabelPrice | undefined, currency: string): number | null {
  if (price === undefined || price.currencyNumber !== null) return null;
  return scaleMinor(price.amount, 10 ** minorDigits(currency), 10 ** price.decimals);
}
