import type { ServerContext } from '../context.ts';
import { missingSequences } from '../journal/journal-state.ts';
import { type Finding, trouble, warning, well } from './finding.ts';

const dayMs = 86_400_000;
const clockLimitMs = 60_000;

type Till = {
  tillNumber: number;
  name: string;
  revokedAtMs: number | null;
  lastContactAtMs: number | null;
  waiting: number;
  offsetMs: number | null;
};

/** Which numbers of which tills are missing, which tills are silent with entries on them, and whose clock is wrong. */
export async function checkTills(context: ServerContext, storeId: string): Promise<Finding[]> {
  const { rows: tills } = await context.database.pool.query<Till>(
    `select till_number as "tillNumber", name, revoked_at_ms as "revokedAtMs", last_contact_at_ms as "lastContactAtMs",
            coalesce(waiting_entries, 0) as waiting, clock_offset_ms as "offsetMs"
       from till where store_id = $1 order by till_number`,
    [storeId],
  );
  const findings: Finding[] = [];
  for (const till of tills)
    findings.push(...(await gapsOf(context, storeId, till)), ...reportsOf(till, context.nowMs()));
  return findings.length > 0 ? findings : [well('tills', `No number is missing of ${tills.length} tills.`)];
}

/** [J3] Numbers that were given out and are not in the journal. */
async function gapsOf(context: ServerContext, storeId: string, { tillNumber, name }: Till): Promise<Finding[]> {
  const all = await missingSequences(context, storeId, tillNumber);
  const gaps = tillNumber === 0 ? await withoutLeap(context, storeId, all) : all;
  if (gaps.length === 0) return [];
  const text = gaps.map(([from, to]) => (from === to ? String(from) : `${from} to ${to}`)).join(', ');
  const advice =
    tillNumber === 0
      ? 'The office wrote them and they are gone: restore the latest backup that has them.'
      : 'Bring the tablet online. If it is broken, load its emergency export; it blocks nothing meanwhile.';
  return [warning('gaps', `Of till ${tillNumber} (${name}) these numbers are missing: ${text}.`, advice)];
}

/** What the office numbered between a backup and its restoring cannot come back, and is known by the leap after it. */
async function withoutLeap(
  { database }: ServerContext,
  storeId: string,
  gaps: readonly (readonly [number, number])[],
): Promise<readonly (readonly [number, number])[]> {
  const { rows } = await database.pool.query<{ from: number }>(
    'select office_from_sequence as "from" from store_counter where store_id = $1',
    [storeId],
  );
  const from = rows[0]?.from ?? 1;
  return gaps.filter(([first, last]) => !(last < from && last - first >= 999_999));
}

function reportsOf(till: Till, nowMs: number): Finding[] {
  if (till.tillNumber === 0 || till.revokedAtMs !== null) return [];
  const findings: Finding[] = [];
  const name = `till ${till.tillNumber} (${till.name})`;
  const silentMs = nowMs - (till.lastContactAtMs ?? nowMs);
  if (till.waiting > 0 && silentMs > dayMs) {
    const days = Math.floor(silentMs / dayMs);
    const message = `${name} had ${till.waiting} entries waiting when it was last heard of, ${days} days ago.`;
    findings.push(trouble('tills', message, 'Bring it online, or load its emergency export, before it is wiped.'));
  }
  if (till.offsetMs !== null && Math.abs(till.offsetMs) > clockLimitMs) {
    const minutes = Math.round(till.offsetMs / 60_000);
    findings.push(
      warning('clock', `The clock of ${name} is ${minutes} minutes off.`, 'Let the tablet set its time by itself.'),
    );
  }
  return findings;
}
