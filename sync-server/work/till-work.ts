import { createHash } from 'node:crypto';
import type { Urgency, WorkItem } from '#schemas/api/work.ts';
import { maskedCreditSubject } from '#schemas/payment/credit-code.ts';
import { rightExceptionCodes } from '#schemas/policy/rights-needed.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { Queryable } from '../db/database.ts';

// Work that tills, drawers, printers and the books make. Each source is bounded, and read by an index.

export type WorkAt = { store: OfficeStore; nowMs: number; today: string };
/** At most so many of a kind. */
export const listedWork = 200;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** What is older is on the page of exceptions alone. */
const exceptionDays = 90;
/** A till that holds entries and is silent for so long: what it sold is known to nobody else. */
const awayMs = 10 * minuteMs;
const clockMs = minuteMs;
const lowBattery = 15;
const fullShare = 0.9;
/** The seal of the journal is broken: everything else can wait. */
const graveExceptions: readonly string[] = ['chain-broken'];

export const noWork = {
  code: '',
  about: '',
  subject: '',
  detail: '',
  name: null,
  count: null,
  amountMinor: null,
  day: null,
} as const;

/** An exception's id: its subject may be the code of a gift card, which nobody is to read from an id. */
const exceptionIdSql = `'exception ' || x.entry_id || ' ' || x.code || ' ' || md5(x.subject)`;

/** Contradictions that nobody has called done. */
export async function exceptionWork(database: Queryable, { store, nowMs }: WorkAt): Promise<WorkItem[]> {
  const { rows } = await database.query<{
    workId: string;
    entryId: string;
    code: string;
    subject: string;
    detail: string;
    name: string | null;
    atMs: number;
  }>(
    `select ${exceptionIdSql} as "workId", x.entry_id as "entryId", x.code, x.subject, x.detail, o.name,
            x.occurred_at_ms as "atMs"
       from exception x
       left join work_mark w on w.store_id = x.store_id and w.work_id = ${exceptionIdSql}
       left join operator o on o.merchant_id = $2 and o.operator_id = x.detail and x.code = any($3)
      where x.store_id = $1 and x.occurred_at_ms > $4 and w.done_at_ms is null
      order by x.occurred_at_ms desc, x.entry_id desc, x.code, x.subject limit ${listedWork}`,
    [store.storeId, store.merchantId, rightExceptionCodes, nowMs - exceptionDays * dayMs],
  );
  return rows.map(({ workId, entryId, code, subject, detail, name, atMs }) => ({
    ...noWork,
    ...({ kind: 'exception', urgency: graveExceptions.includes(code) ? 'now' : 'today' } as const),
    ...{ workId, code, about: entryId, subject: maskedCreditSubject(subject), detail, name, atMs },
  }));
}

/** What tills sent and the books do not have. */
export async function unpostedWork(database: Queryable, { store }: WorkAt): Promise<WorkItem[]> {
  const { rows } = await database.query<{ count: number; atMs: number | null }>(
    `select count(*)::int as count, max(at_ms) as "atMs" from (
       select recorded_at_ms as at_ms from journal where store_id = $1 and unpostable is not null
       union all select refused_at_ms from refused_document where store_id = $1) u`,
    [store.storeId],
  );
  const [one] = rows;
  if (one === undefined || one.atMs === null) return [];
  const workId = `unposted ${one.count} ${one.atMs}`;
  return [{ ...noWork, workId, kind: 'unposted', urgency: 'now', count: one.count, atMs: one.atMs }];
}

type TillRow = {
  tillNumber: number;
  name: string;
  contactAtMs: number | null;
  waiting: number | null;
  offsetMs: number | null;
  battery: number | null;
  isCharging: boolean | null;
  fullShare: number | null;
};

/** Tills that need a hand, each with the gravest of its troubles. */
export async function tillWork(database: Queryable, { store, nowMs }: WorkAt): Promise<WorkItem[]> {
  const { rows } = await database.query<TillRow>(
    `select till_number as "tillNumber", name, last_contact_at_ms as "contactAtMs", waiting_entries as waiting,
            clock_offset_ms as "offsetMs", battery_percent as battery, battery_charging as "isCharging",
            storage_usage_bytes::float8 / nullif(storage_quota_bytes, 0) as "fullShare"
       from till where store_id = $1 and till_number > 0 and revoked_at_ms is null order by till_number`,
    [store.storeId],
  );
  return rows.flatMap((till) => {
    const trouble = tillTrouble(till, nowMs);
    if (trouble === null) return [];
    const { code, urgency, count } = trouble;
    const { tillNumber, name, contactAtMs } = till;
    const workId = `till ${tillNumber} ${code} ${code === 'away' ? contactAtMs : ''}`.trimEnd();
    const atMs = contactAtMs ?? nowMs;
    return [{ ...noWork, workId, kind: 'till' as const, urgency, code, about: String(tillNumber), name, count, atMs }];
  });
}

