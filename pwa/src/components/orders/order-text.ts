import { m } from '#pwa/paraglide/messages.js';
import type { OrderDetail, OrderSummary } from '#schemas/api/orders.ts';
import type { OrderPhase, OrderSide, OrderStepName } from '#schemas/procurement/order.ts';
import { type GoodsStage, shortPieces } from '#schemas/procurement/order-progress.ts';

const phaseTexts: Readonly<Record<OrderPhase, () => string>> = {
  draft: m.order_phase_draft,
  'to-approve': m.order_phase_to_approve,
  ordered: m.order_phase_ordered,
  proposed: m.order_phase_proposed,
  confirmed: m.order_phase_confirmed,
  'change-asked': m.order_phase_change_asked,
  'cancel-asked': m.order_phase_cancel_asked,
  discarded: m.order_phase_discarded,
  refused: m.order_phase_refused,
  cancelled: m.order_phase_cancelled,
  closed: m.order_phase_closed,
};

const stageTexts: Readonly<Record<GoodsStage, () => string>> = {
  none: m.order_phase_confirmed,
  shipped: m.order_phase_shipped,
  'part-received': m.order_phase_part,
  received: m.order_phase_here,
};

/** Where an order stands, in a word or two: while nobody is asked for a word, where its goods are. */
export function orderPhaseText({ phase, stage }: Pick<OrderSummary, 'phase' | 'stage'>): string {
  return phase === 'confirmed' ? stageTexts[stage]() : phaseTexts[phase]();
}

type Differing = Pick<OrderSummary, 'phase' | 'stage' | 'short' | 'missing' | 'damaged'>;

/** What did not come as it should have; null: nothing that is known. Of what is over, all that never came. */
export function orderDifferenceText(
  { phase, stage, short, missing, damaged }: Differing,
  locale: string,
): string | null {
  const count = new Intl.NumberFormat(locale);
  const absent = phase === 'closed' ? missing : shortPieces({ stage, short, missing });
  const parts = [
    absent > 0 && m.order_short({ count: count.format(absent) }),
    damaged > 0 && m.order_damaged({ count: count.format(damaged) }),
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : parts.join(' · ');
}

const saidTexts: Readonly<Record<OrderStepName, () => string>> = {
  drafted: m.order_said_drafted,
  discarded: m.order_said_discarded,
  ordered: m.order_said_ordered,
  'approval-asked': m.order_said_approval_asked,
  'approval-denied': m.order_said_approval_denied,
  changed: m.order_said_changed,
  accepted: m.order_said_accepted,
  declined: m.order_said_declined,
  cancelled: m.order_said_cancelled,
  closed: m.order_said_closed,
  confirmed: m.order_said_confirmed,
  proposed: m.order_said_proposed,
  refused: m.order_said_refused,
};

export function orderStepText(step: OrderStepName): string {
  return saidTexts[step]();
}

/** Who said it: a person of one's own side by name, the other side as the house that it is. */
export function whoSaid(
  { side, name }: Pick<OrderDetail['history'][number], 'side' | 'name'>,
  { storeName, supplierName }: Pick<OrderDetail, 'storeName' | 'supplierName'>,
): string {
  return name ?? (side === 'buyer' ? storeName : supplierName);
}

/** Who has the next word, as this side reads it. */
export function orderTurnText(
  { awaits, phase, storeName, supplierName }: OrderSummary,
  side: OrderSide,
): string | null {
  if (awaits === null) return null;
  if (awaits !== side) return m.order_waits_for({ name: awaits === 'supplier' ? supplierName : storeName });
  if (phase === 'to-approve') return m.order_waits_approval();
  return phase === 'draft' ? m.order_waits_draft() : m.order_waits_for_you();
}
