import { parseDecimal } from '#schemas/money/money.ts';

/** Minor units of what a person typed, with a point or a comma before the minor units; null: no amount. */
export function typedAmount(typed: string, currency: string): number | null {
  return parseDecimal(typed.trim().replace(',', '.'), currency);
}
