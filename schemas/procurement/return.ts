import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { fail, ok, type Result } from '../result.ts';
import { goodsSchema, wholeGoods } from '../stock/goods.ts';
import { key, text } from '../text.ts';
import type { OrderSide } from './order.ts';

export const returnReasons = ['damaged', 'wrong-goods', 'too-many', 'expired', 'recalled', 'unsold', 'other'] as const;
export type ReturnReason = (typeof returnReasons)[number];
export const maxReturnLines = 500;

/** Goods to pick: so many pieces, or these units. */
export const returnLineSchema = wholeGoods(
  goodsSchema.extend({ quantity: z.number().int().min(1).max(1_000_000), reason: z.enum(returnReasons) }),
);
export type ReturnLine = z.infer<typeof returnLineSchema>;
const gotSchema = z.object({ skuId: key(40), quantity: z.number().int().min(0).max(100_000_000) });
export type GotBack = z.infer<typeof gotSchema>;

const note = text(500).default('');
/** One thing that one side says of goods that go back (SPEC.md, RT1–RT6). */
export const returnStepSchema = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('planned'),
    lines: z.array(returnLineSchema).min(1).max(maxReturnLines),
    note,
  }),
  z.object({ step: z.literal('cancelled'), note: text(500, 1) }),
  z.object({
    step: z.literal('confirmed'),
    got: z
      .array(gotSchema)
      .max(maxReturnLines)
      .refine((got) => new Set(got.map(({ skuId }) => skuId)).size === got.length, 'a SKU is there twice'),
    note,
  }),
]);
export type SupplierReturnStep = z.infer<typeof returnStepSchema>;

export type SupplierReturn = {
  phase: 'planned' | 'cancelled' | 'confirmed';
  version: number;
  lines: ReturnLine[];
  note: string;
  /** What the supplier says it got; null: it has not said. */
  got: GotBack[] | null;
};
export type ReturnFault = { code: 'not-now' | 'not-yours' };

/** [RT1] The return after one side has taken a step; null before it was planned. `isSent`: something of it has left. */
export function takeReturnStep(
  before: SupplierReturn | null,
  side: OrderSide,
  step: SupplierReturnStep,
  isSent: boolean,
): Result<SupplierReturn, ReturnFault> {
  if ((step.step === 'confirmed') !== (side === 'supplier')) return fail({ code: 'not-yours' });
  const version = (before?.version ?? 0) + 1;
  // [RT2] What has left is no plan any more; what the supplier has not been sent it cannot have.
  if (before?.phase === 'cancelled' || isSent !== (step.step === 'confirmed')) return fail({ code: 'not-now' });
  if (step.step === 'planned') return ok({ phase: 'planned', version, lines: step.lines, note: step.note, got: null });
  if (before === null) return fail({ code: 'not-now' });
  if (step.step === 'cancelled') return ok({ ...before, phase: 'cancelled', version });
  return ok({ ...before, phase: 'confirmed', version, got: step.got });
}

/** A list that a store is to pick by, as its tills have it. */
export const pickListSchema = z.object({
  returnId: idSchema,
  number: z.number().int().min(1),
  ...{ supplierId: key(40), supplierName: text(100) },
  note: text(500),
  lines: z.array(returnLineSchema).max(maxReturnLines),
});
export type PickList = z.infer<typeof pickListSchema>;
/** So many of a store are open at once, so that its tills' facts stay small. */
export const maxOpenReturns = 20;
