import { parseScan } from '#schemas/item-code/gs1.ts';
import { type ReturnLine, returnLineSchema } from '#schemas/procurement/return.ts';

/** Goods that are to go back, as they are typed. `codes`: item codes, one a line; none: so many pieces of them. */
export type ReturnRow = { skuId: string; quantity: string; codes: string; reason: string };

/** What a row says, or the field that says nothing that can be. */
export function lineOfRow({ skuId, quantity, codes, reason }: ReturnRow): ReturnLine | 'quantity' | 'codes' {
  const texts = codes.split('\n').map((text) => text.trim());
  const scans = texts.filter((text) => text !== '').map((text) => parseScan(text));
  if (scans.length === 0) {
    const read = returnLineSchema.safeParse({
      skuId,
      gtin14: null,
      quantity: Number(quantity.trim()),
      serials: [],
      reason,
    });
    return quantity.trim() !== '' && read.success ? read.data : 'quantity';
  }
  const units = scans.flatMap((scan) =>
    scan.kind === 'item-code' ? [{ gtin14: scan.gtin14, serial: scan.serial }] : [],
  );
  const [first] = units;
  if (!first || units.length < scans.length || units.some(({ gtin14 }) => gtin14 !== first.gtin14)) return 'codes';
  const serials = [...new Set(units.map(({ serial }) => serial))];
  const read = returnLineSchema.safeParse({ skuId, gtin14: first.gtin14, quantity: serials.length, serials, reason });
  return read.success ? read.data : 'codes';
}
