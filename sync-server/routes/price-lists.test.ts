import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EntriesAnswer, entriesAnswerSchema, listEntriesSchema, priceListsSchema } from '#schemas/api/prices.ts';
import { maxSkuEntries, priceListRowSchema, skuPriceRowSchema } from '#schemas/rows/rows.ts';
import type { TestChain } from '../people/test-chain.ts';
import { list, openPricedChain, ToldTill, teaGtin } from '../prices/test-prices.ts';

let chain: TestChain;
let till: ToldTill;
const path = 'stores/store-a/price-lists';

beforeAll(async () => {
  chain = await openPricedChain();
  till = await ToldTill.pair(chain);
});
beforeEach(async () => {
  await chain.sql('delete from price_entry');
  await chain.sql('delete from sku_price');
  await chain.sql('delete from price_list');
  await till.next();
});
afterAll(() => chain.close());

async function put(priceListId: string, changes: object = {}): Promise<void> {
  // The audit log is in order where its times differ.
  chain.nowMs += 1;
  expect(await chain.put('olga', `${path}/${priceListId}`, { list: list(priceListId, changes) })).toEqual([200, {}]);
}

async function write(priceListId: string, entries: object[]): Promise<EntriesAnswer> {
  return entriesAnswerSchema.parse((await chain.ask('olga', `${path}/${priceListId}/entries`, { entries }))[1]);
}

async function lists(who = 'mia') {
  return priceListsSchema.parse((await chain.ask(who, path))[1]).lists;
}

async function entriesOf(priceListId: string, query = '') {
  return listEntriesSchema.parse((await chain.ask('mia', `${path}/${priceListId}/entries?${query}`))[1]);
}

describe('price lists', () => {
  test('stand with the two built-in ones, by what they are now', async () => {
    const second = 1_000;
    const nowMs = Math.floor(chain.nowMs / second) * second;
    await put('soon', { validFromMs: nowMs + 3_600_000 });
    await put('over', { validUntilMs: nowMs });
    await put('low', { precedence: -5 });
    await put('high', { precedence: 9, followsOnline: true });
    const read = await lists();
    expect(read.map(({ list: one, state, isBuiltIn }) => [one.priceListId, state, isBuiltIn])).toEqual([
      ['shelf', 'running', true],
      ['online', 'running', true],
      ['high', 'running', false],
      ['low', 'running', false],
      ['soon', 'coming', false],
      ['over', 'ended', false],
    ]);
    expect(read.map(({ entryCount }) => entryCount)).toEqual([6, 0, 0, 0, 0, 0]);
    expect(await lists('olga')).toEqual(read);
    // Another chain has its own.
    const rival = priceListsSchema.parse((await chain.ask('rob', 'stores/store-r/price-lists'))[1]);
    expect(rival.lists.map(({ list: one }) => one.priceListId)).toEqual(['shelf', 'online']);
  });

  test('reach tills as rows; one that is ended is gone, and counts again when it is put again', async () => {
    await put('vip', { memberTiers: ['gold'], channel: 'member' });
    await write('vip', [{ skuId: 'tea-00002', priceMinor: 1 }]);
    const told = await till.next();
    expect(priceListRowSchema.parse(told['price-list']?.vip)).toMatchObject({ memberTiers: ['gold'] });
    const { entries } = skuPriceRowSchema.parse(told['sku-price']?.['tea-00002']);
    expect(entries).toEqual([
      {
        priceListId: 'vip',
        skuId: 'tea-00002',
        minQuantity: 1,
        priceMinor: 1,
        validFromMs: null,
        validUntilMs: null,
        confirmedAtMs: null,
      },
    ]);
    expect(await chain.outcome('olga', `${path}/vip/end`, {})).toBe('200');
    expect(await till.next()).toEqual({ 'price-list': { vip: null } });
    expect(await chain.outcome('olga', `${path}/vip/end`, {})).toBe('404 not-found');
    expect(
      await chain.outcome('olga', `${path}/vip/entries`, { entries: [{ skuId: 'tea-00001', priceMinor: 1 }] }),
    ).toBe('404 not-found');
    // While it is ended its entries are dropped from the rows that are made anew.
    await put('other');
    await write('other', [{ skuId: 'tea-00002', priceMinor: 2 }]);
    expect(skuPriceRowSchema.parse((await till.next())['sku-price']?.['tea-00002']).entries).toHaveLength(1);
    await put('vip', { memberTiers: ['gold'], channel: 'member' });
    expect(skuPriceRowSchema.parse((await till.next())['sku-price']?.['tea-00002']).entries).toHaveLength(2);
  });

  test('are refused with what is wrong: a built-in id, another currency, a store of another chain', async () => {
    const refusal = async (id: string, changes: object) => {
      const [status, body] = await chain.put('olga', `${path}/${id}`, { list: list(id, changes) });
      return [status, (body as { problems?: unknown }).problems];
    };
    expect(await refusal('shelf', {})).toEqual([422, [{ code: 'built-in', value: 'shelf' }]]);
    expect(await refusal('usd', { currency: 'USD' })).toEqual([422, [{ code: 'other-currency', value: 'USD' }]]);
    expect(await refusal('r', { storeIds: ['store-a', 'store-r'] })).toEqual([
      422,
      [{ code: 'store-unknown', value: 'store-r' }],
    ]);
    expect(await refusal('x', { priceListId: 'y' })).toEqual([422, [{ code: 'id-differs', value: 'y' }]]);
    expect((await refusal('half', { validFromMs: 1 }))[0]).toBe(400);
    expect(await lists()).toHaveLength(2);
  });

  test('[A1] a store manager reads them and does not write; each change is on record', async () => {
    expect((await chain.put('mia', `${path}/x`, { list: list('x') }))[0]).toBe(403);
    expect(await chain.outcome('cleo', path)).toBe('403 forbidden');
    expect(await chain.outcome('rob', path)).toBe('403 forbidden');
    await put('told');
    await put('told');
    await put('told', { precedence: 3 });
    chain.nowMs += 1;
    await write('told', [{ skuId: 'tea-00001', priceMinor: 9 }]);
    chain.nowMs += 1;
    await write('told', [{ skuId: 'tea-00001', priceMinor: 8 }]);
    const audit = await chain.sql<{ action: string; after: { entries?: object[] } | null; before: unknown }>(
      `select action, before, after from audit_entry where subject_id = 'told' order by audit_id`,
    );
    expect(audit.map(({ action }) => action)).toEqual([
      'price-list-saved',
      'price-list-saved',
      'list-prices-changed',
      'list-prices-changed',
    ]);
    expect(audit[3]).toMatchObject({
      before: { entries: [{ skuId: 'tea-00001', priceMinor: 9 }] },
      after: { changed: 1, entries: [{ skuId: 'tea-00001', priceMinor: 8 }] },
    });
  });
});

