import { assert } from '#schemas/assert.ts';
import { minorDigits } from '#schemas/money/money.ts';

/** Notes and large coins that customers hand over, in major units. */
const notesByCurrency: Readonly<Record<string, readonly number[]>> = {
  AUD: [5, 10, 20, 50, 100],
  CAD: [5, 10, 20, 50, 100],
  CHF: [10, 20, 50, 100, 200],
  CNY: [1, 5, 10, 20, 50, 100],
  EUR: [5, 10, 20, 50, 100, 200],
  GBP: [5, 10, 20, 50],
  HKD: [10, 20, 50, 100, 500, 1000],
  JPY: [1000, 5000, 10000],
  KRW: [1000, 5000, 10000, 50000],
  MOP: [10, 20, 50, 100, 500, 1000],
  SGD: [2, 5, 10, 50, 100],
  TWD: [50, 100, 500, 1000],
  USD: [1, 5, 10, 20, 50, 100],
};
const otherNotes = [1, 5, 10, 20, 50, 100, 500, 1000] as const;

/** The most that a keypad takes: beyond it is a slip of the finger. */
export const maxTenderedMinor = 99_999_999_999;

/** Amounts above what is due that a customer is likely to hand over: it rounded up to each note. Ascending, at most `count`. None for a refund. */
export function quickAmounts(dueMinor: number, currency: string, count = 4): number[] {
  assert(Number.isSafeInteger(dueMinor), 'what is due is a count of minor units');
  if (dueMinor < 0) return [];
  const unitMinor = 10 ** minorDigits(currency);
  const notes = notesByCurrency[currency] ?? otherNotes;
  const amounts = notes.map((note) => Math.ceil(dueMinor / (note * unitMinor)) * note * unitMinor);
  return [...new Set(amounts)]
    .filter((amount) => amount > dueMinor)
    .sort((a, b) => a - b)
    .slice(0, count);
}

/** What the customer gets back, or null while what was handed over does not cover what is due. */
export function changeMinor(dueMinor: number, tenderedMinor: number): number | null {
  return tenderedMinor >= dueMinor ? tenderedMinor - dueMinor : null;
}

export type AmountKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '00' | 'back';

/** A key of the pad: digits shift in from the right as minor units, as on every cash register. */
export function typeAmount(minor: number, key: AmountKey): number {
  if (key === 'back') return Math.trunc(minor / 10);
  const next = key === '00' ? minor * 100 : minor * 10 + Number(key);
  return next > maxTenderedMinor ? minor : next;
}

/** One state of the pad and when it came about. */
export type Typed = { readonly atMs: number; readonly minor: number };
/** Keys at most this far apart may be a hand scanner's. */
const burstGapMs = 150;

/** What the pad said before the burst of keys that ends the history: a scan must not be taken for money. */
export function beforeBurst(history: readonly Typed[], startMinor: number): number {
  let at = history.length - 1;
  while (at > 0 && (history[at]?.atMs ?? 0) - (history[at - 1]?.atMs ?? 0) <= burstGapMs) at -= 1;
  return history[at - 1]?.minor ?? startMinor;
}
