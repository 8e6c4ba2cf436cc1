import { discountMinorOf, shelfMinorOf } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { type CustomerView, customerViewOf } from './customer-view.ts';

/** What the customer of this till sees now. `origin`: of this page. */
export function customerViewFrom(app: App, origin: string): CustomerView {
  const { basket, payment, till, preferences } = app;
  const { totals } = payment;
  return customerViewOf({
    config: app.operatorId === null ? null : till.config,
    locale: preferences.locale,
    lines: basket.lines.map((line, index) => {
      const priced = totals?.lines[index];
      const beforeMinor = priced === undefined ? 0 : shelfMinorOf(priced);
      return { line, beforeMinor, amountMinor: priced === undefined ? 0 : beforeMinor - discountMinorOf(priced) };
    }),
    pieces: basket.pieces,
    dueMinor: payment.isOpen ? payment.dueMinor : (totals?.dueMinor ?? 0),
    isPaying: payment.isOpen,
    paid: app.unattendedSale,
    origin,
  });
}
