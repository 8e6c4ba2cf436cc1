import type { TenderType } from '#schemas/transaction/retail-transaction.ts';
import { m } from '../paraglide/messages.js';

const names: Readonly<Record<TenderType, () => string>> = {
  cash: m.tender_cash,
  card: m.tender_card,
  wallet: m.tender_wallet,
  voucher: m.tender_voucher,
  'gift-card': m.tender_gift_card,
  'store-credit': m.tender_store_credit,
  account: m.tender_account,
  points: m.tender_points,
  deposit: m.tender_deposit,
};

/** How a tender is called on the screen; one of a newer app by its own word. */
export function tenderText(type: string): string {
  return Object.hasOwn(names, type) ? names[type as TenderType]() : type;
}

/** How many points paid or come back, and what is left of them where that is known. */
export function pointsText(points: number, left: number | undefined): string {
  const said = { points: Math.abs(points) };
  if (points < 0) return m.points_come_back(said);
  return left === undefined ? m.points_used(said) : m.points_used_left({ ...said, left });
}
