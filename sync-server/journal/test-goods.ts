import type {
  DeliveryAnnounced,
  GoodsReceived,
  ReceivedLine,
  TransferDelivered,
  TransferSent,
} from '#schemas/stock/delivery.ts';
import type { Goods, GoodsMoved, UnitsCommissioned, UnitsSet } from '#schemas/stock/goods.ts';
import type { GoodsSentBack } from '#schemas/stock/sent-back.ts';

// For tests: bodies of entries about goods.

export const phoneGtin14 = '05012345678900';

/** `goods('tea', 5)` counted, `goods('phone', ['a', 'b'])` unit by unit. */
export function goods(skuId: string, what: number | readonly string[]): Goods {
  if (typeof what === 'number') return { skuId, gtin14: null, quantity: what, serials: [] };
  return { skuId, gtin14: phoneGtin14, quantity: what.length, serials: [...what] };
}

const origin = { batch: null, expiresOn: null };

export function receivedLine(line: Goods, over: Partial<ReceivedLine> = {}): ReceivedLine {
  return { ...line, ...origin, placeId: 'floor', sscc: null, condition: 'good', reason: '', photo: null, ...over };
}

export function received(lines: readonly (Goods | ReceivedLine)[], over: Partial<GoodsReceived> = {}): GoodsReceived {
  return {
    deliveryId: null,
    isTransfer: false,
    reference: 'PO 1',
    lines: lines.map((line) => ('condition' in line ? line : receivedLine(line))),
    unknown: [],
    approvals: [],
    ...over,
  };
}

type Packed = DeliveryAnnounced['lines'][number];

export function packed(line: Goods, over: Partial<Packed> = {}): Packed {
  return { ...line, ...origin, sscc: null, ...over };
}

export function announced(lines: readonly Packed[], over: Partial<DeliveryAnnounced> = {}): DeliveryAnnounced {
  const source = { type: 'supplier', supplierId: null, name: 'Maple Mills' } as const;
  return { source, reference: 'ASN 1', expectedOn: null, placeId: 'back', lines: [...lines], approvals: [], ...over };
}

export function sent(toStoreId: string, lines: readonly (Goods | TransferSent['lines'][number])[]): TransferSent {
  return {
    toStoreId,
    toStoreName: 'The other store',
    note: '',
    lines: lines.map((line) => ({ ...origin, placeId: 'floor', sscc: null, ...line })),
    approvals: [],
  };
}

export function sentBack(
  lines: readonly (Goods & { placeId?: string })[],
  over: Partial<GoodsSentBack> = {},
): GoodsSentBack {
  return {
    ...{ supplierId: 'acme', supplierName: 'Acme', returnId: 'r1', note: '', approvals: [] },
    lines: lines.map((line) => ({ placeId: 'floor', reason: 'damaged', ...line })),
    ...over,
  };
}

export function delivered(lines: readonly Goods[], over: Partial<TransferDelivered> = {}): TransferDelivered {
  return {
    transferId: '0001-000000001',
    toStoreId: 'elsewhere',
    entryId: '0001-000000001',
    isClosed: false,
    placeId: 'floor',
    lines: lines.map((line) => ({ ...line, condition: 'good' })),
    approvals: [],
    ...over,
  };
}

export function moved(lines: readonly Goods[], fromPlaceId: string, toPlaceId: string): GoodsMoved {
  return { note: '', lines: lines.map((line) => ({ ...line, fromPlaceId, toPlaceId })), approvals: [] };
}

export function commissioned(lines: readonly Goods[]): UnitsCommissioned {
  return { lines: lines.map((line) => ({ ...line, ...origin, placeId: 'floor' })), approvals: [] };
}

export function unitsSet(state: UnitsSet['state'], lines: readonly Goods[]): UnitsSet {
  return { state, reason: 'said so', lines: lines.map((line) => ({ ...line, placeId: 'floor' })), approvals: [] };
}
