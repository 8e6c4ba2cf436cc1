import { z } from 'zod';
import { minorSchema } from '../money/money.ts';

/** A store's rules for what comes back. */
export const returnRulesSchema = z.object({
  /** So many days after the sale; null: always. Later takes the right `return-without-receipt`. */
  days: z.number().int().min(0).max(36_500).nullable(),
  /** How it is paid back without a receipt. */
  withoutReceipt: z.enum(['store-credit', 'any-tender']),
  /** Without a receipt, in one ticket; null: no limit. */
  withoutReceiptLimitMinor: minorSchema.min(0).nullable(),
});
export type ReturnRules = z.infer<typeof returnRulesSchema>;

/** Of a store that has set none: approval is asked for, and nothing else is ruled. */
export const defaultReturnRules: ReturnRules = {
  days: null,
  withoutReceipt: 'any-tender',
  withoutReceiptLimitMinor: null,
};

const dayMs = 86_400_000;

/** Whether a sale of one business day may come back on another, both `2026-11-22`. */
export function isWithinDays({ days }: Pick<ReturnRules, 'days'>, soldOn: string, today: string): boolean {
  return days === null || (Date.parse(today) - Date.parse(soldOn)) / dayMs <= days;
}
