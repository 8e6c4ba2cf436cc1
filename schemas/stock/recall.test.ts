import { expect, test } from 'vitest';
import type { RecallRow } from './delivery.ts';
import { recallsOf } from './recall.ts';

const [tea, jam] = ['05012345678900', '09506000134352'];
const unit = (gtin14: string, batch: string | null, serial = 'S1') => ({ gtin14, serial, batch });

function recall(names: Partial<Pick<RecallRow, 'gtins' | 'batches' | 'units'>>, title = 'Glass'): RecallRow {
  const none = { gtins: [], batches: [], units: [] };
  return { recallId: '0b8f2c52-7d0f-4f0a-9f38-3f4a4a0d4f11', title, advice: '', openedAtMs: 0, ...none, ...names };
}

const certainty = (goods: Parameters<typeof recallsOf>[0], names: Parameters<typeof recall>[0]) =>
  recallsOf(goods, [recall(names)]).map(({ isCertain }) => isCertain);

test('a GTIN alone is all of its batches, and of units that have none', () => {
  expect(certainty(unit(tea, 'L1'), { gtins: [tea] })).toEqual([true]);
  expect(certainty(unit(tea, null), { gtins: [tea] })).toEqual([true]);
  expect(certainty({ gtin14: tea, serial: null, batch: null }, { gtins: [tea] })).toEqual([true]);
  expect(certainty(unit(jam, 'L1'), { gtins: [tea] })).toEqual([]);
});

test('batches of a GTIN are those batches; an unknown batch is uncertain', () => {
  const names = { gtins: [tea], batches: ['L1', 'L2'] };
  expect(certainty(unit(tea, 'L2'), names)).toEqual([true]);
  expect(certainty(unit(tea, 'L3'), names)).toEqual([]);
  expect(certainty(unit(jam, 'L1'), names)).toEqual([]);
  expect(certainty(unit(tea, null), names)).toEqual([false]);
  expect(certainty({ gtin14: tea, serial: null, batch: null }, names)).toEqual([false]);
});

test('batches alone are of any GTIN, and put nothing else under suspicion', () => {
  expect(certainty(unit(jam, 'L1'), { batches: ['L1'] })).toEqual([true]);
  expect(certainty(unit(jam, null), { batches: ['L1'] })).toEqual([]);
});

test('units are named one by one, with or without the rest', () => {
  expect(certainty(unit(tea, null, 'S9'), { units: [`${tea}.S9`] })).toEqual([true]);
  expect(certainty(unit(tea, null, 'S8'), { units: [`${tea}.S9`] })).toEqual([]);
  expect(certainty({ gtin14: tea, serial: null, batch: null }, { units: [`${tea}.S9`] })).toEqual([]);
  expect(certainty(unit(tea, 'L7', 'S9'), { gtins: [jam], units: [`${tea}.S9`] })).toEqual([true]);
});

test('a recall that names nothing concerns nothing, and certain ones come first', () => {
  expect(certainty(unit(tea, 'L1'), {})).toEqual([]);
  const perhaps = recall({ gtins: [tea], batches: ['L1'] }, 'perhaps');
  const surely = recall({ gtins: [tea] }, 'surely');
  expect(recallsOf(unit(tea, null), [perhaps, surely]).map((hit) => hit.recall.title)).toEqual(['surely', 'perhaps']);
});
