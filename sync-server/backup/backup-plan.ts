import { fail, ok, type Result } from '#schemas/result.ts';

/** When the server takes a backup by itself: each day at a minute of its own clock, or so long after the last one. */
export type BackupPlan = { kind: 'daily'; atMinute: number } | { kind: 'every'; everyMs: number };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A clock that was wrong once left a backup of a day to come: it counts for nothing. */
const aheadMs = hourMs;

/** `03:30`, `6h`, or `off`, which is null. A failure's message is for a person. */
export function parseBackupPlan(text: string): Result<BackupPlan | null, { code: 'bad-plan'; message: string }> {
  if (text === 'off') return ok(null);
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour !== undefined) return ok({ kind: 'daily', atMinute: Number(hour) * 60 + Number(minute) });
  const hours = Number(/^(\d{1,3})h$/.exec(text)?.[1] ?? 0);
  if (hours >= 1 && hours <= 168) return ok({ kind: 'every', everyMs: hours * hourMs });
  const message = `"${text}" is no plan for backups. Give a time of day, such as 03:30, or hours between them, such as 6h, or "off".`;
  return fail({ code: 'bad-plan', message });
}

/** When the next one is to be taken after one of `lastMs`. */
export function backupDueMs(plan: BackupPlan, lastMs: number): number {
  if (plan.kind === 'every') return lastMs + plan.everyMs;
  const due = new Date(lastMs);
  due.setHours(0, plan.atMinute, 0, 0);
  if (due.getTime() <= lastMs) due.setDate(due.getDate() + 1);
  return due.getTime();
}

/** A machine that was off for a while has not missed one yet: half of the time between two is waited. */
export function backupOverdueMs(plan: BackupPlan, lastMs: number): number {
  const betweenMs = plan.kind === 'every' ? plan.everyMs : dayMs;
  return backupDueMs(plan, lastMs) + betweenMs / 2;
}

/** The moment of the latest that counts, of any order; null: there is none. */
export function latestOf(takenAtMs: readonly number[], nowMs: number): number | null {
  let latest: number | null = null;
  for (const one of takenAtMs) {
    if (one <= nowMs + aheadMs && (latest === null || one > latest)) latest = one;
  }
  return latest;
}
