import { assert } from '../assert.ts';
import type { GoodsCondition } from '../stock/delivery.ts';
import { agreedCost, type Contract, termsOn } from './contract.ts';
import { type Order, type OrderLine, type OrderSide, type OrderStep, takeStep } from './order.ts';

export type StatementKind = 'received' | 'returned';

/** Goods of one SKU that an entry says came, or went back, and what a piece of them costs. */
export type StatementPiece = {
  kind: StatementKind;
  storeId: string;
  /** The delivery that brought them, or the entry that sent them back. */
  paperId: string;
  orderId: string | null;
  skuId: string;
  condition: GoodsCondition;
  quantity: number;
  unitCostMinor: number | null;
  /** The store's calendar day. */
  onDay: string;
};
export type DrawnLine = StatementPiece & { lineNumber: number };

/** [ST1] One line for what is alike, in an order that is the same whenever it is drawn; `onDay` is the first of its days. */
export function drawLines(pieces: readonly StatementPiece[]): DrawnLine[] {
  const lines = new Map<string, StatementPiece>();
  for (const piece of pieces) {
    const { kind, storeId, paperId, orderId, skuId, condition, unitCostMinor } = piece;
    assert(piece.quantity > 0, 'a quantity is positive');
    const key = JSON.stringify([kind, storeId, paperId, orderId, skuId, condition, unitCostMinor]);
    const line = lines.get(key);
    if (line === undefined) lines.set(key, { ...piece });
    else {
      line.quantity += piece.quantity;
      if (piece.onDay < line.onDay) line.onDay = piece.onDay;
    }
  }
  const wordOf = (line: StatementPiece) =>
    [
      ...[line.kind, line.onDay, line.storeId, line.paperId, line.orderId ?? '', line.skuId, line.condition],
      String(line.unitCostMinor ?? '').padStart(16, '0'),
    ].join(' ');
  return Array.from(lines.values(), (line) => ({ word: wordOf(line), line }))
    .toSorted((a, b) => (a.word < b.word ? -1 : 1))
    .map(({ line }, at) => ({ ...line, lineNumber: at + 1 }));
}

type Said = { side: OrderSide; atMs: number; step: OrderStep };

/** What was agreed of an order at a time; before its first agreement, that one. Null: it was never agreed. */
export function agreedAt(steps: readonly Said[], atMs: number): OrderLine[] | null {
  let order: Order | null = null;
  for (const said of steps) {
    if (said.atMs > atMs && order?.agreed) break;
    const taken = takeStep(order, said.side, said.step);
    assert(taken.ok, 'a step on record was to be taken');
    order = taken.value;
  }
  return order?.agreed ?? null;
}

/**
 * [ST3] What a piece costs that came at a time: what its order said then, which both had agreed to; goods that no order asked for,
 * what the contract says on that day for so many. Null: nothing is agreed.
 */
export function costOfReceived(
  { order, contract, currency }: { order: readonly Said[]; contract: Contract; currency: string },
  { skuId, quantity, atMs, day }: { skuId: string; quantity: number; atMs: number; day: string },
): number | null {
  const line = agreedAt(order, atMs)?.find((one) => one.skuId === skuId);
  if (line) return line.unitCostMinor;
  const terms = termsOn(contract, day);
  return terms?.currency === currency ? agreedCost(terms, { skuId, quantity, day }) : null;
}
