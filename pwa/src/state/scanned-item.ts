import type { GoodsDetails, LabelPrice } from '#schemas/item-code/scanned-code.ts';
import { minorDigits, scaleMinor } from '#schemas/money/money.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { FoundSku } from '../db/till-types.ts';
import type { BasketItem } from './basket-lines.ts';
import type { UnitFlag } from './unit-flag.ts';

/** Milligrams in the unit that prices by weight are of. */
const mgPerKg = 1_000_000;

/** The goods of a scan: a unit by its serial, or what is counted. */
export type ScannedGoods = { gtin14: string | null; serial: string | null; flag: UnitFlag | null };

/** A SKU as a line of the basket; null while it has no price. What is sold by weight costs what its label says. */
export function itemOf(
  found: FoundSku,
  locale: LocaleCode,
  { gtin14, serial, flag }: ScannedGoods,
  details: GoodsDetails & { currency?: string } = {},
): BasketItem | null {
  const { sku, price } = found;
  if (!price) return null;
  const variant = sku.variant && nameIn(sku.variant, locale);
  const weighed = sku.tracking === 'weight' ? weighedOf(price.priceMinor, details, locale) : null;
  return {
    skuId: sku.skuId,
    gtin14: gtin14 ?? found.gtin14,
    serial,
    ...(flag && { flag }),
    name: nameIn(sku.names, locale),
    variant: weighed?.weight ? [variant, weighed.weight].filter((part) => part !== null).join(' · ') : variant,
    unitPriceMinor: weighed?.priceMinor ?? price.priceMinor,
    taxClass: sku.taxClass,
  };
}

/** `perKgMinor`: minor units a kilogram. */
function weighedOf(
  perKgMinor: number,
  { weightMg, price, currency = 'XXX' }: GoodsDetails & { currency?: string },
  locale: LocaleCode,
) {
  const kg = { style: 'unit', unit: 'kilogram', maximumFractionDigits: 3 } as const;
  const weight = weightMg === undefined ? null : new Intl.NumberFormat(locale, kg).format(weightMg / mgPerKg);
  const byWeight = weightMg === undefined ? null : scaleMinor(perKgMinor, weightMg, mgPerKg);
  return { weight, priceMinor: priceMinorOf(price, currency) ?? byWeight };
}

/** A price that names its currency is passed over: it may be another one than the store's. */
function priceMinorOf(price: LabelPrice | undefined, currency: string): number | null {
  if (price === undefined || price.currencyNumber !== null) return null;
  return scaleMinor(price.amount, 10 ** minorDigits(currency), 10 ** price.decimals);
}
