import type { ReceiptRow, ReceivedLine } from '#schemas/stock/delivery.ts';
import type { Till } from '../db/till-types.ts';
import { addMisdirected, addUnknown, cartonText, piecesOf, type ReceivingDraft } from './receiving-draft.ts';
import { cartonGoods } from './receiving-goods.ts';
import type { ReceivingNotice } from './receiving-notice.ts';
import type { StockScan } from './stock-scan.ts';

/** What a carton brings: its goods, or another draft, and what is said of it. */
export type TakenCarton = {
  code: ReceivingNotice['code'];
  told: Partial<ReceivingNotice>;
  /** Null: none. */
  lines: ReceivedLine[] | null;
  draft: ReceivingDraft;
};

/** A carton in front of somebody who receives: of this delivery, of another one, of another store, or of nobody's. */
export async function takeCarton(
  till: Till,
  { sscc, cartons, awaitedBy }: Extract<StockScan, { type: 'carton' }>,
  draft: ReceivingDraft,
  receipts: readonly ReceiptRow[],
): Promise<TakenCarton> {
  const carton = cartons.find(({ deliveryId }) => deliveryId === draft.deliveryId);
  if (carton) {
    const { lines, tillNumber } = await cartonGoods(till, carton, receipts, draft);
    const [count, of] = [piecesOf(lines), piecesOf(carton.lines)];
    const told = { text: sscc, count, of, tillNumber };
    if (count === 0) return { code: 'carton-again', told, lines: null, draft };
    return { code: count === of ? 'carton' : 'carton-part', told, lines, draft };
  }
  const [other] = cartons;
  if (other) return { code: 'carton-other', told: { text: sscc, deliveryId: other.deliveryId }, lines: null, draft };
  if (awaitedBy === null) {
    const written = addUnknown(draft, cartonText(sscc));
    return { code: 'carton-unknown', told: { text: sscc }, lines: null, draft: written };
  }
  const { storeName, sourceName, contents } = awaitedBy;
  const known = draft.misdirected.find((one) => one.sscc === sscc);
  const written = addMisdirected(draft, { sscc, storeName, isAccepted: known?.isAccepted ?? false });
  const told = { text: sscc, name: sourceName, storeName, contents };
  return { code: known?.isAccepted ? 'carton-accepted' : 'carton-other-store', told, lines: null, draft: written };
}
