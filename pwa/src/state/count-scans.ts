import { z } from 'zod';
import { countMeans, type GoodsCounted } from '#schemas/stock/count-entries.ts';

const ofGoods = { skuId: z.string(), how: z.enum(countMeans), atMs: z.number() };
/** Something that was counted and is in no entry yet. */
export const countScanSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('unit'), gtin14: z.string(), serial: z.string(), isThere: z.boolean(), ...ofGoods }),
  z.object({ type: z.literal('number'), gtin14: z.string().nullable(), quantity: z.number().int(), ...ofGoods }),
  z.object({ type: z.literal('unknown'), scanned: z.string(), atMs: z.number() }),
]);
export type CountScan = z.infer<typeof countScanSchema>;

/** Fewer than an entry may carry: what comes in one burst is cut in time. */
export const batchUnits = 2_000;
export const batchUnknowns = 500;

/** One entry's worth of scans, from the front, and what is left for the next. */
export function nextBatch(scans: readonly CountScan[]): { batch: CountScan[]; rest: CountScan[] } {
  let units = 0;
  let unknowns = 0;
  for (const [at, scan] of scans.entries()) {
    if (scan.type === 'unknown') unknowns += 1;
    else units += 1;
    if (units > batchUnits || unknowns > batchUnknowns) return { batch: scans.slice(0, at), rest: scans.slice(at) };
  }
  return { batch: [...scans], rest: [] };
}

/** What a batch says in its entry, with how long ago each was scanned. */
export function linesOf(scans: readonly CountScan[], nowMs: number): Pick<GoodsCounted, 'lines' | 'unknowns'> {
  const lines = new Map<string, GoodsCounted['lines'][number]>();
  const named = new Set<string>();
  const unknowns: GoodsCounted['unknowns'] = [];
  for (const scan of scans) {
    const agoMs = Math.max(0, Math.round(nowMs - scan.atMs));
    if (scan.type === 'unknown') {
      unknowns.push({ scanned: scan.scanned, agoMs });
      continue;
    }
    const { skuId, gtin14, how } = scan;
    const sign = scan.type === 'number' ? 0 : scan.isThere ? 1 : -1;
    const key = [sign, how, gtin14, skuId].join('|');
    const line = lines.get(key) ?? { skuId, gtin14, quantity: 0, serials: [], agosMs: [], how };
    lines.set(key, line);
    if (scan.type === 'number') {
      line.quantity += scan.quantity;
      line.agosMs = [agoMs];
      continue;
    }
    // An entry names a serial once in a line.
    if (named.has(`${key}|${scan.serial}`)) continue;
    named.add(`${key}|${scan.serial}`);
    line.quantity += sign;
    line.serials.push(scan.serial);
    line.agosMs.push(agoMs);
  }
  return { lines: [...lines.values()], unknowns };
}

/** Takes a unit out that is in no entry yet; null: it is not among them, and has to be taken back by an entry. */
export function withoutUnit(scans: readonly CountScan[], gtin14: string, serial: string): CountScan[] | null {
  const at = scans.findLastIndex(
    (scan) => scan.type === 'unit' && scan.isThere && scan.gtin14 === gtin14 && scan.serial === serial,
  );
  return at < 0 ? null : scans.toSpliced(at, 1);
}
