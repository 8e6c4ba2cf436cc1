import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assert } from '../assert.ts';
import {
  awaitedSide,
  boundBy,
  costOf,
  isSentPhase,
  type Order,
  type OrderLine,
  type OrderSide,
  type OrderStep,
  orderLinesSchema,
  orderPhases,
  standingLines,
  stepsFor,
  takeStep,
} from './order.ts';

const line = (lineNumber: number, change: Partial<OrderLine> = {}): OrderLine => ({
  ...{ lineNumber, skuId: `sku-${lineNumber}`, quantity: 10, unitCostMinor: 450, dueOn: '2026-12-01' },
  ...change,
});
const asked = [line(1), line(2)];

type Said = [OrderSide, OrderStep];
const says = {
  drafted: (lines = asked): Said => ['buyer', { step: 'drafted', lines }],
  discarded: (): Said => ['buyer', { step: 'discarded' }],
  ordered: (): Said => ['buyer', { step: 'ordered', note: '' }],
  askedFor: (): Said => ['buyer', { step: 'approval-asked', note: '' }],
  denied: (): Said => ['buyer', { step: 'approval-denied', note: 'too much' }],
  changed: (lines: OrderLine[]): Said => ['buyer', { step: 'changed', lines, note: '' }],
  accepted: (): Said => ['buyer', { step: 'accepted', note: '' }],
  declined: (): Said => ['buyer', { step: 'declined', note: 'too late' }],
  cancelled: (): Said => ['buyer', { step: 'cancelled', note: 'not needed' }],
  closed: (): Said => ['buyer', { step: 'closed', note: '' }],
  confirmed: (): Said => ['supplier', { step: 'confirmed', note: '' }],
  proposed: (lines: OrderLine[]): Said => ['supplier', { step: 'proposed', lines, note: '' }],
  refused: (): Said => ['supplier', { step: 'refused', note: 'sold out' }],
};

function told(...said: Said[]): Order {
  let order: Order | null = null;
  for (const [side, step] of said) {
    const taken = takeStep(order, side, step);
    assert(taken.ok, `${step.step} is taken`);
    order = taken.value;
  }
  assert(order, 'something was said');
  return order;
}
const after = (order: Order, [side, step]: Said) => takeStep(order, side, step);
const less = [line(1, { quantity: 6 }), line(2, { dueOn: '2026-12-09' })];

test('[OR1] an order goes from draft to agreement, and its end', () => {
  const order = told(says.drafted(), says.ordered(), says.confirmed());
  expect(order).toEqual({ phase: 'confirmed', version: 3, asked, proposed: null, agreed: asked });
  expect(awaitedSide(order)).toBe(null);
  expect(after(order, says.closed())).toMatchObject({ ok: true, value: { phase: 'closed', agreed: asked } });
  expect(costOf(asked)).toBe(9_000);
});

test('[OR3] what the supplier proposes holds when the buyer accepts it, and not before', () => {
  const proposed = told(says.drafted(), says.ordered(), says.proposed(less));
  expect(proposed).toMatchObject({ phase: 'proposed', asked, proposed: less, agreed: null });
  expect(awaitedSide(proposed)).toBe('buyer');
  expect(after(proposed, says.accepted())).toMatchObject({ ok: true, value: { phase: 'confirmed', agreed: less } });
  expect(after(proposed, says.declined())).toMatchObject({
    ok: true,
    value: { phase: 'ordered', agreed: null, asked },
  });
});

test('[OR3] a change after the agreement holds when the supplier confirms it; refused, the old agreement goes on', () => {
  const more = [line(1), line(2, { quantity: 20 }), line(3)];
  const changed = told(says.drafted(), says.ordered(), says.confirmed(), says.changed(more));
  expect(changed).toMatchObject({ phase: 'change-asked', agreed: asked, asked: more });
  expect(after(changed, says.confirmed())).toMatchObject({ ok: true, value: { phase: 'confirmed', agreed: more } });
  const refused = after(changed, says.refused());
  expect(refused).toMatchObject({ ok: true, value: { phase: 'confirmed', agreed: asked, asked } });
});

test('[OR3] before an agreement the buyer cancels alone, after it with the supplier', () => {
  expect(told(says.drafted(), says.ordered(), says.cancelled()).phase).toBe('cancelled');
  const wanted = told(says.drafted(), says.ordered(), says.confirmed(), says.cancelled());
  expect(wanted.phase).toBe('cancel-asked');
  expect(after(wanted, says.confirmed())).toMatchObject({ ok: true, value: { phase: 'cancelled' } });
  expect(after(wanted, says.refused())).toMatchObject({ ok: true, value: { phase: 'confirmed', agreed: asked } });
});

test('[OR2] nobody says what is the other side’s to say, nor what is not to be said now', () => {
  const order = told(says.drafted(), says.ordered());
  expect(takeStep(order, 'buyer', { step: 'confirmed', note: '' })).toEqual({
    ok: false,
    error: { code: 'not-yours' },
  });
  expect(takeStep(order, 'supplier', { step: 'closed', note: '' })).toEqual({
    ok: false,
    error: { code: 'not-yours' },
  });
  expect(after(order, says.accepted())).toEqual({ ok: false, error: { code: 'not-now' } });
  expect(takeStep(null, 'buyer', { step: 'ordered', note: '' })).toEqual({ ok: false, error: { code: 'not-now' } });
  for (const end of ['discarded', 'refused', 'cancelled', 'closed'] as const) {
    expect([...stepsFor({ phase: end }, 'buyer'), ...stepsFor({ phase: end }, 'supplier')]).toEqual([]);
  }
});

