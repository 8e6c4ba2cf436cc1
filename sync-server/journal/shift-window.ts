import type { Fact } from '#schemas/journal/kinds.ts';
import { type DrawerState, type DrawerStep, type EndedShift, stepDrawer } from '#schemas/shift/drawer-state.ts';
import type { ShiftClosed } from '#schemas/shift/shift-entries.ts';
import { differenceDetail, type ShiftExceptionCode } from '#schemas/shift/shift-exceptions.ts';
import { reportDifference, type ShiftReport } from '#schemas/shift/shift-report.ts';
import type { ShiftState } from '../db/tables-shifts.ts';
import type { Exception } from './exceptions.ts';

/** An entry of a till; `fact` is null of one that has nothing to do with the drawer, or is kept unposted. */
export type DrawerEntry = {
  entryId: string;
  sequence: number;
  occurredAtMs: number;
  isPosted: boolean;
  operatorId: string;
  fact: Fact | null;
};

/** What follows from a shift's entries; all but the first two are null, or 0, while it is open. */
export type ShiftFigures = {
  openedSequence: number;
  state: ShiftState;
  endedSequence: number | null;
  endedAtMs: number | null;
  endedBy: string | null;
  expectedMinor: number | null;
  countedMinor: number | null;
  missingEntries: number;
  differingFigure: string | null;
  report: ShiftReport | null;
};

type Folding = {
  state: DrawerState;
  /** Of the shift that is open, or was last; null: none was opened yet. */
  openedSequence: number | null;
  /** Posted entries since that opening, and whether none is missing up to here. */
  postedSince: number;
  shifts: ShiftFigures[];
  exceptions: Exception[];
};

/**
 * Sums the shifts of a stretch of one till's entries, in the order of their numbers. It begins with an opening, of which nothing
 * is judged, or where the till had none before (`isFromNowhere`). It ends with the next opening, whose shift is not summed, or
 * with the till's last entry (`isToTheLast`).
 */
export async function foldShifts(
  entries: AsyncIterable<DrawerEntry>,
  { isFromNowhere, isToTheLast }: { isFromNowhere: boolean; isToTheLast: boolean },
): Promise<Pick<Folding, 'shifts' | 'exceptions'>> {
  const folding: Folding = {
    state: { phase: 'closed', shiftNumber: 0, grandTotal: null },
    openedSequence: null,
    postedSince: 0,
    shifts: [],
    exceptions: [],
  };
  let isFirst = true;
  for await (const entry of entries) {
    take(folding, entry, !isFirst || isFromNowhere);
    isFirst = false;
  }
  const { state, openedSequence, shifts, exceptions } = folding;
  if (isToTheLast && state.phase === 'open' && openedSequence !== null) shifts.push(stillOpen(openedSequence));
  return { shifts, exceptions };
}

function take(folding: Folding, entry: DrawerEntry, isJudged: boolean): void {
  const { entryId, sequence, isPosted, fact } = entry;
  if (fact === null || !isPosted) {
    if (isPosted) folding.postedSince += 1;
    return;
  }
  const before = folding.openedSequence;
  const missing = before === null ? 0 : sequence - before - 1 - folding.postedSince;
  const step = stepDrawer(folding.state, entryId, fact);
  folding.state = step.state;
  folding.postedSince += 1;
  if (step.ended !== null && before !== null) end(folding, entry, step.ended, { openedSequence: before, missing });
  if (isJudged) raise(folding, entry, step, missing);
  if (fact.kind === 'shift-opened') {
    folding.openedSequence = sequence;
    folding.postedSince = 0;
  }
}

function raise({ exceptions }: Folding, { entryId }: DrawerEntry, step: DrawerStep, missing: number): void {
  if (step.contradiction !== null) exceptions.push(exceptionOf(step.contradiction, entryId, '', ''));
  if (step.isOffChain && missing === 0) exceptions.push(exceptionOf('shift-sums', entryId, entryId, 'grandTotalMinor'));
}

function end(
  folding: Folding,
  entry: DrawerEntry,
  ended: EndedShift,
  { openedSequence, missing }: { openedSequence: number; missing: number },
): void {
  const { closing, report, shiftId } = ended;
  const body = closing?.body ?? null;
  const expectedMinor = body !== null && missing > 0 ? body.report.expectedMinor : report.expectedMinor;
  const differingFigure = body === null || missing > 0 ? null : differing(ended, body);
  folding.shifts.push({
    openedSequence,
    state: body === null ? 'replaced' : 'closed',
    endedSequence: entry.sequence,
    endedAtMs: entry.occurredAtMs,
    endedBy: entry.operatorId,
    expectedMinor,
    countedMinor: body?.counted.totalMinor ?? null,
    missingEntries: missing,
    differingFigure,
    report,
  });
  if (body === null) return;
  if (differingFigure !== null) {
    folding.exceptions.push(exceptionOf('shift-sums', entry.entryId, shiftId, differingFigure));
  }
  const differenceMinor = body.counted.totalMinor - expectedMinor;
  if (Math.abs(differenceMinor) > body.toleranceMinor) {
    const detail = differenceDetail(differenceMinor, report.currency);
    folding.exceptions.push(exceptionOf('drawer-difference', entry.entryId, shiftId, detail));
  }
}

/** What a till's closing says otherwise than its entries. */
function differing({ report, shiftNumber, businessDay }: EndedShift, body: ShiftClosed): string | null {
  if (body.shiftNumber !== shiftNumber) return 'shiftNumber';
  if (body.businessDay !== businessDay) return 'businessDay';
  return reportDifference(report, body.report);
}

function exceptionOf(code: ShiftExceptionCode, entryId: string, subject: string, detail: string): Exception {
  return { code, entryId, subject, detail };
}

function stillOpen(openedSequence: number): ShiftFigures {
  const ended = { endedSequence: null, endedAtMs: null, endedBy: null };
  const sums = { expectedMinor: null, countedMinor: null, differingFigure: null, report: null };
  return { openedSequence, state: 'open', ...ended, ...sums, missingEntries: 0 };
}
