import { m } from '#pwa/paraglide/messages.js';
import type { WebhookMessage } from '#schemas/api/webhooks.ts';

const eventTexts: Readonly<Record<string, () => string>> = {
  'order.changed': m.webhooks_event_order,
  'delivery.changed': m.webhooks_event_delivery,
  'statement.changed': m.webhooks_event_statement,
  'return.changed': m.webhooks_event_return,
  'contract.changed': m.webhooks_event_contract,
  'complaint.changed': m.webhooks_event_complaint,
  test: m.webhooks_event_test,
};
const troubleTexts: Readonly<Record<string, () => string>> = {
  timeout: m.webhooks_trouble_timeout,
  unreachable: m.webhooks_trouble_unreachable,
  'address-not-allowed': m.webhooks_trouble_address,
  'no-secret': m.webhooks_trouble_secret,
  ended: m.webhooks_trouble_ended,
};
const outcomeTexts = {
  waiting: m.webhooks_outcome_waiting,
  taken: m.webhooks_outcome_taken,
  'given-up': m.webhooks_outcome_given_up,
};

/** A newer server may tell of more; then its own name for it is shown. */
export function webhookEventText(event: string): string {
  return eventTexts[event]?.() ?? event;
}

export function webhookOutcomeText({ outcome }: WebhookMessage): string {
  return outcomeTexts[outcome]();
}

/** Why the last attempt failed. */
export function webhookTroubleText({ trouble, status }: WebhookMessage): string {
  if (trouble === 'bad-status') return m.webhooks_trouble_status({ status: String(status ?? 0) });
  return troubleTexts[trouble ?? '']?.() ?? trouble ?? '';
}
