import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { key } from '../text.ts';

/** The columns whose sum is the stock on hand (S1). */
export const stockColumns = ['received', 'returned', 'movedIn', 'sold', 'movedOut', 'adjusted'] as const;
export type StockColumn = (typeof stockColumns)[number];

/** Stock of one SKU at one place, in pieces. */
export const stockRowSchema = z.object({
  placeId: idSchema,
  skuId: key(40),
  received: z.number().int(),
  returned: z.number().int(),
  movedIn: z.number().int(),
  sold: z.number().int(),
  movedOut: z.number().int(),
  adjusted: z.number().int(),
  /** The moment of the latest approved count of its pieces without item codes; absent: none. */
  countedAtMs: z.number().int().optional(),
});
export type StockRow = z.infer<typeof stockRowSchema>;

export function emptyStock(placeId: string, skuId: string): StockRow {
  return {
    placeId,
    skuId,
    received: 0,
    returned: 0,
    movedIn: 0,
    sold: 0,
    movedOut: 0,
    adjusted: 0,
  };
}

/** [S1] On hand = received + returned + moved in − sold − moved out ± adjusted. */
export function onHand(row: Pick<StockRow, StockColumn>): number {
  return row.received + row.returned + row.movedIn - row.sold - row.movedOut + row.adjusted;
}

/** What a movement in a column adds to what is on hand. */
export function signOf(column: StockColumn): 1 | -1 {
  return column === 'sold' || column === 'movedOut' ? -1 : 1;
}

/**
 * [F2] A movement of pieces, in its row. One of before the latest count was seen by it: whoever counted, counted without what
 * was sold by then. So it is taken out again in `adjusted` (COUNTING.md).
 */
export function addMovement(row: StockRow, column: StockColumn, quantity: number, atMs: number): void {
  row[column] += quantity;
  if (row.countedAtMs !== undefined && atMs <= row.countedAtMs) row.adjusted -= signOf(column) * quantity;
}

export function stockKey(placeId: string, skuId: string): string {
  return `${placeId}|${skuId}`;
}
