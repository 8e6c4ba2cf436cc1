import type { ShipmentDetail } from '#schemas/api/shipments.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';
import type { PackedCarton, PackedGoods, Packing } from '#schemas/procurement/shipment.ts';

export type PackableGoods = ShipmentDetail['goods'][number];

/** What a scan did, or why it did nothing. `text`: the code, or the SKU that it is of. */
export type ScanOutcome = {
  code: 'added' | 'carton' | 'carton-new' | 'not-ordered' | 'item-twice' | 'unknown' | 'full';
  text: string;
};
/** `at`: the carton that goods go into. */
export type Packed = { packing: Packing; at: number; outcome: ScanOutcome };

const mostOfLine = 1_000_000;

/** A packing with one of its cartons changed; null takes it away. */
export function withCarton(
  packing: Packing,
  at: number,
  change: (carton: PackedCarton) => PackedCarton | null,
): Packing {
  const cartons = packing.cartons.flatMap((carton, index) => {
    const next = index === at ? change(carton) : carton;
    return next === null ? [] : [next];
  });
  return { ...packing, cartons };
}

/** A carton with one of its lines changed; null takes it away. */
export function withLine(
  packing: Packing,
  { at, line }: { at: number; line: number },
  change: (goods: PackedGoods) => PackedGoods | null,
): Packing {
  return withCarton(packing, at, (carton) => ({
    ...carton,
    goods: carton.goods.flatMap((goods, index) => {
      const next = index === line ? change(goods) : goods;
      return next === null ? [] : [next];
    }),
  }));
}

/** So many pieces: codes of those that are not in it any more go, the last first; those of more are made when it is saved. */
export function ofQuantity(goods: PackedGoods, quantity: number): PackedGoods {
  return { ...goods, quantity, serials: goods.serials.slice(0, quantity) };
}

/** Pieces, and their code if it was read, into a carton; one is begun where there is none. */
export function packInto(
  packing: Packing,
  at: number,
  {
    skuId,
    gtin14,
    serial = null,
    quantity = 1,
  }: { skuId: string; gtin14: string | null; serial?: string | null; quantity?: number },
): { packing: Packing; at: number } {
  if (packing.cartons[at] === undefined) {
    const cartons = [...packing.cartons, { sscc: '', goods: [] }];
    return packInto({ ...packing, cartons }, cartons.length - 1, { skuId, gtin14, serial, quantity });
  }
  const next = withCarton(packing, at, (carton) => {
    const line = carton.goods.findIndex((goods) => goods.skuId === skuId && goods.gtin14 === gtin14);
    const fresh = { skuId, gtin14, quantity: 0, serials: [], batch: '', expiresOn: '' };
    const known = carton.goods[line] ?? fresh;
    const more = {
      ...known,
      quantity: known.quantity + quantity,
      // A code that was read stands before those that are made.
      serials: serial === null ? known.serials : [...known.serials, serial],
    };
    return { ...carton, goods: line < 0 ? [...carton.goods, more] : carton.goods.with(line, more) };
  });
  return { packing: next, at };
}

/** What a reader read: a carton to go on with, an item into it, or a piece of the goods that a GTIN names. */
export function packScan(packing: Packing, at: number, goods: readonly PackableGoods[], raw: string): Packed {
  const scan = parseScan(raw);
  const told = (code: ScanOutcome['code'], text: string, next = { packing, at }): Packed => ({
    ...next,
    outcome: { code, text },
  });
  if (scan.kind === 'sscc') return toCarton(packing, at, scan.sscc);
  if (scan.kind !== 'gtin' && scan.kind !== 'item-code') return told('unknown', raw.trim().slice(0, 80));
  const { gtin14 } = scan;
  const found = goods.find(({ gtins }) => gtins.includes(gtin14));
  if (found === undefined) return told('not-ordered', gtin14);
  const serial = scan.kind === 'item-code' ? scan.serial : null;
  const lines = packing.cartons.flatMap((carton) => carton.goods);
  if (serial !== null && lines.some((line) => line.gtin14 === gtin14 && line.serials.includes(serial))) {
    return told('item-twice', serial);
  }
  const { skuId } = found;
  const line = packing.cartons[at]?.goods.find((one) => one.skuId === skuId);
  if ((line?.quantity ?? 0) >= mostOfLine) return told('full', skuId);
  return told('added', skuId, packInto(packing, at, { skuId, gtin14, serial }));
}

function toCarton(packing: Packing, at: number, sscc: string): Packed {
  const known = packing.cartons.findIndex((carton) => carton.sscc === sscc);
  if (known >= 0) return { packing, at: known, outcome: { code: 'carton', text: sscc } };
  const outcome = { code: 'carton-new', text: sscc } as const;
  const cartons = [...packing.cartons, { sscc, goods: [] }];
  // The one that was just begun has a label of its own.
  if (packing.cartons[at]?.goods.length === 0) {
    return { packing: withCarton(packing, at, (carton) => ({ ...carton, sscc })), at, outcome };
  }
  return { packing: { ...packing, cartons }, at: cartons.length - 1, outcome };
}
