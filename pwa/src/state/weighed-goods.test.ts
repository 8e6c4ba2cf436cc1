import { beforeEach, expect, test } from 'vitest';
import { checkDigit } from '#schemas/item-code/gtin.ts';
import { ok } from '#schemas/result.ts';
import { App } from './app.svelte.ts';
import { FakeTill, fakeIdentity, fakeSku, stayingTill } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';

let app: App;
const whole = (body: string) => `${body}${checkDigit(body)}`;

function weighed(skuId: string, perKgMinor: number, article: string) {
  const found = fakeSku(skuId, perKgMinor, `0${whole(article)}`);
  return { ...found, sku: { ...found.sku, tracking: 'weight' as const } };
}

beforeEach(async () => {
  const till = new FakeTill();
  till.skus.push(weighed('CHEESE', 2_400, '211234500000'), weighed('HAM', 1_800, '226789000000'));
  app = new App({
    door: {
      ...stayingTill,
      identity: async () => fakeIdentity,
      pair: async () => ok(fakeIdentity),
      own: async () => ok({ held: true, release: async () => undefined, onLoss: () => undefined }),
      open: async () => ok(till),
    },
    storage: new MemoryStorage(),
    basketCopy: { read: async () => null, write: async () => undefined },
    tabStorage: new MemoryStorage(),
    languages: ['en'],
    newId: () => crypto.randomUUID(),
    nowMs: () => 1_700_000_000_000,
    signal: () => undefined,
    reload: () => undefined,
  });
  await app.start();
  await app.session.signIn('ann', '1234');
});

const lines = () => app.basket.lines.map(({ skuId, quantity, unitPriceMinor }) => [skuId, quantity, unitPriceMinor]);

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

test('a misread label says what is wrong with it', async () => {
  const right = whole('211234500425');
  await app.read(`${right.slice(0, 12)}${(Number(right.slice(12)) + 1) % 10}`);
  expect(app.scanner.notice).toMatchObject({ code: 'unknown', problem: 'wrong-check-digit' });
  expect(lines()).toEqual([]);
});
