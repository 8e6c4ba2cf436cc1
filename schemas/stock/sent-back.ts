import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { approvalsSchema } from '../policy/approval.ts';
import { key, text } from '../text.ts';
import { countedGoods, goodsSchema, linesOf } from './goods.ts';

/**
 * Body of `goods-sent-back`: goods that left the store for the supplier that they came from (procurement/SPEC.md, RT1–RT6). They are
 * in stock no longer, and the supplier's next statement takes them off.
 */
export const goodsSentBackSchema = z.object({
  supplierId: key(40),
  supplierName: text(100),
  /** The list that they were picked by. */
  returnId: idSchema,
  note: text(500),
  lines: linesOf(countedGoods(goodsSchema.extend({ placeId: idSchema, reason: text(200) }))),
  approvals: approvalsSchema,
});
export type GoodsSentBack = z.infer<typeof goodsSentBackSchema>;
