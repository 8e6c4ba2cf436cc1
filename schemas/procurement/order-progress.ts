import type { DeliveryState } from '../stock/delivery-rows.ts';
import type { OrderLine, OrderStep } from './order.ts';

/** Pieces of one line. */
export type LineProgress = {
  lineNumber: number;
  /** By notices of the supplier. */
  announced: number;
  /** Damaged ones too. */
  received: number;
  damaged: number;
  /** Announced, not here, and their delivery is still open. */
  onTheWay: number;
  /** Announced, not here, and nothing more of their delivery is awaited. */
  short: number;
  /** Ordered − received, not below 0. */
  missing: number;
};

export type OrderProgress = {
  lines: LineProgress[];
  /** What came, or was announced, on this order and is in none of its lines. */
  others: { skuId: string; announced: number; received: number }[];
};

type Pieces = Omit<LineProgress, 'lineNumber' | 'missing'>;
const nothing: Pieces = { announced: 0, received: 0, damaged: 0, onTheWay: 0, short: 0 };

/** [OR6] How far an order is: what its deliveries announced and stores received, by SKU; `lines` name each SKU once. */
export function orderProgress(lines: readonly OrderLine[], deliveries: readonly DeliveryState[]): OrderProgress {
  const bySku = new Map<string, Pieces>();
  for (const { skus, isClosed } of deliveries) {
    for (const { skuId, expected, received, damaged } of skus) {
      const sum = bySku.get(skuId) ?? { ...nothing };
      sum.announced += expected;
      sum.received += received;
      sum.damaged += damaged;
      sum[isClosed ? 'short' : 'onTheWay'] += Math.max(0, expected - received);
      bySku.set(skuId, sum);
    }
  }
  const ordered = new Set(lines.map(({ skuId }) => skuId));
  return {
    lines: lines.map(({ lineNumber, skuId, quantity }) => {
      const sum = bySku.get(skuId) ?? nothing;
      return { lineNumber, ...sum, missing: Math.max(0, quantity - sum.received) };
    }),
    others: Array.from(bySku, ([skuId, { announced, received }]) => ({ skuId, announced, received })).filter(
      ({ skuId }) => !ordered.has(skuId),
    ),
  };
}

export const goodsStages = ['none', 'shipped', 'part-received', 'received'] as const;
export type GoodsStage = (typeof goodsStages)[number];

/** [OR6] How far the goods of an order are, whatever was said of it and in whichever order its deliveries and receipts came. */
export function goodsStage({ lines }: Pick<OrderProgress, 'lines'>): GoodsStage {
  if (lines.some(({ received }) => received > 0)) {
    return lines.every(({ missing }) => missing === 0) ? 'received' : 'part-received';
  }
  return lines.some(({ announced }) => announced > 0) ? 'shipped' : 'none';
}

/**
 * What the buyer asked for, as far as it stands: the last draft, or the last change that the supplier took. What is agreed may be
 * less. `steps` are all of an order, oldest first.
 */
export function linesOrdered(steps: readonly OrderStep[]): OrderLine[] {
  let ordered: OrderLine[] = [];
  let changed: OrderLine[] | null = null;
  let isAgreed = false;
  for (const step of steps) {
    if (step.step === 'drafted' || (step.step === 'changed' && !isAgreed)) ordered = step.lines;
    else if (step.step === 'changed') changed = step.lines;
    else if (step.step === 'confirmed' || step.step === 'accepted') {
      isAgreed = true;
      ordered = changed ?? ordered;
      changed = null;
    } else if (step.step !== 'proposed') changed = null;
  }
  return ordered;
}

/** The first day, up to yesterday, on which something of these lines should have been there and is not; null: nothing is late. */
export function lateSince(lines: readonly OrderLine[], progress: OrderProgress, today: string): string | null {
  const missing = new Map(progress.lines.map((line) => [line.lineNumber, line.missing]));
  const late = lines.filter(({ lineNumber, dueOn }) => dueOn < today && (missing.get(lineNumber) ?? 0) > 0);
  return late.map(({ dueOn }) => dueOn).toSorted()[0] ?? null;
}

type Behind = Pick<LineProgress, 'damaged' | 'missing' | 'short'> & { stage: GoodsStage; lateSince: string | null };

/** Pieces that were announced, did not come and are still missing. */
export function shortPieces({ stage, short, missing }: Omit<Behind, 'damaged' | 'lateSince'>): number {
  return stage === 'received' ? 0 : Math.min(short, missing);
}

/** [OR6] Whether an order that goes on is not as it was agreed: late, short or in part damaged. */
export function isBehind(order: Behind): boolean {
  return order.lateSince !== null || order.damaged > 0 || shortPieces(order) > 0;
}
