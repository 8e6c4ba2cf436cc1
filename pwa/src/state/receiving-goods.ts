import type { CartonRow, ReceiptRow, ReceivedLine } from '#schemas/stock/delivery.ts';
import { deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { UnitRow } from '#schemas/stock/unit.ts';
import { isPresent } from '#schemas/stock/unit-states.ts';
import type { DeliveryStanding, Till } from '../db/till-types.ts';
import { type ReceivingDraft, type ReceivingFlag, receivedBody, scanOfUnit } from './receiving-draft.ts';
import type { StockScan } from './stock-scan.ts';

type Goods = Extract<StockScan, { type: 'goods' | 'unit' }>;

export function receivedLine(scan: Goods, placeId: string, serials: string[], quantity: number): ReceivedLine {
  const { found, gtin14, batch, expiresOn } = scan;
  const { skuId } = found.sku;
  return { ...good, skuId, gtin14, quantity, serials, placeId, batch, expiresOn, sscc: null };
}

/** Whether a delivery is to bring it; of goods that nobody announced, all is. */
export function isAwaited(standing: DeliveryStanding | null, skuId: string): boolean {
  return standing === null || standing.delivery.skus.some((sku) => sku.skuId === skuId);
}

const good = { condition: 'good', reason: '', photo: null } as const;

/** What is odd about a unit that comes in; null: nothing. */
export function flagOfUnit(unit: UnitRow | null, deliveryId: string | null, isAwaited: boolean): ReceivingFlag | null {
  if (unit?.state === 'sold' || unit?.state === 'gone') return 'left-before';
  // An expected unit's last entry is the notice, whose id is the delivery's.
  if (unit?.state === 'expected' && unit.entryId !== deliveryId) return 'other-delivery';
  if (deliveryId === null) return null;
  return isAwaited && unit !== null ? null : 'not-announced';
}

/** What a carton still brings: without the units that are here already, and the till that received the rest. */
export async function cartonGoods(
  till: Till,
  carton: CartonRow,
  receipts: readonly ReceiptRow[],
  draft: ReceivingDraft,
): Promise<{ lines: ReceivedLine[]; tillNumber: number | null }> {
  const { sscc } = carton;
  let entryId = receipts.find(({ lines }) => lines.some((line) => line.sscc === sscc))?.entryId ?? null;
  const isOpened = entryId !== null || draft.scans.some(({ lines }) => lines.some((line) => line.sscc === sscc));
  const lines: ReceivedLine[] = [];
  for (const goods of carton.lines) {
    const { gtin14 } = goods;
    const line = { ...goods, ...good, sscc, placeId: draft.placeId };
    if (goods.serials.length === 0 || gtin14 === null) {
      if (!isOpened) lines.push(line);
      continue;
    }
    const units = await Promise.all(goods.serials.map((serial) => till.unit(gtin14, serial)));
    const missing = goods.serials.filter((serial, index) => {
      const unit = units[index] ?? null;
      const isHere = unit !== null && isPresent(unit.state);
      if (isHere) entryId ??= unit.entryId;
      return !isHere && scanOfUnit(draft, gtin14, serial) === null;
    });
    if (missing.length > 0) lines.push({ ...line, serials: missing, quantity: missing.length });
  }
  return { lines, tillNumber: entryId === null ? null : tillOf(entryId) };
}

/** Number of the till that wrote an entry; null: the back office. */
export function tillOf(entryId: string): number | null {
  return Number(entryId.slice(0, 4)) || null;
}

/** Where goods that come in are put, until somebody says otherwise. */
export function receivingPlace(till: Till): string {
  const config = till.config();
  const room = config?.places.find(({ kind }) => kind === 'stock-room');
  return room?.placeId ?? config?.salesPlaceId ?? '';
}

/** How a delivery stands when what is in the draft counts too. */
export function standingWith(base: DeliveryStanding | null, draft: ReceivingDraft | null): DeliveryStanding | null {
  if (base === null || draft === null || draft.scans.length === 0) return base;
  const { delivery, receipts } = base;
  const { lines } = receivedBody(draft);
  const { deliveryId } = delivery;
  const state = deliveryState(delivery, [...receipts, { deliveryId, entryId: '', closes: false, lines }]);
  return { ...base, state };
}
