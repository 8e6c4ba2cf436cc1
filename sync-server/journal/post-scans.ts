import type { Queryable } from '../db/database.ts';
import { insertColumns } from './insert-columns.ts';
import type { CountBatch } from './post-counts.ts';

/** One row a batch: who counted where, from when to when. */
export function insertBatches(transaction: Queryable, storeId: string, batches: readonly CountBatch[]): Promise<void> {
  const spans = batches.map(({ entry, body }) => {
    const agosMs = [...body.lines.flatMap((line) => line.agosMs), ...body.unknowns.map(({ agoMs }) => agoMs)];
    const [longest, shortest] = agosMs.reduce(([most, least], ago) => [Math.max(most, ago), Math.min(least, ago)], [
      0,
      Number.MAX_SAFE_INTEGER,
    ] as [number, number]);
    return { firstAtMs: entry.orderedAtMs - longest, lastAtMs: entry.orderedAtMs - shortest };
  });
  return insertColumns(transaction, 'count_batch', storeId, [
    ['count_id', 'text', batches.map(({ body }) => body.countId)],
    ['entry_id', 'text', batches.map(({ entry }) => entry.entryId)],
    ['place_id', 'text', batches.map(({ body }) => body.placeId)],
    ['pass', 'int4', batches.map(({ body }) => body.pass)],
    ['ordered_at_ms', 'int8', batches.map(({ entry }) => entry.orderedAtMs)],
    ['operator_id', 'text', batches.map(({ entry }) => entry.operatorId)],
    ['first_at_ms', 'int8', spans.map(({ firstAtMs }) => firstAtMs)],
    ['last_at_ms', 'int8', spans.map(({ lastAtMs }) => lastAtMs)],
    ['pieces', 'int4', batches.map(({ body }) => body.lines.reduce((sum, line) => sum + line.quantity, 0))],
  ]);
}

/** What each batch holds: units, numbers, and what is no goods of the chain. */
export async function insertScans(
  transaction: Queryable,
  storeId: string,
  batches: readonly CountBatch[],
): Promise<void> {
  const lines = batches.flatMap(({ entry, body }) =>
    body.lines.map((line, index) => ({ entry, body, line, lineNumber: index + 1 })),
  );
  const units = lines.flatMap(({ line, ...of }) =>
    line.serials.map((serial, index) => ({ ...of, line, serial, agoMs: line.agosMs[index] ?? 0 })),
  );
  const numbers = lines.filter(({ line }) => line.serials.length === 0);
  const unknowns = batches.flatMap(({ entry, body }) =>
    body.unknowns.map((unknown, index) => ({ entry, body, unknown, lineNumber: index + 1 })),
  );
  await insertColumns(transaction, 'count_unit', storeId, [
    ['count_id', 'text', units.map(({ body }) => body.countId)],
    ['gtin14', 'text', units.map(({ line }) => line.gtin14 ?? '')],
    ['serial', 'text', units.map(({ serial }) => serial)],
    ['entry_id', 'text', units.map(({ entry }) => entry.entryId)],
    ['line_number', 'int4', units.map(({ lineNumber }) => lineNumber)],
    ['place_id', 'text', units.map(({ body }) => body.placeId)],
    ['pass', 'int4', units.map(({ body }) => body.pass)],
    ['sku_id', 'text', units.map(({ line }) => line.skuId)],
    ['seen_at_ms', 'int8', units.map(({ entry, agoMs }) => entry.orderedAtMs - agoMs)],
    ['operator_id', 'text', units.map(({ entry }) => entry.operatorId)],
    ['how', 'text', units.map(({ line }) => line.how)],
    ['is_taken_back', 'bool', units.map(({ line }) => line.quantity < 0)],
  ]);
  await insertColumns(transaction, 'count_quantity', storeId, [
    ['count_id', 'text', numbers.map(({ body }) => body.countId)],
    ['place_id', 'text', numbers.map(({ body }) => body.placeId)],
    ['pass', 'int4', numbers.map(({ body }) => body.pass)],
    ['sku_id', 'text', numbers.map(({ line }) => line.skuId)],
    ['entry_id', 'text', numbers.map(({ entry }) => entry.entryId)],
    ['line_number', 'int4', numbers.map(({ lineNumber }) => lineNumber)],
    ['quantity', 'int4', numbers.map(({ line }) => line.quantity)],
    ['seen_at_ms', 'int8', numbers.map(({ entry, line }) => entry.orderedAtMs - (line.agosMs[0] ?? 0))],
    ['operator_id', 'text', numbers.map(({ entry }) => entry.operatorId)],
    ['how', 'text', numbers.map(({ line }) => line.how)],
  ]);
  await insertColumns(transaction, 'count_unknown', storeId, [
    ['count_id', 'text', unknowns.map(({ body }) => body.countId)],
    ['entry_id', 'text', unknowns.map(({ entry }) => entry.entryId)],
    ['line_number', 'int4', unknowns.map(({ lineNumber }) => lineNumber)],
    ['place_id', 'text', unknowns.map(({ body }) => body.placeId)],
    ['scanned', 'text', unknowns.map(({ unknown }) => unknown.scanned)],
    ['seen_at_ms', 'int8', unknowns.map(({ entry, unknown }) => entry.orderedAtMs - unknown.agoMs)],
  ]);
}
