import { type Entry, entryId, maxSequence } from '#schemas/journal/envelope.ts';
import { drawerKinds, isOfDrawer } from '#schemas/shift/drawer-state.ts';
import type { ShiftOpened } from '#schemas/shift/shift-entries.ts';
import { shiftExceptionCodes } from '#schemas/shift/shift-exceptions.ts';
import type { Queryable } from '../db/database.ts';
import { meaningOf, type PostableEntry } from './document-check.ts';
import { raiseExceptions } from './exceptions.ts';
import { insertColumns } from './insert-columns.ts';
import { type DrawerEntry, foldShifts, type ShiftFigures } from './shift-window.ts';

/** Entries of one till that are in a batch. */
type Touched = { tillNumber: number; low: number; high: number; isOfDrawer: boolean };
/** A stretch of a till's entries, both ends included, in which shifts are summed anew; `start`: of an opening before it. */
type Window = { tillNumber: number; low: number; start: number | null; end: number | null };

const pageEntries = 1_000;

/**
 * Writes the shifts of a batch. What is known of a shift follows from the set of the till's entries between its opening and
 * its end, which is read again whenever one of them arrives: so the order of arrival does not matter (P1). A sale in an open
 * shift reads nothing.
 */
export async function postShifts(
  transaction: Queryable,
  storeId: string,
  entries: readonly PostableEntry[],
): Promise<void> {
  await insertOpened(transaction, storeId, entries);
  for (const window of await readWindows(transaction, storeId, touchedTills(entries))) {
    const figures = await foldShifts(readEntries(transaction, storeId, window), {
      isFromNowhere: window.start === null,
      isToTheLast: window.end === null,
    });
    await updateShifts(transaction, storeId, window.tillNumber, figures.shifts);
    await dropExceptions(transaction, storeId, window);
    await raiseExceptions(transaction, storeId, figures.exceptions);
  }
}

function touchedTills(entries: readonly PostableEntry[]): Touched[] {
  const tills = new Map<number, Touched>();
  for (const { tillNumber, sequence, meaning } of entries) {
    // The back office has no drawer.
    if (tillNumber === 0) continue;
    const isMark = meaning.postable && meaning.fact.kind !== 'retail-transaction' && isOfDrawer(meaning.fact);
    const before = tills.get(tillNumber) ?? { tillNumber, low: sequence, high: sequence, isOfDrawer: false };
    tills.set(tillNumber, {
      tillNumber,
      low: Math.min(before.low, sequence),
      high: Math.max(before.high, sequence),
      isOfDrawer: before.isOfDrawer || isMark,
    });
  }
  return [...tills.values()];
}

async function insertOpened(transaction: Queryable, storeId: string, entries: readonly PostableEntry[]): Promise<void> {
  const opened: { entry: PostableEntry; body: ShiftOpened }[] = [];
  for (const entry of entries) {
    const { meaning, tillNumber } = entry;
    if (tillNumber === 0 || !meaning.postable || meaning.fact.kind !== 'shift-opened') continue;
    opened.push({ entry, body: meaning.fact.body });
  }
  await insertColumns(transaction, 'shift', storeId, [
    ['till_number', 'int4', opened.map(({ entry }) => entry.tillNumber)],
    ['opened_sequence', 'int8', opened.map(({ entry }) => entry.sequence)],
    ['shift_number', 'int4', opened.map(({ body }) => body.shiftNumber)],
    ['business_day', 'text', opened.map(({ body }) => body.businessDay)],
    ['currency', 'text', opened.map(({ body }) => body.currency)],
    ['opened_at_ms', 'int8', opened.map(({ entry }) => entry.occurredAtMs)],
    ['opened_by', 'text', opened.map(({ entry }) => entry.operatorId)],
    ['float_minor', 'int8', opened.map(({ body }) => body.float.totalMinor)],
    ['state', 'text', opened.map(() => 'open')],
    ['missing_entries', 'int4', opened.map(() => 0)],
  ]);
}

/**
 * From the last opening before what arrived to the next one after it: an opening begins anew whatever was before, so nothing
 * beyond either can change. None for tills whose arrivals lie in no shift that has ended.
 */
