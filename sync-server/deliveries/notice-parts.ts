import type { DeliveryDetail } from '#schemas/api/deliveries.ts';
import { entryId, parseEntryId } from '#schemas/journal/envelope.ts';
import type { DeliveryRow } from '#schemas/stock/delivery.ts';
import type { Queryable } from '../db/database.ts';
import { readReceipts, summaryOf } from './read-deliveries.ts';

/** Which part of a notice a delivery is, when the notice was larger than an entry may be (announce.ts). */
type Part = { base: string; number: number; count: number };

/** What a reference says after the supplier's own of the part that it is. */
export function partMark(number: number, count: number): string {
  return count > 1 ? ` (${number}/${count})` : '';
}

function partOf(reference: string): Part | null {
  const [, base, number, count] = /^(.*?) ?\((\d{1,3})\/(\d{1,3})\)$/.exec(reference) ?? [];
  if (base === undefined) return null;
  const part = { base, number: Number(number), count: Number(count) };
  return part.number >= 1 && part.number <= part.count ? part : null;
}

/**
 * The deliveries that one notice became, in their order, this one too; empty when it is whole. Their entries were written one
 * after the other, so their ids follow from any of them; a reference that only looks so finds no others.
 */
export async function readNoticeParts(
  database: Queryable,
  storeId: string,
  { deliveryId, reference, source }: DeliveryRow,
): Promise<DeliveryDetail['parts']> {
  const [part, id] = [partOf(reference), parseEntryId(deliveryId)];
  if (part === null || id === null || part.count < 2) return [];
  const first = id.sequence - part.number + 1;
  if (first < 1) return [];
  const ids = Array.from({ length: part.count }, (_, at) => entryId(id.tillNumber, first + at));
  const { rows } = await database.query<{ row: DeliveryRow }>(
    'select row from delivery where store_id = $1 and delivery_id = any ($2) order by delivery_id',
    [storeId, ids],
  );
  const isOfNotice = ({ row }: { row: DeliveryRow }, at: number) => {
    const other = partOf(row.reference);
    const isSame = other?.base === part.base && other.count === part.count && other.number === at + 1;
    return isSame && row.deliveryId === ids[at] && row.source.name === source.name;
  };
  if (rows.length !== part.count || !rows.every(isOfNotice)) return [];
  const receipts = await readReceipts(database, storeId, ids);
  return rows.map(({ row }) => {
    const { state, expected, received } = summaryOf(row, receipts.get(row.deliveryId) ?? []);
    return { deliveryId: row.deliveryId, reference: row.reference, state, expected, received };
  });
}
