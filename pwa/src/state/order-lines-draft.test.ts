import { expect, test } from 'vitest';
import type { OrderLine } from '#schemas/procurement/order.ts';
import { OrderLinesDraft } from './order-lines-draft.svelte.ts';

const line: OrderLine = { lineNumber: 3, skuId: 'TEA', quantity: 10, unitCostMinor: 450, dueOn: '2026-12-01' };

test('lines are typed as people write amounts; a new one has the next number and the day of the one before', () => {
  const draft = new OrderLinesDraft('GBP', [line]);
  expect(draft.rows[0]).toMatchObject({ quantity: '10', cost: '4.50' });
  draft.add('CUP', null, '2027-01-01');
  draft.add('CUP', null, '2027-01-01');
  expect(draft.rows).toHaveLength(2);
  const added = draft.rows[1];
  if (!added) throw new Error('a line was added');
  expect([draft.problemOf(added), draft.lines]).toEqual(['quantity', null]);
  Object.assign(added, { quantity: ' 4 ', cost: '12,05' });
  expect(draft.lines).toEqual([
    line,
    { lineNumber: 4, skuId: 'CUP', quantity: 4, unitCostMinor: 1_205, dueOn: '2026-12-01' },
  ]);
  expect(draft.costMinor).toBe(10 * 450 + 4 * 1_205);
});

test('[OR4] of an order that was sent no line goes: it is dropped by a quantity of 0', () => {
  const draft = new OrderLinesDraft('JPY', [line, { ...line, lineNumber: 4, skuId: 'CUP' }], { isFixed: true });
  const [first] = draft.rows;
  if (!first) throw new Error('there is a line');
  expect([first.cost, draft.mayRemove(first)]).toEqual(['450', false]);
  first.quantity = '0';
  expect(draft.lines?.[0]?.quantity).toBe(0);
  first.cost = '4.5';
  expect(draft.problemOf(first)).toBe('cost');
  first.cost = '-4';
  expect(draft.problemOf(first)).toBe('cost');
});

test('a quantity that is none, a day that is none, and an order for nothing are no lines', () => {
  const draft = new OrderLinesDraft('GBP', [line]);
  const [row] = draft.rows;
  if (!row) throw new Error('there is a line');
  for (const quantity of ['', '-1', '1.5', '1e3', '0', '99999999', 'ten']) {
    row.quantity = quantity;
    expect([quantity, draft.lines]).toEqual([quantity, null]);
  }
  Object.assign(row, { quantity: '1', dueOn: '' });
  expect(draft.problemOf(row)).toBe('day');
  draft.remove(row);
  expect(draft.lines).toBe(null);
});
