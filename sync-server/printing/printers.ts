import { z } from 'zod';
import { type Printer, type PrinterDraft, printerSchema } from '#schemas/api/printing.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';

const columns = 'printer_id as "printerId", name, language, host, port, dpi, profile';
/** Of receipt printers: what font A takes. */
const receiptDpi = 203;

/** A store's printers, by name. */
export async function listPrinters(context: ServerContext, storeId: string): Promise<Printer[]> {
  const { rows } = await context.database.pool.query(
    `select ${columns} from printer where store_id = $1 and deleted_at_ms is null order by name, printer_id`,
    [storeId],
  );
  return rows.map((row) => printerSchema.parse(row));
}

export async function readPrinter(tx: Queryable, storeId: string, printerId: string): Promise<Printer | null> {
  if (!z.uuid().safeParse(printerId).success) return null;
  const { rows } = await tx.query(
    `select ${columns} from printer where store_id = $1 and printer_id = $2 and deleted_at_ms is null for update`,
    [storeId, printerId],
  );
  return rows[0] === undefined ? null : printerSchema.parse(rows[0]);
}

export async function putPrinter(
  tx: Queryable,
  storeId: string,
  printerId: string,
  draft: PrinterDraft,
): Promise<void> {
  const { name, language, host, port } = draft;
  const [dpi, profile] = draft.language === 'escpos' ? [receiptDpi, JSON.stringify(draft.profile)] : [draft.dpi, null];
  await tx.query(
    `insert into printer (store_id, printer_id, name, language, host, port, dpi, profile)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (store_id, printer_id)
     do update set name = $3, language = $4, host = $5, port = $6, dpi = $7, profile = $8`,
    [storeId, printerId, name, language, host, port, dpi, profile],
  );
}

/** Jobs that wait for it wait for ever: they are cancelled with it. */
export async function removePrinter(tx: Queryable, storeId: string, printerId: string, nowMs: number): Promise<void> {
  await tx.query('update printer set deleted_at_ms = $3 where store_id = $1 and printer_id = $2', [
    storeId,
    printerId,
    nowMs,
  ]);
  await tx.query(
    `update print_job set state = 'cancelled', changed_at_ms = $3
      where store_id = $1 and printer_id = $2 and state in ('queued', 'blocked', 'paused')`,
    [storeId, printerId, nowMs],
  );
}
