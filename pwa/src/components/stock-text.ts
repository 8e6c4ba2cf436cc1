import { m } from '#pwa/paraglide/messages.js';
import { formatGtin, isGtin14 } from '#schemas/item-code/gtin.ts';
import type { FactKind } from '#schemas/journal/kinds.ts';
import type { AdjustmentReason } from '#schemas/stock/goods.ts';
import type { Place, PlaceKind } from '#schemas/stock/place.ts';
import type { UnitState, UnitStepType } from '#schemas/stock/unit-states.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';

const stateTexts: Readonly<Record<UnitState, () => string>> = {
  commissioned: m.unit_state_commissioned,
  expected: m.unit_state_expected,
  'in-stock': m.unit_state_in_stock,
  reserved: m.unit_state_reserved,
  'set-aside': m.unit_state_set_aside,
  'in-transit': m.unit_state_in_transit,
  elsewhere: m.unit_state_elsewhere,
  sold: m.unit_state_sold,
  gone: m.unit_state_gone,
  'sent-back': m.unit_state_sent_back,
  missing: m.unit_state_missing,
};

/** Where a unit stands, in a few words. */
export function unitStateText(state: UnitState): string {
  return stateTexts[state]();
}

const stepTexts: Readonly<Record<UnitStepType, () => string>> = {
  commissioned: m.unit_step_commissioned,
  announced: m.unit_step_announced,
  received: m.unit_step_received,
  'received-damaged': m.unit_step_received_damaged,
  arrived: m.unit_step_arrived,
  'arrived-damaged': m.unit_step_arrived_damaged,
  moved: m.unit_step_moved,
  sent: m.unit_step_sent,
  delivered: m.unit_step_delivered,
  reserved: m.unit_step_reserved,
  'set-aside': m.unit_step_set_aside,
  sold: m.unit_step_sold,
  returned: m.unit_step_returned,
  'returned-damaged': m.unit_step_returned_damaged,
  'written-off': m.unit_step_written_off,
  'sent-back': m.unit_step_sent_back,
  found: m.unit_step_found,
  missed: m.unit_step_missed,
};

/** What a stock-take makes of steps that happen without one, too. */
const countedTexts: Partial<Record<UnitStepType, () => string>> = {
  found: m.unit_step_found_counting,
  moved: m.unit_step_moved_counting,
};

/** What happened to a unit, by which kind of entry. */
export function unitStepText(step: UnitStepType | 'counted', kind: FactKind): string {
  if (step === 'counted') return m.unit_step_counted();
  return (kind === 'count-approved' ? countedTexts[step] : undefined)?.() ?? stepTexts[step]();
}

const reasonTexts: Readonly<Record<AdjustmentReason, () => string>> = {
  opening: m.adjust_reason_opening,
  damaged: m.adjust_reason_damaged,
  lost: m.adjust_reason_lost,
  found: m.adjust_reason_found,
  correction: m.adjust_reason_correction,
  theft: m.adjust_reason_theft,
  'own-use': m.adjust_reason_own_use,
  expired: m.adjust_reason_expired,
};

/** Why stock was written off or put right. */
export function adjustmentReasonText(reason: AdjustmentReason): string {
  return reasonTexts[reason]();
}

const placeKindTexts: Readonly<Record<PlaceKind, () => string>> = {
  'sales-floor': m.place_kind_sales_floor,
  'stock-room': m.place_kind_stock_room,
  shelf: m.place_kind_shelf,
  'set-aside': m.place_kind_set_aside,
};

/** What kind of place in the store it is. */
export function placeKindText(kind: PlaceKind): string {
  return placeKindTexts[kind]();
}

/** A place by its name; one that is no longer there, by its id. */
export function placeText(places: readonly Place[], placeId: string, locale: LocaleCode): string {
  const place = places.find((one) => one.placeId === placeId);
  return place ? nameIn(place.names, locale) : placeId;
}

/** A GTIN as it stands under its barcode. */
export function shownGtin(gtin14: string): string {
  return isGtin14(gtin14) ? formatGtin(gtin14) : gtin14;
}
