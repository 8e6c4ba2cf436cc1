import { expect, test } from 'vitest';
import { isHeldOut } from './held-out.ts';

const ids = Array.from({ length: 20_000 }, (_, at) => `m-${at}`);

test('[MS3] about the share that was asked for is held out, the same each time, and others in another campaign', () => {
  const shareOf = (campaignId: string, percent: number) =>
    ids.filter((memberId) => isHeldOut(campaignId, memberId, percent)).length / ids.length;
  expect(shareOf('spring', 20)).toBeGreaterThan(0.18);
  expect(shareOf('spring', 20)).toBeLessThan(0.22);
  expect([shareOf('spring', 0), shareOf('spring', 100)]).toEqual([0, 1]);
  const both = ids.filter((memberId) => isHeldOut('spring', memberId, 20) && isHeldOut('autumn', memberId, 20));
  expect(both.length / ids.length).toBeGreaterThan(0.03);
  expect(both.length / ids.length).toBeLessThan(0.05);
});
