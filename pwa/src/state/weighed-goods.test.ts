import { beforeEach, expect, test, vi } from 'vitest';
import { checkDigit } from '#schemas/item-code/gtin.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';

let app: App;
const whole = (body: string) => `${body}${checkDigit(body)}`;

function weighed(skuId: string, perKgMinor: number, article: string) {
  const found = fakeSku(skuId, perKgMinor, `0${whole(article)}`);
  return { ...found, sku: { ...found.sku, tracking: 'weight' as const } };
}

beforeEach(async () => {
  const till = new FakeTill();
  till.skus.push(weighed('CHEESE', 2_400, '211234500000'), weighed('HAM', 1_800, '226789000000'));
  app = await startFakeApp(till);
  await app.session.signIn('ann', '1234');
});

const lines = () =>
  app.basket.lines.map(({ skuId, quantity, lineId }) => [skuId, quantity, app.pricing.lineOf(lineId)?.amountMinor]);

test("a scale's label is sold at its weight, by the price of a kilogram", async () => {
  await app.read(whole('211234500425'));
  await app.read(whole('211234501000'));
  expect(lines()).toEqual([
    ['CHEESE', 1, 1_020],
    ['CHEESE', 1, 2_400],
  ]);
  expect(app.basket.lines[0]?.variant).toContain('0.425');
});

test("a scale's label with a price is sold at that price", async () => {
  await app.read(whole('226789000735'));
  expect(lines()).toEqual([['HAM', 1, 735]]);
});

test('a label of DataBar says the same with AIs', async () => {
  await app.read(`]e001${`0${whole('211234500000')}`}3103000425`);
  await app.read(`]e001${`0${whole('226789000000')}`}3922735`);
  expect(lines()).toEqual([
    ['CHEESE', 1, 1_020],
    ['HAM', 1, 735],
  ]);
});

test('without a label the goods are weighed first: by hand where there is no scale', async () => {
  await app.read(whole('211234500000'));
  expect([app.weighing.found?.sku.skuId, app.basket.lines]).toEqual(['CHEESE', []]);
  // Who scans on has not weighed yet.
  await app.read(whole('226789000735'));
  expect(app.basket.lines).toEqual([]);
  for (const key of '425') app.weighing.type(key);
  expect(app.weighing.accept()).toBe(true);
  await vi.waitFor(() => expect(lines()).toHaveLength(1));
  expect(app.basket.lines[0]).toMatchObject({ skuId: 'CHEESE', grams: 425 });
  expect(app.pricing.quote?.dueMinor).toBe(1_020);
});

test('a misread label says what is wrong with it', async () => {
  const right = whole('211234500425');
  await app.read(`${right.slice(0, 12)}${(Number(right.slice(12)) + 1) % 10}`);
  expect(app.scanner.notice).toMatchObject({ code: 'unknown', problem: 'wrong-check-digit' });
  expect(lines()).toEqual([]);
});
