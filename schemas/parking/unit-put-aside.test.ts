import { expect, test } from 'vitest';
import type { ParkedStep, TakenStep } from './fold-parked.ts';
import type { BasketParked, ParkedLine } from './parked-basket.ts';
import { putAsideOf } from './unit-put-aside.ts';

const unit = { gtin14: '09506000134352', serial: 'A' };
const today = '2026-12-01';
let nextId = 1;

function line(serial: string, quantity = 1): ParkedLine {
  const goods = {
    lineNumber: 1,
    skuId: 'COAT',
    gtin14: unit.gtin14,
    serial,
    name: 'Coat',
    variant: null,
    taxClass: '',
  };
  const priced = { price: { from: 'list' } as const, priceOverride: null, discount: null, askedMinor: null };
  return { ...goods, ...priced, categoryIds: [], brand: null, grams: null, quantity, returned: null, note: null };
}
function parked(more: Partial<BasketParked>, serials = ['A'], orderedAtMs = 1): ParkedStep {
  const transactionId = `00000000-0000-4000-8000-${String(nextId++).padStart(12, '0')}`;
  const entryId = `0001-${String(nextId).padStart(9, '0')}`;
  const base = { transactionId, openedAtMs: 1, currency: 'GBP', ticketDiscount: null, couponIds: [], label: null };
  const rest = { note: null, totalMinor: null, quote: null, deposit: null, approvals: [] };
  const body: BasketParked = { ...base, ...rest, lines: serials.map((serial) => line(serial)), ...more };
  return { type: 'parked', entryId, orderedAtMs, atMs: 1, tillNumber: 1, operatorId: 'mia', transactionId, body };
}
const deposit = { transactionId: '00000000-0000-4000-8000-0000000000aa', amountMinor: 1 };
const who = (steps: Parameters<typeof putAsideOf>[0], openId: string | null = null) =>
  putAsideOf(steps, unit, { openId, today });

test('[PK14] a quote through its last day, a deposit beyond its due day, a basket that waits', () => {
  const quote = (validThrough: string) => parked({ label: 'Lee', quote: { validThrough } });
  expect(who([[quote(today)]])).toMatchObject({ label: 'Lee', untilDay: today, isDeposit: false });
  expect(who([[quote('2026-11-30')]])).toBeNull();
  const late = parked({ deposit, dueOn: '2026-11-30', quote: { validThrough: '2026-11-30' } });
  expect(who([[late]])).toEqual({ label: null, entryId: late.entryId, untilDay: '2026-11-30', isDeposit: true });
  expect(who([[parked({})]])).toMatchObject({ untilDay: null, isDeposit: false });
});

test('[PK14] not another unit, not what comes back, not the basket that is open here', () => {
  expect(who([[parked({ deposit }, ['B'])]])).toBeNull();
  expect(who([[parked({ lines: [line('A', -1)] })]])).toBeNull();
  const own = parked({ deposit });
  expect(who([[own]], own.transactionId)).toBeNull();
});

test('[PK14] what is sold, thrown away or parked again without it waits for nobody; another till has it open: it does', () => {
  const put = parked({ deposit });
  const { body: _, ...step } = put;
  const later = { ...step, entryId: '0002-000000001', orderedAtMs: 5 };
  const take = (how: TakenStep['body']['how']): TakenStep => ({
    ...later,
    type: 'taken',
    body: { transactionId: put.transactionId, fromEntryId: put.entryId, how, approvals: [] },
  });
  expect(who([[put, { ...later, type: 'sold' }]])).toBeNull();
  expect(who([[put, take('thrown-away')]])).toBeNull();
  expect(who([[put, { ...put, ...later, type: 'parked', body: { ...put.body, lines: [line('B')] } }]])).toBeNull();
  expect(who([[put, take('taken-up')]])).toMatchObject({ isDeposit: true });
});

test('[PK14] of several who wait, whoever paid on it is told first, then the latest', () => {
  const [quoted, paid, later] = [
    parked({ label: 'quote' }, ['A'], 9),
    parked({ label: 'paid', deposit }, ['A'], 1),
    parked({ label: 'later' }, ['A'], 10),
  ];
  expect(who([[quoted], [paid], [later]])?.label).toBe('paid');
  expect(who([[quoted], [later]])?.label).toBe('later');
});
