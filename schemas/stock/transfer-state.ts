import type { TransferDelivered, TransferSent } from './delivery.ts';
import type { Goods } from './goods.ts';

/** `in-transit`: nothing arrived yet. `partly`: more may come. `done`: all of it arrived, or the other store awaits no more. */
export const transferStages = ['in-transit', 'partly', 'done'] as const;
export type TransferStage = (typeof transferStages)[number];

/** Pieces of one SKU, or of all. */
export type TransferPieces = {
  sent: number;
  /** Damaged ones too. */
  arrived: number;
  damaged: number;
  inTransit: number;
  missing: number;
  over: number;
};
export type TransferState = {
  stage: TransferStage;
  total: TransferPieces;
  /** In the order in which they were sent; what was not sent comes after. */
  skus: ({ skuId: string } & TransferPieces)[];
};

/** Where goods that were sent to another store stand, by what that store has said of them. Pure. */
export function transferState(sent: TransferSent, delivered: readonly TransferDelivered[]): TransferState {
  const skus = new Map<string, { sent: number; arrived: number; damaged: number }>();
  const of = (skuId: string) => {
    const known = skus.get(skuId) ?? { sent: 0, arrived: 0, damaged: 0 };
    skus.set(skuId, known);
    return known;
  };
  for (const { skuId, quantity } of sent.lines) of(skuId).sent += quantity;
  for (const { skuId, quantity, condition } of delivered.flatMap(({ lines }) => lines)) {
    const sku = of(skuId);
    sku.arrived += quantity;
    if (condition === 'damaged') sku.damaged += quantity;
  }
  const isClosed = delivered.some((part) => part.isClosed);
  const rows = Array.from(skus, ([skuId, sku]) => {
    const lacking = Math.max(0, sku.sent - sku.arrived);
    const over = Math.max(0, sku.arrived - sku.sent);
    return { skuId, ...sku, inTransit: isClosed ? 0 : lacking, missing: isClosed ? lacking : 0, over };
  });
  const sum = (column: keyof TransferPieces) => rows.reduce((total, row) => total + row[column], 0);
  const total: TransferPieces = {
    sent: sum('sent'),
    arrived: sum('arrived'),
    damaged: sum('damaged'),
    inTransit: sum('inTransit'),
    missing: sum('missing'),
    over: sum('over'),
  };
  const isDone = isClosed || total.inTransit === 0;
  return { stage: isDone ? 'done' : total.arrived > 0 ? 'partly' : 'in-transit', total, skus: rows };
}

/** Units that were sent and that the other store has not named, in the order in which they were sent. */
export function unitsNotThere(
  sent: TransferSent,
  delivered: readonly TransferDelivered[],
): { skuId: string; gtin14: string; serial: string }[] {
  const unitsOf = (lines: readonly Goods[]) =>
    lines.flatMap(({ skuId, gtin14, serials }) =>
      gtin14 === null ? [] : serials.map((serial) => ({ skuId, gtin14, serial })),
    );
  const keyOf = ({ gtin14, serial }: { gtin14: string; serial: string }) => `${gtin14}.${serial}`;
  const there = new Set(delivered.flatMap(({ lines }) => unitsOf(lines)).map(keyOf));
  return unitsOf(sent.lines).filter((unit) => !there.has(keyOf(unit)));
}
