import { beforeEach, describe, expect, test } from 'vitest';
import { approveCountSchema, type CountReview, type ReviewLine } from '#schemas/api/counts.ts';
import { fail, ok } from '#schemas/result.ts';
import { CountReviewing, isGraveLoss, sumsOf } from './count-review.svelte.ts';

const countId = '6a0f4a3e-6f0e-4f7e-9a53-0c9de4a1b001';
const version = 'ab'.repeat(16);

function lineOf(serial: string, change: Partial<ReviewLine> = {}): ReviewLine {
  return {
    lineKey: `u|05012345678900.${serial}`,
    outcome: 'missing',
    skuId: 'TEA',
    names: null,
    variant: null,
    placeId: 'floor',
    placeNames: null,
    gtin14: '05012345678900',
    serial,
    booked: null,
    counted: 0,
    expected: 1,
    asOfMs: 1,
    pass: 1,
    operatorId: 'ann',
    operatorName: 'Ann',
    unsure: 0,
    unsureBecause: null,
    clockTill: null,
    clockOffMs: 0,
    passesDiffer: false,
    isTwice: false,
    valueMinor: -350,
    isRecounting: false,
    approved: null,
    ...change,
  };
}

const none = {
  expected: 0,
  counted: 0,
  short: 0,
  over: 0,
  moved: 0,
  valueShortMinor: 0,
  valueOverMinor: 0,
  valueExpectedMinor: 0,
};
let review: CountReview;
let refusal: 'conflict' | 'offline' | null;
let asked: { path: string; body: unknown }[];
let reviewing: CountReviewing;

beforeEach(async () => {
  refusal = null;
  asked = [];
  review = {
    ...{ countId, state: 'open', currency: 'GBP', version, sums: none, outcomes: { missing: 2 }, openPlaces: [] },
    ...{
      unsureLines: 0,
      groups: [],
      total: 120,
      lines: [lineOf('1'), lineOf('2'), lineOf('3', { outcome: 'still-missing' })],
    },
  };
  const office = {
    ask: async (path: string, _schema: unknown, call: { body?: unknown } = {}) => {
      asked.push({ path, body: call.body });
      if (call.body === undefined) return ok(review);
      return refusal === null ? ok({ entryIds: [], lines: 2 }) : fail({ code: refusal });
    },
  };
  reviewing = new CountReviewing(office as never, countId);
  await reviewing.refresh();
});

const sent = () => approveCountSchema.parse(asked.find(({ body }) => body !== undefined)?.body);

describe('a review', () => {
  test('asks for what is looked at, from its beginning when that changes', () => {
    reviewing.turn(1);
    expect([reviewing.query.after, reviewing.hasEarlier, reviewing.hasLater]).toEqual([50, true, true]);
    reviewing.look({ outcome: 'missing', q: ' tea ' });
    expect(reviewing.asked).toBe('by=line&sort=value&limit=50&after=0&outcome=missing&q=tea');
  });

  test('what there is nothing to book of cannot be chosen', () => {
    reviewing.choosePage(true);
    expect([...reviewing.chosen.keys()]).toEqual([lineOf('1').lineKey, lineOf('2').lineKey]);
  });

  test('approves what is chosen, with the reasons given, of the content that was shown', async () => {
    reviewing.choose(lineOf('1'), true);
    reviewing.giveReason('theft');
    reviewing.setReason(lineOf('2').lineKey, 'damaged');
    const outcome = await reviewing.approve('chosen', { note: 'Looked twice', isWhole: false });
    const lineKey = lineOf('1').lineKey;
    expect(outcome).toEqual({ code: 'approved', lines: 2 });
    expect(sent()).toEqual({
      ...{ version, lines: [lineKey], except: [], note: 'Looked twice', isWhole: false },
      reasons: [{ lineKey, reason: 'theft' }],
    });
    expect(reviewing.chosen.size).toBe(0);
  });

  test('of two managers the second is told who was first, by how it stands now', async () => {
    refusal = 'conflict';
    review = { ...review, state: 'approved' };
    expect(await reviewing.approve('all', { note: '', isWhole: true })).toEqual({ code: 'overtaken' });
    review = { ...review, state: 'open' };
    expect(await reviewing.approve('all', { note: '', isWhole: true })).toEqual({ code: 'changed' });
    expect(reviewing.failure).toBeNull();
  });

  test('when the server is away the choice stays', async () => {
    refusal = 'offline';
    reviewing.choose(lineOf('1'), true);
    expect(await reviewing.approve('chosen', { note: '', isWhole: true })).toEqual({ code: 'failed' });
    expect([reviewing.failure, reviewing.isRefused, reviewing.chosen.size]).toEqual(['offline', true, 1]);
  });
});

test('a unit at another place of the store is no loss; what has no price is told', () => {
  const lines = [
    lineOf('1'),
    lineOf('2', { outcome: 'moved', counted: 1, valueMinor: 0 }),
    lineOf('3', { valueMinor: null }),
  ];
  expect(sumsOf(lines)).toEqual({
    ...{ lines: 3, pieces: -2, valueMinor: -350, withoutPrice: 1 },
    ...{ short: 2, valueShortMinor: 350 },
  });
});

test('what is too few and what is too many do not make up for each other in what is written off', () => {
  const over = lineOf('2', { outcome: 'over', counted: 3, expected: 1, valueMinor: 700 });
  expect(sumsOf([lineOf('1'), over])).toMatchObject({ pieces: 1, valueMinor: 350, short: 1, valueShortMinor: 350 });
});

test('a loss is grave where it is rather the counting that is wrong', () => {
  expect(isGraveLoss(0, 0)).toBe(false);
  expect(isGraveLoss(1, 3)).toBe(false);
  expect(isGraveLoss(3, 3)).toBe(true);
  expect(isGraveLoss(9, 45)).toBe(false);
  expect(isGraveLoss(10, 50)).toBe(true);
  expect(isGraveLoss(10, 51)).toBe(false);
});
