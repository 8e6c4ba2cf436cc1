import { z } from 'zod';
import { assert } from '../assert.ts';
import { type currencySchema, minorSchema } from '../money/money.ts';
import { fail, ok, type Result } from '../result.ts';
import { text } from '../text.ts';
import type { OrderSide } from './order.ts';
import type { StatementKind } from './statement-lines.ts';

/** So much of a line, at so much a piece; null: nobody has agreed on a price. Always positive, whichever way the goods went. */
export const lineWorthSchema = z.object({
  quantity: z.number().int().min(0).max(100_000_000),
  unitCostMinor: minorSchema.min(0).nullable(),
});
export type LineWorth = z.infer<typeof lineWorthSchema>;

export const itemKinds = ['prepayment', 'deduction', 'addition'] as const;
export type ItemKind = (typeof itemKinds)[number];
export const mostArgued = 2_000;
export const mostItems = 200;
export const mostPayments = 200;

const note = text(500).default('');
const reason = text(500, 1);
const lineNumber = z.number().int().min(1).max(1_000_000);
const numbered = z.number().int().min(1).max(1_000);

/** What somebody may say of a statement (SPEC.md, ST4–ST8). */
export const statementWordSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('discarded'), note: reason }),
  z.object({ step: z.literal('sent'), note }),
  z.object({
    ...{ step: z.literal('claimed'), lineNumber, ...lineWorthSchema.shape },
    unitCostMinor: minorSchema.min(0),
    note: reason,
  }),
  z.object({ step: z.literal('conceded'), lineNumber, note }),
  z.object({ step: z.literal('claim-withdrawn'), lineNumber, note }),
  z.object({
    step: z.literal('item-proposed'),
    kind: z.enum(itemKinds),
    amountMinor: minorSchema.min(1),
    note: reason,
  }),
  z.object({ step: z.literal('item-taken'), itemNumber: numbered, note }),
  z.object({ step: z.literal('item-declined'), itemNumber: numbered, note: reason }),
  z.object({ step: z.literal('item-withdrawn'), itemNumber: numbered, note }),
  z.object({ step: z.literal('approved'), note }),
  z.object({ step: z.literal('paid'), amountMinor: minorSchema.min(1), onDay: z.iso.date(), note }),
  z.object({ step: z.literal('payment-undone'), paymentNumber: numbered, note: reason }),
]);
export type StatementWord = z.infer<typeof statementWordSchema>;

/** What was drawn: the period, and what its lines come to. */
export type Drawn = {
  step: 'drawn';
  /** Days of the stores' calendars, both included. What came before and was in no statement is in it too. */
  fromDay: string;
  untilDay: string;
  currency: z.infer<typeof currencySchema>;
  drawnMinor: number;
  lineCount: number;
  /** Lines without a price. */
  unpriced: number;
  /** By the contract; null: nothing is agreed. */
  dueOn: string | null;
};
/** A line as it was drawn, which the server adds to a claim: so the steps alone say what stands. */
type Of = { of: LineWorth & { kind: StatementKind } };
export type StatementStep = Drawn | Exclude<StatementWord, { step: 'claimed' }> | (ClaimWord & Of);
type ClaimWord = Extract<StatementWord, { step: 'claimed' }>;

export const statementPhases = ['draft', 'open', 'approved', 'settled', 'discarded'] as const;
export type StatementPhase = (typeof statementPhases)[number];

export type ArguedLine = Of & {
  /** What counts: as it was drawn, or as both agreed since. */
  settled: LineWorth;
  claim: (LineWorth & { by: OrderSide }) | null;
};
export type StatementItem = {
  itemNumber: number;
  by: OrderSide;
  kind: ItemKind;
  amountMinor: number;
  note: string;
  state: 'proposed' | 'taken' | 'declined' | 'withdrawn';
};
export type StatementPayment = {
  paymentNumber: number;
  amountMinor: number;
  onDay: string;
  note: string;
  isUndone: boolean;
};
export type Statement = {
  phase: StatementPhase;
  /** How many steps were taken. */
  version: number;
  drawn: Omit<Drawn, 'step'>;
  /** By line number. */
  argued: Record<string, ArguedLine>;
  items: StatementItem[];
  /** Who has said yes to it as it stands. */
  approved: OrderSide[];
  payments: StatementPayment[];
};
export type StatementFault = { code: 'not-now' | 'not-yours' | 'nothing-new' | 'unknown' | 'open-claims' | 'too-much' };

/** What a line adds to what is owed: what went back is taken off. */
export function worthOf(kind: StatementKind, { quantity, unitCostMinor }: LineWorth): number {
  const worth = quantity * (unitCostMinor ?? 0);
  assert(Number.isSafeInteger(worth), 'money stays a safe integer');
  // No negative zero.
  return kind === 'received' || worth === 0 ? worth : -worth;
}

