import { type Order, type OrderSide, type OrderStepName, standingLines } from './order.ts';

export const measures = ['on-time', 'quality', 'labels', 'notices', 'answers'] as const;
export type Measure = (typeof measures)[number];

/** One thing that happened, as it counts: so much of it was right, of so much. */
export type ScoreFact = {
  measure: Measure;
  /** Which paper it is about. */
  paper: { kind: 'order' | 'delivery' | 'return'; storeId: string; id: string; name: string };
  atMs: number;
  good: number;
  of: number;
};
export type Figure = { good: number; of: number; facts: number };

/** An order with what happened to it. Days are of the store's calendar. */
export type OrderHistory = {
  ref: ScoreFact['paper'];
  state: Pick<Order, 'phase' | 'asked' | 'proposed' | 'agreed'>;
  steps: readonly { side: OrderSide; step: OrderStepName; atMs: number }[];
  /** Pieces that came on it, damaged ones too. */
  came: readonly { skuId: string; quantity: number; day: string }[];
};
/** A delivery with what was received of it. */
export type DeliveryHistory = {
  ref: ScoreFact['paper'];
  atMs: number;
  isClosed: boolean;
  skus: readonly { expected: number; received: number; damaged: number }[];
  /** Codes that were scanned with it and are no goods of the chain. */
  unreadable: number;
};
export type ReturnHistory = { ref: ScoreFact['paper']; atMs: number; pieces: number };

export type ScoreHistory = {
  orders: readonly OrderHistory[];
  deliveries: readonly DeliveryHistory[];
  returns: readonly ReturnHistory[];
};

const hourMs = 3_600_000;

/** [FP6] What happened, as it counts: each fact names its paper, so that both sides see how a figure comes about. */
export function scoreFacts(
  { orders, deliveries, returns }: ScoreHistory,
  { today, nowMs, orderHours }: { today: (storeId: string) => string; nowMs: number; orderHours: number },
): ScoreFact[] {
  return [
    ...orders.flatMap((order) => onTime(order, today(order.ref.storeId))),
    ...orders.flatMap((order) => answers(order, nowMs, orderHours * hourMs)),
    ...deliveries.flatMap(deliveryFacts),
    // What came back was right when it came, and is not.
    ...returns.map(({ ref, atMs, pieces }) => ({
      measure: 'quality' as const,
      paper: ref,
      atMs,
      good: -pieces,
      of: 0,
    })),
  ];
}

/** What both agreed on, whole by its day, or not; before its day nobody knows. */
function onTime({ ref, state, came, steps }: OrderHistory, today: string): ScoreFact[] {
  if (state.agreed === null || state.phase === 'cancelled' || state.phase === 'refused') return [];
  const lines = standingLines({ ...state, version: 0 }).filter(({ quantity }) => quantity > 0);
  if (lines.length === 0) return [];
  const isThere = lines.every(({ skuId, quantity, dueOn }) => {
    const pieces = came.reduce((sum, one) => sum + (one.skuId === skuId && one.day <= dueOn ? one.quantity : 0), 0);
    return pieces >= quantity;
  });
  const isDue = lines.some(({ dueOn }) => dueOn < today);
  if (!isThere && !isDue) return [];
  return [{ measure: 'on-time', paper: ref, atMs: steps.at(-1)?.atMs ?? 0, good: isThere ? 1 : 0, of: 1 }];
}

const asks: readonly OrderStepName[] = ['ordered', 'changed', 'cancelled'];

/** Each time that the buyer asked: answered in time, or not. Who asks again before an answer begins anew. */
function answers({ ref, steps, state }: OrderHistory, nowMs: number, withinMs: number): ScoreFact[] {
  const facts: ScoreFact[] = [];
  let askedAtMs: number | null = null;
  for (const { side, step, atMs } of steps) {
    if (side === 'buyer' && asks.includes(step)) askedAtMs = atMs;
    if (side !== 'supplier' || askedAtMs === null) continue;
    facts.push({ measure: 'answers', paper: ref, atMs, good: atMs - askedAtMs <= withinMs ? 1 : 0, of: 1 });
    askedAtMs = null;
  }
  const waits = state.phase === 'ordered' || state.phase === 'change-asked' || state.phase === 'cancel-asked';
  if (waits && askedAtMs !== null && nowMs - askedAtMs > withinMs) {
    facts.push({ measure: 'answers', paper: ref, atMs: askedAtMs, good: 0, of: 1 });
  }
  return facts;
}

function deliveryFacts({ ref, atMs, isClosed, skus, unreadable }: DeliveryHistory): ScoreFact[] {
  const sum = (pick: (sku: DeliveryHistory['skus'][number]) => number) =>
    skus.reduce((total, sku) => total + pick(sku), 0);
  const received = sum((sku) => sku.received);
  const facts: ScoreFact[] = [];
  if (received > 0) {
    facts.push({ measure: 'quality', paper: ref, atMs, good: received - sum(({ damaged }) => damaged), of: received });
  }
  if (received + unreadable > 0) {
    facts.push({ measure: 'labels', paper: ref, atMs, good: received, of: received + unreadable });
  }
  if (isClosed) {
    const of = sum((sku) => Math.max(sku.expected, sku.received));
    if (of > 0)
      facts.push({
        measure: 'notices',
        paper: ref,
        atMs,
        good: sum((sku) => Math.min(sku.expected, sku.received)),
        of,
      });
  }
  return facts;
}

/** [FP6] Each figure is the sum of its facts: nothing else goes into it. */
export function figuresOf(facts: readonly ScoreFact[]): Record<Measure, Figure> {
  const figures = Object.fromEntries(measures.map((measure) => [measure, { good: 0, of: 0, facts: 0 }])) as Record<
    Measure,
    Figure
  >;
  for (const { measure, good, of } of facts) {
    figures[measure].good += good;
    figures[measure].of += of;
    figures[measure].facts += 1;
  }
  for (const figure of Object.values(figures)) figure.good = Math.max(0, figure.good);
  return figures;
}
