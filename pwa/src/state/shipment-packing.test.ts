import { expect, test } from 'vitest';
import { inHouseSscc } from '#schemas/item-code/sscc.ts';
import { packingSchema } from '#schemas/procurement/shipment.ts';
import { ofQuantity, type PackableGoods, packInto, packScan, withLine } from './shipment-packing.ts';

const gtin14 = '04006381333931';
const goods: PackableGoods[] = [
  { skuId: 'CUP', names: { en: 'Cup' }, variant: null, tracking: 'item', gtins: [gtin14], ordered: 4, open: 4 },
];
const empty = packingSchema.parse({ cartons: [] });
const link = (serial: string) => `https://id.example/01/${gtin14}/21/${serial}`;
const shape = ({ cartons }: typeof empty) =>
  cartons.map(({ goods: lines }) => lines.map(({ quantity, serials }) => [quantity, serials]));

test('items are scanned into the carton that was scanned last; a piece by its GTIN has its code made later', () => {
  let packed = packScan(empty, 0, goods, link('A1'));
  packed = packScan(packed.packing, packed.at, goods, '4006381333931');
  const sscc = inHouseSscc(7);
  packed = packScan(packed.packing, packed.at, goods, `(00)${sscc}`);
  expect([packed.outcome.code, packed.at]).toEqual(['carton-new', 1]);
  packed = packScan(packed.packing, packed.at, goods, link('A2'));
  expect(shape(packed.packing)).toEqual([[[2, ['A1']]], [[1, ['A2']]]]);
  expect(packed.packing.cartons[1]?.sscc).toBe(sscc);
  const back = packScan(packScan(packed.packing, 0, goods, `(00)${sscc}`).packing, 0, goods, `(00)${sscc}`);
  expect([back.outcome.code, back.at, back.packing.cartons.length]).toEqual(['carton', 1, 2]);
});

test('what is packed already, is not of the order, or is no code, changes nothing and is said', () => {
  const { packing } = packScan(empty, 0, goods, link('A1'));
  for (const [raw, code] of [
    [link('A1'), 'item-twice'],
    ['9506000134352', 'not-ordered'],
    ['hello', 'unknown'],
    ['', 'unknown'],
  ] as const) {
    const told = packScan(packing, 0, goods, raw);
    expect([raw, told.outcome.code, told.packing]).toEqual([raw, code, packing]);
  }
});

test('a carton that was begun empty takes the number of the label that is scanned', () => {
  const begun = { ...empty, cartons: [{ sscc: inHouseSscc(1), goods: [] }] };
  const packed = packScan(begun, 0, goods, inHouseSscc(2));
  expect(packed.packing.cartons.map(({ sscc }) => sscc)).toEqual([inHouseSscc(2)]);
});

test('fewer pieces have fewer codes, and more keep theirs', () => {
  const { packing } = packInto(packInto(empty, 0, { skuId: 'CUP', gtin14, serial: 'A1' }).packing, 0, {
    ...{ skuId: 'CUP', gtin14, serial: 'A2' },
  });
  const fewer = withLine(packing, { at: 0, line: 0 }, (line) => ofQuantity(line, 1));
  expect(shape(fewer)).toEqual([[[1, ['A1']]]]);
  expect(shape(withLine(packing, { at: 0, line: 0 }, (line) => ofQuantity(line, 5)))).toEqual([[[5, ['A1', 'A2']]]]);
  expect(shape(withLine(packing, { at: 0, line: 0 }, () => null))).toEqual([[]]);
});
