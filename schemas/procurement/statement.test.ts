import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderSide } from './order.ts';
import {
  openClaims,
  remindersOf,
  type Statement,
  type StatementStep,
  statementPaid,
  statementPhases,
  statementSteps,
  statementTotal,
  takeStatementStep,
  worthOf,
} from './statement.ts';

const drawn = (change: object = {}): StatementStep => ({
  ...{ step: 'drawn', fromDay: '2026-11-01', untilDay: '2026-11-30', currency: 'GBP', drawnMinor: 10_000 },
  ...{ lineCount: 3, unpriced: 0, dueOn: '2026-12-30' },
  ...change,
});
const of = { kind: 'received' as const, quantity: 10, unitCostMinor: 450 };
const claimed = (quantity: number, unitCostMinor = 450, lineNumber = 1): StatementStep => ({
  ...{ step: 'claimed', lineNumber, quantity, unitCostMinor, note: 'so many' },
  of,
});
const note = '';
type Said = readonly [OrderSide, StatementStep];
function told(...story: Said[]): Statement {
  const end = story.reduce<Statement | null>((statement, [side, step]) => {
    const taken = takeStatementStep(statement, side, step);
    if (!taken.ok) throw new Error(`${step.step}: ${taken.error.code}`);
    return taken.value;
  }, null);
  if (end === null) throw new Error('a story has steps');
  return end;
}
const open: Said[] = [
  ['buyer', drawn()],
  ['buyer', { step: 'sent', note }],
];
const outcome = (statement: Statement, side: OrderSide, step: StatementStep) => {
  const taken = takeStatementStep(statement, side, step);
  return taken.ok ? taken.value.phase : taken.error.code;
};

describe('[ST5] a line counts as drawn until one side concedes what the other claims', () => {
  test('a claim, a counter-claim, and who may say yes', () => {
    const once = told(...open, ['buyer', claimed(8)]);
    expect([statementTotal(once), openClaims(once)]).toEqual([10_000, 1]);
    expect(outcome(once, 'buyer', { step: 'conceded', lineNumber: 1, note })).toBe('not-yours');
    expect(outcome(once, 'supplier', { step: 'conceded', lineNumber: 2, note })).toBe('unknown');
    const twice = told(...open, ['buyer', claimed(8)], ['supplier', claimed(9)]);
    const agreed = told(
      ...open,
      ['buyer', claimed(8)],
      ['supplier', claimed(9)],
      ['buyer', { step: 'conceded', lineNumber: 1, note }],
    );
    expect([statementTotal(twice), statementTotal(agreed), openClaims(agreed)]).toEqual([10_000, 9_550, 0]);
    expect(outcome(agreed, 'supplier', claimed(9))).toBe('nothing-new');
  });

  test('what was sent back and is claimed to be less is owed again', () => {
    const back = { ...claimed(6), of: { ...of, kind: 'returned' as const } } as StatementStep;
    const agreed = told(...open, ['supplier', back], ['buyer', { step: 'conceded', lineNumber: 1, note }]);
    expect(statementTotal(agreed)).toBe(10_000 + 4 * 450);
  });
});

describe('[ST6] what is set off', () => {
  test('counts when the other side takes it', () => {
    const item = (kind: 'prepayment' | 'deduction' | 'addition', amountMinor: number): StatementStep => ({
      ...{ step: 'item-proposed', kind, amountMinor, note: 'see letter' },
    });
    const take = (itemNumber: number): StatementStep => ({ step: 'item-taken', itemNumber, note });
    const asked: Said[] = [...open, ['buyer', item('prepayment', 3_000)], ['supplier', item('addition', 250)]];
    expect(statementTotal(told(...asked))).toBe(10_000);
    expect(outcome(told(...asked), 'buyer', take(1))).toBe('not-yours');
    expect(statementTotal(told(...asked, ['supplier', take(1)], ['buyer', take(2)]))).toBe(7_250);
    const no: Said = ['supplier', { step: 'item-declined', itemNumber: 1, note: 'we never had it' }];
    expect(statementTotal(told(...asked, no, ['buyer', take(2)]))).toBe(10_250);
  });
});

describe('[ST7] both approve the same', () => {
  const yes: StatementStep = { step: 'approved', note };
  test('a claim after a yes takes it back, and open ones stand in its way', () => {
    const half = told(...open, ['supplier', yes]);
    expect(half.approved).toEqual(['supplier']);
    expect(told(...open, ['supplier', yes], ['buyer', claimed(9)]).approved).toEqual([]);
    expect(outcome(told(...open, ['buyer', claimed(9)]), 'supplier', yes)).toBe('open-claims');
    expect(outcome(half, 'supplier', yes)).toBe('nothing-new');
    expect(outcome(half, 'buyer', yes)).toBe('approved');
  });
  test('a line without a price stands in its way until it has one', () => {
    const unpriced = { ...claimed(10, 300), of: { ...of, unitCostMinor: null } } as StatementStep;
    const story: Said[] = [
      ['buyer', drawn({ unpriced: 1 })],
      ['buyer', { step: 'sent', note }],
    ];
    expect(outcome(told(...story), 'buyer', yes)).toBe('open-claims');
    const priced = told(...story, ['supplier', unpriced], ['buyer', { step: 'conceded', lineNumber: 1, note }]);
    expect([outcome(priced, 'buyer', yes), statementTotal(priced)]).toEqual(['open', 13_000]);
  });
  test('one that comes to nothing is settled with it', () => {
    const nothing: Said[] = [
      ['buyer', drawn({ drawnMinor: 0 })],
      ['buyer', { step: 'sent', note }],
    ];
    expect(told(...nothing, ['buyer', yes], ['supplier', yes]).phase).toBe('settled');
  });
});

