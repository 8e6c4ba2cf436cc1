import { z } from 'zod';
import { key, namesSchema, text } from '../text.ts';

const countSchema = z.number().int().min(0);

export const orderFileColumns = ['sku', 'gtin', 'article', 'quantity', 'unit_cost', 'due_on'] as const;
export type OrderFileColumn = (typeof orderFileColumns)[number];
export const orderFileProblemCodes = [
  ...['too-few-cells', 'too-many-cells', 'quote-not-closed', 'record-too-long', 'unreadable-character', 'formula'],
  ...['goods-missing', 'goods-unknown', 'goods-differ', 'goods-twice', 'gtin-wrong', 'gtin-rounded'],
  ...['quantity-format', 'cost-format', 'day-format'],
] as const;
export const maxOrderFileBytes = 1_000_000;

/**
 * `POST /api/stores/:store/orders/csv?supplier=` (`order-goods`): reads a file as lines of an order to that supplier and keeps nothing.
 * Goods are named by SKU, GTIN or the supplier's article; where several are given they are the same goods. A cost or day that is not
 * given is null. With a problem in any row there are no lines.
 */
export const orderFileQuerySchema = z.object({ supplier: key(40) });
export const orderFileSchema = z.object({
  failure: z
    .object({
      code: z.enum(['encoding-unknown', 'column-missing', 'column-twice', 'empty-file', 'too-many-rows']),
      columns: z.array(text(80)),
    })
    .nullable(),
  /** The first thousand, by line. */
  problems: z.array(
    z.object({
      line: z.number().int(),
      column: z.enum(orderFileColumns).nullable(),
      read: text(80),
      code: z.enum(orderFileProblemCodes as unknown as [string, ...string[]]),
      detail: text(100).optional(),
    }),
  ),
  problemCount: countSchema,
  unknownColumns: z.array(text(80)),
  lines: z.array(
    z.object({
      ...{ skuId: key(40), names: namesSchema, variant: namesSchema.nullable(), quantity: countSchema },
      ...{ unitCostMinor: countSchema.nullable(), dueOn: z.iso.date().nullable() },
    }),
  ),
});
export type OrderFile = z.infer<typeof orderFileSchema>;
