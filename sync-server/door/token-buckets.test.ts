import { expect, test } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

function bucketsAt(clock: { nowMs: number }): TokenBuckets {
  return new TokenBuckets({ nowMs: () => clock.nowMs }, { burst: 3, perSecond: 2 });
}

test('a burst passes, then as many a second as the rule says, each name for itself', () => {
  const clock = { nowMs: 5_000 };
  const buckets = bucketsAt(clock);
  expect([1, 2, 3, 4, 5].map(() => buckets.take('a'))).toEqual([0, 0, 0, 500, 500]);
  expect(buckets.take('b')).toBe(0);
  clock.nowMs += 499;
  expect(buckets.take('a')).toBe(1);
  clock.nowMs += 1;
  expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 500]);
  clock.nowMs += 3_600_000;
  expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 500]);
});

test('a clock that is set back takes nothing away', () => {
  const clock = { nowMs: 50_000 };
  const buckets = bucketsAt(clock);
  buckets.take('a');
  clock.nowMs = 1_000;
  expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 0]);
  clock.nowMs += 500;
  expect(buckets.take('a')).toBe(0);
});
