import type { Names } from '#schemas/text.ts';
import type { Queryable } from '../db/database.ts';
import { keep, type ReadNotice } from './announcement-csv.ts';
import { type AnnouncedRow, RowProblems } from './announcement-row.ts';

export type CatalogueSku = {
  skuId: string;
  names: Names;
  variant: Names | null;
  tracking: 'item' | 'quantity' | 'weight';
};
export type ResolvedRow = Omit<AnnouncedRow, 'gtin14'> & { skuId: string; gtin14: string | null };
export type Resolved = { rows: ResolvedRow[]; skus: ReadonlyMap<string, CatalogueSku> };

type Catalogue = {
  skuByGtin: ReadonlyMap<string, string>;
  gtinsBySku: ReadonlyMap<string, string[]>;
  skus: ReadonlyMap<string, CatalogueSku>;
};

/**
 * Finds the SKU of each row in the merchant's catalogue, and what stands twice. What cannot be found is a problem of its
 * row: another merchant's GTIN is as unknown as any.
 */
export async function resolveRows(database: Queryable, merchantId: string, notice: ReadNotice): Promise<Resolved> {
  const catalogue = await readCatalogue(database, merchantId, notice.rows);
  const lineBySerial = new Map<string, number>();
  const rows: ResolvedRow[] = [];
  for (const row of notice.rows) {
    const problems = new RowProblems(row.line);
    const resolved = resolve(row, catalogue, problems);
    for (const serial of resolved?.serials ?? []) {
      const unit = `${resolved?.gtin14}.${serial}`;
      const earlier = lineBySerial.get(unit);
      if (earlier !== undefined) problems.add('serial', serial, 'serial-twice', String(earlier));
      else lineBySerial.set(unit, row.line);
    }
    if (resolved && problems.found.length === 0) rows.push(resolved);
    keep(notice, problems.found);
  }
  return { rows, skus: catalogue.skus };
}

function resolve(row: AnnouncedRow, catalogue: Catalogue, problems: RowProblems): ResolvedRow | null {
  const ofGtin = row.gtin14 === null ? undefined : catalogue.skuByGtin.get(row.gtin14);
  if (row.gtin14 !== null && ofGtin === undefined) problems.add('gtin', row.gtin14, 'gtin-unknown');
  if (row.skuId !== null && !catalogue.skus.has(row.skuId)) problems.add('sku', row.skuId, 'sku-unknown');
  if (problems.found.length > 0) return null;
  if (ofGtin !== undefined && row.skuId !== null && row.skuId !== ofGtin) {
    problems.add('gtin', row.gtin14 ?? '', 'gtin-other-sku', ofGtin);
    return null;
  }
  const skuId = ofGtin ?? row.skuId ?? '';
  if (row.serials.length === 0) return { ...row, skuId };
  if (catalogue.skus.get(skuId)?.tracking !== 'item') {
    problems.add('serial', row.serials[0] ?? '', 'not-by-unit', skuId);
    return null;
  }
  const own = catalogue.gtinsBySku.get(skuId) ?? [];
  // An item code is GTIN and serial: with several GTINs nobody can say which.
  const gtin14 = row.gtin14 ?? (own.length === 1 ? (own[0] ?? null) : null);
  if (gtin14 === null) problems.add('gtin', '', 'gtin-needed', skuId);
  return gtin14 === null ? null : { ...row, skuId, gtin14 };
}

async function readCatalogue(
  database: Queryable,
  merchantId: string,
  rows: readonly AnnouncedRow[],
): Promise<Catalogue> {
  const named = (pick: (row: AnnouncedRow) => string | null) => [
    ...new Set(rows.map(pick).filter((text): text is string => text !== null)),
  ];
  const gtins = await database.query<{ gtin14: string; skuId: string }>(
    `select gtin14, sku_id as "skuId" from gtin
      where merchant_id = $1 and not deleted and (gtin14 = any ($2) or sku_id = any ($3)) order by gtin14`,
    [merchantId, named((row) => row.gtin14), named((row) => row.skuId)],
  );
  const gtinsBySku = new Map<string, string[]>();
  for (const { gtin14, skuId } of gtins.rows) gtinsBySku.set(skuId, [...(gtinsBySku.get(skuId) ?? []), gtin14]);
  const skuIds = [...new Set([...gtins.rows.map(({ skuId }) => skuId), ...named((row) => row.skuId)])];
  const skus = await readSkus(database, merchantId, skuIds);
  return {
    // A GTIN of a SKU that is gone is as unknown as the SKU.
    skuByGtin: new Map(gtins.rows.filter(({ skuId }) => skus.has(skuId)).map(({ gtin14, skuId }) => [gtin14, skuId])),
    gtinsBySku,
    skus,
  };
}

/** SKUs of the catalogue today. */
export async function readSkus(
  database: Queryable,
  merchantId: string,
  skuIds: readonly string[],
): Promise<ReadonlyMap<string, CatalogueSku>> {
  const { rows } = await database.query<CatalogueSku>(
    `select sku_id as "skuId", names, variant, tracking from sku
      where merchant_id = $1 and sku_id = any ($2) and not deleted`,
    [merchantId, skuIds],
  );
  return new Map(rows.map((sku) => [sku.skuId, sku]));
}
