import { stepNoteOf } from '#schemas/stock/step-note.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { Queryable } from '../db/database.ts';
import { type PhotoBytes, photoBytes } from '../deliveries/photo-bytes.ts';
import { readEntries } from './life-facts.ts';
import type { UnitCode } from './unit-life.ts';

/** The photo of a damaged unit, as the line of an entry of this store has it; null: that line is of other goods, or has none. */
export async function readStepPhoto(
  database: Queryable,
  { merchantId, storeId }: OfficeStore,
  { gtin14, serial }: UnitCode,
  { entryId, line }: { entryId: string; line: number },
): Promise<PhotoBytes | null> {
  const [entry] = await readEntries(database, merchantId, [{ storeId, entryId }]);
  if (entry?.fact.kind !== 'goods-received') return null;
  const told = entry.fact.body.lines[line - 1];
  if (told?.gtin14 !== gtin14 || !told.serials.includes(serial)) return null;
  return photoBytes(stepNoteOf(entry.fact, line).photo);
}
