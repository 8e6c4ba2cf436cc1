import { m } from '#pwa/paraglide/messages.js';
import type { ConditionKind } from '#pwa/state/segment-form.ts';

const kinds: Readonly<Record<ConditionKind, () => string>> = {
  'seen-within': m.segment_seen,
  'not-seen-within': m.segment_not_seen,
  spent: m.segment_spent,
  visits: m.segment_visits,
  bought: m.segment_bought,
  'not-bought': m.segment_not_bought,
  tier: m.segment_tier,
  points: m.segment_points,
  'birthday-within': m.segment_birthday,
  consent: m.segment_consent,
  'lives-within': m.segment_near,
  rfm: m.segment_rfm,
};

/** What a condition asks, in a word. */
export function kindText(kind: ConditionKind): string {
  return kinds[kind]();
}
