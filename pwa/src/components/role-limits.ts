import { m } from '#pwa/paraglide/messages.js';
import { formatMoney } from '#schemas/money/money.ts';
import { type Limits, limitRights, limitsOfRole, type Measure, type RoleLimits } from '#schemas/policy/limits.ts';
import { percentText } from './limit-text.ts';

/** One limit as a person reads and types it. */
export type LimitRow = {
  /** Names it in a form. */
  key: string;
  of: Measure['of'];
  /** Of an amount; null: it is in percent. */
  currency: string | null;
  title: string;
};
export type LimitedRole = { rights: readonly string[]; limits: RoleLimits };

/** All limits there are, amounts once for each currency of the chain. */
export function limitRows(currencies: readonly string[]): LimitRow[] {
  const amounts = [
    { of: 'open-item', title: m.limit_open_item() },
    { of: 'free-item', title: m.limit_free_item() },
    { of: 'no-receipt', title: m.limit_no_receipt() },
    { of: 'order', title: m.limit_order() },
  ] as const;
  return [
    { key: 'discount', of: 'discount', currency: null, title: m.limit_discount() },
    { key: 'price-cut', of: 'price-cut', currency: null, title: m.limit_price_cut() },
    ...amounts.flatMap(({ of, title }) =>
      currencies.map((currency) => ({ key: `${of} ${currency}`, of, currency, title })),
    ),
  ];
}

/** Those that mean something to a role: it has the right that they limit. */
export function rowsOfRole({ rights }: Pick<LimitedRole, 'rights'>, rows: readonly LimitRow[]): LimitRow[] {
  return rows.filter(({ of }) => limitRights[of].some((right) => rights.includes(right)));
}

/** What holds for a role, set or not: basis points, or minor units; null: no limit. */
export function limitOfRow({ rights, limits }: LimitedRole, { of, currency }: LimitRow): number | null {
  const held = limitsOfRole((right) => rights.includes(right), limits, currency ?? '');
  const value = held[fields[of]];
  return currency === null && value === 10_000 ? null : value;
}

const fields = {
  discount: 'discountBasisPoints',
  'price-cut': 'priceCutBasisPoints',
  'open-item': 'openItemMinor',
  'free-item': 'freeItemMinor',
  'no-receipt': 'noReceiptMinor',
  order: 'orderMinor',
} as const satisfies Record<Measure['of'], keyof Limits>;

/** As the table shows it; null: the role may do nothing of it. */
export function limitCellText(role: LimitedRole, row: LimitRow, locale: string): string | null {
  if (rowsOfRole(role, [row]).length === 0) return null;
  const value = limitOfRow(role, row);
  if (value === null) return m.limit_any();
  return row.currency === null ? percentText(value) : formatMoney(value, row.currency, locale);
}
