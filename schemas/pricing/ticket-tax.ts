import { z } from 'zod';
import { divideRounded } from '../money/money.ts';
import { at } from './pools.ts';
import { taxRulesSchema } from './tax.ts';

/**
 * `line`: the tax of each line is rounded, and summed. `ticket`: the tax of each rate is rounded once, and split over its lines
 * (EN 16931, BR-CO-17; Japan's qualified invoices; in the US the seller's choice, SSUTA section 324).
 */
export const ticketTaxRulesSchema = taxRulesSchema.extend({ rounding: z.enum(['line', 'ticket']) });
export type TicketTaxRules = z.infer<typeof ticketTaxRulesSchema>;

export type TaxableLine = {
  /** Price × quantity less all discounts; negative for a return. */
  amountMinor: number;
  rateBasisPoints: number;
  /** Nobody owes its tax: it is not added, or taken out of a price that holds it. */
  isExempt: boolean;
};
export type LineTax = { netMinor: number; taxMinor: number; totalMinor: number };
export type RateTotal = { rateBasisPoints: number; isExempt: boolean; netMinor: number; taxMinor: number };
export type TicketTax = {
  /** In the order of the lines given; which line bears a rounding depends on it, no sum does. */
  lines: LineTax[];
  /** The highest rate first. */
  rates: RateTotal[];
  netMinor: number;
  taxMinor: number;
  totalMinor: number;
};

/** The tax of a ticket; net + tax = total on each line and in all. Amounts are at most 10¹² either way. */
export function taxOfTicket(
  lines: readonly TaxableLine[],
  rules: Pick<TicketTaxRules, 'pricesIncludeTax' | 'rounding'>,
): TicketTax {
  const taxes = lines.map(() => 0);
  for (const [rateBasisPoints, indexes] of byRate(lines)) {
    const divisor = BigInt(rules.pricesIncludeTax ? 10_000 + rateBasisPoints : 10_000);
    const exact = indexes.map((index) => BigInt(at(lines, index).amountMinor) * BigInt(rateBasisPoints));
    const rounded =
      rules.rounding === 'line'
        ? exact.map((numerator) => Number(divideRounded(numerator, divisor)))
        : roundedTogether(exact, divisor);
    indexes.forEach((index, among) => {
      taxes[index] = at(rounded, among);
    });
  }
  const taxed = lines.map(({ amountMinor, isExempt }, index): LineTax => {
    const held = at(taxes, index);
    const netMinor = rules.pricesIncludeTax ? amountMinor - held : amountMinor;
    const taxMinor = isExempt ? 0 : held;
    return { netMinor, taxMinor, totalMinor: netMinor + taxMinor };
  });
  const sum = (part: keyof LineTax) => taxed.reduce((total, line) => total + line[part], 0);
  return {
    lines: taxed,
    rates: ratesOf(lines, taxed),
    netMinor: sum('netMinor'),
    taxMinor: sum('taxMinor'),
    totalMinor: sum('totalMinor'),
  };
}

function byRate(lines: readonly TaxableLine[]): Map<number, number[]> {
  const found = new Map<number, number[]>();
  lines.forEach(({ rateBasisPoints }, index) => {
    const known = found.get(rateBasisPoints);
    if (known) known.push(index);
    else found.set(rateBasisPoints, [index]);
  });
  return found;
}

/**
 * Rounds the sum of fractions once, half away from zero, and each of them up or down so that they sum to it: those with the
 * largest remainder up, of equals the first. Signs may be mixed; the negative of a ticket has the negative tax.
 */
function roundedTogether(numerators: readonly bigint[], divisor: bigint): number[] {
  const sum = numerators.reduce((total, numerator) => total + numerator, 0n);
  const sign = sum < 0n ? -1n : 1n;
  const remainders = numerators.map((numerator) => (((sign * numerator) % divisor) + divisor) % divisor);
  const parts = numerators.map((numerator, index) => (sign * numerator - at(remainders, index)) / divisor);
  const left = Number(divideRounded(sign * sum, divisor) - parts.reduce((total, part) => total + part, 0n));
  const byRemainder = remainders.map((remainder, index) => ({ remainder, index }));
  byRemainder.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of byRemainder.slice(0, left)) parts[index] = at(parts, index) + 1n;
  return parts.map((part) => Number(sign * part) || 0);
}

function ratesOf(lines: readonly TaxableLine[], taxed: readonly LineTax[]): RateTotal[] {
  const found = new Map<string, RateTotal>();
  lines.forEach(({ rateBasisPoints, isExempt }, index) => {
    const key = `${rateBasisPoints} ${isExempt}`;
    const known = found.get(key) ?? { rateBasisPoints, isExempt, netMinor: 0, taxMinor: 0 };
    known.netMinor += at(taxed, index).netMinor;
    known.taxMinor += at(taxed, index).taxMinor;
    found.set(key, known);
  });
  const order = (left: RateTotal, right: RateTotal) =>
    right.rateBasisPoints - left.rateBasisPoints || Number(left.isExempt) - Number(right.isExempt);
  return [...found.values()].sort(order);
}
