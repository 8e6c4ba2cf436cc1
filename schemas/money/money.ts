import { z } from 'zod';
import { assert } from '../assert.ts';

/** The largest amount either way, in minor units. */
const maxMinor = 1_000_000_000_000;

/** An integer count of minor units (cents, pence, fen). Never a float: invariant M1. */
export const minorSchema = z.number().int().min(-maxMinor).max(maxMinor);

/** ISO 4217 alphabetic code. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/);

/** Decimal places of the currencies that do not have two (ISO 4217). */
const minorDigitsByCurrency: Readonly<Record<string, number>> = {
  JPY: 0,
  KRW: 0,
  VND: 0,
  CLP: 0,
  ISK: 0,
  TWD: 0,
  BHD: 3,
  KWD: 3,
  OMR: 3,
  JOD: 3,
  TND: 3,
};

export function minorDigits(currency: string): number {
  return minorDigitsByCurrency[currency] ?? 2;
}

/** `n / d` rounded half away from zero, exactly, for integers; `d > 0`. The rule tax authorities call commercial rounding. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, 'the denominator is positive');
  const sign = numerator < 0n ? -1n : 1n;
  return (sign * (sign * numerator * 2n + denominator)) / (denominator * 2n);
}

/** `amountMinor × multiplier / divisor`, rounded half away from zero; exact for every safe integer. */
export function scaleMinor(amountMinor: number, multiplier: number, divisor: number): number {
  assert(
    Number.isSafeInteger(amountMinor) && Number.isSafeInteger(multiplier),
    'money is an integer count of minor units',
  );
  const scaled = Number(divideRounded(BigInt(amountMinor) * BigInt(multiplier), BigInt(divisor)));
  assert(Number.isSafeInteger(scaled), 'money stays a safe integer');
  return scaled;
}

/** Nearest multiple of `stepMinor` (cash rounding: 5 for the Swiss five Rappen); half away from zero. */
export function roundToStep(amountMinor: number, stepMinor: number): number {
  assert(stepMinor >= 1, 'a cash step is at least one minor unit');
  return scaleMinor(amountMinor, 1, stepMinor) * stepMinor;
}

/**
 * Splits an amount in proportion to weights so that the parts sum to it exactly (largest remainder; ties go to the
 * earlier part). All-zero weights share equally. `weights` ≥ 0, at least one.
 */
export function allocate(totalMinor: number, weights: readonly number[]): number[] {
  assert(
    weights.length > 0 && weights.every((weight) => Number.isSafeInteger(weight) && weight >= 0),
    'weights are ≥ 0',
  );
  assert(Number.isSafeInteger(totalMinor), 'money is an integer count of minor units');
  const sum = weights.reduce((total, weight) => total + weight, 0);
  // Where no product leaves the safe integers, numbers say the same as bigints in a tenth of the time.
  if (sum > 0 && sum * Math.abs(totalMinor) <= Number.MAX_SAFE_INTEGER) return allocateSafe(totalMinor, weights, sum);
  return allocateLarge(totalMinor, weights);
}

function allocateSafe(totalMinor: number, weights: readonly number[], sum: number): number[] {
  const sign = totalMinor < 0 ? -1 : 1;
  const remainders = weights.map((weight) => (totalMinor * sign * weight) % sum);
  const parts = weights.map((weight, index) => (totalMinor * sign * weight - (remainders[index] ?? 0)) / sum);
  const left = totalMinor * sign - parts.reduce((total, part) => total + part, 0);
  if (left > 0) {
    const byRemainder = remainders.map((_, index) => index);
    byRemainder.sort((a, b) => (remainders[b] ?? 0) - (remainders[a] ?? 0) || a - b);
    for (const index of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  }
  return parts.map((part) => part * sign || 0);
}

function allocateLarge(totalMinor: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + BigInt(weight), 0n);
  const shares = sum === 0n ? weights.map(() => 1n) : weights.map(BigInt);
  const divisor = sum === 0n ? BigInt(weights.length) : sum;
  const sign = totalMinor < 0 ? -1n : 1n;
  const total = BigInt(totalMinor) * sign;
  const floors = shares.map((share) => (total * share) / divisor);
  const left = Number(total - floors.reduce((a, b) => a + b, 0n));
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: (total * share) % divisor }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of byRemainder.slice(0, left)) floors[index] = (floors[index] ?? 0n) + 1n;
  return floors.map((part) => Number(part * sign) || 0);
}

/**
 * Parses a decimal such as `12.5` or `-3` into minor units; null when it is no number, finer than the currency, or longer than
 * 14 digits. Whether it is an amount that we take, `minorSchema` says.
 */
export function parseDecimal(text: string, currency: string): number | null {
  const digits = minorDigits(currency);
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (!match) return null;
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > digits || (match[2] ?? '').length + digits > 14) return null;
  const minor = Number((match[2] ?? '') + fraction.padEnd(digits, '0'));
  return match[1] && minor !== 0 ? -minor : minor;
}

/** Locale-aware text of an amount, for a person. */
export function formatMoney(amountMinor: number, currency: string, locale: string): string {
  const digits = minorDigits(currency);
  const name = `${locale} ${currency}`;
  let format = formats.get(name);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(name, format);
  }
  return format.format(amountMinor / 10 ** digits);
}

/** Making one takes twenty times as long as using it, and a basket shows dozens of amounts. */
const formats = new Map<string, Intl.NumberFormat>();
