import { m } from '#pwa/paraglide/messages.js';
import { unreachable } from '#schemas/assert.ts';
import type { Limits, Measure } from '#schemas/policy/limits.ts';

/**
 * How much somebody may do alone, and how much of it is asked for; null where they may do nothing of it, or any of it: then it
 * is no limit that stands in the way.
 */
export function limitText(
  name: string,
  limits: Limits,
  measure: Measure,
  money: (minor: number) => string,
): string | null {
  switch (measure.of) {
    case 'discount':
      return partText(m.limit_is_discount, name, limits.discountBasisPoints, measure);
    case 'price-cut':
      return partText(m.limit_is_price_cut, name, limits.priceCutBasisPoints, measure);
    case 'open-item':
      return amountText(m.limit_is_open_item, name, limits.openItemMinor, measure, money);
    case 'free-item':
      return amountText(m.limit_is_free_item, name, limits.freeItemMinor, measure, money);
    case 'no-receipt':
      return amountText(m.limit_is_no_receipt, name, limits.noReceiptMinor, measure, money);
    case 'order':
      return amountText(m.limit_is_order, name, limits.orderMinor, measure, money);
    default:
      return unreachable(measure);
  }
}

type Words = (inputs: { name: string; limit: string; asked: string }) => string;

function partText(
  words: Words,
  name: string,
  limit: number,
  { offMinor, fromMinor }: { offMinor: number; fromMinor: number },
): string | null {
  if (limit === 0 || limit === 10_000 || fromMinor <= 0) return null;
  return words({ name, limit: percentText(limit), asked: percentText((offMinor / fromMinor) * 10_000) });
}

function amountText(
  words: Words,
  name: string,
  limitMinor: number | null,
  { amountMinor }: { amountMinor: number },
  money: (minor: number) => string,
): string | null {
  if (limitMinor === null || limitMinor === 0) return null;
  return words({ name, limit: money(limitMinor), asked: money(amountMinor) });
}

/** `12.5 %`: rounded up, so that what is above a limit never reads as the limit itself. */
export function percentText(basisPoints: number): string {
  const hundredths = Math.ceil(basisPoints - 1e-6);
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(hundredths / 100)} %`;
}
