import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideRounded } from '../money/money.ts';
import { taxOfLine } from './tax.ts';
import { type TaxableLine, taxOfTicket } from './ticket-tax.ts';

const line = fc.record<TaxableLine>({
  amountMinor: fc.oneof(fc.integer({ min: -5_000, max: 5_000 }), fc.integer({ min: -1e12, max: 1e12 })),
  rateBasisPoints: fc.constantFrom(0, 260, 725, 810, 2_000, 10_000),
  isExempt: fc.boolean(),
});
const lines = fc.array(line, { maxLength: 12 });
const rules = fc.record({
  pricesIncludeTax: fc.boolean(),
  rounding: fc.constantFrom('line' as const, 'ticket' as const),
});

test('[TX1] [M1] net + tax = total on each line and in all, and the rates sum to the ticket', () => {
  fc.assert(
    fc.property(lines, rules, (given, taxRules) => {
      const tax = taxOfTicket(given, taxRules);
      const sum = (amounts: readonly number[]) => amounts.reduce((total, amountMinor) => total + amountMinor, 0);
      tax.lines.forEach(({ netMinor, taxMinor, totalMinor }, index) => {
        expect(netMinor + taxMinor).toBe(totalMinor);
        const marked = taxRules.pricesIncludeTax && !given[index]?.isExempt ? totalMinor : netMinor;
        if (!given[index]?.isExempt) expect(marked).toBe(given[index]?.amountMinor);
        else expect(taxMinor).toBe(0);
      });
      for (const part of ['netMinor', 'taxMinor'] as const) {
        expect(sum(tax.lines.map((one) => one[part]))).toBe(tax[part]);
        expect(sum(tax.rates.map((one) => one[part]))).toBe(tax[part]);
      }
      expect(tax.netMinor + tax.taxMinor).toBe(tax.totalMinor);
    }),
  );
});

test('[TX2] rounded by line it is the tax of each line, rounded by ticket that of the sum of each rate', () => {
  fc.assert(
    fc.property(lines, fc.boolean(), (given, pricesIncludeTax) => {
      const taxed = given.map((one) => ({ ...one, isExempt: false }));
      const byLine = taxOfTicket(taxed, { pricesIncludeTax, rounding: 'line' });
      const single = taxed.map((one) => taxOfLine(one.amountMinor, one.rateBasisPoints, pricesIncludeTax));
      expect(byLine.lines).toEqual(single);
      for (const { rateBasisPoints, taxMinor } of taxOfTicket(taxed, { pricesIncludeTax, rounding: 'ticket' }).rates) {
        const ofRate = taxed.filter((one) => one.rateBasisPoints === rateBasisPoints);
        const amount = ofRate.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n);
        const divisor = BigInt(pricesIncludeTax ? 10_000 + rateBasisPoints : 10_000);
        expect(BigInt(taxMinor)).toBe(divideRounded(amount * BigInt(rateBasisPoints), divisor));
      }
    }),
  );
});

test('[TX2] each line bears its exact tax, rounded up or down by less than one minor unit', () => {
  fc.assert(
    fc.property(lines, rules, (given, taxRules) => {
      const taxed = given.map((one) => ({ ...one, isExempt: false }));
      taxOfTicket(taxed, taxRules).lines.forEach(({ taxMinor }, index) => {
        const { amountMinor = 0, rateBasisPoints = 0 } = taxed[index] ?? {};
        const divisor = BigInt(taxRules.pricesIncludeTax ? 10_000 + rateBasisPoints : 10_000);
        const error = BigInt(taxMinor) * divisor - BigInt(amountMinor) * BigInt(rateBasisPoints);
        expect(error < divisor && error > -divisor).toBe(true);
      });
    }),
  );
});

test('[TX3] the reversal of a ticket has the same tax with the other sign, line by line', () => {
  fc.assert(
    fc.property(lines, rules, (given, taxRules) => {
      const turned = given.map((one) => ({ ...one, amountMinor: -one.amountMinor || 0 }));
      const negated = taxOfTicket(given, taxRules).lines.map(({ netMinor, taxMinor, totalMinor }) => {
        return { netMinor: -netMinor || 0, taxMinor: -taxMinor || 0, totalMinor: -totalMinor || 0 };
      });
      expect(taxOfTicket(turned, taxRules).lines).toEqual(negated);
    }),
  );
});
