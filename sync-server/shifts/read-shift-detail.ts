import type { ShiftDetail } from '#schemas/api/shifts.ts';
import { assert } from '#schemas/assert.ts';
import { type Entry, entryId, maxSequence, occurredAtMs } from '#schemas/journal/envelope.ts';
import { type Fact, factOf } from '#schemas/journal/kinds.ts';
import { drawerKinds, isOfDrawer, stepDrawer } from '#schemas/shift/drawer-state.ts';
import type { ShiftReport } from '#schemas/shift/shift-report.ts';
import type { Queryable } from '../db/database.ts';
import { type ShiftRow, type ShiftScope, summaryOf } from './read-shifts.ts';

type Told = { entry: Entry; fact: Fact };

/** All that is known of a shift: its figures so far or at its end, and what was done at the drawer. */
export async function readShiftDetail(pool: Queryable, scope: ShiftScope, row: ShiftRow): Promise<ShiftDetail> {
  const marks = await readMarks(pool, scope.storeId, row);
  const opened = marks[0]?.fact;
  assert(opened?.kind === 'shift-opened', 'a shift begins with its opening');
  const last = row.state === 'closed' ? marks.at(-1) : undefined;
  const closing = last?.fact.kind === 'shift-closed' ? last.fact.body : null;
  const facts = marks.filter(({ fact }) => fact.kind !== 'shift-closed' || fact.body === closing);
  const approvals = facts.flatMap(({ fact }) => fact.body.approvals);
  const people = [...facts.map(({ entry }) => entry.operatorId), ...approvals.map(({ operatorId }) => operatorId)];
  const names = await readNames(pool, scope.merchantId, people);
  const nameOf = (operatorId: string) => names.get(operatorId) ?? null;
  return {
    ...summaryOf(row),
    report: await reportOf(pool, scope.storeId, row),
    float: opened.body.float,
    counted: closing?.counted ?? null,
    firstCountedMinor: closing?.firstCountedMinor ?? null,
    differenceReason: closing?.differenceReason ?? null,
    note: closing?.note ?? '',
    closingId: row.state === 'closed' && row.endedSequence !== null ? entryId(row.tillNumber, row.endedSequence) : null,
    movements: facts.flatMap(({ entry, fact }) => {
      if (fact.kind !== 'cash-moved') return [];
      const { direction, reason, note, amountMinor } = fact.body;
      const operator = { operatorId: entry.operatorId, name: nameOf(entry.operatorId) };
      const told = { entryId: entry._id, atMs: occurredAtMs(entry), operator };
      return [{ ...told, direction, reason, note, amountMinor }];
    }),
    approvals: approvals.map((approval) => ({ ...approval, operatorName: nameOf(approval.operatorId) })),
  };
}

/** The entries of a shift that are no sales, in their order. */
async function readMarks(pool: Queryable, storeId: string, row: ShiftRow): Promise<Told[]> {
  return readFacts(pool, storeId, row, ['shift-opened', 'shift-closed', 'cash-moved']);
}

async function readFacts(
  pool: Queryable,
  storeId: string,
  { tillNumber, openedSequence, endedSequence, state }: ShiftRow,
  kinds: readonly string[],
): Promise<Told[]> {
  const through = endedSequence === null ? maxSequence : state === 'replaced' ? endedSequence - 1 : endedSequence;
  const { rows } = await pool.query<{ document: string }>(
    `select document from journal
      where store_id = $1 and till_number = $2 and sequence between $3 and $4 and kind = any($5) and unpostable is null
      order by sequence`,
    [storeId, tillNumber, openedSequence, through, [...kinds]],
  );
  return rows.flatMap(({ document }) => {
    const entry = JSON.parse(document) as Entry;
    const fact = factOf(entry);
    return fact.ok ? [{ entry, fact: fact.value }] : [];
  });
}

/** As posting wrote it at the end; of an open one summed now. */
async function reportOf(pool: Queryable, storeId: string, row: ShiftRow): Promise<ShiftReport> {
  const { rows } = await pool.query<{ report: ShiftReport | null }>(
    'select report from shift where store_id = $1 and till_number = $2 and opened_sequence = $3',
    [storeId, row.tillNumber, row.openedSequence],
  );
  const report = rows[0]?.report ?? null;
  if (report !== null) return report;
  let state: Parameters<typeof stepDrawer>[0] = { phase: 'closed', shiftNumber: 0, grandTotal: null };
  for (const { entry, fact } of await readFacts(pool, storeId, row, drawerKinds)) {
    if (isOfDrawer(fact)) state = stepDrawer(state, entry._id, fact).state;
  }
  assert(state.phase === 'open', 'what is not ended is open');
  return state.shift.report;
}

async function readNames(pool: Queryable, merchantId: string, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ operatorId: string; name: string }>(
    `select operator_id as "operatorId", name from operator where merchant_id = $1 and operator_id = any($2)`,
    [merchantId, [...new Set(ids)]],
  );
  return new Map(rows.map(({ operatorId, name }) => [operatorId, name]));
}
