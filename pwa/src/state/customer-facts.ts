import type { App } from './app.svelte.ts';
import { type CustomerView, customerViewOf } from './customer-view.ts';

/** What the customer of this till sees now. `origin`: of this page. */
export function customerViewFrom(app: App, origin: string): CustomerView {
  const { basket, payment, till, preferences } = app;
  const { quote } = app.pricing;
  return customerViewOf({
    config: app.operatorId === null ? null : till.config,
    locale: preferences.locale,
    lines: (quote?.lines ?? []).map(({ line, quoted }) => {
      return { line, beforeMinor: quoted?.shelfMinor ?? 0, amountMinor: quoted?.amountMinor ?? 0 };
    }),
    pieces: basket.pieces,
    dueMinor: payment.isOpen ? payment.dueMinor : (quote?.dueMinor ?? 0),
    isPaying: payment.isOpen,
    paid: app.unattendedSale,
    origin,
    isTraining: app.training.isOn,
  });
}
