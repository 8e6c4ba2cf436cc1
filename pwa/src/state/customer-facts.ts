import { shownPayCode } from '#schemas/payment/attempt.ts';
import type { App } from './app.svelte.ts';
import { type CustomerView, customerViewOf } from './customer-view.ts';

/** What the customer of this till sees now. `origin`: of this page. */
export function customerViewFrom(app: App, origin: string): CustomerView {
  const { basket, payment, till, preferences } = app;
  const { quote } = app.pricing;
  const waiting = payment.isOpen ? payment.parts.waiting : null;
  return customerViewOf({
    config: app.operatorId === null ? null : till.config,
    locale: preferences.locale,
    lines: (quote?.lines ?? []).map(({ line, quoted }) => {
      return { line, beforeMinor: quoted?.shelfMinor ?? 0, amountMinor: quoted?.amountMinor ?? 0 };
    }),
    pieces: basket.pieces,
    // What is under way counts as paid, and is what the customer is asked for all the same.
    dueMinor: waiting?.amountMinor ?? (payment.isOpen ? payment.dueMinor : (quote?.dueMinor ?? 0)),
    payCode: waiting?.attempt ? shownPayCode(waiting.attempt) : null,
    isPaying: payment.isOpen,
    paid: app.unattendedSale,
    origin,
    isTraining: app.training.isOn,
  });
}
