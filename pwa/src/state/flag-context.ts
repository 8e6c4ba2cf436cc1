import { expiryDate } from '#schemas/item-code/gs1.ts';
import type { GoodsDetails } from '#schemas/item-code/scanned-code.ts';
import type { Till } from '../db/till-types.ts';
import type { Line } from './basket-lines.ts';
import { businessDayOf } from './transaction-body.ts';
import { flagOf, type UnitFlag } from './unit-flag.ts';

/** A unit, and the basket that it is in. */
type FlaggedUnit = { gtin14: string; serial: string; basketId: string };

/** What every flag is judged by, beside the unit itself. */
export async function flagContext(till: Till, { batch, expiry }: GoodsDetails, unit: FlaggedUnit | null = null) {
  const nowMs = till.nowMs();
  const today = businessDayOf(nowMs, till.config()?.timeZone ?? 'UTC');
  return {
    batch: batch ?? null,
    expiresOn: (expiry !== undefined && expiryDate(expiry, new Date(nowMs).getUTCFullYear())) || null,
    recalls: await till.recalls(),
    today,
    putAside: unit && (await till.parking.putAside(unit, { openId: unit.basketId, today })),
  };
}

/** What speaks against selling a line now: a parked basket was judged by the books of another hour. */
export async function flagAgain(
  till: Till,
  line: Pick<Line, 'gtin14' | 'serial' | 'skuId' | 'quantity'>,
  basketId: string,
): Promise<UnitFlag | null> {
  const { gtin14, serial, skuId, quantity } = line;
  if (quantity < 0 || skuId === null) return null;
  const isUnit = gtin14 !== null && serial !== null;
  const [found, unit] = await Promise.all([till.skuById(skuId), isUnit ? till.unit(gtin14, serial) : null]);
  const isUnknown = isUnit && unit === null && till.status.complete && found?.sku.tracking === 'item';
  const context = await flagContext(till, {}, isUnit ? { gtin14, serial, basketId } : null);
  return flagOf({ ...context, gtin14, serial, unit, isUnknown });
}
