import { expect, test } from 'vitest';
import type { SegmentCondition } from '#schemas/members/segments.ts';
import { conditionKinds, emptyCondition, segmentFormOf, segmentOfForm } from './segment-form.ts';

const conditions: SegmentCondition[] = [
  { kind: 'tier', tiers: ['gold', 'silver'] },
  { kind: 'points', least: 100 },
  { kind: 'seen-within', days: 30 },
  { kind: 'not-seen-within', days: 60 },
  { kind: 'spent', days: 365, leastMinor: 12_345 },
  { kind: 'visits', days: 90, least: 3 },
  { kind: 'birthday-within', days: 7 },
  { kind: 'bought', days: 365, goods: 'category', id: 'tea' },
  { kind: 'not-bought', days: 60, goods: 'sku', id: 'A-1' },
  { kind: 'consent', purpose: 'mail' },
];

test('[MS1] what is kept is typed again as it was, and read as it was', () => {
  const rfm: SegmentCondition = { kind: 'rfm', recency: [4, 5], frequency: [3, 5], monetary: [2, 5] };
  const near: SegmentCondition = { kind: 'lives-within', km: 2.5, position: '51.539,-0.143' };
  for (const kept of [conditions, [rfm, near]]) {
    const form = segmentFormOf({ segmentId: 's1', name: 'Regulars', conditions: kept }, 'GBP');
    expect(segmentOfForm(form, 'GBP')).toEqual({ segmentId: 's1', name: 'Regulars', conditions: kept });
  }
  expect(new Set([...conditions, rfm, near].map(({ kind }) => kind))).toEqual(new Set(conditionKinds));
});

test('[MS1] what makes no sense is not kept: no name, no number, nothing named', () => {
  const form = segmentFormOf(null, 'GBP');
  expect(segmentOfForm(form, 'GBP')).toBeNull();
  expect(segmentOfForm({ ...form, name: 'All' }, 'GBP')).not.toBeNull();
  for (const row of [
    { days: '0' },
    { days: 'x' },
    { kind: 'bought' },
    { kind: 'tier' },
    { kind: 'spent', amount: 'much' },
    { kind: 'lives-within', position: 'NW1' },
    { kind: 'lives-within', position: '51.5, -0.1', km: 'far' },
  ]) {
    const rows = [{ ...emptyCondition, ...(row as Partial<typeof emptyCondition>) }];
    expect(segmentOfForm({ ...form, name: 'All', rows }, 'GBP')).toBeNull();
  }
});
