import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type CountReview,
  countDetailSchema,
  countListSchema,
  countReportSchema,
  countReviewSchema,
  cycleSuggestionSchema,
  planCountAnswerSchema,
} from '#schemas/api/counts.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { postDocuments } from '../journal/posting.ts';
import { counted, seenNumber, seenUnits } from '../journal/test-counts.ts';
import { goods, phoneGtin14, received, receivedLine } from '../journal/test-goods.ts';
import { asDocument, line, makeTill, type TestTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let till: TestTill;
const counts = 'stores/store-a/counts';
const everything = { placeIds: [], skuIds: [], categoryIds: [], brands: [] };

async function post(...entries: Entry[]): Promise<void> {
  const documents = entries.map((entry) => asDocument(entry));
  const posted = await postDocuments(chain.context, 'store-a', till.author, documents);
  expect(posted.ok && posted.value.every(({ ok }) => ok)).toBe(true);
}

async function plan(over: object = {}, who = 'mia'): Promise<string> {
  const body = {
    name: 'Autumn',
    scope: everything,
    isBlind: true,
    passes: 1,
    deadlineAtMs: null,
    operatorIds: [],
    ...over,
  };
  return planCountAnswerSchema.parse((await chain.ask(who, counts, body))[1]).countId;
}

async function review(countId: string, query = ''): Promise<CountReview> {
  return countReviewSchema.parse((await chain.ask('mia', `${counts}/${countId}/review?${query}`))[1]);
}
const said = ({ lines }: CountReview) =>
  lines.map(({ lineKey, outcome, counted, expected }) => [lineKey, outcome, counted, expected]);
const approval = ({ version }: CountReview, over: object = {}) => ({ version, lines: 'all', isWhole: true, ...over });
const unitOf = (serial: string) => `u|${phoneGtin14}.${serial}`;

async function stock(): Promise<Record<string, number>> {
  const rows = await chain.sql<{ key: string; pieces: number }>(
    `select place_id || ' ' || sku_id as key, received + returned + moved_in - sold - moved_out + adjusted as pieces
       from stock where store_id = 'store-a' order by 1`,
  );
  return Object.fromEntries(rows.map(({ key, pieces }) => [key, pieces]));
}

/** Batches of one place, and its closing. */
async function count(countId: string, placeId: string, lines: Parameters<typeof counted>[0], pass = 1): Promise<void> {
  const batch =
    lines.length === 0 ? [] : [await till.next('goods-counted', { ...counted(lines, { countId, placeId, pass }) })];
  await post(...batch, await till.next('place-counted', { countId, placeId, pass, approvals: [] }));
}

beforeEach(async () => {
  chain = await TestChain.open();
  await chain.sql(
    `insert into category (merchant_id, category_id, names) values ('chain', 'drinks', '{"en": "Drinks"}')`,
  );
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, category_id, tax_class, tracking, revision) values
       ('chain', 'tea', '{"en": "Green tea"}', 'drinks', 'standard', 'quantity', 0),
       ('chain', 'mug', '{"en": "=Mug"}', null, 'standard', 'quantity', 0),
       ('chain', 'phone', '{"en": "Phone"}', null, 'standard', 'item', 0)`,
  );
  await chain.sql(
    `insert into price (merchant_id, sku_id, price_minor, revision) values
       ('chain', 'tea', 350, 0), ('chain', 'phone', 20000, 0)`,
  );
  await chain.sql(
    `insert into place (store_id, place_id, names, kind) values
       ('store-a', 'floor', '{"en": "Shop floor"}', 'sales-floor'), ('store-a', 'back', '{"en": "Stock room"}', 'stock-room')
     on conflict do nothing`,
  );
  till = await makeTill(chain.context, 'store-a', 1);
  const inBack = receivedLine(goods('phone', ['c']), { placeId: 'back' });
  await post(
    await till.next('goods-received', { ...received([goods('phone', ['a', 'b']), goods('tea', 10), inBack]) }),
  );
  till.orderedAtMs += 100_000;
});

afterEach(() => chain.close());

describe('a stock-take from the plan to the books', () => {
  test('what was found is held against the books of its moment, and booked as it was looked at [SC2]', async () => {
    const countId = await plan();
    await count(countId, 'floor', [seenUnits(['a', 'c']), seenNumber('tea', 8)]);
    // Sold after it was counted.
    till.orderedAtMs += 100_000;
    await post(await till.sale([line('tea', 2)]));
    const found = await review(countId);
    expect(said(found)).toEqual([
      [unitOf('b'), 'missing', 0, 1],
      ['n|floor|tea', 'short', 8, 10],
      [unitOf('c'), 'moved', 1, 0],
    ]);
    expect(found).toMatchObject({
      sums: { short: 3, over: 0, moved: 1, valueShortMinor: 20_700, expected: 13, counted: 10 },
      outcomes: { missing: 1, moved: 1, short: 1 },
      openPlaces: [{ placeId: 'back' }],
    });
    expect(found.lines[0]).toMatchObject({
      valueMinor: -20_000,
      names: { en: 'Phone' },
      placeNames: { en: 'Shop floor' },
    });
    expect(await chain.outcome('mia', `${counts}/${countId}/approve`, approval(found))).toBe('200');
    expect(await stock()).toEqual({ 'back phone': 0, 'floor phone': 2, 'floor tea': 6 });
    const after = await review(countId);
    expect(after).toMatchObject({ state: 'approved', sums: found.sums });
    expect(after.lines.map(({ approved }) => approved?.reason)).toEqual(['lost', 'correction', 'correction']);
  });

  test('a late sale of before the count explains itself: before the approval in the review, after it in the stock', async () => {
    const countId = await plan();
    const late = await makeTill(chain.context, 'store-a', 2);
    late.orderedAtMs = till.orderedAtMs - 50_000;
    await count(countId, 'floor', [seenUnits(['a']), seenNumber('tea', 7)]);
    const before = await review(countId);
    expect(said(before)).toEqual([
      [unitOf('b'), 'missing', 0, 1],
      ['n|floor|tea', 'short', 7, 10],
    ]);
    await postDocuments(chain.context, 'store-a', late.author, [asDocument(await late.sale([line('tea', 1)]))]);
    expect(await chain.outcome('mia', `${counts}/${countId}/approve`, approval(before))).toBe('409 conflict');
    const now = await review(countId);
    expect(said(now)[1]).toEqual(['n|floor|tea', 'short', 7, 9]);
    expect(await chain.outcome('mia', `${counts}/${countId}/approve`, approval(now))).toBe('200');
    const later = await late.sale([line('tea', 2), line('phone', 1, 'b')]);
    await postDocuments(chain.context, 'store-a', late.author, [asDocument(later)]);
    expect(await stock()).toMatchObject({ 'floor tea': 7, 'floor phone': 1 });
  });

  test('of two approvals at once one is booked, and the other is told', async () => {
    const countId = await plan();
    await count(countId, 'floor', [seenUnits(['a', 'b']), seenNumber('tea', 9)]);
    const found = await review(countId);
    const outcomes = await Promise.all(
      ['mia', 'olga', 'adam'].map((who) => chain.ask(who, `${counts}/${countId}/approve`, approval(found))),
    );
    expect(outcomes.map(([status]) => status).sort()).toEqual([200, 409, 409]);
    expect(outcomes.find(([status]) => status === 409)?.[1]).toMatchObject({ error: { detail: 'approved' } });
    expect(await stock()).toMatchObject({ 'floor tea': 9 });
    expect(await chain.sql(`select 1 from count_line where store_id = 'store-a'`)).toHaveLength(1);
  });

  test('a part is booked and the rest looked at later; a reason is kept', async () => {
    const countId = await plan();
    await count(countId, 'floor', [seenUnits(['a']), seenNumber('tea', 9)]);
    const found = await review(countId);
    const reasons = [{ lineKey: unitOf('b'), reason: 'theft' }];
    const part = approval(found, { lines: [unitOf('b')], reasons, isWhole: false });
    expect(await chain.outcome('mia', `${counts}/${countId}/approve`, part)).toBe('200');
    const rest = await review(countId);
    expect(rest.lines.map(({ approved }) => approved?.reason ?? null)).toEqual(['theft', null]);
    expect(await chain.outcome('mia', `${counts}/${countId}/approve`, approval(rest, { lines: [unitOf('b')] }))).toBe(
      '409 conflict',
    );
    expect(await chain.outcome('mia', `${counts}/${countId}/approve`, approval(rest))).toBe('200');
    expect(await stock()).toMatchObject({ 'floor tea': 9, 'floor phone': 1 });
  });

  test('a recount replaces what it covers, and nothing else [SC17]', async () => {
    const countId = await plan();
    await count(countId, 'floor', [seenUnits(['a']), seenNumber('tea', 4)]);
    const asked = { placeId: 'floor', skuIds: ['tea'], operatorId: 'cleo', note: 'top shelf' };
    expect((await chain.ask('mia', `${counts}/${countId}/recounts`, asked))[1]).toMatchObject({ pass: 2 });
    expect((await review(countId)).lines.map(({ isRecounting }) => isRecounting)).toEqual([false, true]);
    await count(countId, 'floor', [seenNumber('tea', 10)], 2);
    expect(said(await review(countId))).toEqual([[unitOf('b'), 'missing', 0, 1]]);
    expect((await chain.ask('mia', `${counts}/${countId}/recounts`, asked))[1]).toMatchObject({ pass: 3 });
    const detail = countDetailSchema.parse((await chain.ask('mia', `${counts}/${countId}`))[1]);
    expect(detail.recounts.map(({ isDone, operatorName }) => [isDone, operatorName])).toEqual([
      [true, 'Cleo'],
      [false, 'Cleo'],
    ]);
  });

  test('what a tablet brings days after the approval is kept, said, and shown as a difference', async () => {
    const countId = await plan();
    await count(countId, 'floor', [seenUnits(['a']), seenNumber('tea', 10)]);
    const found = await review(countId);
    expect(await chain.outcome('mia', `${counts}/${countId}/approve`, approval(found))).toBe('200');
    // Three days later, with what it scanned then: it is netted by when it was scanned.
    const agoMs = 3 * 86_400_000;
    till.orderedAtMs += agoMs + 1_000;
    const late = counted([seenUnits(['b'], agoMs)], { countId, placeId: 'back' });
    const batch = await till.next('goods-counted', { ...late });
    await post(batch);
    const detail = countDetailSchema.parse((await chain.ask('mia', `${counts}/${countId}`))[1]);
    expect(detail).toMatchObject({ countedAfterApproval: 1, state: 'approved' });
    expect(await stock()).toMatchObject({ 'floor phone': 1 });
    const after = await review(countId);
    expect(said(after)).toContainEqual([unitOf('b'), 'moved', 1, 0]);
    expect(after.lines.find(({ outcome }) => outcome === 'moved')?.asOfMs).toBe(batch.orderedAtMs - agoMs);
    const raised = await chain.sql(`select entry_id from exception where code = 'counted-after-approval'`);
    expect(raised).toEqual([{ entry_id: batch._id }]);
  });

  test('a plan that is cancelled while it is counted keeps what was counted, and is not approved', async () => {
    const countId = await plan();
    const cancelled = await chain.outcome('mia', `${counts}/${countId}/cancel`, { note: 'wrong week' });
    await count(countId, 'floor', [seenUnits(['a'])]);
    const detail = countDetailSchema.parse((await chain.ask('mia', `${counts}/${countId}`))[1]);
    expect([cancelled, detail.state, detail.counted, detail.cancelled?.note]).toEqual([
      '200',
      'cancelled',
      1,
      'wrong week',
    ]);
    expect(await chain.outcome('mia', `${counts}/${countId}/approve`, approval(await review(countId)))).toBe(
      '409 conflict',
    );
    expect(await chain.outcome('mia', `${counts}/${countId}/cancel`, {})).toBe('409 conflict');
    expect(await chain.outcome('mia', `${counts}/${countId}/recounts`, { placeId: 'floor' })).toBe('409 conflict');
  });
});

test('progress is told by place and person; codes of nobody are listed', async () => {
  const countId = await plan({ deadlineAtMs: 5 });
  const unknowns = [{ scanned: 'https://other.example/01/1', agoMs: 0 }];
  const batch = counted([seenUnits(['a', 'b'], 60_000), seenNumber('tea', 3)], { countId, unknowns });
  const entry = await till.next('goods-counted', { ...batch });
  // Sent twice, it is there once.
  await post(entry);
  await post(entry);
  const detail = countDetailSchema.parse((await chain.ask('mia', `${counts}/${countId}`))[1]);
  expect(detail).toMatchObject({
    ...{ placesTotal: 2, placesClosed: 0, counted: 5, expected: 13, people: [{ operatorId: 'amy', counted: 5 }] },
    unknowns: [{ scanned: 'https://other.example/01/1', times: 1, placeNames: { en: 'Shop floor' } }],
  });
  expect(detail.people[0]?.activeMs).toBe(60_000);
  const list = countListSchema.parse((await chain.ask('mia', counts))[1]);
  expect(list.counts).toMatchObject([{ countId, counted: 5, deadlineAtMs: 5, openedByName: 'Mia' }]);
  expect(countListSchema.parse((await chain.ask('mia', `${counts}?state=over`))[1]).counts).toEqual([]);
});

test('a scope keeps to what it names', async () => {
  const countId = await plan({ scope: { ...everything, categoryIds: ['drinks'], placeIds: ['floor'] } });
  await count(countId, 'floor', []);
  expect(said(await review(countId))).toEqual([['n|floor|tea', 'short', 0, 10]]);
  const nothing = { name: 'x', isBlind: true, passes: 1, deadlineAtMs: null, operatorIds: [] };
  for (const scope of [
    { ...everything, placeIds: ['moon'] },
    { ...everything, brands: ['Nobody'] },
  ]) {
    expect(await chain.outcome('mia', counts, { ...nothing, scope })).toBe('400 bad-request');
  }
});

test('what should not lie there is kept and says what the books have of it: sold, of another store, of nobody; a clock an hour off too', async () => {
  const countId = await plan();
  const packed = { ...goods('phone', ['b']), placeId: 'floor', sscc: null, batch: null, expiresOn: null };
  const sent = { toStoreId: 'store-b', toStoreName: 'B', note: '', lines: [packed], approvals: [] };
  await post(await till.sale([line('phone', 1, 'a')]), await till.next('transfer-sent', sent));
  till.orderedAtMs += 100_000;
  const ofNobody = { gtin14: '09506000134352', skuId: 'nobodys' };
  const seen = [seenUnits(['a', 'b', 'z']), seenUnits(['z'], 0, ofNobody), seenNumber('tea', 10)];
  await count(countId, 'floor', seen);
  expect(said(await review(countId)).sort()).toEqual(
    [
      [unitOf('a'), 'sold', 1, 0],
      [unitOf('b'), 'other-store', 1, 0],
      [unitOf('z'), 'unknown-unit', 1, 0],
      ['u|09506000134352.z', 'unknown-unit', 1, 0],
    ].sort(),
  );
  // The tablet that counted turns out to have been an hour slow: what was sold until then cannot be told from it any more.
  const clockOffsetMs = 3_600_000;
  const deviceAtMs = till.orderedAtMs;
  await post(
    await till.next(
      'basket-parked-not-yet-known',
      {},
      { clockOffsetMs, deviceAtMs, orderedAtMs: deviceAtMs + clockOffsetMs },
    ),
  );
  const doubted = (await review(countId, 'onlyUnsure=1')).lines.find(({ lineKey }) => lineKey === unitOf('a'));
  expect(doubted).toMatchObject({ unsure: 1, unsureBecause: 'clock', clockTill: 1 });
  expect(doubted?.clockOffMs).toBeGreaterThanOrEqual(clockOffsetMs);
  expect(await chain.sql(`select detail from exception where code = 'clock-set'`)).toEqual([{ detail: '3600000' }]);
});

test('what is due comes first; the report has rates of what was approved, and both are files without formulas', async () => {
  const cycle = async () => cycleSuggestionSchema.parse((await chain.ask('mia', `${counts}/cycle`))[1]);
  expect((await cycle()).skus.map(({ skuId, lastCountedAtMs }) => [skuId, lastCountedAtMs])).toEqual([
    ['phone', null],
    ['tea', null],
  ]);
  await post(await till.next('goods-received', { ...received([goods('mug', 2)]) }));
  const countId = await plan();
  await count(countId, 'floor', [seenUnits(['a', 'b']), seenNumber('tea', 10), seenNumber('mug', 1)]);
  const csv = await chain.csv('mia', `${counts}/${countId}/review.csv`);
  expect(csv).toContain(`"'=Mug"`);
  await chain.ask('mia', `${counts}/${countId}/approve`, approval(await review(countId)));
  expect((await cycle()).skus.map(({ dueHundredths }) => dueHundredths)).toEqual([0, 0, 0]);
  const report = countReportSchema.parse((await chain.ask('mia', `${counts}/reports`))[1]);
  expect(report.total).toMatchObject({ expected: 14, counted: 13, short: 1, discrepancyBasisPoints: 714 });
  expect(report.byCount).toMatchObject([{ countId, name: 'Autumn', short: 1 }]);
  expect(report.byPerson).toMatchObject([{ operatorId: 'amy', counted: 13 }]);
  expect(report.byCategory.map(({ categoryId }) => categoryId).sort()).toEqual(['drinks', null]);
  const whole = await chain.csv('mia', `${counts}/reports.csv`);
  expect(whole).toContain('"Autumn"');
  // Its places, categories and people have rows of their own.
  for (const part of ['stock-take', 'place', 'category', 'person'])
    expect(whole).toMatch(new RegExp(`^"?${part}`, 'm'));
});

