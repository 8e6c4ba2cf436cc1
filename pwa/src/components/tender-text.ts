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
};

/** How a tender is called on the screen; one of a newer app by its own word. */
export function tenderText(type: string): string {
  return Object.hasOwn(names, type) ? names[type as TenderType]() : type;
}
