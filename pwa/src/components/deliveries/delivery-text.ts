import { m } from '#pwa/paraglide/messages.js';
import type { DeliveryStage, DeliverySummary } from '#schemas/api/deliveries.ts';

const stageTexts: Readonly<Record<DeliveryStage, () => string>> = {
  awaited: m.deliveries_state_awaited,
  receiving: m.deliveries_state_receiving,
  closed: m.deliveries_state_closed,
};

export function deliveryStageText(stage: DeliveryStage): string {
  return stageTexts[stage]();
}

/** Where a delivery comes from. */
export function deliverySourceText({ source }: Pick<DeliverySummary, 'source'>): string {
  return source.type === 'transfer' ? m.deliveries_from_store({ name: source.name }) : source.name;
}

/** A calendar day, which has no time zone. */
export function dayText(day: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(day));
}

/** Whether a delivery should have come before the day that it is now in the store. */
export function isOverdue(
  { expectedOn, state }: Pick<DeliverySummary, 'expectedOn' | 'state'>,
  nowMs: number,
  timeZone: string,
): boolean {
  if (expectedOn === null || state === 'closed') return false;
  return expectedOn < new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(nowMs);
}
