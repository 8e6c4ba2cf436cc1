import { adjustmentReasonText, unitStepText } from '#pwa/components/stock-text.ts';
import { dayText } from '#pwa/components/time-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { LifeStep } from '#schemas/api/units.ts';
import { formatMoney } from '#schemas/money/money.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';

/** What happened. */
export function lifeStepText({ type, kind }: LifeStep): string {
  if (type === 'label-printed') return m.unit_step_label_printed();
  if (type === 'label-reprinted') return m.unit_step_label_reprinted();
  return unitStepText(type, kind);
}

/** All else that is known of it, part by part. */
export function lifeStepDetails(step: LifeStep, locale: LocaleCode): string[] {
  const { placeId, placeNames, countName, delivery, otherStore, sale, adjustment, sscc, batch, expiresOn } = step;
  const isAway = step.type === 'sent' || step.type === 'delivered';
  return [
    countName && m.unit_step_count({ name: countName }),
    adjustment && adjustmentReasonText(adjustment),
    sale && m.unit_step_receipt({ entry: step.entryId, total: formatMoney(sale.totalMinor, sale.currency, locale) }),
    sale?.member && m.unit_step_member({ name: sale.member.name }),
    sale?.hasMember && !sale.member && m.unit_step_member_hidden(),
    otherStore && (isAway ? m.unit_step_to_store : m.unit_step_from_store)({ store: otherStore.storeName }),
    delivery && deliveryText(delivery),
    sscc && m.unit_step_carton({ sscc }),
    placeId &&
      !isAway &&
      step.type !== 'announced' &&
      m.unit_step_place({ place: placeNames ? nameIn(placeNames, locale) : placeId }),
    batch && m.unit_step_batch({ batch }),
    expiresOn && m.unit_step_expires({ day: dayText(expiresOn, locale) }),
  ].filter((part): part is string => typeof part === 'string' && part !== '');
}

function deliveryText({ reference, sourceName }: NonNullable<LifeStep['delivery']>): string {
  return reference === ''
    ? m.unit_step_delivery_plain({ source: sourceName })
    : m.unit_step_delivery({ reference, source: sourceName });
}
