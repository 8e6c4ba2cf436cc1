import { expect, test } from 'vitest';
import { type BackupPlan, backupDueMs, backupOverdueMs, latestOf, parseBackupPlan } from './backup-plan.ts';

const hourMs = 3_600_000;
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();

function planOf(text: string): BackupPlan {
  const plan = parseBackupPlan(text);
  if (!plan.ok || plan.value === null) throw new Error(`${text} is no plan`);
  return plan.value;
}

test('a plan is a time of day, hours between, or none; what is neither is said', () => {
  expect(planOf('03:30')).toEqual({ kind: 'daily', atMinute: 210 });
  expect(planOf('6h')).toEqual({ kind: 'every', everyMs: 6 * hourMs });
  expect(parseBackupPlan('off')).toEqual({ ok: true, value: null });
  for (const text of ['', '24:00', '3:5', '0h', '169h', '-1h', '1.5h', 'daily', '03:30 ']) {
    expect(parseBackupPlan(text), text).toMatchObject({ ok: false });
  }
});

test('each day at its time: the next after the last, also where that one was late', () => {
  const plan = planOf('03:30');
  expect(backupDueMs(plan, at(22, 3, 30))).toBe(at(23, 3, 30));
  expect(backupDueMs(plan, at(22, 9))).toBe(at(23, 3, 30));
  expect(backupDueMs(plan, at(22, 1))).toBe(at(22, 3, 30));
  expect(backupDueMs(plan, at(30, 12))).toBe(at(31, 3, 30));
});

test('it is overdue after half of the time between two', () => {
  expect(backupOverdueMs(planOf('6h'), at(22, 12))).toBe(at(22, 21));
  expect(backupOverdueMs(planOf('03:30'), at(22, 3, 30))).toBe(at(23, 15, 30));
});

test('a backup of days to come, of a clock that was wrong, is not the latest', () => {
  expect(latestOf([at(22, 1), at(22, 3), at(22, 2)], at(22, 12))).toBe(at(22, 3));
  expect(latestOf([at(29, 1), at(22, 3)], at(22, 12))).toBe(at(22, 3));
  expect(latestOf([at(29, 1)], at(22, 12))).toBeNull();
  expect(latestOf([], at(22, 12))).toBeNull();
});
