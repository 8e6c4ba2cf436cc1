import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Deposit, depositHeld, depositMoves, mostOf, moveDeposit, noDeposit } from './deposit.ts';

const row = fc.record({
  move: fc.constantFrom(...depositMoves),
  amountMinor: fc.integer({ min: 1, max: 500 }),
  currency: fc.constantFrom('GBP', 'GBP', 'GBP', 'EUR'),
  complaintId: fc.constantFrom(null, 'c1', 'c2'),
});

test('[DE1] [DE3] whatever is booked in whatever order: what is held is the sum of the rows, never below nothing, and no complaint gives back more than it took', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), fc.nat(1_000), (rows, agreedMinor) => {
      let deposit: Deposit = noDeposit;
      let sum = 0;
      const taken = new Map<string, number>();
      for (const one of rows) {
        const before = deposit;
        const moved = moveDeposit(before, one, { agreedMinor });
        const most = mostOf(before, one, agreedMinor);
        const isOther = before.currency !== null && before.currency !== one.currency;
        expect(moved.ok).toBe(!isOther && one.amountMinor <= most);
        if (!moved.ok) continue;
        deposit = moved.value;
        const sign = one.move === 'frozen' || one.move === 'given-back' ? 1 : -1;
        sum += sign * one.amountMinor;
        if (one.complaintId && (one.move === 'deducted' || one.move === 'given-back')) {
          taken.set(one.complaintId, (taken.get(one.complaintId) ?? 0) - sign * one.amountMinor);
        }
        expect(depositHeld(deposit)).toBe(sum);
        expect(sum).toBeGreaterThanOrEqual(0);
        for (const left of taken.values()) expect(left).toBeGreaterThanOrEqual(0);
        expect(deposit.number).toBe(before.number + 1);
        // [DE2]
        if (one.move === 'frozen') expect(sum).toBeLessThanOrEqual(agreedMinor);
      }
    }),
  );
});

test('[DE3] nothing is deducted without a complaint, and nothing is given back that was not taken', () => {
  const frozen = moveDeposit(
    noDeposit,
    { move: 'frozen', amountMinor: 100, currency: 'GBP', complaintId: null },
    { agreedMinor: 100 },
  );
  if (!frozen.ok) throw new Error('it is frozen');
  const deposit = frozen.value;
  const book = (move: 'deducted' | 'given-back', complaintId: string | null) =>
    moveDeposit(deposit, { move, amountMinor: 1, currency: 'GBP', complaintId }, { agreedMinor: 100 }).ok;
  expect([book('deducted', null), book('deducted', 'c1'), book('given-back', 'c1')]).toEqual([false, true, false]);
});
