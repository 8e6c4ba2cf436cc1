import { z } from 'zod';
import { labelDpis, labelFormatSchema, labelSchema, printerLanguages } from '../label/label.ts';
import { printoutSchema, receiptProfileSchema } from '../receipt/receipt-printer.ts';
import { localeCodes, text } from '../text.ts';

const printerIdSchema = z.uuid();

const placeSchema = z.object({
  name: text(60, 1),
  /** Name or address in the store's own network. */
  host: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/),
  port: z.number().int().min(1_024).max(65_535),
});
const labelPrinterSchema = placeSchema.extend({ language: z.enum(printerLanguages), dpi: z.literal(labelDpis) });
const receiptPrinterSchema = placeSchema.extend({ language: z.literal('escpos'), profile: receiptProfileSchema });

/** `POST …/printers`: a printer of labels or receipts that the server reaches over TCP. */
export const printerDraftSchema = z.discriminatedUnion('language', [labelPrinterSchema, receiptPrinterSchema]);
export type PrinterDraft = z.infer<typeof printerDraftSchema>;

const withId = { printerId: printerIdSchema };
export const printerSchema = z.discriminatedUnion('language', [
  labelPrinterSchema.extend(withId),
  receiptPrinterSchema.extend(withId),
]);
export type Printer = z.infer<typeof printerSchema>;
export const printerListSchema = z.object({ printers: z.array(printerSchema) });
export type PrinterList = z.infer<typeof printerListSchema>;

/** What a till sees of printers: enough to choose one. */
export const tillPrinterListSchema = z.object({
  /** Of labels. */
  printers: z.array(labelPrinterSchema.extend(withId).pick({ printerId: true, name: true, dpi: true })),
  receiptPrinters: z
    .array(receiptPrinterSchema.extend(withId).pick({ printerId: true, name: true, profile: true }))
    .default([]),
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

/** `POST /feed/:store/receipt-jobs`: what a receipt printer is to do. The same `jobId` is the same job. */
export const receiptJobDraftSchema = z.object({
  jobId: z.uuid(),
  printerId: printerIdSchema,
  title: text(100, 1),
  printout: printoutSchema,
});
export type ReceiptJobDraft = z.infer<typeof receiptJobDraftSchema>;

/** `POST …/printers/:printer/test`: a page of a receipt printer that shows that it prints. */
export const testPrintSchema = z.object({ jobId: z.uuid(), locale: z.enum(localeCodes) });

/** Codes of printing/job-state.ts, as text: a newer server may know more of them. */
const codeSchema = z.string().max(40);

/** Why labels cannot be printed: codes of printing/label/draw.ts, as text, of those that are at fault by their place in the job. */
export const labelProblemSchema = z.object({
  index: z.number().int().min(0).max(maxJobLabels),
  code: z.string().max(40),
  character: z.string().max(8).optional(),
});
export type LabelProblemView = z.infer<typeof labelProblemSchema>;
/** Labels at fault that are told of. */
export const maxLabelProblems = 100;
/** Beside the error of a job that is refused for its labels (`bad-request`). */
export const labelProblemsSchema = z.object({ problems: z.array(labelProblemSchema).min(1).max(maxLabelProblems) });

export const printJobViewSchema = z.object({
  jobId: z.uuid(),
  printerId: printerIdSchema,
  printerName: z.string(),
  title: z.string(),
  kind: z.enum(['labels', 'receipt']).default('labels'),
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
