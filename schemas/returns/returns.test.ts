import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retailTransactionSchema, sumsViolation } from '../transaction/retail-transaction.ts';
import { receipt, receiptId, returnTicket } from './arbitrary-receipts.ts';
import { type BookedEntry, foldReceipt } from './fold-receipt.ts';
import { voidDifference, voidOf } from './post-void.ts';
import { splitRefund, tendersLeft } from './refund-split.ts';
import { returnables, returnLines, type SoldReceipt } from './return-lines.ts';
import { defaultReturnRules, isWithinDays } from './return-rules.ts';

const nothingBack = foldReceipt(receiptId, null, []);
const good = { condition: 'good', placeId: 'floor', note: null } as const;

function wishesOf({ body }: SoldReceipt) {
  return body.lines.map(({ lineNumber, quantity }) => ({ ...good, lineNumber, quantity }));
}

function booked(entryId: string, orderedAtMs: number, ticket: BookedEntry['ticket']): BookedEntry {
  return { entryId, orderedAtMs, ticket };
}

test('[RT1] [RT2] a return of everything is a whole ticket that pays back everything, to the minor unit', () => {
  fc.assert(
    fc.property(receipt, ({ receipt: sold }) => {
      expect(sumsViolation(sold.body)).toBeNull();
      const back = returnLines(sold, nothingBack, wishesOf(sold), 1);
      if (!back.ok) throw new Error(back.error.code);
      const ticket = returnTicket(sold.body, back.value.lines);
      expect(sumsViolation(ticket)).toBeNull();
      expect(retailTransactionSchema.parse(ticket)).toEqual(ticket);
      expect([ticket.netMinor, ticket.taxMinor]).toEqual([0 - sold.body.netMinor, 0 - sold.body.taxMinor]);
      const fold = foldReceipt(receiptId, sold.body, [booked('0002-000000001', 5, ticket)]);
      expect(fold.exceptions).toEqual([]);
      expect(returnables(sold, fold).every(({ leftQuantity }) => leftQuantity === 0)).toBe(true);
    }),
  );
});

test('[RT3] [UW2] parts in any order sum to what was paid, each a ticket that adds up, none above its pieces [M1]', () => {
  fc.assert(
    fc.property(receipt, fc.infiniteStream(fc.nat(1_000)), ({ receipt: sold, cashStepMinor }, dice) => {
      const uses: BookedEntry[] = [];
      const pieces = sold.body.lines
        .flatMap(({ lineNumber, quantity }) => Array.from({ length: quantity }, () => lineNumber))
        .map((lineNumber) => ({ lineNumber, at: dice.next().value ?? 0 }))
        .sort((a, b) => a.at - b.at);
      let [totalMinor, taxMinor, cashMinor] = [0, 0, 0];
      for (const [index, { lineNumber }] of pieces.entries()) {
        const fold = foldReceipt(receiptId, sold.body, uses);
        const back = returnLines(sold, fold, [{ ...good, lineNumber, quantity: 1 }], cashStepMinor);
        if (!back.ok) throw new Error(back.error.code);
        const { refund, lines } = back.value;
        const ticket = returnTicket(sold.body, lines, 0 - refund.roundingMinor);
        expect(sumsViolation(ticket)).toBeNull();
        totalMinor += refund.totalMinor;
        taxMinor += refund.taxMinor;
        cashMinor += refund.totalMinor + refund.roundingMinor;
        expect(totalMinor).toBeLessThanOrEqual(sold.body.netMinor + sold.body.taxMinor);
        uses.push(booked(`0002-${String(index + 1).padStart(9, '0')}`, index, ticket));
      }
      expect([totalMinor, taxMinor]).toEqual([sold.body.netMinor + sold.body.taxMinor, sold.body.taxMinor]);
      expect(cashMinor % cashStepMinor).toBe(0);
      const fold = foldReceipt(receiptId, sold.body, uses);
      expect(fold.exceptions).toEqual([]);
      const again = returnLines(sold, fold, wishesOf(sold), 1);
      expect(!again.ok && again.error.code).toBe('more-than-left');
    }),
  );
});

test('[RT5] a refund goes back the way it was paid: all of it to all tenders, part of it in proportion, never above one', () => {
  fc.assert(
    fc.property(
      receipt,
      fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 5 }),
      ({ receipt: sold, cashStepMinor }, cuts) => {
        const paid = tendersLeft(sold.body, []);
        const paidMinor = paid.reduce((sum, { leftMinor }) => sum + leftMinor, 0);
        const refunded: ReturnType<typeof splitRefund>['parts'] = [];
        let leftMinor = paidMinor;
        for (const cut of cuts) {
          const partMinor = Math.floor((leftMinor * cut) / 1_000);
          const left = tendersLeft(sold.body, refunded);
          const split = splitRefund(partMinor, left, cashStepMinor);
          const givenMinor = split.parts.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
          expect(givenMinor).toBe(partMinor + split.roundingMinor);
          for (const { type, amountMinor } of split.parts) {
            if (type === 'cash') expect(amountMinor % cashStepMinor).toBe(0);
            else expect(amountMinor).toBeLessThanOrEqual(left.find((one) => one.type === type)?.leftMinor ?? 0);
          }
          refunded.push(...split.parts);
          leftMinor -= givenMinor;
        }
        const rest = splitRefund(paidMinor, tendersLeft(sold.body, []), cashStepMinor);
        expect(rest.parts.map(({ type, amountMinor }) => [type, amountMinor])).toEqual(
          paid.map((one) => [one.type, one.leftMinor]),
        );
        expect(rest.roundingMinor).toBe(0);
      },
    ),
  );
});