/** [ST2] [ST6] What the buyer owes by it, before payments; below 0: the supplier owes it. */
export function statementTotal({ drawn, argued, items }: Pick<Statement, 'drawn' | 'argued' | 'items'>): number {
  const argument = Object.values(argued).reduce(
    (sum, { of, settled }) => sum + worthOf(of.kind, settled) - worthOf(of.kind, of),
    0,
  );
  const setOff = items
    .filter(({ state }) => state === 'taken')
    .reduce((sum, { kind, amountMinor }) => sum + (kind === 'addition' ? amountMinor : -amountMinor), 0);
  const total = drawn.drawnMinor + argument + setOff;
  assert(Number.isSafeInteger(total), 'money stays a safe integer');
  return total;
}

export function statementPaid({ payments }: Pick<Statement, 'payments'>): number {
  return payments.reduce((sum, { amountMinor, isUndone }) => sum + (isUndone ? 0 : amountMinor), 0);
}

/** What keeps both from approving it. */
export function openClaims({ drawn, argued, items }: Pick<Statement, 'drawn' | 'argued' | 'items'>): number {
  const lines = Object.values(argued);
  const priced = lines.filter(({ of, settled }) => of.unitCostMinor === null && settled.unitCostMinor !== null).length;
  const claims = lines.filter(({ claim }) => claim !== null).length;
  return drawn.unpriced - priced + claims + items.filter(({ state }) => state === 'proposed').length;
}

/** Whose answer it waits for; null: nobody's, or both sides'. */
export function statementAwaits({ phase, argued, items, approved }: Statement): OrderSide | null {
  if (phase === 'draft' || phase === 'approved') return 'buyer';
  if (phase !== 'open') return null;
  const asked = [
    ...Object.values(argued).flatMap(({ claim }) => (claim ? [claim.by] : [])),
    ...items.filter(({ state }) => state === 'proposed').map(({ by }) => by),
    ...approved,
  ];
  const [first] = asked;
  if (first === undefined || asked.some((side) => side !== first)) return null;
  return first === 'buyer' ? 'supplier' : 'buyer';
}

/** Steps of the buyer alone. */
const buyerSteps: readonly StatementStep['step'][] = ['drawn', 'discarded', 'sent', 'paid', 'payment-undone'];
const stepsOf: Readonly<Record<StatementPhase, readonly StatementStep['step'][]>> = {
  draft: ['drawn', 'discarded', 'sent'],
  open: [
    ...(['discarded', 'claimed', 'conceded', 'claim-withdrawn', 'approved'] as const),
    ...(['item-proposed', 'item-taken', 'item-declined', 'item-withdrawn'] as const),
  ],
  approved: ['paid', 'payment-undone'],
  settled: ['payment-undone'],
  discarded: [],
};

/** What one side may say now. */
export function statementSteps({ phase }: Pick<Statement, 'phase'>, side: OrderSide): StatementStep['step'][] {
  return stepsOf[phase].filter((step) => side === 'buyer' || !buyerSteps.includes(step));
}

type Change = Result<Partial<Statement>, StatementFault>;

/** [ST4] The statement after one side has taken a step; null before it was drawn. What is not to be said now changes nothing. */
export function takeStatementStep(
  statement: Statement | null,
  side: OrderSide,
  step: StatementStep,
): Result<Statement, StatementFault> {
  if (side !== 'buyer' && buyerSteps.includes(step.step)) return fail({ code: 'not-yours' });
  if (step.step === 'drawn') {
    if (statement !== null && statement.phase !== 'draft') return fail({ code: 'not-now' });
    const { step: _, ...drawn } = step;
    const version = (statement?.version ?? 0) + 1;
    return ok({ phase: 'draft', version, drawn, argued: {}, items: [], approved: [], payments: [] });
  }
  if (statement === null || !stepsOf[statement.phase].includes(step.step)) return fail({ code: 'not-now' });
  const change = changeOf(statement, side, step);
  if (!change.ok) return change;
  // Who said yes said it to what stood then.
  const kept = step.step === 'approved' || statement.phase !== 'open' ? {} : { approved: [] };
  return ok({ ...statement, ...kept, ...change.value, version: statement.version + 1 });
}

function changeOf(statement: Statement, side: OrderSide, step: Exclude<StatementStep, Drawn>): Change {
  switch (step.step) {
    case 'discarded':
      return ok({ phase: 'discarded' });
    case 'sent':
      return ok({ phase: 'open' });
    case 'claimed':
      return claim(statement, side, step);
    case 'conceded':
    case 'claim-withdrawn':
      return answerClaim(statement, side, step);
    case 'item-proposed':
    case 'item-taken':
    case 'item-declined':
    case 'item-withdrawn':
      return changeItem(statement, side, step);
    case 'approved':
      return approve(statement, side);
    case 'paid':
    case 'payment-undone':
      return pay(statement, step);
  }
}

