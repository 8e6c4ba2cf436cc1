import { drawerContradictions } from './drawer-state.ts';

/** `drawer-difference`: beyond the tolerance; `shift-sums`: a till's figures are not what its entries come to. */
export const shiftExceptionCodes = [...drawerContradictions, 'drawer-difference', 'shift-sums'] as const;
export type ShiftExceptionCode = (typeof shiftExceptionCodes)[number];

/** Detail of a `drawer-difference`: `-250 GBP`, counted − expected in minor units. */
export function differenceDetail(differenceMinor: number, currency: string): string {
  return `${differenceMinor} ${currency}`;
}

export function parseDifferenceDetail(detail: string): { differenceMinor: number; currency: string } | null {
  const match = /^(-?\d{1,16}) ([A-Z]{3})$/.exec(detail);
  return match ? { differenceMinor: Number(match[1]), currency: match[2] ?? '' } : null;
}
