import { beforeEach, expect, test } from 'vitest';
import { Basket } from './basket.svelte.ts';
import type { BasketItem } from './basket-lines.ts';
import { basketKey, readBasket } from './basket-storage.ts';
import { MemoryStorage } from './memory-storage.ts';

const tea: BasketItem = {
  skuId: 'TEA',
  gtin14: null,
  serial: null,
  name: 'Tea',
  variant: '250 g',
  categoryIds: [],
  brand: null,
  grams: null,
  price: { from: 'list' },
  taxClass: 'standard',
};
const key = basketKey('north', 3);
let storage: MemoryStorage;
let ids: number;
let nowMs: number;
let copied: Map<string, string>;
const copy = {
  read: async (name: string) => copied.get(name) ?? null,
  write: async (name: string, text: string | null) => {
    if (text === null) copied.delete(name);
    else copied.set(name, text);
  },
};

async function openBasket(): Promise<Basket> {
  const basket = new Basket({ storage, copy, newId: () => `id-${++ids}`, nowMs: () => nowMs++ });
  await basket.attach(key);
  return basket;
}

beforeEach(() => {
  storage = new MemoryStorage();
  ids = 0;
  nowMs = 1_700_000_000_000;
  copied = new Map();
});

test('a basket survives a reload with its transaction id', async () => {
  const before = await openBasket();
  before.add(tea, 2);
  before.add({ ...tea, skuId: 'CUP', serial: 'S1', gtin14: '09506000134352' });
  const after = await openBasket();
  expect(after.lines).toEqual(before.lines);
  expect(after.transactionId).toBe(before.transactionId);
  expect(after.openedAtMs).toBe(1_700_000_000_000);
  expect(after.pieces).toBe(3);
  expect(after.canUndo).toBe(false);
});

test('the next customer has another transaction id and nothing of the last basket', async () => {
  const basket = await openBasket();
  basket.add(tea);
  const paid = basket.transactionId;
  basket.startNew();
  expect([basket.isEmpty, basket.canUndo, basket.transactionId === paid]).toEqual([true, false, false]);
  expect((await openBasket()).isEmpty).toBe(true);
});

test('what was cleared comes back by undo, and step by step what was before', async () => {
  const basket = await openBasket();
  basket.add(tea);
  basket.add({ ...tea, skuId: 'CUP' });
  basket.clear();
  expect(basket.isEmpty).toBe(true);
  basket.undo();
  expect(basket.lines.map((line) => line.skuId)).toEqual(['TEA', 'CUP']);
  basket.undo();
  basket.undo();
  expect([basket.isEmpty, basket.canUndo]).toEqual([true, false]);
  expect(storage.length).toBe(0);
});

test('choosing a line is no change to undo', async () => {
  const basket = await openBasket();
  basket.add(tea);
  basket.add({ ...tea, skuId: 'CUP' });
  basket.chooseNext(-1);
  expect(basket.chosen?.skuId).toBe('TEA');
  basket.undo();
  expect(basket.lines).toHaveLength(1);
});

test('what is stored and is no basket of ours is passed over', async () => {
  const basket = await openBasket();
  basket.add(tea);
  const good = storage.getItem(key) ?? '';
  expect(readBasket(good)).not.toBeNull();
  const broken = [
    '',
    '{',
    'null',
    '[]',
    '{"version":2}',
    good.replace('"version":2', '"version":9'),
    good.replace('"quantity":1', '"quantity":0.5'),
    good.replace('"TEA"', '7'),
    good.replace('"transactionId"', '"x"'),
  ];
  for (const stored of broken) expect(readBasket(stored)).toBeNull();
  expect(readBasket(null)).toBeNull();
});

test('a browser killed before its storage reached the disk: the later copy comes back', async () => {
  const before = await openBasket();
  before.add(tea);
  const early = storage.getItem(key) ?? '';
  before.add(tea);
  storage.setItem(key, early);
  expect((await openBasket()).pieces).toBe(2);
  storage.removeItem(key);
  expect((await openBasket()).pieces).toBe(2);
  copied.clear();
  storage.setItem(key, early);
  expect((await openBasket()).pieces).toBe(1);
});

test('a full storage loses no line and is told', async () => {
  const basket = await openBasket();
  storage.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  basket.add(tea);
  expect([basket.pieces, basket.isKept]).toEqual([1, false]);
});
