import type { AccountBound, AccountItem } from '#schemas/payment/customer-account.ts';
import { m } from '../paraglide/messages.js';
import type { ChosenAccount } from '../state/account-desk.svelte.ts';
import type { Payment } from '../state/payment.svelte.ts';

const bounds: Record<
  AccountBound,
  (row: ChosenAccount['row'] | null, payment: Payment, money: (minor: number) => string) => string
> = {
  blocked: (row) => m.pay_account_bound_blocked({ reason: row?.blockedReason ?? '' }),
  'over-limit': (row, _, money) => m.pay_account_bound_limit({ limit: money(row?.limitMinor ?? 0) }),
  'signer-unlisted': (row) => m.pay_account_bound_signer({ names: row?.signers.join(', ') ?? '' }),
  'not-offline': () => m.pay_account_bound_offline(),
  'over-offline-limit': (_, payment, money) =>
    m.pay_account_bound_offline_limit({ amount: money(payment.parts.rule('account').offlineLimitMinor ?? 0) }),
};

/** Why a sale on account takes a second person. */
export function accountBoundText(
  bound: AccountBound,
  row: ChosenAccount['row'] | null,
  payment: Payment,
  money: (minor: number) => string,
): string {
  return bounds[bound](row, payment, money);
}

const kinds: Record<AccountItem['kind'], () => string> = {
  sale: m.customer_account_item_sale,
  refund: m.customer_account_item_refund,
  payment: m.customer_account_item_payment,
  correction: m.customer_account_item_correction,
};

export function accountItemText(kind: AccountItem['kind']): string {
  return kinds[kind]();
}
