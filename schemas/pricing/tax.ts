import { z } from 'zod';
import { scaleMinor } from '../money/money.ts';

/** One tax class of a store, e.g. `standard` at 2000 basis points (20 %). */
export const taxClassSchema = z.object({
  taxClass: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  rateBasisPoints: z.number().int().min(0).max(10_000),
});

export const taxRulesSchema = z.object({
  /** true: shelf prices hold the tax already (EU, UK, China); false: it is added (US). */
  pricesIncludeTax: z.boolean(),
  classes: z.array(taxClassSchema).min(1).max(20),
  /** The smallest step that cash can pay, in minor units: 1 for none, 5, 10, 100. */
  cashStepMinor: z.number().int().min(1).max(1000),
});
export type TaxRules = z.infer<typeof taxRulesSchema>;

/** Tax of one line, rounded per line, half away from zero. `amountMinor` = price × quantity, negative for a return. */
export function taxOfLine(
  amountMinor: number,
  rateBasisPoints: number,
  pricesIncludeTax: boolean,
): { netMinor: number; taxMinor: number; totalMinor: number } {
  if (pricesIncludeTax) {
    const taxMinor = scaleMinor(amountMinor, rateBasisPoints, 10_000 + rateBasisPoints);
    return {
      netMinor: amountMinor - taxMinor,
      taxMinor,
      totalMinor: amountMinor,
    };
  }
  const taxMinor = scaleMinor(amountMinor, rateBasisPoints, 10_000);
  return {
    netMinor: amountMinor,
    taxMinor,
    totalMinor: amountMinor + taxMinor,
  };
}

/** The rate of a class; a class that the store does not know is taxed by the first, so that a sale is never refused. */
export function rateOf(rules: TaxRules, taxClass: string): number {
  const known = rules.classes.find((entry) => entry.taxClass === taxClass) ?? rules.classes[0];
  return known?.rateBasisPoints ?? 0;
}
