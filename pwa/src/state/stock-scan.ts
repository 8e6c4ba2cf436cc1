import { unreachable } from '#schemas/assert.ts';
import { expiryDate, parseScan } from '#schemas/item-code/gs1.ts';
import type { GoodsDetails, ScanProblem } from '#schemas/item-code/scanned-code.ts';
import type { CartonRow } from '#schemas/stock/delivery.ts';
import type { Place } from '#schemas/stock/place.ts';
import type { UnitRow } from '#schemas/stock/unit.ts';
import type { FoundSku, Till } from '../db/till-types.ts';

/** What a label said beside the code. */
export type ScannedOrigin = { batch: string | null; expiresOn: string | null };

/** What a scan means in the stock room. */
export type StockScan =
  | ({ type: 'unit'; found: FoundSku; gtin14: string; serial: string; unit: UnitRow | null } & ScannedOrigin)
  | ({ type: 'goods'; found: FoundSku; gtin14: string | null; count: number } & ScannedOrigin)
  /** The latest delivery's carton first; empty: nobody announced it. */
  | { type: 'carton'; sscc: string; cartons: CartonRow[]; awaitedBy: AwaitedBy | null }
  | { type: 'place'; place: Place }
  | { type: 'unknown'; text: string; problem: ScanProblem | null };

/** Another store of the chain, who sends it the carton, and what is in it: empty where that is not known. */
export type AwaitedBy = { storeName: string; sourceName: string; contents: { skuId: string; quantity: number }[] };

/** What a scan is looked up in. */
export type ScanBooks = Pick<
  Till,
  'config' | 'nowMs' | 'skuByGtin' | 'skuById' | 'unit' | 'cartonsBySscc' | 'cartonsElsewhere'
>;

const longestText = 80;

/** Looks up what a scanner, the camera or a hand sent. A shelf's code is its place's id. */
export async function readStockScan(till: ScanBooks, raw: string): Promise<StockScan> {
  const scanned = parseScan(raw, { inStoreCodes: till.config()?.inStoreCodes ?? [] });
  const unknown = (text: string, problem: ScanProblem | null = null): StockScan => ({
    type: 'unknown',
    text: text.slice(0, longestText).toWellFormed(),
    problem,
  });
  switch (scanned.kind) {
    case 'gtin': {
      const found = await till.skuByGtin(scanned.gtin14);
      if (found === null) return unknown(scanned.gtin14);
      return { type: 'goods', found, gtin14: scanned.gtin14, count: scanned.count ?? 1, ...originOf(till, scanned) };
    }
    case 'item-code': {
      const { gtin14, serial } = scanned;
      const [found, unit] = await Promise.all([till.skuByGtin(gtin14), till.unit(gtin14, serial)]);
      if (found === null) return unknown(`${gtin14} · ${serial}`);
      const origin = originOf(till, scanned);
      // Whatever its label says: these are counted and not told apart.
      if (found.sku.tracking !== 'item' && unit === null) return { type: 'goods', found, gtin14, count: 1, ...origin };
      return { type: 'unit', found, gtin14, serial, unit, ...origin };
    }
    case 'sscc':
      return cartonOf(till, scanned.sscc);
    case 'text': {
      const { text, problem = null } = scanned;
      const place = till.config()?.places.find(({ placeId }) => placeId === text.toLowerCase());
      if (place !== undefined) return { type: 'place', place };
      const found = await till.skuById(text);
      if (found === null) return unknown(text, problem);
      return { type: 'goods', found, gtin14: found.gtin14, count: 1, batch: null, expiresOn: null };
    }
    default:
      return unreachable(scanned);
  }
}

async function cartonOf(till: ScanBooks, sscc: string): Promise<StockScan> {
  const [cartons, [other]] = await Promise.all([till.cartonsBySscc(sscc), till.cartonsElsewhere(sscc)]);
  if (other === undefined) return { type: 'carton', sscc, cartons, awaitedBy: null };
  const { storeId, sourceName, skus: contents = [] } = other;
  const store = till.config()?.otherStores.find((one) => one.storeId === storeId);
  return { type: 'carton', sscc, cartons, awaitedBy: { storeName: store?.name ?? storeId, sourceName, contents } };
}

function originOf(till: ScanBooks, { batch, expiry, bestBefore }: GoodsDetails): ScannedOrigin {
  const date = expiry ?? bestBefore;
  const year = new Date(till.nowMs()).getUTCFullYear();
  return { batch: batch ?? null, expiresOn: (date && expiryDate(date, year)) ?? null };
}
