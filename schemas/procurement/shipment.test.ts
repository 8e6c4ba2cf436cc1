import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSscc } from '../item-code/element-string.ts';
import { inHouseSscc } from '../item-code/sscc.ts';
import { cartonsFor, type PackedGoods, packedBySku, packingSchema, proposeCartons, type ToPack } from './shipment.ts';

const goods = (change: Partial<PackedGoods> = {}): PackedGoods => ({
  ...{ skuId: 'CUP', gtin14: '04006381333931', quantity: 1, serials: ['A1'], batch: '', expiresOn: '' },
  ...change,
});

describe('[SH2] what is proposed', () => {
  test('is full cartons of one SKU each, and one with what is left', () => {
    expect(
      proposeCartons([
        { skuId: 'TEA', quantity: 14, perCarton: 6 },
        { skuId: 'CUP', quantity: 4, perCarton: null },
        { skuId: 'POT', quantity: 2, perCarton: 2 },
      ]),
    ).toEqual([
      [{ skuId: 'TEA', quantity: 6 }],
      [{ skuId: 'TEA', quantity: 6 }],
      [{ skuId: 'POT', quantity: 2 }],
      [
        { skuId: 'TEA', quantity: 2 },
        { skuId: 'CUP', quantity: 4 },
      ],
    ]);
  });

  test('is all that is to be packed and nothing more, in no carton more than fits, in as many as are said', () => {
    const line = fc.record({
      quantity: fc.integer({ min: 1, max: 400 }),
      perCarton: fc.option(fc.integer({ min: 1, max: 50 })),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const all: ToPack[] = lines.map((one, at) => ({ skuId: `S${at}`, ...one }));
        const cartons = proposeCartons(all);
        expect(cartons).toHaveLength(cartonsFor(all));
        const packed = packedBySku({
          cartons: cartons.map((carton) => ({ sscc: '', goods: carton.map((one) => goods({ ...one, serials: [] })) })),
        });
        expect(Object.fromEntries(packed)).toEqual(
          Object.fromEntries(all.map(({ skuId, quantity }) => [skuId, quantity])),
        );
        for (const [first, ...others] of cartons) {
          const { perCarton } = all.find(({ skuId }) => skuId === first?.skuId) ?? { perCarton: null };
          if (perCarton !== null && others.length === 0) expect(first?.quantity).toBeLessThanOrEqual(perCarton);
        }
      }),
    );
  });
});

test('[SH3] no carton is in a packing twice; cartons without a number yet are', () => {
  const packing = (...ssccs: string[]) => ({
    ...{ reference: '', expectedOn: null },
    cartons: ssccs.map((sscc) => ({ sscc, goods: [goods()] })),
  });
  expect(packingSchema.safeParse(packing('', '')).success).toBe(true);
  expect(packingSchema.safeParse(packing('106141412345678908', ' 106141412345678908')).success).toBe(false);
  const many = { ...packing(''), cartons: [{ sscc: '', goods: [goods({ serials: Array(5_000).fill('A') })] }] };
  expect(packingSchema.safeParse(many).success).toBe(true);
  many.cartons.push({ sscc: '', goods: [goods()] });
  expect(packingSchema.safeParse(many).success).toBe(false);
});

test('the number of a carton is an SSCC, and no other carton has it', () => {
  const all = [1, 2, 9, 10, 99_999, 10 ** 13, 10 ** 14 - 1].map(inHouseSscc);
  expect(all.every(isSscc)).toBe(true);
  expect(new Set(all).size).toBe(all.length);
  expect(() => inHouseSscc(0)).toThrow();
  expect(() => inHouseSscc(10 ** 14)).toThrow();
});
