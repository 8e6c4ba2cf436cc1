import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PlaceReport, placeListSchema } from '#schemas/api/places.ts';
import { setStock } from '../feed/feed-test-shop.ts';
import { readOpenPlaces } from '../feed/store-places.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
const places = 'stores/store-a/places';
const names = { en: 'Shelf A-03', 'zh-Hans': 'A-03 货架' };

beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(() => chain.close());

async function list(): Promise<PlaceReport[]> {
  return placeListSchema.parse((await chain.ask('mia', places))[1]).places;
}
const atTill = async () => (await readOpenPlaces(chain.context.database.pool, 'store-a')).map(({ placeId }) => placeId);

test('a place is added, renamed, closed and opened again; tills have the open ones; each change is on record', async () => {
  const waits = chain.context.changes.wait(['store-a'], 5_000);
  expect(await chain.outcome('mia', places, { placeId: 'a-03', names, kind: 'shelf' })).toBe('200');
  expect(await waits).toBe('changed');
  expect(await chain.outcome('mia', places, { placeId: 'a-03', names, kind: 'shelf' })).toBe('409 name-taken');
  const renamed = { names: { en: 'Top shelf' }, kind: 'shelf' };
  expect(await chain.outcome('mia', `${places}/a-03`, renamed)).toBe('200');
  expect(await chain.outcome('mia', `${places}/a-03`, renamed)).toBe('200');
  expect(await atTill()).toContain('a-03');
  expect(await chain.outcome('mia', `${places}/a-03/close`, {})).toBe('200');
  expect(await atTill()).not.toContain('a-03');
  const closed = (await list()).find(({ placeId }) => placeId === 'a-03');
  expect(closed).toMatchObject({ names: { en: 'Top shelf' }, closedAtMs: chain.nowMs, isSalesPlace: false });
  expect(await chain.outcome('mia', `${places}/a-03/open`, {})).toBe('200');
  expect(await atTill()).toContain('a-03');
  const rows = await chain.sql<{ action: string; before: unknown }>(
    `select action, before from audit_entry where subject_type = 'place' and subject_id = 'a-03' order by audit_id`,
  );
  expect(rows.map(({ action }) => action).toSorted()).toEqual([
    'place-added',
    'place-changed',
    'place-closed',
    'place-opened',
  ]);
  expect(rows.find(({ action }) => action === 'place-changed')?.before).toEqual({ names, kind: 'shelf' });
});

test('the sales place comes first, is there without a row of its own, and is never closed', async () => {
  await chain.sql(`delete from place where store_id = 'store-a' and place_id = 'floor'`);
  await setStock(chain.context, 'store-a', 'TEA', 7);
  expect((await list())[0]).toMatchObject({ placeId: 'floor', isSalesPlace: true, onHand: 7, skuCount: 1 });
  expect(await chain.outcome('mia', `${places}/floor/close`, {})).toBe('409 conflict');
  expect(await chain.outcome('mia', `${places}/floor`, { names: { en: 'Counter' }, kind: 'sales-floor' })).toBe('200');
  expect((await list())[0]).toMatchObject({ placeId: 'floor', names: { en: 'Counter' }, isSalesPlace: true });
});

test('what is no id, no name or no place is refused', async () => {
  const bad = [
    { placeId: 'A 03', names, kind: 'shelf' },
    { placeId: '../x', names, kind: 'shelf' },
    { placeId: 'a', names: { en: '' }, kind: 'shelf' },
    { placeId: 'a', names, kind: 'attic' },
  ];
  for (const body of bad) expect(await chain.outcome('mia', places, body)).toBe('400 bad-request');
  expect(await chain.outcome('mia', `${places}/nowhere`, { names, kind: 'shelf' })).toBe('404 not-found');
  expect(await chain.outcome('mia', `${places}/nowhere/close`, {})).toBe('404 not-found');
});

test('[A1] who may read may not edit', async () => {
  expect(await chain.outcome('cleo', places)).toBe('403 forbidden');
  expect(await chain.outcome('nat', places, { placeId: 'b', names, kind: 'shelf' })).toBe('403 forbidden');
  expect(await chain.outcome('rex', `${places}/floor`, { names, kind: 'shelf' })).toBe('403 forbidden');
});