async function readWindows(transaction: Queryable, storeId: string, tills: readonly Touched[]): Promise<Window[]> {
  if (tills.length === 0) return [];
  const { rows } = await transaction.query<Window>({
    name: 'shift windows',
    text: `select t.till_number as "tillNumber", t.low,
                  (select max(s.opened_sequence) from shift s
                    where s.store_id = $1 and s.till_number = t.till_number and s.opened_sequence < t.low) as start,
                  (select min(s.opened_sequence) from shift s
                    where s.store_id = $1 and s.till_number = t.till_number and s.opened_sequence > t.high) as "end"
             from unnest($2::int4[], $3::int8[], $4::int8[], $5::bool[]) t(till_number, low, high, is_of_drawer)
            where t.is_of_drawer
               or exists (select from shift s where s.store_id = $1 and s.till_number = t.till_number
                                                and greatest(s.opened_sequence, s.ended_sequence) > t.low)`,
    values: [
      storeId,
      tills.map(({ tillNumber }) => tillNumber),
      tills.map(({ low }) => low),
      tills.map(({ high }) => high),
      tills.map((till) => till.isOfDrawer),
    ],
  });
  return rows;
}

/** The window's entries in their order; of those that have nothing to do with the drawer the number alone. */
async function* readEntries(
  transaction: Queryable,
  storeId: string,
  { tillNumber, low, start, end }: Window,
): AsyncGenerator<DrawerEntry> {
  const to = end ?? maxSequence;
  for (let from = start ?? low; from <= to; ) {
    const { rows } = await transaction.query<{
      sequence: number;
      occurred_at_ms: number;
      unpostable: string | null;
      document: string | null;
    }>({
      name: 'shift entries',
      text: `select sequence, occurred_at_ms, unpostable, case when kind = any($5) then document end as document
               from journal where store_id = $1 and till_number = $2 and sequence between $3 and $4
              order by sequence limit ${pageEntries}`,
      values: [storeId, tillNumber, from, to, [...drawerKinds]],
    });
    for (const { sequence, occurred_at_ms: occurredAtMs, unpostable, document } of rows) {
      const told = { entryId: entryId(tillNumber, sequence), sequence, occurredAtMs };
      const entry = document === null ? null : (JSON.parse(document) as Entry);
      const meaning = entry && meaningOf(entry);
      const fact = meaning?.postable ? meaning.fact : null;
      yield { ...told, isPosted: unpostable === null, operatorId: entry?.operatorId ?? '', fact };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageEntries) return;
    from = last.sequence + 1;
  }
}

async function updateShifts(
  transaction: Queryable,
  storeId: string,
  tillNumber: number,
  shifts: readonly ShiftFigures[],
): Promise<void> {
  await transaction.query({
    name: 'update shifts',
    text: `update shift s
              set state = k.state, ended_sequence = k.ended_sequence, ended_at_ms = k.ended_at_ms, ended_by = k.ended_by,
                  expected_minor = k.expected_minor, counted_minor = k.counted_minor,
                  difference_minor = k.counted_minor - k.expected_minor, transaction_count = k.transaction_count,
                  total_minor = k.total_minor, missing_entries = k.missing_entries,
                  differing_figure = k.differing_figure, report = k.report
             from unnest($3::int8[], $4::text[], $5::int8[], $6::int8[], $7::text[], $8::int8[], $9::int8[], $10::int4[],
                         $11::int8[], $12::int4[], $13::text[], $14::jsonb[])
                  k(opened_sequence, state, ended_sequence, ended_at_ms, ended_by, expected_minor, counted_minor,
                    transaction_count, total_minor, missing_entries, differing_figure, report)
            where s.store_id = $1 and s.till_number = $2 and s.opened_sequence = k.opened_sequence`,
    values: [
      storeId,
      tillNumber,
      shifts.map((one) => one.openedSequence),
      shifts.map((one) => one.state),
      shifts.map((one) => one.endedSequence),
      shifts.map((one) => one.endedAtMs),
      shifts.map((one) => one.endedBy),
      shifts.map((one) => one.expectedMinor),
      shifts.map((one) => one.countedMinor),
      shifts.map((one) => one.report?.transactionCount ?? null),
      shifts.map((one) => one.report?.totalMinor ?? null),
      shifts.map((one) => one.missingEntries),
      shifts.map((one) => one.differingFigure),
      shifts.map((one) => one.report && JSON.stringify(one.report)),
    ],
  });
}

/** Of the opening that the window begins with nothing is judged: what was before it is not read. */
async function dropExceptions(
  transaction: Queryable,
  storeId: string,
  { tillNumber, low, start, end }: Window,
): Promise<void> {
  await transaction.query({
    name: 'drop shift exceptions',
    text: `delete from exception where store_id = $1 and entry_id between $2 and $3 and code = any($4)`,
    values: [
      storeId,
      entryId(tillNumber, start === null ? low : start + 1),
      entryId(tillNumber, end ?? maxSequence),
      [...shiftExceptionCodes],
    ],
  });
}