function tillTrouble(till: TillRow, nowMs: number): { code: string; urgency: Urgency; count: number | null } | null {
  const { contactAtMs, waiting, offsetMs, battery } = till;
  if (contactAtMs === null) return null;
  const isAway = nowMs - contactAtMs > awayMs;
  if (isAway) return (waiting ?? 0) > 0 ? { code: 'away', urgency: 'now', count: waiting } : null;
  if (battery !== null && battery <= lowBattery && till.isCharging === false)
    return { code: 'battery', urgency: 'now', count: battery };
  if (till.fullShare !== null && till.fullShare >= fullShare)
    return { code: 'storage', urgency: 'today', count: Math.round(till.fullShare * 100) };
  if (offsetMs !== null && Math.abs(offsetMs) > clockMs)
    return { code: 'clock', urgency: 'today', count: Math.round(Math.abs(offsetMs) / minuteMs) };
  return null;
}

/** Printers that a person has to see to, each by its first job that waits. */
export async function printerWork(database: Queryable, { store, nowMs }: WorkAt): Promise<WorkItem[]> {
  const { rows } = await database.query<{
    jobId: string;
    printerId: string;
    name: string;
    state: string;
    trouble: string | null;
    title: string;
    count: number;
    atMs: number;
  }>(
    `select distinct on (p.name, p.printer_id) j.job_id as "jobId", p.printer_id as "printerId", p.name, j.state,
            j.trouble, j.title, count(*) over (partition by p.printer_id)::int as count, j.created_at_ms as "atMs"
       from printer p join print_job j on j.store_id = p.store_id and j.printer_id = p.printer_id
      where p.store_id = $1 and p.deleted_at_ms is null and j.created_at_ms > $2
        and (j.state in ('blocked', 'unknown') or (j.state = 'queued' and j.trouble is not null))
      order by p.name, p.printer_id, (j.state <> 'queued') desc, j.created_at_ms limit ${listedWork}`,
    [store.storeId, nowMs - 30 * dayMs],
  );
  return rows.map(({ jobId, printerId, name, state, trouble, title, count, atMs }) => {
    const code = state === 'unknown' ? 'unknown' : (trouble ?? 'other');
    const workId = `printer ${printerId} ${jobId} ${code}`;
    return {
      ...noWork,
      workId,
      kind: 'printer',
      urgency: 'now',
      code,
      about: printerId,
      subject: title,
      name,
      count,
      atMs,
    };
  });
}

/** Drawers of days that are over and nobody closed. */
export async function shiftWork(database: Queryable, { store, today }: WorkAt): Promise<WorkItem[]> {
  const since = new Date(Date.parse(today) - exceptionDays * dayMs).toISOString().slice(0, 10);
  const { rows } = await database.query<{
    tillNumber: number;
    shiftId: string;
    day: string;
    name: string;
    atMs: number;
  }>(
    `select s.till_number as "tillNumber", s.business_day as day, coalesce(o.name, s.opened_by) as name,
            lpad(s.till_number::text, 4, '0') || '-' || lpad(s.opened_sequence::text, 9, '0') as "shiftId",
            s.opened_at_ms as "atMs"
       from shift s left join operator o on o.merchant_id = $2 and o.operator_id = s.opened_by
      where s.store_id = $1 and s.business_day >= $3 and s.business_day < $4 and s.state = 'open'
      order by s.opened_at_ms limit ${listedWork}`,
    [store.storeId, store.merchantId, since, today],
  );
  return rows.map(({ tillNumber, shiftId, day, name, atMs }) => ({
    ...noWork,
    ...({ kind: 'shift', urgency: 'today' } as const),
    ...{ workId: `shift ${shiftId}`, about: shiftId, name, count: tillNumber, day, atMs },
  }));
}

/** A name of any length as the end of an id. */
export function shortHash(value: string): string {
  return createHash('md5').update(value).digest('hex');
}
