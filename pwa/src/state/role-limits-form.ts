import { minorDigits } from '#schemas/money/money.ts';
import type { Measure, RoleLimits } from '#schemas/policy/limits.ts';
import { typedAmount } from './typed-amount.ts';

/** A limit that is typed: in percent, or in a currency. `value`: basis points or minor units; null: no limit. */
export type LimitField = { key: string; of: Measure['of']; currency: string | null; value: number | null };

/** What stands in a field at first. */
export function limitTyped({ currency, value }: LimitField): string {
  if (value === null) return '';
  const digits = currency === null ? 2 : minorDigits(currency);
  const text = (value / 10 ** digits).toFixed(digits);
  return currency === null ? text.replace(/\.?0+$/, '') || '0' : text;
}

/** What a field says; undefined: nothing that could be a limit. */
export function limitMeant({ currency }: Pick<LimitField, 'currency'>, typed: string): number | null | undefined {
  if (typed.trim() === '') return null;
  // Percent have two decimals, as euros do: hundredths of them are basis points.
  const value = typedAmount(typed, currency ?? 'EUR');
  if (value === null || value < 0) return undefined;
  if (currency === null && value > 10_000) return undefined;
  return value > 1_000_000_000_000 ? undefined : value;
}

/** What the form sets; null where a field says nothing that could be a limit. */
export function limitsOfForm(
  fields: readonly LimitField[],
  typed: Readonly<Record<string, string>>,
): RoleLimits | null {
  const limits: RoleLimits = {};
  for (const field of fields) {
    const value = limitMeant(field, typed[field.key] ?? '');
    if (value === undefined) return null;
    if (field.currency === null) {
      const basisPoints = value ?? 10_000;
      if (field.of === 'discount') limits.discountBasisPoints = basisPoints;
      else limits.priceCutBasisPoints = basisPoints;
    } else {
      const name = amountNames[field.of as keyof typeof amountNames];
      limits[name] = { ...limits[name], [field.currency]: value };
    }
  }
  return limits;
}

const amountNames = {
  'open-item': 'openItem',
  'free-item': 'freeItem',
  'no-receipt': 'noReceipt',
  order: 'order',
} as const;
