import { expect, test } from 'vitest';
import { type BasketPromise, keptPromises, type PromisedLine, tiesOf } from './promise.ts';

const promotion = (promotionId: string) => ({
  by: 'promotion' as const,
  promotionId,
  pieces: 1,
  discountMinor: 50,
});

function promised(lineNumber: number, quantity: number, promotionIds: readonly string[] = []): PromisedLine {
  const discounts = promotionIds.map(promotion);
  const price = { unitPriceMinor: 100, listPriceMinor: 100, priceListId: null, discounts };
  return { ...price, lineNumber, quantity, priceOverride: null, discount: null };
}

function open(line: PromisedLine, quantity = line.quantity) {
  return { quantity, grams: null, priceOverride: null, discount: null, promised: line };
}

function promiseOf(lines: readonly PromisedLine[]): BasketPromise {
  const by = { entryId: '0001-000000001', quotedAtMs: 1, validThrough: '2026-12-07', isHeldLate: false };
  const given = lines.map((line) => ({ lineNumber: line.lineNumber, ties: tiesOf(line) }));
  return { ...by, ticketDiscount: null, promotions: [], lines: given };
}

test('[PK11] a line stands as promised, and with fewer pieces where nothing comes off it; more of it does not', () => {
  const lines = [promised(1, 3), promised(2, 3, ['half'])];
  const [plain, half] = lines as [PromisedLine, PromisedLine];
  const promise = promiseOf(lines);
  expect(
    keptPromises(
      promise,
      lines.map((line) => open(line)),
      null,
    ),
  ).toEqual(new Set([1, 2]));
  expect(keptPromises(promise, [open(plain, 2), open(half)], null)).toEqual(new Set([1, 2]));
  expect(keptPromises(promise, [open(plain, 4), open(half, 2)], null)).toEqual(new Set());
  const changed = { ...open(plain), priceOverride: { priceMinor: 1, reason: 'x' } };
  expect(keptPromises(promise, [changed, open(half)], null)).toEqual(new Set([2]));
});

test('[PK11] lines that share a promotion stand together or not at all, however long the chain of them is', () => {
  const lines = [promised(1, 1, ['a']), promised(2, 1, ['a', 'b']), promised(3, 1, ['b']), promised(4, 1, ['c'])];
  const promise = promiseOf(lines);
  const without = lines.slice(1).map((line) => open(line));
  expect(keptPromises(promise, without, null)).toEqual(new Set([4]));
});

test('[PK11] another discount on the whole ticket ends the promise', () => {
  const line = promised(1, 1);
  const off = { off: { kind: 'percentage' as const, basisPoints: 500 }, reason: 'x' };
  expect(keptPromises(promiseOf([line]), [open(line)], off)).toEqual(new Set());
});
