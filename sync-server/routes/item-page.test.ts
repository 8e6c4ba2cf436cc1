import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultItemPageSettings, itemPageSchema, storyListSchema } from '#schemas/api/item-page.ts';
import { addSkus } from '../feed/feed-test-shop.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;

beforeAll(async () => {
  chain = await TestChain.open();
  await addSkus(chain.context, 'chain', 'KNIT', 60);
});
afterAll(() => chain.close());

const revision = async () =>
  (await chain.sql<{ revision: number }>('select revision from merchant_counter where merchant_id = $1', ['chain']))[0]
    ?.revision;
const audited = () =>
  chain.sql<{ action: string; before: object; after: object }>(
    `select action, before, after from audit_entry where action in ('item-page-changed', 'story-changed') order by audit_id`,
    [],
  );

test('the page has defaults until somebody chooses; a choice is kept, on record, and raises the revision', async () => {
  const first = itemPageSchema.parse((await chain.ask('olga', 'item-page'))[1]);
  expect(first.settings).toEqual(defaultItemPageSettings);
  expect(first.example).toMatch(/^\/01\/\d{14}$/);
  const before = await revision();
  const link = { type: 'pip', titles: { en: 'See it' }, href: 'https://acme.example/{sku}', locale: null };
  const settings = { ...defaultItemPageSettings, price: 'none', links: [link], leadsTo: 'pip' };
  const [status, answer] = await chain.ask('olga', 'item-page', settings);
  expect([status, itemPageSchema.parse(answer).settings]).toEqual([200, settings]);
  expect(await revision()).toBe((before ?? 0) + 1);
  expect(await audited()).toMatchObject([
    { action: 'item-page-changed', before: defaultItemPageSettings, after: settings },
  ]);
  expect(await chain.outcome('olga', 'item-page', { ...settings, leadsTo: 'faqs' })).toBe('400 bad-request');
  expect(await chain.outcome('olga', 'item-page', { ...settings, links: [{ ...link, href: 'javascript:x' }] })).toBe(
    '400 bad-request',
  );
});

test('stories are found, told, and taken away again', async () => {
  const list = async (query: string) =>
    storyListSchema.parse((await chain.ask('olga', `item-page/stories?${query}`))[1]);
  expect(await list('')).toMatchObject({ more: true, items: { length: 50 } });
  const found = await list('q=knit-00007');
  expect(found.items.map(({ skuId }) => skuId)).toEqual(['KNIT-00007']);
  const story = { en: 'Two\nparagraphs', 'zh-Hant': '兩段' };
  const [status] = await chain.ask('olga', 'item-page/stories/KNIT-00007', { story, origin: { en: 'Whitby' } });
  expect(status).toBe(200);
  expect((await list('told=yes')).items).toMatchObject([{ skuId: 'KNIT-00007', story, origin: { en: 'Whitby' } }]);
  await chain.ask('olga', 'item-page/stories/KNIT-00007', { story: null, origin: null });
  expect((await list('told=yes')).items).toEqual([]);
  expect(await chain.outcome('olga', 'item-page/stories/NONE', { story, origin: null })).toBe('404 not-found');
  expect(await chain.outcome('olga', 'item-page/stories/KNIT-00007', { story: { en: '' }, origin: null })).toBe(
    '400 bad-request',
  );
  expect((await audited()).filter(({ action }) => action === 'story-changed').length).toBe(2);
});

test('[A1] a store’s manager may not', async () => {
  expect(await chain.outcome('mia', 'item-page')).toBe('403 forbidden');
  expect(await chain.outcome('mia', 'item-page', defaultItemPageSettings)).toBe('403 forbidden');
});