test('[A1] a stock-take of another store is none', async () => {
  const countId = await plan();
  for (const path of [countId, `${countId}/review`, `${countId}/review.csv`]) {
    expect(await chain.outcome('nat', `stores/store-b/counts/${path}`)).toBe('404 not-found');
    expect(await chain.outcome('nat', `${counts}/${path}`)).toBe('403 forbidden');
  }
  const body = { version: '0'.repeat(32), lines: 'all', isWhole: true };
  expect(await chain.outcome('nat', `stores/store-b/counts/${countId}/approve`, body)).toBe('404 not-found');
  expect(await chain.outcome('mia', `${counts}/x`)).toBe('404 not-found');
  // A till of that store that says it counted for it: kept there, as of one that nobody opened; here nothing is counted.
  const foreign = await makeTill(chain.context, 'store-b', 1);
  const batch = await foreign.next('goods-counted', { ...counted([seenUnits(['a'])], { countId }) });
  await postDocuments(chain.context, 'store-b', foreign.author, [asDocument(batch)]);
  expect(await chain.sql(`select store_id, state from stock_count order by 1`)).toEqual([
    { store_id: 'store-a', state: 'open' },
    { store_id: 'store-b', state: 'unopened' },
  ]);
  expect(said(await review(countId))).toEqual([]);
});