describe('[ST8] payments', () => {
  const yes: StatementStep = { step: 'approved', note };
  const approved: Said[] = [...open, ['buyer', yes], ['supplier', yes]];
  const paid = (amountMinor: number): StatementStep => ({ step: 'paid', amountMinor, onDay: '2026-12-05', note });
  test('in parts, never more than is open, undone with a reason', () => {
    expect(outcome(told(...approved), 'supplier', paid(1))).toBe('not-yours');
    const part = told(...approved, ['buyer', paid(4_000)]);
    expect([part.phase, outcome(part, 'buyer', paid(6_001)), outcome(part, 'buyer', paid(6_000))]).toEqual([
      ...['approved', 'too-much', 'settled'],
    ]);
    const whole = told(...approved, ['buyer', paid(4_000)], ['buyer', paid(6_000)]);
    const undone = takeStatementStep(whole, 'buyer', { step: 'payment-undone', paymentNumber: 1, note: 'wrong bank' });
    expect(undone).toMatchObject({ ok: true, value: { phase: 'approved' } });
    expect(undone.ok && statementPaid(undone.value)).toBe(6_000);
  });
  test('[ST9] what is due in a week, today, or was, is listed; and who is to answer', () => {
    const due = (today: string) => remindersOf(told(...approved), 'buyer', today);
    expect([due('2026-12-22'), due('2026-12-23'), due('2026-12-30'), due('2027-01-02')]).toEqual([
      ...[[], [{ code: 'due-soon', days: 7 }], [{ code: 'due', days: 0 }], [{ code: 'overdue', days: 3 }]],
    ]);
    const asked = told(...open, ['buyer', claimed(9)]);
    expect(remindersOf(asked, 'supplier', '2026-12-01')).toEqual([{ code: 'answer', days: 0 }]);
    expect(remindersOf(asked, 'buyer', '2026-12-01')).toEqual([]);
  });
});

const side = fc.constantFrom<OrderSide>('buyer', 'supplier');
const small = fc.integer({ min: 1, max: 3 });
const anyStep: fc.Arbitrary<StatementStep> = fc.oneof(
  ...(['sent', 'approved', 'discarded'] as const).map((step) => fc.constant({ step, note: 'x' })),
  fc.record({ quantity: fc.nat(12), at: small }).map(({ quantity, at }) => claimed(quantity, 450, at)),
  ...(['conceded', 'claim-withdrawn'] as const).map((step) =>
    small.map((lineNumber): StatementStep => ({ step, lineNumber, note: 'x' })),
  ),
  fc
    .record({ kind: fc.constantFrom('prepayment' as const, 'addition' as const), amountMinor: small })
    .map((item): StatementStep => ({ step: 'item-proposed', ...item, note: 'x' })),
  ...(['item-taken', 'item-declined', 'item-withdrawn'] as const).map((step) =>
    small.map((itemNumber): StatementStep => ({ step, itemNumber, note: 'x' })),
  ),
  fc.integer({ min: 1, max: 20_000 }).map(
    (amountMinor): StatementStep => ({
      ...{ step: 'paid', amountMinor, onDay: '2026-12-01', note: '' },
    }),
  ),
  small.map((paymentNumber): StatementStep => ({ step: 'payment-undone', paymentNumber, note: 'x' })),
);

test('[ST4] [ST7] [ST8] whatever the two say in whatever order, nothing is owed otherwise than both said', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(side, anyStep), { maxLength: 60 }), (story) => {
      let statement = told(...open);
      for (const [who, step] of story) {
        const before = statement;
        const taken = takeStatementStep(before, who, step);
        expect(taken.ok ? statementSteps(before, who) : [step.step]).toContain(step.step);
        if (!taken.ok) continue;
        statement = taken.value;
        expect(statement.version).toBe(before.version + 1);
        expect(statementPhases).toContain(statement.phase);
        const isAnswer = step.step === 'conceded' || step.step === 'item-taken';
        if (!isAnswer) expect(statementTotal(statement)).toBe(statementTotal(before));
        const open = Math.abs(statementTotal(statement)) - statementPaid(statement);
        expect(open).toBeGreaterThanOrEqual(statement.phase === 'approved' ? 1 : 0);
        if (statement.phase === 'approved') expect([openClaims(statement), statement.approved.length]).toEqual([0, 2]);
        if (statement.phase === 'settled') expect(open).toBe(0);
      }
      const settled = Object.values(statement.argued).reduce((sum, line) => {
        return sum + worthOf(line.of.kind, line.settled) - worthOf(line.of.kind, line.of);
      }, 0);
      const items = statement.items.filter(({ state }) => state === 'taken');
      const off = items.reduce((sum, { kind, amountMinor }) => sum + (kind === 'addition' ? 1 : -1) * amountMinor, 0);
      expect(statementTotal(statement)).toBe(10_000 + settled + off);
    }),
    { numRuns: 500 },
  );
});
