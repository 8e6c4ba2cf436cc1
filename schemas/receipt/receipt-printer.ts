import { z } from 'zod';
import { receiptSchema } from './receipt.ts';
import { slipSchema } from './slip.ts';

/** Widths of paper rolls, in millimetres. */
export const receiptPapersMm = [58, 80] as const;

/** What a receipt printer can. */
export const receiptProfileSchema = z.object({
  paperMm: z.literal(receiptPapersMm),
  /** It has the characters of GB 18030 in its memory; otherwise Chinese is drawn. */
  hasChineseFont: z.boolean(),
  hasCutter: z.boolean(),
  /** A cash drawer hangs on it. */
  hasDrawer: z.boolean(),
});
export type ReceiptProfile = z.infer<typeof receiptProfileSchema>;

export const defaultReceiptProfile: ReceiptProfile = {
  paperMm: 80,
  hasChineseFont: false,
  hasCutter: true,
  hasDrawer: true,
};

/** What a receipt printer does at once: a receipt, the drawer, or both; or a slip. */
export const printoutSchema = z
  .object({ receipt: receiptSchema.nullable(), opensDrawer: z.boolean(), slip: slipSchema.optional() })
  .refine(({ receipt, opensDrawer, slip }) => receipt !== null || opensDrawer || slip !== undefined, 'nothing to do')
  .refine(({ receipt, opensDrawer, slip }) => !(slip && (receipt || opensDrawer)), 'a slip is a page of its own')
  .refine(({ receipt, opensDrawer }) => !(receipt?.isCopy && opensDrawer), 'a copy opens no drawer');
export type Printout = z.infer<typeof printoutSchema>;
