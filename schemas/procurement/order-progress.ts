import type { DeliveryState } from '../stock/delivery-rows.ts';
import type { OrderLine } from './order.ts';

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
  /** Ordered − received, not below 0. */
  missing: number;
};

export type OrderProgress = {
  lines: LineProgress[];
  /** What came, or was announced, on this order and is in none of its lines. */
  others: { skuId: string; announced: number; received: number }[];
};

/** [OR6] How far an order is: what its deliveries announced and stores received, by SKU; `lines` name each SKU once. */
export function orderProgress(lines: readonly OrderLine[], deliveries: readonly DeliveryState[]): OrderProgress {
  const bySku = new Map<string, Omit<LineProgress, 'lineNumber' | 'missing'>>();
  for (const { skus, isClosed } of deliveries) {
    for (const { skuId, expected, received, damaged } of skus) {
      const sum = bySku.get(skuId) ?? { announced: 0, received: 0, damaged: 0, onTheWay: 0 };
      sum.announced += expected;
      sum.received += received;
      sum.damaged += damaged;
      if (!isClosed) sum.onTheWay += Math.max(0, expected - received);
      bySku.set(skuId, sum);
    }
  }
  const ordered = new Set(lines.map(({ skuId }) => skuId));
  return {
    lines: lines.map(({ lineNumber, skuId, quantity }) => {
      const sum = bySku.get(skuId) ?? { announced: 0, received: 0, damaged: 0, onTheWay: 0 };
      return { lineNumber, ...sum, missing: Math.max(0, quantity - sum.received) };
    }),
    others: Array.from(bySku, ([skuId, { announced, received }]) => ({ skuId, announced, received })).filter(
      ({ skuId }) => !ordered.has(skuId),
    ),
  };
}

/** The first day, up to yesterday, on which something of these lines should have been there and is not; null: nothing is late. */
export function lateSince(lines: readonly OrderLine[], progress: OrderProgress, today: string): string | null {
  const missing = new Map(progress.lines.map((line) => [line.lineNumber, line.missing]));
  const late = lines.filter(({ lineNumber, dueOn }) => dueOn < today && (missing.get(lineNumber) ?? 0) > 0);
  return late.map(({ dueOn }) => dueOn).toSorted()[0] ?? null;
}
