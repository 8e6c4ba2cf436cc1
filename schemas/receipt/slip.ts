import { z } from 'zod';
import { codeTextSchema } from '../fiscal/fiscal-block.ts';
import { localeCodes, text } from '../text.ts';

const rowSchema = z.object({ name: text(200, 1), value: text(200), isStrong: z.boolean() });

/** A page for a receipt printer that stands for no sale, an X or Z report: what a screen says, in its words and language. */
export const slipSchema = z.object({
  locale: z.enum(localeCodes),
  title: text(100, 1),
  storeName: text(200),
  /** Scanned off the paper: drawn below the name of the store. */
  code: codeTextSchema.optional(),
  /** A rule before each. */
  sections: z.array(z.object({ title: text(100), rows: z.array(rowSchema).max(200), note: text(2_000) })).max(20),
});
export type Slip = z.infer<typeof slipSchema>;