describe('entries of a list', () => {
  test('are added, replaced and taken away; the same once more changes nothing', async () => {
    await put('bulk');
    const entries = [
      { skuId: 'tea-00001', priceMinor: 5 },
      { skuId: 'tea-00001', priceMinor: 4, minQuantity: 10 },
      { skuId: 'tea-00003', priceMinor: 2, validFromMs: 1_790_000_000_000 },
    ];
    expect(await write('bulk', entries)).toMatchObject({ changed: 3, unchanged: 0 });
    await till.next();
    expect(await write('bulk', entries)).toMatchObject({ changed: 0, unchanged: 3 });
    expect(await till.next()).toEqual({});
    expect((await entriesOf('bulk')).entries.map((one) => [one.skuId, one.minQuantity, one.priceMinor])).toEqual([
      ['tea-00001', 1, 5],
      ['tea-00001', 10, 4],
      ['tea-00003', 1, 2],
    ]);
    const [, removed] = await chain.ask('olga', `${path}/bulk/entries/remove`, {
      entries: [{ skuId: 'tea-00001', minQuantity: 10 }, { skuId: 'tea-00003' }],
    });
    expect(removed).toMatchObject({ removed: 1 });
    expect(skuPriceRowSchema.parse((await till.next())['sku-price']?.['tea-00001']).entries).toHaveLength(1);
    await chain.ask('olga', `${path}/bulk/entries/remove`, { entries: [{ skuId: 'tea-00001' }] });
    expect(await till.next()).toEqual({ 'sku-price': { 'tea-00001': null } });
  });

  test('are found by SKU, GTIN or name, page by page, with the base prices beside them', async () => {
    await put('long');
    await write(
      'long',
      Array.from({ length: 5 }, (_, n) => ({ skuId: `tea-0000${n + 1}`, priceMinor: 1 })),
    );
    const first = await entriesOf('long', 'limit=2');
    const second = await entriesOf('long', `limit=3&after=${encodeURIComponent(first.next ?? '')}`);
    expect([...first.entries, ...second.entries].map(({ skuId }) => skuId.slice(-1)).join('')).toBe('12345');
    expect(second.next).toBeNull();
    expect(first.entries[1]).toMatchObject({ names: { en: 'Thing 2' }, shelfPriceMinor: 2, onlinePriceMinor: null });
    for (const [q, skuId] of [
      ['thing 3', 'tea-00003'],
      ['TEA-00004', 'tea-00004'],
      [teaGtin, 'tea-00001'],
    ]) {
      expect((await entriesOf('long', `q=${q}`)).entries.map((one) => one.skuId)).toEqual([skuId]);
    }
    expect((await entriesOf('shelf')).entries.map(({ priceMinor }) => priceMinor)).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await entriesOf('online')).entries).toEqual([]);
    expect(await chain.outcome('mia', `${path}/nowhere/entries`)).toBe('404 not-found');
  });

  test('with one that is wrong none is written', async () => {
    await put('strict');
    const answer = await write('strict', [
      { skuId: 'tea-00001', priceMinor: 1 },
      { skuId: 'cup-00001', priceMinor: 1 },
      { skuId: 'tea-00001', priceMinor: 2 },
      { skuId: 'tea-00002', priceMinor: 2, validFromMs: 2_000, validUntilMs: 1_000 },
    ]);
    expect(answer.problems).toEqual([
      { row: 2, code: 'sku-unknown', value: 'cup-00001' },
      { row: 3, code: 'row-twice', value: 'tea-00001' },
      { row: 4, code: 'ends-before-it-begins', value: 'tea-00002' },
    ]);
    expect((await entriesOf('strict')).entries).toEqual([]);
    const many = Array.from({ length: maxSkuEntries + 1 }, (_, n) => ({
      skuId: 'tea-00001',
      priceMinor: 1,
      minQuantity: n + 1,
    }));
    expect((await write('strict', many)).problems[0]).toMatchObject({ code: 'too-many-entries' });
    expect((await write('strict', many.slice(1))).changed).toBe(maxSkuEntries);
    expect(
      await chain.outcome('olga', `${path}/strict/entries`, { entries: [{ skuId: 'tea-00001', priceMinor: -1 }] }),
    ).toBe('400 bad-request');
  });
});

