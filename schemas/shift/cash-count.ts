import { z } from 'zod';
import { minorSchema } from '../money/money.ts';

export const maxPieces = 100_000;

/** So many pieces of one note or coin. */
export const piecesCountedSchema = z.object({
  valueMinor: minorSchema.min(1),
  pieces: z.number().int().min(1).max(maxPieces),
});
export type PiecesCounted = z.infer<typeof piecesCountedSchema>;

/** Cash that somebody counted: by notes and coins, or as a sum alone (`pieces` null). */
export const cashCountSchema = z
  .object({
    totalMinor: minorSchema.min(0),
    pieces: z.array(piecesCountedSchema).max(60).nullable(),
  })
  .refine(({ pieces, totalMinor }) => pieces === null || sumOfPieces(pieces) === totalMinor, 'pieces ≠ total')
  .refine(
    ({ pieces }) => pieces === null || new Set(pieces.map(({ valueMinor }) => valueMinor)).size === pieces.length,
    'a note or coin is counted once',
  );
export type CashCount = z.infer<typeof cashCountSchema>;

export function sumOfPieces(pieces: readonly PiecesCounted[]): number {
  return pieces.reduce((sum, { valueMinor, pieces: count }) => sum + valueMinor * count, 0);
}
