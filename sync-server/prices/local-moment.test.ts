import { expect, test } from 'vitest';
import { localMsOf } from './local-moment.ts';

test('a moment by the clocks of a store, changes of them included', () => {
  const iso = (text: string, zone: string) => {
    const ms = localMsOf(text, zone);
    return ms === null ? null : new Date(ms).toISOString().slice(0, 19);
  };
  expect(iso('2026-11-22', 'UTC')).toBe('2026-11-22T00:00:00');
  expect(iso('2026-11-22 08:00', 'Asia/Shanghai')).toBe('2026-11-22T00:00:00');
  expect(iso('2026-07-01T00:00:30', 'Europe/London')).toBe('2026-06-30T23:00:30');
  // Summer time begins at 01:00 on the 29th of March and ends at 02:00 on the 25th of October.
  expect(iso('2026-03-29 00:59', 'Europe/London')).toBe('2026-03-29T00:59:00');
  expect(iso('2026-03-29 01:30', 'Europe/London')).toBe('2026-03-29T01:30:00');
  expect(iso('2026-03-29 02:00', 'Europe/London')).toBe('2026-03-29T01:00:00');
  expect(iso('2026-10-25 01:30', 'Europe/London')).toBe('2026-10-25T00:30:00');
  expect(iso('2026-10-25 02:30', 'Europe/London')).toBe('2026-10-25T02:30:00');
  for (const text of ['2026-02-30', '2026-13-01', '31.12.2026', '2026-1-1', '2026-01-01 24:00', '', '0000-00-00']) {
    expect(iso(text, 'Europe/London')).toBeNull();
  }
});
