import { z } from 'zod';
import { text } from '../text.ts';

/** What a QR code on a receipt says: an address, or what a tax authority wants read. */
export const codeTextSchema = z.string().regex(/^[ -~]{1,500}$/);

/** What a tax authority wants on paper: lines of text and up to two QR codes. */
export const fiscalBlockSchema = z.object({ lines: z.array(text(200)).max(40), codes: z.array(codeTextSchema).max(2) });
export type FiscalBlock = z.infer<typeof fiscalBlockSchema>;
