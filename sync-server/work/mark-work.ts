import { type MarkWork, maxSnoozeDays, type WorkItem } from '#schemas/api/work.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { isOfStore, type Workbench, type WorkReader } from './read-work.ts';

const dayMs = 86_400_000;

type Who = { store: OfficeStore; reader: WorkReader; operatorId: string; audit: AuditActor };
type MarkFault = { code: 'not-found' } | { code: 'bad-request'; detail: string };

/** Gives work to somebody, puts it off, calls it done, or takes that back. The same said twice is said once. */
export async function markWork(
  context: ServerContext,
  bench: Workbench,
  { store, reader, operatorId, audit }: Who,
  { workId, change }: MarkWork,
): Promise<Result<{ workId: string }, MarkFault>> {
  const nowMs = context.nowMs();
  const { storeId, merchantId } = store;
  const fault = await faultOf(context.database.pool, store, change, nowMs);
  if (fault !== null) return fail({ code: 'bad-request', detail: fault });
  const found = (await bench.gather(store, reader)).find((item) => item.workId === workId) ?? null;
  return inTransaction(context.database, async (tx) => {
    // Of two who mark it at once one is second, whether it was marked before or not.
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 10))', [`${storeId} ${workId}`]);
    const { rows } = await tx.query<Marks & { item: WorkItem | null }>(
      `select assigned_to as "assignedTo", snoozed_until_ms as "snoozedUntilMs", done_at_ms as "doneAtMs", item
         from work_mark where store_id = $1 and work_id = $2`,
      [storeId, workId],
    );
    const item = found ?? rows[0]?.item;
    if (!item) return fail({ code: 'not-found' });
    const { assignedTo = null, snoozedUntilMs = null, doneAtMs = null } = rows[0] ?? {};
    const before: Marks = { assignedTo, snoozedUntilMs, doneAtMs };
    const after = marked(before, change, nowMs);
    if (JSON.stringify(after) === JSON.stringify(before)) return ok({ workId });
    await tx.query(
      `insert into work_mark as w (store_id, work_id, assigned_to, snoozed_until_ms, done_at_ms, item, changed_by, changed_at_ms)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (store_id, work_id) do update set
         assigned_to = excluded.assigned_to, snoozed_until_ms = excluded.snoozed_until_ms, item = excluded.item,
         done_at_ms = excluded.done_at_ms, changed_by = excluded.changed_by, changed_at_ms = excluded.changed_at_ms,
         changes = w.changes + 1`,
      [
        storeId,
        workId,
        after.assignedTo,
        after.snoozedUntilMs,
        after.doneAtMs,
        JSON.stringify(item),
        operatorId,
        nowMs,
      ],
    );
    await recordAudit(tx, context, audit, {
      ...{ merchantId, storeId, action: 'work-marked', subjectType: item.kind, subjectId: item.about || workId },
      ...{ before, after: { ...after, act: change.act } },
    });
    return ok({ workId });
  });
}

type Marks = { assignedTo: string | null; snoozedUntilMs: number | null; doneAtMs: number | null };

function marked(before: Marks, change: MarkWork['change'], nowMs: number): Marks {
  if (change.act === 'assign') return { ...before, assignedTo: change.operatorId };
  if (change.act === 'snooze') return { ...before, snoozedUntilMs: change.untilMs };
  if (change.act === 'done') return before.doneAtMs === null ? { ...before, doneAtMs: nowMs } : before;
  return { ...before, snoozedUntilMs: null, doneAtMs: null };
}

async function faultOf(
  database: Queryable,
  store: OfficeStore,
  change: MarkWork['change'],
  nowMs: number,
): Promise<string | null> {
  if (change.act === 'snooze') {
    const isAhead = change.untilMs > nowMs && change.untilMs <= nowMs + maxSnoozeDays * dayMs;
    return isAhead ? null : `untilMs: within ${maxSnoozeDays} days from now`;
  }
  if (change.act !== 'assign' || change.operatorId === null) return null;
  return (await isOfStore(database, store, change.operatorId)) ? null : 'operatorId: nobody of this store';
}
