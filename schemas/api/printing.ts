import { z } from 'zod';
import { labelDpis, labelFormatSchema, labelSchema, printerLanguages } from '../label/label.ts';
import { text } from '../text.ts';

const printerIdSchema = z.uuid();

/** `POST …/printers`: a label printer that the server reaches over TCP. */
export const printerDraftSchema = z.object({
  name: text(60, 1),
  language: z.enum(printerLanguages),
  /** Name or address in the store's own network. */
  host: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/),
  port: z.number().int().min(1_024).max(65_535),
  dpi: z.literal(labelDpis),
});
export type PrinterDraft = z.infer<typeof printerDraftSchema>;

export const printerSchema = printerDraftSchema.extend({ printerId: printerIdSchema });
export type Printer = z.infer<typeof printerSchema>;
export const printerListSchema = z.object({ printers: z.array(printerSchema) });
export type PrinterList = z.infer<typeof printerListSchema>;

/** What a till sees of a printer: enough to choose it. */
export const tillPrinterListSchema = z.object({
  printers: z.array(printerSchema.pick({ printerId: true, name: true, dpi: true })),
});
export type TillPrinterList = z.infer<typeof tillPrinterListSchema>;

export const maxJobLabels = 5_000;

/** `POST …/print-jobs`. The same `jobId` is the same job, however often it is sent. */
export const printJobDraftSchema = z.object({
  jobId: z.uuid(),
  printerId: printerIdSchema,
  title: text(100, 1),
  format: labelFormatSchema,
  labels: z.array(labelSchema).min(1).max(maxJobLabels),
  /** The job whose labels these are once more. */
  reprintOf: z.uuid().nullable(),
});
export type PrintJobDraft = z.infer<typeof printJobDraftSchema>;

/** Codes of printing/job-state.ts, as text: a newer server may know more of them. */
const codeSchema = z.string().max(40);

export const printJobViewSchema = z.object({
  jobId: z.uuid(),
  printerId: printerIdSchema,
  printerName: z.string(),
  title: z.string(),
  state: codeSchema,
  total: z.number().int(),
  printed: z.number().int(),
  inFlight: z.number().int(),
  trouble: codeSchema.nullable(),
  reprintOf: z.uuid().nullable(),
  createdBy: z.string(),
  createdAtMs: z.number().int(),
  changedAtMs: z.number().int(),
});
export type PrintJobView = z.infer<typeof printJobViewSchema>;
export const printJobListSchema = z.object({ serverTimeMs: z.number().int(), jobs: z.array(printJobViewSchema) });
export type PrintJobList = z.infer<typeof printJobListSchema>;

/** `POST …/print-jobs/:id`. */
export const printJobActionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('go-on') }),
  z.object({ type: z.literal('cancel') }),
  /** After an unknown end: so many labels of the job came out altogether. */
  z.object({ type: z.literal('settle'), printed: z.number().int().min(0).max(maxJobLabels) }),
]);
export type PrintJobAction = z.infer<typeof printJobActionSchema>;

/** `POST …/print-jobs/:id/reprint`: labels `from` … `to` of a job (counted from 1) as a new job. */
export const reprintSchema = z.object({
  jobId: z.uuid(),
  from: z.number().int().min(1).max(maxJobLabels),
  to: z.number().int().min(1).max(maxJobLabels),
  reason: text(200, 1),
});
export type Reprint = z.infer<typeof reprintSchema>;