test('[RT5] cash comes in steps; what is under one goes to the card while it has room', () => {
  const left = [
    { type: 'card', leftMinor: 3_000 },
    { type: 'cash', leftMinor: 1_000 },
  ] as const;
  expect(splitRefund(998, left, 5)).toEqual({
    parts: [
      { type: 'card', amountMinor: 753 },
      { type: 'cash', amountMinor: 245 },
    ],
    roundingMinor: 0,
  });
  expect(splitRefund(998, [], 5)).toEqual({ parts: [{ type: 'cash', amountMinor: 1_000 }], roundingMinor: 2 });
  expect(splitRefund(997, [], 5)).toEqual({ parts: [{ type: 'cash', amountMinor: 995 }], roundingMinor: -2 });
});

const request = {
  ...{ entryId: receiptId, reason: 'Wrong customer', businessDay: '2026-11-22', openedAtMs: 9, approvals: [] },
  transactionId: '7b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
};

test('[RT10] a post-void is the exact negative, and adds up; so does the void of a return [M1]', () => {
  fc.assert(
    fc.property(receipt, ({ receipt: sold }) => {
      const voided = voidOf(sold.body, request);
      if (!voided.ok) throw new Error(voided.error.code);
      expect(sumsViolation(voided.value)).toBeNull();
      expect(retailTransactionSchema.parse(voided.value)).toEqual(voided.value);
      expect(voidDifference(sold.body, voided.value)).toBeNull();
      const back = returnLines(sold, nothingBack, wishesOf(sold), 1);
      if (!back.ok) throw new Error(back.error.code);
      const returned = booked('0002-000000001', 5, returnTicket(sold.body, back.value.lines));
      const undone = voidOf(returnTicket(sold.body, back.value.lines), { ...request, entryId: returned.entryId });
      if (!undone.ok) throw new Error(undone.error.code);
      expect(sumsViolation(undone.value)).toBeNull();
      expect(retailTransactionSchema.parse(undone.value)).toEqual(undone.value);
      const after = foldReceipt(receiptId, sold.body, [returned, booked('0002-000000002', 6, undone.value)]);
      expect(after.exceptions).toEqual([]);
      expect(returnables(sold, after).map(({ leftQuantity }) => leftQuantity)).toEqual(
        sold.body.lines.map(({ quantity }) => quantity),
      );
    }),
  );
});

test('[RT10] a void of a void, or on another day, is refused; one that differs anywhere is found', () => {
  const [sample] = fc.sample(receipt, { numRuns: 1, seed: 7 });
  const sold = sample?.receipt.body;
  if (sold === undefined) throw new Error('a receipt is drawn');
  const voided = voidOf(sold, request);
  if (!voided.ok) throw new Error('a sale can be voided');
  expect(voidOf(voided.value, request)).toMatchObject({ ok: false, error: { code: 'void-of-void' } });
  expect(voidOf(sold, { ...request, businessDay: '2026-11-23' })).toMatchObject({ error: { code: 'other-day' } });
  const { value } = voided;
  const differing = [
    { ...value, businessDay: '2026-11-23' },
    { ...value, currency: 'EUR' },
    { ...value, totalMinor: value.totalMinor - 1 },
    { ...value, lines: value.lines.map((line) => ({ ...line, totalMinor: line.totalMinor - 1 })) },
    { ...value, lines: value.lines.map((line) => ({ ...line, skuId: 'other' })) },
    { ...value, lines: value.lines.slice(1) },
    { ...value, tenders: [...value.tenders, { type: 'voucher', amountMinor: -1 }] },
  ];
  expect(differing.map((one) => voidDifference(sold, one))).toEqual([
    ...['businessDay', 'currency', 'totalMinor', 'lines', 'lines', 'lines', 'tenders'],
  ]);
});

test('[RT4] days count from the day of the sale', () => {
  const rules = { ...defaultReturnRules, days: 28 };
  expect(isWithinDays(rules, '2026-11-01', '2026-11-29')).toBe(true);
  expect(isWithinDays(rules, '2026-11-01', '2026-11-30')).toBe(false);
  expect(isWithinDays(defaultReturnRules, '2016-11-01', '2026-11-30')).toBe(true);
});
