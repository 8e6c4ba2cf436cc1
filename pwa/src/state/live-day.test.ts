import { expect, test } from 'vitest';
import type { Today } from '#schemas/api/today.ts';
import { noSums } from '#schemas/reports/measures.ts';
import { fail, ok } from '#schemas/result.ts';
import { LiveDay } from './live-day.svelte.ts';

const day = (mark: string): Today => ({
  mark,
  serverTimeMs: 0,
  businessDay: '2026-11-23',
  currency: 'GBP',
  total: noSums,
  lastWeek: { total: noSums, untilNowMinor: 0 },
  targetMinor: null,
  hours: [],
  top: [],
  tills: [],
  exceptions: 0,
});

test('each question says what was seen last; after a failure it rests, keeps what it had, and asks for all', async () => {
  const asked: string[] = [];
  const rests: number[] = [];
  const answers = [ok(day('a')), ok(day('b')), fail({ code: 'offline' as const }), ok(day('c'))];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const live = new LiveDay(async (path) => {
    asked.push(path);
    const answer = answers.shift();
    if (answer === undefined) {
      resolve();
      return new Promise(() => undefined);
    }
    return answer;
  });
  const stop = live.start(async (ms) => {
    rests.push(ms);
    if (rests.length === 3) expect([live.failure, live.today?.mark]).toEqual(['offline', 'b']);
  });
  await done;
  stop();
  expect(asked).toEqual([
    'reports/today',
    'reports/today?seen=a',
    'reports/today?seen=b',
    'reports/today',
    'reports/today?seen=c',
  ]);
  expect(rests[2]).toBeGreaterThan(rests[1] ?? 0);
  expect([live.failure, live.today?.mark]).toEqual([null, 'c']);
});
