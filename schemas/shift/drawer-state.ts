import type { Fact } from '../journal/kinds.ts';
import { turnoverMinorOf } from '../transaction/retail-transaction.ts';
import type { CashMoved, ShiftClosed, ShiftOpened } from './shift-entries.ts';
import { newReport, type ShiftReport, withMovement, withTransaction } from './shift-report.ts';

/** A shift that is open, with its figures so far. */
export type OpenShift = {
  shiftId: string;
  shiftNumber: number;
  businessDay: string;
  report: ShiftReport;
};

/** All that a till turned over, in the currency of its shifts. */
export type GrandTotal = { currency: string; totalMinor: number };

/**
 * Whether a till's drawer is open. `shiftNumber`: of the last shift, 0 before the first. `grandTotal`: null where the
 * till's entries are not known from its first one or from a shift on.
 */
export type DrawerState =
  | { phase: 'closed'; shiftNumber: number; grandTotal: GrandTotal | null }
  | { phase: 'open'; shift: OpenShift };

/** The till's first entry is still to come, in the currency of its store. */
export function newDrawer(currency: string): DrawerState {
  return { phase: 'closed', shiftNumber: 0, grandTotal: { currency, totalMinor: 0 } };
}

/** What an entry contradicts; the manager is told, and the drawer goes on as the cell says. */
export const drawerContradictions = ['shift-open-already', 'shift-not-open', 'cash-without-shift'] as const;
export type DrawerContradiction = (typeof drawerContradictions)[number];

/** A shift that ended: by its closing, or because the next was opened without one (`closing` null). */
export type EndedShift = OpenShift & { closing: { entryId: string; body: ShiftClosed } | null };

export type DrawerStep = {
  state: DrawerState;
  contradiction: DrawerContradiction | null;
  ended: EndedShift | null;
  /** An opened shift goes on from other figures than the one before it ended with. */
  isOffChain: boolean;
};

type DrawerFact = Extract<Fact, { kind: 'shift-opened' | 'shift-closed' | 'cash-moved' | 'retail-transaction' }>;
type Closed = Extract<DrawerState, { phase: 'closed' }>;
type Open = Extract<DrawerState, { phase: 'open' }>;

export const drawerKinds = [
  'shift-opened',
  'shift-closed',
  'cash-moved',
  'retail-transaction',
] as const satisfies readonly DrawerFact['kind'][];

type Cells<State> = {
  [Kind in DrawerFact['kind']]: (
    state: State,
    entryId: string,
    body: Extract<DrawerFact, { kind: Kind }>['body'],
  ) => DrawerStep;
};

/** What an entry does to a drawer that is closed. */
const whenClosed: Cells<Closed> = {
  'shift-opened': (state, entryId, body) => ({ ...step(opened(entryId, body)), isOffChain: isOffChain(state, body) }),
  'shift-closed': (state) => step(state, 'shift-not-open'),
  'cash-moved': (state) => step(state, 'cash-without-shift'),
  // Sales are never held up by a missing shift: they belong to none.
  'retail-transaction': (state, _entryId, body) => {
    const { grandTotal } = state;
    if (grandTotal?.currency !== body.currency) return step(state);
    const totalMinor = grandTotal.totalMinor + turnoverMinorOf(body);
    return step({ ...state, grandTotal: { ...grandTotal, totalMinor } });
  },
};

/** What an entry does to a drawer that is open. */
const whenOpen: Cells<Open> = {
  // Whoever opened it has counted: the shift before ends there, without a count.
  'shift-opened': (state, entryId, body) => ({
    ...step(opened(entryId, body), 'shift-open-already'),
    ended: { ...state.shift, closing: null },
    isOffChain: isOffChain(closedAfter(state.shift), body),
  }),
  'shift-closed': ({ shift }, entryId, body) =>
    body.shiftId === shift.shiftId
      ? { ...step(closedAfter(shift)), ended: { ...shift, closing: { entryId, body } } }
      : step({ phase: 'open', shift }, 'shift-not-open'),
  'cash-moved': ({ shift }, _entryId, body: CashMoved) =>
    step({ phase: 'open', shift: { ...shift, report: withMovement(shift.report, body) } }),
  'retail-transaction': ({ shift }, entryId, body) =>
    step({ phase: 'open', shift: { ...shift, report: withTransaction(shift.report, entryId, body) } }),
};

function step(state: DrawerState, contradiction: DrawerContradiction | null = null): DrawerStep {
  return { state, contradiction, ended: null, isOffChain: false };
}

function opened(entryId: string, body: ShiftOpened): DrawerState {
  const { shiftNumber, businessDay, currency, float, grandTotalMinor } = body;
  const report = newReport(currency, float.totalMinor, grandTotalMinor);
  return { phase: 'open', shift: { shiftId: entryId, shiftNumber, businessDay, report } };
}

function closedAfter({ shiftNumber, report }: OpenShift): Closed {
  const { currency, grandTotalMinor } = report;
  return { phase: 'closed', shiftNumber, grandTotal: { currency, totalMinor: grandTotalMinor } };
}

/** What the next shift of a drawer begins with. */
export function nextShift(state: Closed, currency: string): Pick<ShiftOpened, 'shiftNumber' | 'grandTotalMinor'> {
  const { grandTotal, shiftNumber } = state;
  return {
    shiftNumber: shiftNumber + 1,
    grandTotalMinor: grandTotal?.currency === currency ? grandTotal.totalMinor : 0,
  };
}

function isOffChain(state: Closed, body: ShiftOpened): boolean {
  if (state.grandTotal === null) return false;
  const { shiftNumber, grandTotalMinor } = nextShift(state, body.currency);
  return body.shiftNumber !== shiftNumber || body.grandTotalMinor !== grandTotalMinor;
}

/** Whether an entry has anything to do with the drawer. */
export function isOfDrawer(fact: Fact): fact is DrawerFact {
  return (drawerKinds as readonly string[]).includes(fact.kind);
}

/**
 * One entry of a till, in the order of its numbers. What does not concern the drawer changes nothing. Pure: the till's X and
 * Z and the server's come from this one function.
 */
export function stepDrawer(state: DrawerState, entryId: string, fact: Fact): DrawerStep {
  if (!isOfDrawer(fact)) return step(state);
  // The cell is chosen by the kind.
  const cells = (state.phase === 'open' ? whenOpen : whenClosed) as Cells<DrawerState>;
  return (cells[fact.kind] as (state: DrawerState, entryId: string, body: object) => DrawerStep)(
    state,
    entryId,
    fact.body,
  );
}

/** The figures of the last shift that these entries of one till opened, so far or as it ended; null when they opened none. */
export function shiftReport(entries: Iterable<{ entryId: string; fact: Fact }>): ShiftReport | null {
  let state: DrawerState = { phase: 'closed', shiftNumber: 0, grandTotal: null };
  let report: ShiftReport | null = null;
  for (const { entryId, fact } of entries) {
    const { state: after, ended } = stepDrawer(state, entryId, fact);
    state = after;
    report = state.phase === 'open' ? state.shift.report : (ended?.report ?? report);
  }
  return report;
}
