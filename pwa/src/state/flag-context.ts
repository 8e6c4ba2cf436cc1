import { expiryDate } from '#schemas/item-code/gs1.ts';
import type { GoodsDetails } from '#schemas/item-code/scanned-code.ts';
import type { Till } from '../db/till-types.ts';
import type { Line } from './basket-lines.ts';
import { businessDayOf } from './transaction-body.ts';
import { flagOf, type UnitFlag } from './unit-flag.ts';

/** What every flag is judged by, beside the unit itself. */
export async function flagContext(till: Till, { batch, expiry }: GoodsDetails) {
  const nowMs = till.nowMs();
  return {
    batch: batch ?? null,
    expiresOn: (expiry !== undefined && expiryDate(expiry, new Date(nowMs).getUTCFullYear())) || null,
    recalls: await till.recalls(),
    today: businessDayOf(nowMs, till.config()?.timeZone ?? 'UTC'),
  };
}

/** What speaks against selling a line now: a parked basket was judged by the books of another hour. */
export async function flagAgain(
  till: Till,
  line: Pick<Line, 'gtin14' | 'serial' | 'skuId' | 'quantity'>,
): Promise<UnitFlag | null> {
  const { gtin14, serial, skuId, quantity } = line;
  if (quantity < 0 || skuId === null) return null;
  const isUnit = gtin14 !== null && serial !== null;
  const [found, unit] = await Promise.all([till.skuById(skuId), isUnit ? till.unit(gtin14, serial) : null]);
  const isUnknown = isUnit && unit === null && till.status.complete && found?.sku.tracking === 'item';
  return flagOf({ ...(await flagContext(till, {})), gtin14, serial, unit, isUnknown });
}
