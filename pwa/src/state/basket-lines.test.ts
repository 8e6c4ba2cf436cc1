import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addItem,
  type BasketItem,
  type BasketState,
  chooseNext,
  clearLines,
  emptyBasket,
  maxLines,
  maxQuantity,
  piecesIn,
  removeLine,
  setQuantity,
} from './basket-lines.ts';

const tea: BasketItem = {
  skuId: 'TEA',
  gtin14: '00000000000017',
  serial: null,
  name: 'Tea',
  variant: null,
  unitPriceMinor: 350,
  taxClass: 'standard',
};
const coat: BasketItem = {
  ...tea,
  skuId: 'COAT',
  gtin14: '09506000134352',
  serial: 'A1',
  name: 'Coat',
  unitPriceMinor: 12_000,
};

function basketOf(...items: BasketItem[]): BasketState {
  return items.reduce((state, item) => addItem(state, item).state, emptyBasket);
}

test('the same SKU at the same price joins its line', () => {
  const state = basketOf(tea, coat, tea);
  expect(state.lines.map((line) => [line.skuId, line.quantity])).toEqual([
    ['TEA', 2],
    ['COAT', 1],
  ]);
  expect(addItem(state, tea).outcome).toBe('merged');
  expect(state.chosenLineId).toBe(1);
});

test('another price is another line', () => {
  expect(basketOf(tea, { ...tea, unitPriceMinor: 300 }).lines).toHaveLength(2);
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