test('[OR4] a line is the same SKU through all versions, and a supplier neither adds one nor leaves one out', () => {
  const order = told(says.drafted(), says.ordered());
  const other = { ok: false, error: { code: 'other-goods' } };
  expect(after(order, says.proposed([line(1), line(2, { skuId: 'sku-9' })]))).toEqual(other);
  expect(after(order, says.proposed([line(1)]))).toEqual(other);
  expect(after(order, says.proposed([...asked, line(3)]))).toEqual(other);
  expect(after(order, says.changed([line(1), line(2, { skuId: 'sku-9' })]))).toEqual(other);
  expect(after(order, says.changed([line(2)]))).toEqual(other);
  expect(after(order, says.changed([line(1), line(2, { quantity: 0 })])).ok).toBe(true);
  expect(after(order, says.proposed([...asked].reverse()))).toEqual({ ok: false, error: { code: 'nothing-new' } });
});

test('[OR4] lines that cannot be are no lines', () => {
  const refused: OrderLine[][] = [
    [],
    [line(1), line(1, { skuId: 'sku-2' })],
    [line(1), line(2, { skuId: 'sku-1' })],
    [line(1, { quantity: 0 })],
    [line(1, { quantity: -1 })],
    [line(1, { quantity: 1.5 })],
    [line(1, { quantity: 1e7 })],
    [line(1, { unitCostMinor: -1 })],
    [line(1, { dueOn: '2026-02-30' })],
  ];
  for (const lines of refused) expect(orderLinesSchema.safeParse(lines).success).toBe(false);
});

const anyLines = fc
  .array(fc.record({ quantity: fc.nat(5), unitCostMinor: fc.nat(3) }), { minLength: 2, maxLength: 4 })
  .map((lines) => lines.map((change, at) => line(at + 1, change)))
  .filter((lines) => orderLinesSchema.safeParse(lines).success);
const anyStep: fc.Arbitrary<Said> = fc.oneof(
  ...[says.discarded, says.ordered, says.accepted, says.declined, says.cancelled].map((say) => fc.constant(say())),
  ...[says.closed, says.confirmed, says.refused, says.askedFor, says.denied].map((say) => fc.constant(say())),
  ...[says.drafted, says.changed, says.proposed].map((say) => anyLines.map((lines) => say(lines))),
);

test('[OR3] no side alone changes what is agreed: it is always what one said and the other took', () => {
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (story) => {
      let order = told(says.drafted());
      let said: { buyer: OrderLine[]; supplier: OrderLine[] | null } = { buyer: asked, supplier: null };
      for (const step of story) {
        const before = order;
        const taken = after(order, step);
        if (!taken.ok) continue;
        order = taken.value;
        const [side, what] = step;
        expect(order.version).toBe(before.version + 1);
        expect(orderPhases).toContain(order.phase);
        if (!isSame(order.agreed, before.agreed)) {
          // Taken by the other side, in the words of the first.
          const offered = side === 'supplier' ? said.buyer : said.supplier;
          expect(what.step).toBe(side === 'supplier' ? 'confirmed' : 'accepted');
          expect(order.agreed).toEqual(offered);
        }
        if (before.agreed !== null) expect(order.agreed).not.toBe(null);
        if ('lines' in what) said = { ...said, [side]: what.lines };
        // What was said before an answer is not on the table any more.
        if (what.step === 'declined' || what.step === 'changed') said = { ...said, supplier: null };
        if (order.phase === 'confirmed') {
          said = { buyer: order.agreed ?? [], supplier: null };
          expect(standingLines(order)).toEqual(order.agreed);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

test('[OR2] whoever is waited for can answer, and nobody is waited for who cannot', () => {
  for (const phase of orderPhases) {
    const side = awaitedSide({ phase });
    if (side !== null) expect(stepsFor({ phase }, side).length).toBeGreaterThan(0);
  }
});

test('[AP1] what waits for an approval is unsent, and is ordered, denied or changed by the buyer alone', () => {
  const waiting = told(says.drafted(), says.askedFor());
  expect([waiting.phase, isSentPhase(waiting.phase), awaitedSide(waiting)]).toEqual(['to-approve', false, 'buyer']);
  expect(stepsFor(waiting, 'supplier')).toEqual([]);
  for (const end of [says.denied(), says.drafted(less)]) {
    expect(after(waiting, end)).toMatchObject({ ok: true, value: { phase: 'draft' } });
  }
  expect(after(waiting, says.askedFor())).toMatchObject({ ok: false });
  expect(after(told(says.drafted()), says.denied())).toMatchObject({ ok: false });
  const sent = told(says.drafted(), says.askedFor(), says.ordered());
  expect([sent.phase, boundBy(sent, { step: 'ordered' })]).toEqual(['ordered', costOf(asked)]);
  const agreed = told(says.drafted(), says.ordered(), says.proposed(less), says.accepted());
  expect([boundBy(agreed, { step: 'accepted' }), boundBy(agreed, { step: 'closed' })]).toEqual([costOf(less), null]);
});
