import type { RecallPreview, RecallScope } from '#schemas/api/recalls.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { normaliseGtin, padGtin } from '#schemas/item-code/gtin.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import { serialSchema } from '#schemas/transaction/retail-transaction.ts';
import type { Queryable } from '../db/database.ts';
import type { ChainStore } from './chain-stores.ts';
import { type LifeEntry, readEntries } from './life-facts.ts';
import type { Named } from './recalled-units.ts';

type Problem = RecallPreview['problems'][number];
export type ReadScope = {
  named: Named;
  problems: Problem[];
  /** Pieces of each SKU that the deliveries brought without a code of their own. */
  leftOut: Map<string, number>;
};

/** `GTIN,serial` as suppliers' files have it; also with `;` or a tab. */
const pair = /^"?(?<gtin>\d{8,14})"?\s*[,;\t]\s*"?(?<serial>[!-{}~]{1,20}?)"?$/;

/** What a person asked to recall, in the terms of a recall. A line that is not understood is named and left out. */
export async function readScope(
  database: Queryable,
  merchantId: string,
  stores: readonly ChainStore[],
  scope: RecallScope,
): Promise<ReadScope> {
  const problems: Problem[] = [];
  const gtins = new Set<string>();
  const units = new Set<string>();
  for (const typed of scope.gtins) {
    const gtin = normaliseGtin(typed);
    if (gtin.ok) gtins.add(gtin.value);
    else problems.push({ line: 0, text: typed.slice(0, 100), code: 'no-gtin' });
  }
  for (const [index, line] of scope.codes.entries()) {
    const text = line.trim();
    if (text === '' || (index === 0 && /^"?gtin\b/i.test(text))) continue;
    const read = unitOf(text);
    if ('code' in read) problems.push({ line: index + 1, text: text.slice(0, 100), code: read.code });
    else units.add(read.key);
  }
  const brought = await readDeliveries(database, merchantId, stores, scope.deliveries);
  for (const key of brought.units) units.add(key);
  const named = { gtins: [...gtins], batches: [...new Set(scope.batches)], units: [...units].sort() };
  return { named, problems, leftOut: brought.leftOut };
}

function unitOf(text: string): { key: string } | { code: string } {
  const { gtin = '', serial = '' } = pair.exec(text)?.groups ?? {};
  const padded = padGtin(gtin);
  if (gtin !== '') return padded.ok ? { key: unitKey(padded.value, serial) } : { code: 'wrong-check-digit' };
  const read = parseScan(text);
  if (read.kind === 'item-code' && serialSchema.safeParse(read.serial).success) {
    return { key: unitKey(read.gtin14, read.serial) };
  }
  return { code: read.kind === 'text' ? (read.problem ?? 'no-unit') : 'no-unit' };
}

/** What deliveries of suppliers brought: what was announced and what was received of it, unit by unit. */
async function readDeliveries(
  database: Queryable,
  merchantId: string,
  stores: readonly ChainStore[],
  deliveries: RecallScope['deliveries'],
): Promise<{ units: Set<string>; leftOut: Map<string, number> }> {
  const own = deliveries.filter(({ storeId }) => stores.some((store) => store.storeId === storeId));
  const { rows: receipts } = await database.query<{ storeId: string; entryId: string }>(
    `select store_id as "storeId", r.entry_id as "entryId"
       from unnest($1::text[], $2::text[]) k(store_id, delivery_id) join receipt r using (store_id, delivery_id)`,
    [own.map(({ storeId }) => storeId), own.map(({ deliveryId }) => deliveryId)],
  );
  const notices = own.map(({ storeId, deliveryId }) => ({ storeId, entryId: deliveryId }));
  const entries = await readEntries(database, merchantId, [...notices, ...receipts]);
  const units = new Set<string>();
  const [announced, received] = [new Map<string, number>(), new Map<string, number>()];
  for (const line of entries.flatMap(linesOf)) {
    const { gtin14, serials, skuId, quantity } = line;
    if (gtin14 !== null) for (const serial of serials) units.add(unitKey(gtin14, serial));
    const counted = line.isNotice ? announced : received;
    if (serials.length === 0) counted.set(skuId, (counted.get(skuId) ?? 0) + quantity);
  }
  const skuIds = new Set([...announced.keys(), ...received.keys()]);
  const leftOut = [...skuIds].map((id) => [id, Math.max(announced.get(id) ?? 0, received.get(id) ?? 0)] as const);
  return { units, leftOut: new Map(leftOut) };
}

function linesOf({ fact }: LifeEntry) {
  if (fact.kind === 'delivery-announced') return fact.body.lines.map((line) => ({ ...line, isNotice: true }));
  return fact.kind === 'goods-received' ? fact.body.lines.map((line) => ({ ...line, isNotice: false })) : [];
}
