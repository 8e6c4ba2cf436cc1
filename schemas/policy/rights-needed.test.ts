import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from '../journal/kinds.ts';
import { priceBasket } from '../transaction/price-basket.ts';
import { plainTicket } from '../transaction/retail-transaction.ts';
import type { Approval } from './approval.ts';
import type { Right } from './rights.ts';
import { rightFaults, rightsNeeded } from './rights-needed.ts';

type LineDraft = { quantity: number; isCheaper: boolean; returned?: { entryId: string; lineNumber: number } };

function sale(lines: readonly LineDraft[], approvals: readonly Approval[] = []) {
  const taxRules = { pricesIncludeTax: true, classes: [], cashStepMinor: 1 };
  const basket = lines.map(({ quantity, isCheaper }) => ({
    skuId: 'tea',
    gtin14: null,
    serial: null,
    name: 'Tea',
    quantity,
    unitPriceMinor: 100,
    taxClass: 'standard',
    priceOverride: isCheaper ? { listPriceMinor: 200, reason: 'old' } : null,
  }));
  const priced = priceBasket(basket, taxRules, 'floor');
  return {
    kind: 'retail-transaction',
    body: {
      ...plainTicket,
      promotions: [],
      transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
      businessDay: '2026-11-22',
      openedAtMs: 0,
      currency: 'EUR',
      pricesIncludeTax: true,
      lines: priced.lines.map((line, index) => ({ ...line, returned: lines[index]?.returned ?? null })),
      netMinor: priced.netMinor,
      taxMinor: priced.taxMinor,
      roundingMinor: 0,
      totalMinor: priced.dueMinor,
      tenders: [],
      changeMinor: 0,
      memberId: null,
      approvals: [...approvals],
    },
  } satisfies Fact;
}

function approval(right: string, operatorId: string): Approval {
  return { right, operatorId, method: 'badge', reason: '', approvedAtMs: 1, staffListAgeMs: 0 };
}

test('selling, taking back and each changed price take a right of their own', () => {
  const [plus, minus, cheaper] = [
    { quantity: 2, isCheaper: false },
    { quantity: -1, isCheaper: false },
    { quantity: 1, isCheaper: true },
  ];
  const subjects = (lines: LineDraft[]) => rightsNeeded(sale(lines)).map(({ subject }) => subject);
  expect(subjects([plus, plus])).toEqual(['sell']);
  expect(subjects([minus])).toEqual(['take-back', 'return-without-receipt']);
  // Nobody was asked for it before a ticket could name a receipt, and posting such a one again asks nobody.
  expect(rightsNeeded({ ...sale([minus]), version: 2 }).map(({ subject }) => subject)).toEqual(['take-back']);
  const byReceipt = { ...minus, returned: { entryId: '0001-000000001', lineNumber: 1 } };
  expect(subjects([byReceipt])).toEqual(['take-back']);
  const twoCheaper = ['change-price 3', 'change-price 4'];
  expect(subjects([plus, byReceipt, cheaper, cheaper])).toEqual(['sell', 'take-back', ...twoCheaper]);
  const voids = { entryId: '0001-000000001', reason: 'Wrong customer' };
  const { kind, body } = sale([plus, minus]);
  expect(rightsNeeded({ kind, body: { ...body, voids } })).toEqual([
    { right: 'void-transaction', subject: 'void-transaction' },
  ]);
  const goods = { lines: [], approvals: [] };
  expect(
    rightsNeeded({
      kind: 'goods-received',
      body: { ...goods, reference: '', deliveryId: null, isTransfer: false, unknown: [] },
    }),
  ).toEqual([{ right: 'receive-goods', subject: 'receive-goods' }]);
  expect(rightsNeeded({ kind: 'stock-adjusted', body: { ...goods, reason: 'lost', note: '' } })).toEqual([
    { right: 'adjust-stock', subject: 'adjust-stock' },
  ]);
});

test('[A1] no fault at all exactly when every right is held or well approved, and no approval is void', () => {
  const people = ['ada', 'bea', 'cy'];
  const someone = fc.constantFrom(...people);
  const someRight = fc.constantFrom<Right[]>('sell', 'take-back', 'change-price');
  const lines = fc.array(fc.record({ quantity: fc.constantFrom(1, -1), isCheaper: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  });
  const held = fc.array(fc.tuple(someone, someRight), { maxLength: 6 });
  fc.assert(
    fc.property(
      lines,
      someone,
      fc.array(fc.tuple(someRight, someone), { maxLength: 4 }),
      held,
      (drafts, by, yes, has) => {
        const holds = (person: string, right: Right) => has.some(([who, what]) => who === person && what === right);
        const fact = sale(
          drafts,
          yes.map(([right, person]) => approval(right, person)),
        );
        const faults = rightFaults(fact, by, { has: holds });
        const isValid = ([right, person]: readonly [Right, string]) => person !== by && holds(person, right);
        const isCovered = (right: Right) => holds(by, right) || yes.some((one) => one[0] === right && isValid(one));
        const lacking = rightsNeeded(fact).filter(({ right }) => !isCovered(right));
        expect(faults.filter(({ code }) => code === 'right-lacking').map(({ subject }) => subject)).toEqual(
          lacking.map(({ subject }) => subject),
        );
        const voids = new Set(yes.filter((one) => !isValid(one)).map(([right, person]) => `${right} ${person}`));
        expect(
          faults
            .filter(({ code }) => code === 'approval-void')
            .map(({ subject }) => subject)
            .sort(),
        ).toEqual([...voids].sort());
      },
    ),
  );
});

test('[A1] who has every right needs nobody, and an approval of a right that is not known counts for nothing', () => {
  const fact = sale([{ quantity: 1, isCheaper: true }], [approval('fly', 'bea')]);
  expect(rightFaults(fact, 'ada', { has: () => true })).toEqual([]);
  expect(rightFaults(fact, 'ada', { has: () => false }).map(({ code }) => code)).toEqual([
    'right-lacking',
    'right-lacking',
  ]);
});

test('[PK15] a promise kept late is measured from what its lines would come to today; in time, or unknown, it measures nothing', () => {
  const { kind, body } = sale([
    { quantity: 2, isCheaper: false },
    { quantity: 1, isCheaper: false },
  ]);
  const lines = body.lines.map((line, index) => (index === 0 ? { ...line, isPromised: true as const } : line));
  const needs = (validThrough: string, todayMinor?: number) => {
    const promise = {
      entryId: '0001-000000001',
      quotedAtMs: 1,
      validThrough,
      ...(todayMinor !== undefined && { todayMinor }),
    };
    const fact = { kind, body: { ...body, lines, promise } } as Fact;
    return rightsNeeded(fact).filter(({ right }) => right === 'change-price');
  };
  const subject = { right: 'change-price', subject: 'change-price' };
  expect(needs('2026-11-22', 900)).toEqual([]);
  expect(needs('2026-11-21', 500)).toEqual([
    { ...subject, measure: { of: 'price-cut', offMinor: 300, fromMinor: 500 } },
  ]);
  expect(needs('2026-11-21')).toEqual([subject]);
  expect(needs('2026-11-21', 150)).toEqual([subject]);
});
