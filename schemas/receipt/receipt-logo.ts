import { z } from 'zod';

/** Dots across the paper, and the most that a logo is high, by the paper's width in millimetres; at 203 dpi. */
export const logoRooms = { 58: { width: 384, height: 160 }, 80: { width: 576, height: 240 } } as const;

/** Black and white, one bit a dot: rows of whole bytes, the leftmost dot in the highest bit; 1 is black. */
function pictureSchema(room: { width: number; height: number }) {
  return z
    .object({
      width: z.number().int().min(1).max(room.width),
      height: z.number().int().min(1).max(room.height),
      rows: z.base64().max(Math.ceil((room.width * room.height) / 8 / 3) * 4),
    })
    .refine(({ width, height, rows }) => bytesOf(rows) === Math.ceil(width / 8) * height, 'rows × height ≠ dots');
}

/** The shop's sign, drawn for each width of paper: one that is made smaller afterwards is a grey mess. */
export const receiptLogoSchema = z.object({ 58: pictureSchema(logoRooms[58]), 80: pictureSchema(logoRooms[80]) });
export type ReceiptLogo = z.infer<typeof receiptLogoSchema>;

/** Bytes that base64 stands for. */
function bytesOf(base64: string): number {
  return (base64.length / 4) * 3 - (/=*$/.exec(base64)?.[0].length ?? 0);
}
