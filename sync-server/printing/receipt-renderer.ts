import { escposPrintout, escposTest } from '#printing/receipt/escpos.ts';
import { resvgText } from '#printing/text/resvg.ts';
import type { TextRasterizer } from '#printing/text/text-rasterizer.ts';
import type { ReceiptLogo } from '#schemas/receipt/receipt-logo.ts';
import { type Printout, printoutSchema, type ReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import type { LocaleCode } from '#schemas/text.ts';

/** What a job of a receipt printer holds. */
export type ReceiptWork = ({ type: 'printout' } & Printout) | { type: 'test'; locale: LocaleCode; printerName: string };

/** `logo`: of the store; jobs do not carry it, since thousands of them lie in the queue's table. */
export type ReceiptRenderer = (work: ReceiptWork, profile: ReceiptProfile, logo: ReceiptLogo | null) => Uint8Array;

/** A drawer that opens long after the sale opens before nobody: it stays shut then. */
const drawerWaitsMs = 60_000;

/** What of the work is still to be done; null: nothing. */
export function timelyWork(work: ReceiptWork, ageMs: number): ReceiptWork | null {
  if (work.type === 'test') return work;
  const opensDrawer = work.opensDrawer && ageMs <= drawerWaitsMs;
  return work.receipt === null && work.slip === undefined && !opensDrawer ? null : { ...work, opensDrawer };
}

/** The fonts are read when the first line has to be drawn. */
export function receiptRenderer(): ReceiptRenderer {
  let text: TextRasterizer | null = null;
  return (work, profile, logo) => {
    // It may have waited over an update of this server.
    text ??= resvgText();
    if (work.type === 'test') return escposTest(work.locale, work.printerName, profile, text);
    const printout = printoutSchema.parse(work);
    const receipt = printout.receipt && { ...printout.receipt, logo };
    return escposPrintout({ ...printout, receipt }, profile, text);
  };
}