function claim({ argued }: Statement, by: OrderSide, step: ClaimWord & Of): Change {
  const { lineNumber: at, quantity, unitCostMinor, of } = step;
  const line = argued[at] ?? { of, settled: { quantity: of.quantity, unitCostMinor: of.unitCostMinor }, claim: null };
  const standing = line.claim ?? line.settled;
  if (standing.quantity === quantity && standing.unitCostMinor === unitCostMinor) return fail({ code: 'nothing-new' });
  if (argued[at] === undefined && Object.keys(argued).length >= mostArgued) return fail({ code: 'too-much' });
  return ok({ argued: { ...argued, [at]: { ...line, claim: { quantity, unitCostMinor, by } } } });
}

/** [ST5] One concedes what the other claims, and takes back what one claims oneself. */
function answerClaim(
  { argued }: Statement,
  side: OrderSide,
  { step, lineNumber: at }: Extract<StatementStep, { step: 'conceded' | 'claim-withdrawn' }>,
): Change {
  const line = argued[at];
  if (!line?.claim) return fail({ code: 'unknown' });
  const { by, ...claimed } = line.claim;
  if ((step === 'claim-withdrawn') !== (by === side)) return fail({ code: 'not-yours' });
  const settled = step === 'conceded' ? claimed : line.settled;
  return ok({ argued: { ...argued, [at]: { ...line, settled, claim: null } } });
}

type ItemStep = Extract<StatementStep, { step: `item-${string}` }>;

function changeItem({ items }: Statement, side: OrderSide, step: ItemStep): Change {
  if (step.step === 'item-proposed') {
    if (items.length >= mostItems) return fail({ code: 'too-much' });
    const { kind, amountMinor, note: said } = step;
    const itemNumber = items.length + 1;
    return ok({ items: [...items, { itemNumber, by: side, kind, amountMinor, note: said, state: 'proposed' }] });
  }
  const found = items.find(({ itemNumber }) => itemNumber === step.itemNumber);
  if (found?.state !== 'proposed') return fail({ code: 'unknown' });
  if ((step.step === 'item-withdrawn') !== (found.by === side)) return fail({ code: 'not-yours' });
  const state = ({ 'item-taken': 'taken', 'item-declined': 'declined', 'item-withdrawn': 'withdrawn' } as const)[
    step.step
  ];
  return ok({ items: items.map((one) => (one === found ? { ...found, state } : one)) });
}

/** [ST7] Both have to say yes to the same. */
function approve(statement: Statement, side: OrderSide): Change {
  if (openClaims(statement) > 0) return fail({ code: 'open-claims' });
  if (statement.approved.includes(side)) return fail({ code: 'nothing-new' });
  const approved = [...statement.approved, side];
  if (approved.length < 2) return ok({ approved });
  return ok({ approved, phase: statementTotal(statement) === 0 ? 'settled' : 'approved' });
}

/** [ST8] In parts, never more than is open. */
function pay(statement: Statement, step: Extract<StatementStep, { step: 'paid' | 'payment-undone' }>): Change {
  const { payments } = statement;
  if (step.step === 'paid') {
    const { amountMinor, onDay, note: said } = step;
    const open = Math.abs(statementTotal(statement)) - statementPaid(statement);
    if (amountMinor > open || payments.length >= mostPayments) return fail({ code: 'too-much' });
    const paid = { paymentNumber: payments.length + 1, amountMinor, onDay, note: said, isUndone: false };
    return ok({ payments: [...payments, paid], phase: amountMinor === open ? 'settled' : 'approved' });
  }
  const found = payments.find(({ paymentNumber }) => paymentNumber === step.paymentNumber);
  if (!found || found.isUndone) return fail({ code: 'unknown' });
  return ok({ payments: payments.map((one) => (one === found ? { ...one, isUndone: true } : one)), phase: 'approved' });
}

export type StatementReminder = { code: 'due-soon' | 'due' | 'overdue' | 'answer'; days: number };
const soonDays = 7;

/** [ST9] Of what a side is to be reminded: of what it has not answered, and of what is due. */
export function remindersOf(statement: Statement, side: OrderSide, today: string): StatementReminder[] {
  const { phase, drawn } = statement;
  if (phase === 'open') return statementAwaits(statement) === side ? [{ code: 'answer', days: 0 }] : [];
  if (phase !== 'approved' || drawn.dueOn === null) return [];
  const days = Math.round((Date.parse(drawn.dueOn) - Date.parse(today)) / 86_400_000);
  if (days < 0) return [{ code: 'overdue', days: -days }];
  if (days === 0) return [{ code: 'due', days }];
  return days <= soonDays ? [{ code: 'due-soon', days }] : [];
}
