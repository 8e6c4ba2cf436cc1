import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { Attempts } from './attempts.ts';
import { Turnstile } from './turnstile.ts';

const clock = { nowMs: 5_000 };
const rule = { free: 3, firstWaitMs: 1_000, longestWaitMs: 60_000, forgetMs: 120_000 };
let shop: TestShop;

beforeAll(async () => {
  shop = await openTestShop({ nowMs: () => clock.nowMs });
});
afterAll(() => shop.close());

test('the first attempts are free, then each doubles the wait, up to the longest', async () => {
  const attempts = new Attempts(shop.context, 'doubling', rule);
  const waits: number[] = [];
  for (let n = 0; n < 12; n++) {
    const waitMs = await attempts.waitMs('a');
    waits.push(waitMs);
    if (waitMs > 0) expect(await attempts.begin('a')).toBe(waitMs);
    clock.nowMs += waitMs;
    expect(await attempts.begin('a')).toBe(0);
  }
  expect(waits).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(await attempts.waitMs('b')).toBe(0);
  expect(await new Attempts(shop.context, 'other kind', rule).waitMs('a')).toBe(0);
});

test('a right attempt, or a long time without one, starts the name afresh', async () => {
  const attempts = new Attempts(shop.context, 'afresh', rule);
  for (let n = 0; n < 3; n++) await attempts.begin('a');
  expect(await attempts.begin('a')).toBeGreaterThan(0);
  clock.nowMs += rule.forgetMs;
  expect(await attempts.waitMs('a')).toBe(0);
  for (let n = 0; n < 3; n++) expect(await attempts.begin('a')).toBe(0);
  expect(await attempts.begin('a')).toBeGreaterThan(0);
  await attempts.forgive('a');
  expect(await attempts.waitMs('a')).toBe(0);
});

test('all servers count together, and a restart forgets nothing', async () => {
  for (let n = 0; n < 3; n++) expect(await new Attempts(shop.context, 'shared', rule).begin('a')).toBe(0);
  expect(await new Attempts(shop.context, 'shared', rule).begin('a')).toBeGreaterThan(0);
});

test('of many attempts at once as many are looked at as of many one after the other', async () => {
  const attempts = new Attempts(shop.context, 'at once', rule);
  const waits = await Promise.all(Array.from({ length: 40 }, () => attempts.begin('a')));
  expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(3);
});

test('names are not kept', async () => {
  await new Attempts(shop.context, 'names', rule).begin('ada@example.com');
  const { rows } = await shop.context.database.pool.query<{ id: string }>('select id from attempt');
  expect(rows.every(({ id }) => /^[0-9a-f]{64}$/.test(id))).toBe(true);
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
