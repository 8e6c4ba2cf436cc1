import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addCoupon,
  addItem,
  type BasketItem,
  type BasketState,
  chooseNext,
  clearLines,
  emptyBasket,
  maxLines,
  maxQuantity,
  piecesIn,
  removeCoupon,
  removeLine,
  setDiscount,
  setPrice,
  setQuantity,
} from './basket-lines.ts';

const tea: BasketItem = {
  skuId: 'TEA',
  gtin14: '00000000000017',
  serial: null,
  name: 'Tea',
  variant: null,
  categoryIds: [],
  brand: null,
  grams: null,
  price: { from: 'list' },
  taxClass: 'standard',
};
const coat: BasketItem = {
  ...tea,
  skuId: 'COAT',
  gtin14: '09506000134352',
  serial: 'A1',
  name: 'Coat',
};

function basketOf(...items: BasketItem[]): BasketState {
  return items.reduce((state, item) => addItem(state, item).state, emptyBasket);
}

test('the same SKU joins its line', () => {
  const state = basketOf(tea, coat, tea);
  expect(state.lines.map((line) => [line.skuId, line.quantity])).toEqual([
    ['TEA', 2],
    ['COAT', 1],
  ]);
  expect(addItem(state, tea).outcome).toBe('merged');
  expect(state.chosenLineId).toBe(1);
});

test('what was weighed, labelled, changed by hand or brought back is a line of its own', () => {
  const weighed: BasketItem = { ...tea, grams: 425 };
  const labelled: BasketItem = { ...tea, price: { from: 'label', priceMinor: 300 } };
  expect(basketOf(tea, weighed, weighed, labelled, labelled, tea).lines.map(({ quantity }) => quantity)).toEqual([
    ...[2, 1, 1, 1, 1],
  ]);
  const changed = setPrice(basketOf(tea), 1, { priceMinor: 300, reason: 'Damaged' }, null);
  expect(addItem(changed, tea).state.lines).toHaveLength(2);
  const off = { off: { kind: 'percentage' as const, basisPoints: 1_000 }, reason: 'Damaged' };
  expect(addItem(setDiscount(basketOf(tea), 1, off, null), tea).state.lines).toHaveLength(2);
  const open: BasketItem = { ...tea, skuId: null, price: { from: 'open', priceMinor: 300 } };
  expect(basketOf(open, open).lines).toHaveLength(2);
});

test('a weight and a label stay one piece', () => {
  const state = basketOf({ ...tea, grams: 425 }, { ...tea, price: { from: 'label', priceMinor: 300 } });
  expect([1, 2].map((lineId) => setQuantity(state, lineId, 5).lines[lineId - 1]?.quantity)).toEqual([1, 1]);
});

test('a coupon is presented once; clearing the basket takes coupons and discounts with it', () => {
  const off = { off: { kind: 'amount' as const, amountMinor: 100 }, reason: 'Goodwill' };
  const state = setDiscount(addCoupon(addCoupon(basketOf(tea), 'WELCOME'), 'WELCOME'), null, off, null);
  expect([state.couponIds, state.ticketDiscount]).toEqual([['WELCOME'], off]);
  expect(removeCoupon(state, 'WELCOME').couponIds).toEqual([]);
  expect(clearLines(state)).toMatchObject({ couponIds: [], ticketDiscount: null });
});

test('a unit is a line of its own and is in the basket once', () => {
  const state = basketOf(coat, { ...coat, serial: 'A2' }, { ...coat, serial: null });
  expect(state.lines.map((line) => line.serial)).toEqual(['A1', 'A2', null]);
  const again = addItem(state, coat);
  expect(again.outcome).toBe('unit-already');
  expect(again.state.lines).toBe(state.lines);
  expect(again.state.chosenLineId).toBe(1);
});

test('a unit stays one piece', () => {
  expect(setQuantity(basketOf(coat), 1, 5).lines[0]?.quantity).toBe(1);
});

test('quantities stay within 1 and the limit', () => {
  const state = basketOf(tea);
  expect(setQuantity(state, 1, 0).lines[0]?.quantity).toBe(1);
  expect(setQuantity(state, 1, 1e9).lines[0]?.quantity).toBe(maxQuantity);
  const full = setQuantity(state, 1, maxQuantity);
  expect(addItem(full, tea)).toMatchObject({ outcome: 'quantity-limit', state: { lines: full.lines } });
});

test('a full basket takes no further line but more of what is in it', () => {
  const items = Array.from({ length: maxLines }, (_, index) => ({ ...tea, skuId: `S${index}` }));
  const state = basketOf(...items);
  expect(addItem(state, { ...tea, skuId: 'ONE-MORE' })).toEqual({ state, outcome: 'basket-full' });
  expect(addItem(state, { ...tea, skuId: 'S7' }).outcome).toBe('merged');
});

test('removing a line chooses its neighbour', () => {
  const state = basketOf(tea, coat, { ...coat, serial: 'A2' });
  expect(removeLine(state, 2).chosenLineId).toBe(3);
  expect(removeLine(state, 3).chosenLineId).toBe(2);
  expect(removeLine(basketOf(tea), 1).chosenLineId).toBeNull();
  expect(removeLine(state, 99)).toBe(state);
});

test('the choice moves within the list', () => {
  const state = basketOf(tea, coat);
  expect(chooseNext(state, -1).chosenLineId).toBe(1);
  expect(chooseNext(state, 5).chosenLineId).toBe(2);
  expect(chooseNext({ ...state, chosenLineId: null }, -1).chosenLineId).toBe(2);
  expect(chooseNext(emptyBasket, 1)).toBe(emptyBasket);
});

test('ids are never used twice, not even after clearing', () => {
  const cleared = clearLines(basketOf(tea, coat));
  expect(addItem(cleared, tea).state.lines[0]?.lineId).toBe(3);
});

test('unchanged lines keep their identity, whatever happens to the others', () => {
  const skuIds = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(skuIds, (numbers) => {
      let state = emptyBasket;
      for (const number of numbers) {
        const before = new Map(state.lines.map((line) => [line.lineId, line]));
        state = addItem(state, { ...tea, skuId: `S${number}` }).state;
        const changed = state.lines.filter((line) => before.get(line.lineId) !== line);
        expect(changed).toHaveLength(1);
      }
      expect(piecesIn(state.lines)).toBe(numbers.length);
      expect(new Set(state.lines.map((line) => line.skuId)).size).toBe(state.lines.length);
    }),
  );
});
