import { expect, test } from 'vitest';
import type { ServerContext } from '../context.ts';
import { Attempts } from './attempts.ts';
import { Turnstile } from './turnstile.ts';

function attemptsAt(clock: { nowMs: number }): Attempts {
  const context = { nowMs: () => clock.nowMs } as ServerContext;
  return new Attempts(context, { free: 3, firstWaitMs: 1_000, longestWaitMs: 60_000 });
}

test('the first attempts are free, then each doubles the wait, up to the longest', () => {
  const clock = { nowMs: 5_000 };
  const attempts = attemptsAt(clock);
  const waits: number[] = [];
  for (let n = 0; n < 12; n++) {
    waits.push(attempts.waitMs('a'));
    clock.nowMs += attempts.waitMs('a');
    attempts.begin('a');
  }
  expect(waits.slice(0, 9)).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
  expect(attempts.waitMs('b')).toBe(0);
});

test('a right attempt, or a long time without one, starts the name afresh', () => {
  const clock = { nowMs: 5_000 };
  const attempts = attemptsAt(clock);
  for (let n = 0; n < 5; n++) attempts.begin('a');
  expect(attempts.waitMs('a')).toBeGreaterThan(0);
  clock.nowMs += 60_000;
  expect(attempts.waitMs('a')).toBe(0);
  for (let n = 0; n < 5; n++) attempts.begin('a');
  attempts.forgive('a');
  expect(attempts.waitMs('a')).toBe(0);
});

test('a turnstile lets a few work, a few wait, and sends the rest away', async () => {
  const turnstile = new Turnstile(2, 1);
  let working = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++working);
    await new Promise((resolve) => setTimeout(resolve, 20));
    working--;
    return 'done';
  };
  const passed = await Promise.all([1, 2, 3, 4].map(() => turnstile.pass(work)));
  expect(passed.map((pass) => pass.ok)).toEqual([true, true, true, false]);
  expect(most).toBe(2);
  expect(await turnstile.pass(work)).toEqual({ ok: true, value: 'done' });
  await expect(turnstile.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect((await turnstile.pass(work)).ok).toBe(true);
});
