// What stands on an item label, and the paper it stands on. `printing` draws it; print jobs and screens carry it about.
import { z } from 'zod';
import { localeCodes, text } from '../text.ts';
import { batchSchema, gtin14Schema, serialSchema } from '../transaction/retail-transaction.ts';

const AI_LINK = /^https?:\/\/[!-~]+$/;

/** One label. Texts are as they are to be printed: in the store's language, the price with its currency. */
export const labelSchema = z.object({
  gtin14: gtin14Schema,
  /** null: a label of a SKU that has no codes of its own for each piece. */
  serial: serialSchema.nullable(),
  skuId: z.string().min(1).max(40),
  name: text(200, 1),
  /** Size, colour …; empty if the SKU has none. */
  variant: text(200),
  priceText: text(40, 1).nullable(),
  batch: batchSchema.nullable(),
  /** Last day on which it may be sold. */
  expiresOn: z.iso.date().nullable(),
  /** Absent: a label on the goods. Else it stands on the shelf in front of them, has no serial, and always shows the price. */
  shelf: z
    .object({
      /** The price is of a kilogram; else of a piece. */
      isPerKilogram: z.boolean(),
      /** The web shop asks the same. */
      isOnlinePrice: z.boolean(),
    })
    .optional(),
  /** GS1 Digital Link URI of the item (or of the GTIN, without a serial): what a QR code carries. */
  digitalLink: z.string().max(300).regex(AI_LINK),
});
export type Label = z.infer<typeof labelSchema>;

/** `qr` carries the Digital Link, `datamatrix` the GS1 element string (and batch and expiry if the label shows them). */
export const labelSymbols = ['qr', 'datamatrix'] as const;
export type LabelSymbol = (typeof labelSymbols)[number];

export const labelDpis = [203, 300] as const;
export type LabelDpi = (typeof labelDpis)[number];

export const labelFormatSchema = z.object({
  widthMm: z.number().min(20).max(110),
  heightMm: z.number().min(15).max(160),
  /** Between two labels on the roll; 0: a roll without gaps. */
  gapMm: z.number().min(0).max(20),
  dpi: z.literal(labelDpis),
  symbol: z.enum(labelSymbols),
  /** Language of the few words that are not of the label's data, and of the shapes of Chinese characters. */
  locale: z.enum(localeCodes),
  showPrice: z.boolean(),
  showBatch: z.boolean(),
  showExpiry: z.boolean(),
});
export type LabelFormat = z.infer<typeof labelFormatSchema>;

/** The sizes of rolls that shops buy; the first is the one to offer first. */
export const labelSizes = [
  { widthMm: 50, heightMm: 30 },
  { widthMm: 40, heightMm: 30 },
  { widthMm: 58, heightMm: 40 },
  { widthMm: 30, heightMm: 20 },
] as const;

/** What a new printer, or a shop that never chose, prints. */
export const defaultLabelFormat: LabelFormat = {
  ...labelSizes[0],
  gapMm: 2,
  dpi: 203,
  symbol: 'qr',
  locale: 'en',
  showPrice: true,
  showBatch: true,
  showExpiry: true,
};

/** Pages for an office printer: A4 with a grid of labels to cut or peel, or a page the size of each label. */
export const labelSheets = ['a4-3x8', 'a4-4x10', 'one-a-page'] as const;
export type LabelSheet = (typeof labelSheets)[number];

/** What label printers understand: Zebra's and TSC's languages, which most others speak too. */
export const printerLanguages = ['zpl', 'tspl'] as const;
export type PrinterLanguage = (typeof printerLanguages)[number];
