import { z } from 'zod';
import { key, text } from '../text.ts';
import { gtin14Schema } from '../transaction/retail-transaction.ts';

// What a supplier packs for an order, before it is a notice. Its texts are as typed: a draft may be wrong. What is wrong is said,
// and stops it, when it is sent (the same checks as of any notice).

export const maxShipmentCartons = 1_000;
/** Of one packing, in all of its cartons. */
export const maxShipmentLines = 2_000;
export const maxShipmentCodes = 5_000;

/** Goods of one SKU in one carton. */
export const packedGoodsSchema = z.object({
  skuId: key(40),
  /** Of its item codes and labels; null: the SKU has none. */
  gtin14: gtin14Schema.nullable(),
  quantity: z.number().int().min(1).max(1_000_000),
  /** One for each piece of what has codes of its own, else none. */
  serials: z.array(text(40)).max(maxShipmentCodes),
  batch: text(40).default(''),
  /** As typed, a day. */
  expiresOn: text(40).default(''),
});
export type PackedGoods = z.infer<typeof packedGoodsSchema>;

export const packedCartonSchema = z.object({
  /** Empty: a number is made for it. */
  sscc: text(40).default(''),
  goods: z.array(packedGoodsSchema).max(500),
});
export type PackedCarton = z.infer<typeof packedCartonSchema>;

export const packingSchema = z
  .object({
    /** Of the supplier's papers. */
    reference: text(80).trim().default(''),
    expectedOn: z.iso.date().nullable().default(null),
    cartons: z.array(packedCartonSchema).max(maxShipmentCartons),
  })
  .refine(({ cartons }) => !hasTwice(cartons), 'a carton is there twice')
  .refine((packing) => linesOfPacking(packing).length <= maxShipmentLines, 'too many lines')
  .refine((packing) => codesIn(packing) <= maxShipmentCodes, 'too many item codes');
export type Packing = z.infer<typeof packingSchema>;

/** What is to be packed of one SKU. */
export const toPackSchema = z.object({
  skuId: key(40),
  quantity: z.number().int().min(1).max(1_000_000),
  /** Pieces of a full carton; null: they go with what else is left. */
  perCarton: z.number().int().min(1).max(1_000_000).nullable(),
});
export type ToPack = z.infer<typeof toPackSchema>;

function hasTwice(cartons: readonly PackedCarton[]): boolean {
  const named = cartons.map(({ sscc }) => sscc.trim()).filter((sscc) => sscc !== '');
  return new Set(named).size !== named.length;
}

type Goods = { cartons: readonly PackedCarton[] };

/** Every line with its carton, in their order: the lines of the notice. */
export function linesOfPacking({ cartons }: Goods): { sscc: string; goods: PackedGoods }[] {
  return cartons.flatMap(({ sscc, goods }) => goods.map((line) => ({ sscc, goods: line })));
}

export function piecesIn(packing: Goods): number {
  return linesOfPacking(packing).reduce((sum, { goods }) => sum + goods.quantity, 0);
}

export function codesIn(packing: Goods): number {
  return linesOfPacking(packing).reduce((sum, { goods }) => sum + goods.serials.length, 0);
}

/** Pieces of each SKU. */
export function packedBySku(packing: Goods): Map<string, number> {
  const pieces = new Map<string, number>();
  for (const { goods } of linesOfPacking(packing)) {
    pieces.set(goods.skuId, (pieces.get(goods.skuId) ?? 0) + goods.quantity);
  }
  return pieces;
}

/** How many cartons `proposeCartons` makes. */
export function cartonsFor(all: readonly ToPack[]): number {
  const full = all.reduce(
    (sum, { quantity, perCarton }) => sum + (perCarton ? Math.floor(quantity / perCarton) : 0),
    0,
  );
  return full + (all.some(({ quantity, perCarton }) => perCarton === null || quantity % perCarton > 0) ? 1 : 0);
}

/** Full cartons of one SKU each, then one with what is left of all: nothing more, nothing less than what is to be packed. */
export function proposeCartons(all: readonly ToPack[]): { skuId: string; quantity: number }[][] {
  const full = all.flatMap(({ skuId, quantity, perCarton }) =>
    Array.from({ length: perCarton ? Math.floor(quantity / perCarton) : 0 }, () => [
      { skuId, quantity: perCarton ?? quantity },
    ]),
  );
  const rest = all.flatMap(({ skuId, quantity, perCarton }) => {
    const left = perCarton ? quantity % perCarton : quantity;
    return left > 0 ? [{ skuId, quantity: left }] : [];
  });
  return rest.length > 0 ? [...full, rest] : full;
}
