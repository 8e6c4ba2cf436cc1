import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { z } from 'zod';

/** One line of the sales file, as text: what it means is decided in invoice-facts.ts. */
export type SalesLine = {
  stockCode: string;
  description: string;
  quantity: number;
  /** Pounds, as written. */
  unitPrice: string;
};

export type Invoice = {
  invoiceNo: string;
  /** How many stretches of this invoice came before: one invoice of the file is in two. */
  part: number;
  /** British local time of its first line, `2010-12-01T08:26:00`. */
  localTime: string;
  customerId: string | null;
  lines: SalesLine[];
};

const recordSchema = z.object({
  InvoiceNo: z.string(),
  StockCode: z.string(),
  Description: z.string(),
  Quantity: z.coerce.number().int(),
  InvoiceDate: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
  UnitPrice: z.string().regex(/^-?\d+(\.\d+)?$/),
  CustomerID: z.string(),
});

/** Opens a file, unpacked when it is a `.gz`. */
export function openText(file: string): AsyncIterable<Buffer> {
  const bytes = createReadStream(file);
  if (!file.endsWith('.gz')) return bytes;
  const unpacked = createGunzip();
  bytes.on('error', (error) => unpacked.destroy(error));
  return bytes.pipe(unpacked);
}

/** The invoices of the sales file, in its order: consecutive lines with the same number. Throws on a line that is none. */
export async function* readInvoices(file: string): AsyncGenerator<Invoice> {
  const parts = new Map<string, number>();
  let invoice = null as Invoice | null;
  const records = parse({ columns: true, bom: true });
  const source = openText(file) as NodeJS.ReadableStream;
  source.on('error', (error: Error) => records.destroy(error));
  for await (const record of source.pipe(records)) {
    const { InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID } =
      recordSchema.parse(record);
    if (invoice?.invoiceNo !== InvoiceNo) {
      if (invoice) yield invoice;
      const part = parts.get(InvoiceNo) ?? 0;
      parts.set(InvoiceNo, part + 1);
      invoice = { invoiceNo: InvoiceNo, part, localTime: InvoiceDate, customerId: CustomerID || null, lines: [] };
    }
    invoice.lines.push({ stockCode: StockCode, description: Description, quantity: Quantity, unitPrice: UnitPrice });
  }
  if (invoice) yield invoice;
}