describe('a price file', () => {
  const upload = async (query: string, file: string) => {
    const [status, body] = await chain.upload('olga', 'POST', `${path}/file/csv?${query}`, file);
    return { status, ...entriesAnswerSchema.parse(body) };
  };

  test('is previewed, written, and replaces the list', async () => {
    await put('file');
    const csv = `SKU;GTIN;Price;Min quantity;Valid from\ntea-00002;;1.50;;\n;${teaGtin};0.99;6;2026-12-01 08:00\n`;
    expect(await upload('preview=1', csv)).toMatchObject({ status: 200, changed: 2 });
    expect((await entriesOf('file')).entries).toEqual([]);
    expect(await upload('', csv)).toMatchObject({ status: 200, changed: 2, problems: [] });
    expect((await entriesOf('file')).entries).toMatchObject([
      { skuId: 'tea-00001', priceMinor: 99, minQuantity: 6, validFromMs: Date.UTC(2026, 11, 1, 8) },
      { skuId: 'tea-00002', priceMinor: 150 },
    ]);
    expect(await upload('replace=1', 'sku,price\ntea-00002,1.50\n')).toMatchObject({
      changed: 0,
      unchanged: 1,
      removed: 1,
    });
    expect((await entriesOf('file')).entries).toHaveLength(1);
  });

  test('is refused with the line of all that is wrong, and writes nothing', async () => {
    await put('file');
    const csv = [
      'sku,price,min_quantity,valid_until',
      'tea-00001,1.50,,',
      'cup-00001,1,,',
      'tea-00002,"1,50",,',
      'tea-00003,1.505,0,',
      'tea-00004,1,,31.12.2026',
      'tea-00005,,,',
    ].join('\n');
    const { status, problems } = await upload('', csv);
    expect([status, problems.map(({ row, code }) => `${row} ${code}`)]).toEqual([
      422,
      ['4 price-format', '5 quantity-format', '5 price-decimals', '6 time-format', '7 missing'],
    ]);
    const unknown = await upload('', 'sku,price\ncup-00001,1\n');
    expect(unknown.problems).toEqual([{ row: 2, code: 'sku-unknown', value: 'cup-00001' }]);
    expect((await upload('', '')).failure?.code).toBe('empty-file');
    expect((await upload('', 'sku,cost\na,1\n')).failure).toEqual({ code: 'column-missing', columns: ['price'] });
    expect((await entriesOf('file')).entries).toEqual([]);
  });
});

test('what a store has chosen about prices reaches its tills with its facts', async () => {
  const rules = { rounding: 'ticket', onlineRule: 'ask' };
  expect((await chain.put('mia', 'stores/store-a/pricing-rules', rules))[0]).toBe(403);
  expect(await chain.put('olga', 'stores/store-a/pricing-rules', rules)).toEqual([200, {}]);
  expect(priceListsSchema.parse((await chain.ask('mia', path))[1]).rules).toEqual(rules);
  const other = priceListsSchema.parse((await chain.ask('nat', 'stores/store-b/price-lists'))[1]);
  expect(other.rules).toEqual({ rounding: 'line', onlineRule: 'keep' });
});
