import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../assert.ts';
import { allocate, divideRounded, formatMoney, minorDigits, parseDecimal, roundToStep, scaleMinor } from './money.ts';

const amount = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
const weights = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 30 });

describe('splitting', () => {
  test('[M1] the parts of a split sum to the whole, exactly, whatever the weights', () => {
    fc.assert(
      fc.property(amount, weights, (totalMinor, shares) => {
        const parts = allocate(totalMinor, shares);
        expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(totalMinor));
        expect(parts.every((part) => Number.isSafeInteger(part) && !Object.is(part, -0))).toBe(true);
      }),
    );
  });

  test('[M1] each part is its exact share, rounded up or down by less than one minor unit', () => {
    fc.assert(
      fc.property(amount, weights, (totalMinor, shares) => {
        const sum = shares.reduce((all, share) => all + share, 0);
        allocate(totalMinor, shares).forEach((part, at) => {
          const share = sum === 0 ? 1n : BigInt(shares[at] ?? 0);
          const whole = sum === 0 ? BigInt(shares.length) : BigInt(sum);
          const error = BigInt(part) * whole - BigInt(totalMinor) * share;
          expect(error < whole && error > -whole).toBe(true);
        });
      }),
    );
  });

  test('small and large amounts are split by the same rule', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.array(fc.nat(9), { minLength: 1 }),
        (total, shares) => {
          fc.pre(shares.some((share) => share > 0));
          // The same proportions, too large for numbers.
          const large = shares.map((share) => share * 2 ** 45);
          expect(allocate(total, shares)).toEqual(allocate(total, large));
        },
      ),
    );
  });

  test('a split of the negative is the negative of the split', () => {
    fc.assert(
      fc.property(amount, weights, (totalMinor, shares) => {
        const negated = allocate(-totalMinor, shares).map((part) => -part || 0);
        expect(negated).toEqual(allocate(totalMinor, shares));
      }),
    );
  });

  test('the larger remainder is served first, and of equals the earlier', () => {
    expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(allocate(5, [2, 1])).toEqual([3, 2]);
    expect(allocate(10, [0, 0])).toEqual([5, 5]);
    expect(allocate(-1, [1, 1])).toEqual([-1, 0]);
    expect(() => allocate(1, [])).toThrow(InvariantError);
    expect(() => allocate(1, [-1])).toThrow(InvariantError);
  });
});

describe('rounding', () => {
  test('half goes away from zero, exactly, for any integers', () => {
    expect([5n, -5n, 4n, -4n, 15n].map((numerator) => divideRounded(numerator, 10n))).toEqual([1n, -1n, 0n, 0n, 2n]);
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: 1n, max: 10n ** 30n }), (numerator, denominator) => {
        const twiceError = (divideRounded(numerator, denominator) * denominator - numerator) * 2n;
        expect(twiceError <= denominator && twiceError >= -denominator).toBe(true);
        expect(divideRounded(-numerator, denominator)).toBe(-divideRounded(numerator, denominator));
      }),
    );
  });

  test('scaling by a ratio and back keeps a whole amount; what is no integer is a bug', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 1_000 }), (amountMinor, factor) => {
        expect(scaleMinor(scaleMinor(amountMinor, factor, 1), 1, factor)).toBe(amountMinor || 0);
      }),
    );
    expect(() => scaleMinor(0.5, 1, 1)).toThrow(InvariantError);
    expect(() => scaleMinor(Number.MAX_SAFE_INTEGER, 2, 1)).toThrow(InvariantError);
  });

  test('cash is rounded to the nearest step', () => {
    expect([1, 2, 3, 7, 8, -2, -3].map((amountMinor) => roundToStep(amountMinor, 5))).toEqual([0, 0, 5, 5, 10, 0, -5]);
  });
});

describe('text', () => {
  test('a decimal is read into minor units of its currency, and nothing finer is taken', () => {
    expect(parseDecimal('12.5', 'GBP')).toBe(1_250);
    expect(parseDecimal(' -3 ', 'EUR')).toBe(-300);
    expect(parseDecimal('1200', 'JPY')).toBe(1_200);
    expect(parseDecimal('1.234', 'KWD')).toBe(1_234);
    expect(parseDecimal('-0', 'GBP')).toBe(0);
    expect(parseDecimal('1.500', 'GBP')).toBe(150);
    for (const wrong of ['', '1.', '.5', '1,5', '1.005', '1e3', '٣', '1234567890123', 'NaN']) {
      expect(parseDecimal(wrong, 'GBP')).toBeNull();
    }
    expect(parseDecimal('1.5', 'JPY')).toBeNull();
  });

  test('what is written in any currency is read back', () => {
    fc.assert(
      fc.property(amount, fc.constantFrom('GBP', 'JPY', 'KWD'), (amountMinor, currency) => {
        const digits = minorDigits(currency);
        const plain = (BigInt(amountMinor) < 0n ? '-' : '') + String(Math.abs(amountMinor)).padStart(digits + 1, '0');
        const decimal = digits === 0 ? plain : `${plain.slice(0, -digits)}.${plain.slice(-digits)}`;
        expect(parseDecimal(decimal, currency)).toBe(amountMinor || 0);
      }),
    );
  });

  test('a person sees the currency the way their language writes it', () => {
    expect(formatMoney(123_456, 'GBP', 'en-GB')).toBe('£1,234.56');
    expect(formatMoney(-500, 'JPY', 'en')).toBe('-¥500');
  });
});

test('the largest amount is read in every currency', () => {
  expect(parseDecimal('1000000000000', 'JPY')).toBe(1_000_000_000_000);
  expect(parseDecimal('-10000000000.00', 'GBP')).toBe(-1_000_000_000_000);
  expect(parseDecimal('1000000000.000', 'KWD')).toBe(1_000_000_000_000);
});
