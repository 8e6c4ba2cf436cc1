import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type LineItem,
  plainTender,
  type RetailTransaction,
  retailTransactionSchema,
  sumsViolation,
  type Tender,
  type TenderType,
} from '../transaction/retail-transaction.ts';
import { receipt, receiptId, returnTicket } from './arbitrary-receipts.ts';
import { type BookedEntry, foldReceipt } from './fold-receipt.ts';
import { voidDifference, voidOf } from './post-void.ts';
import { splitRefund, tendersLeft } from './refund-split.ts';
import { returnables, returnLines, type SoldReceipt } from './return-lines.ts';
import { defaultReturnRules, isWithinDays, type ReturnRules } from './return-rules.ts';
import { termsFaults } from './return-terms.ts';

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

test('[RT7] [RT8] whatever a tampered or offline till pays back beyond a receipt is told: too much, twice, in another currency', () => {
  const bad = fc.constantFrom('too-much', 'twice', 'currency');
  fc.assert(
    fc.property(receipt, bad, fc.integer({ min: 3, max: 1_000_000 }), ({ receipt: sold }, how, extraMinor) => {
      const back = returnLines(sold, nothingBack, wishesOf(sold), 1);
      if (!back.ok) throw new Error(back.error.code);
      const ticket = returnTicket(sold.body, back.value.lines);
      const lines = ticket.lines.map((line, index) => {
        const moreMinor = index === 0 ? extraMinor : 0;
        return { ...line, netMinor: line.netMinor - moreMinor, totalMinor: line.totalMinor - moreMinor };
      });
      const given = {
        'too-much': [{ ...ticket, lines }],
        twice: [ticket, ticket],
        currency: [{ ...ticket, currency: sold.body.currency === 'JPY' ? 'CHF' : 'JPY' }],
      }[how as 'too-much' | 'twice' | 'currency'];
      const uses = given.map((one, index) => booked(`000${index + 2}-000000001`, index, one));
      const told = (all: readonly BookedEntry[]) => foldReceipt(receiptId, sold.body, all).exceptions;
      const exceptions = told(uses);
      expect(told(uses.toReversed())).toEqual(exceptions);
      const codes = new Set(exceptions.map(({ code }) => code));
      const isPaid = sold.body.lines.some((line) => line.totalMinor !== 0);
      if (how === 'too-much') expect(codes).toContain('refund-above-paid');
      if (how === 'twice') expect(codes).toContain('returned-twice');
      if (how === 'currency' && isPaid) expect(codes).toContain('refund-above-paid');
      // The first of them is right: it is the later one that is told.
      if (how === 'twice') expect(exceptions.every(({ entryId }) => entryId === '0003-000000001')).toBe(true);
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

test('[RT12] a way to pay gives back what it brought and no more, over all returns of a receipt', () => {
  const [sample] = fc.sample(receipt, { numRuns: 1, seed: 7 });
  const line = sample?.receipt.body.lines[0];
  if (!sample || !line) throw new Error('a receipt is drawn');
  const lines = [
    { ...line, quantity: 4, grams: null, unitPriceMinor: 500, netMinor: 2_000, taxMinor: 0, totalMinor: 2_000 },
  ];
  const money = { netMinor: 2_000, taxMinor: 0, roundingMinor: 0, totalMinor: 2_000, changeMinor: 300 };
  const tenders = [plainTender('card', 1_200), plainTender('cash', 1_100)];
  const sold = { ...sample.receipt.body, lines, ...money, tenders };
  const part = (type: TenderType, insteadOf?: TenderType) => ({
    ...returnTicket(sold, [
      { ...line, ...lines[0], quantity: -2, ...costs, returned: { entryId: receiptId, lineNumber: 1 } },
    ]),
    tenders: [{ ...plainTender(type, -1_000), ...(insteadOf ? { insteadOf } : {}) }],
  });
  const costs = { netMinor: -1_000, totalMinor: -1_000 };
  const told = (...all: RetailTransaction[]) =>
    foldReceipt(
      receiptId,
      sold,
      all.map((body, index) => booked(`0002-00000000${index + 1}`, index, body)),
    ).exceptions.map(({ code, entryId, detail }) => [code, entryId, detail]);
  expect(told(part('card'), part('store-credit'))).toEqual([]);
  expect(told(part('card'), part('card'))).toEqual([['refund-above-tender', '0002-000000002', '800 GBP']]);
  expect(told(part('cash'))).toEqual([['refund-above-tender', '0002-000000001', '200 GBP']]);
  expect(told(part('cash', 'card'), part('card'))).toEqual([]);
  expect(told(part('wallet'))).toEqual([['refund-above-tender', '0002-000000001', '1000 GBP']]);
});

test('[RT4] what is late and does not say so is found, by the rules of that day', () => {
  const [sample] = fc.sample(receipt, { numRuns: 1, seed: 7 });
  if (!sample) throw new Error('a receipt is drawn');
  const sold = sample.receipt;
  const back = returnLines(sold, nothingBack, wishesOf(sold), 1);
  if (!back.ok) throw new Error(back.error.code);
  const late = { ...returnTicket(sold.body, back.value.lines), businessDay: '2026-12-22' };
  const codes = (body: RetailTransaction) => [
    ...new Set(
      foldReceipt(receiptId, sold.body, [booked('0002-000000001', 1, body)]).exceptions.map(({ code }) => code),
    ),
  ];
  const terms = { ...defaultReturnRules, days: 29 };
  expect(codes({ ...late, returnTerms: terms })).toEqual(['returned-late']);
  expect(codes({ ...late, returnTerms: { ...terms, days: 30 } })).toEqual([]);
  const said = late.lines.map((line) => ({
    ...line,
    returned: line.returned && { ...line.returned, isLate: true as const },
  }));
  expect(codes({ ...late, lines: said, returnTerms: terms })).toEqual([]);
});

test('[RT13] what has no receipt is paid back as the store says, and up to its limit; what is bought is set off first', () => {
  const [sample] = fc.sample(receipt, { numRuns: 1, seed: 7 });
  const line = sample?.receipt.body.lines[0];
  if (!sample || !line) throw new Error('a receipt is drawn');
  const of = (totalMinor: number, returned: LineItem['returned'] = null) => ({
    ...line,
    ...{
      serial: null,
      quantity: totalMinor < 0 ? -1 : 1,
      grams: null,
      netMinor: totalMinor,
      taxMinor: 0,
      totalMinor,
      returned,
    },
  });
  const faults = (lines: LineItem[], tenders: Tender[], terms: Partial<ReturnRules>) =>
    termsFaults('e', {
      ...sample.receipt.body,
      ...{ roundingMinor: 0, lines, tenders, returnTerms: { ...defaultReturnRules, ...terms } },
    }).map(({ code, aboveMinor }) => [code, aboveMinor]);
  const credit = { withoutReceipt: 'store-credit' } as const;
  const named = { entryId: receiptId, lineNumber: 1 };
  expect(faults([of(-900)], [plainTender('cash', -900)], {})).toEqual([]);
  expect(faults([of(-900)], [plainTender('cash', -900)], credit)).toEqual([['refund-not-credit', 900]]);
  expect(faults([of(-900)], [plainTender('store-credit', -900)], credit)).toEqual([]);
  expect(faults([of(-900), of(-400, named)], [plainTender('cash', -500)], credit)).toEqual([
    ['refund-not-credit', 100],
  ]);
  expect(faults([of(-900), of(800)], [plainTender('cash', -100)], credit)).toEqual([['refund-not-credit', 100]]);
  expect(faults([of(-400, { ...named, isLate: true })], [plainTender('card', -400)], credit)).toEqual([
    ['refund-not-credit', 400],
  ]);
  expect(faults([of(-900)], [plainTender('cash', -900)], { withoutReceiptLimitMinor: 800 })).toEqual([
    ['return-above-limit', 100],
  ]);
});
