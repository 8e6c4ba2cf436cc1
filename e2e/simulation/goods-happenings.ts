import type {
  DeliveryAnnounced,
  DeliveryClosed,
  GoodsReceived,
  PackedLine,
  ReceivedLine,
  TransferSent,
} from '#schemas/stock/delivery.ts';
import type { Goods, GoodsMoved, StockAdjusted, UnitsCommissioned, UnitsSet } from '#schemas/stock/goods.ts';
import { byWhom } from './by-whom.ts';
import type { Random } from './random.ts';
import { type Happening, skus } from './shop.ts';

/** Where goods are in a simulated store; the counter sells from the first. */
export const placeIds = ['floor', 'back'] as const;

function someUnits(random: Random): Goods {
  const sku = random.pick(skus.filter(({ tracking }) => tracking === 'item'));
  const serials = sku.serials.filter(() => random.chance(0.4));
  if (serials.length === 0) serials.push(sku.serials[0] as string);
  return { skuId: sku.skuId, gtin14: sku.gtin14, quantity: serials.length, serials };
}

function someGoods(random: Random): Goods[] {
  return Array.from({ length: random.between(1, 3) }, () => {
    if (random.chance(0.6)) return someUnits(random);
    const { skuId } = random.pick(skus.filter(({ tracking }) => tracking === 'quantity'));
    return { skuId, gtin14: null, quantity: random.between(1, 30), serials: [] };
  });
}

/** Dates before and after the days of the run. */
function origin(random: Random) {
  return {
    batch: random.pick([null, 'L1', 'L2']),
    expiresOn: random.pick([null, null, '2026-11-01', '2027-01-01']),
  };
}

/** Few cartons, so that deliveries share them. */
function sscc(random: Random): string | null {
  return random.pick([null, '000000000000000017', '000000000000000024']);
}

/** A delivery that was announced: some or all of it, some of it damaged; or blind. */
export function goodsReceived(random: Random, delivery: { id: string; body: DeliveryAnnounced } | null): Happening {
  const { operatorId, approvals } = byWhom(random, 'receive-goods');
  const expected = delivery?.body.lines.filter(() => random.chance(0.6)) ?? [];
  const taken = expected.length > 0 ? expected : someGoods(random).map((line) => packed(random, line));
  const lines = taken.map(
    (line): ReceivedLine => ({
      ...line,
      placeId: random.pick(placeIds),
      condition: random.chance(0.15) ? 'damaged' : 'good',
      reason: '',
      photo: null,
    }),
  );
  const body: GoodsReceived = {
    deliveryId: delivery?.id ?? null,
    isTransfer: delivery?.body.source.type === 'transfer',
    reference: `ASN ${random.between(1, 999)}`,
    lines,
    unknown: random.chance(0.1) ? [{ text: 'what is this', count: 1 }] : [],
    approvals,
  };
  return { kind: 'goods-received', body, operatorId };
}

function packed(random: Random, line: Goods): PackedLine {
  return { ...line, ...origin(random), sscc: sscc(random) };
}

export function deliveryAnnounced(random: Random): Happening {
  const { operatorId, approvals } = byWhom(random, 'announce-delivery');
  const body: DeliveryAnnounced = {
    source: { type: 'supplier', supplierId: null, name: 'Maple Mills' },
    reference: `ASN ${random.between(1, 999)}`,
    expectedOn: null,
    placeId: 'back',
    lines: someGoods(random).map((line) => packed(random, line)),
    approvals,
  };
  return { kind: 'delivery-announced', body, operatorId };
}

export function deliveryClosed(random: Random, deliveryId: string): Happening {
  const { operatorId, approvals } = byWhom(random, 'receive-goods');
  const body: DeliveryClosed = { deliveryId, note: '', approvals };
  return { kind: 'delivery-closed', body, operatorId };
}

export function transferSent(random: Random, toStoreId: string): Happening {
  const { operatorId, approvals } = byWhom(random, 'transfer-goods');
  const lines = someGoods(random).map((line) => ({ ...packed(random, line), placeId: random.pick(placeIds) }));
  const body: TransferSent = { toStoreId, toStoreName: toStoreId, note: '', lines, approvals };
  return { kind: 'transfer-sent', body, operatorId };
}

export function unitsCommissioned(random: Random): Happening {
  const { operatorId, approvals } = byWhom(random, 'label-units');
  const lines = [{ ...someUnits(random), ...origin(random), placeId: random.pick(placeIds) }];
  const body: UnitsCommissioned = { lines, approvals };
  return { kind: 'units-commissioned', body, operatorId };
}

export function goodsMoved(random: Random): Happening {
  const { operatorId, approvals } = byWhom(random, 'move-goods');
  const [fromPlaceId, toPlaceId] = random.chance(0.5) ? placeIds : ([placeIds[1], placeIds[0]] as const);
  const lines = someGoods(random).map((line) => ({ ...line, fromPlaceId, toPlaceId }));
  const body: GoodsMoved = { note: '', lines, approvals };
  return { kind: 'goods-moved', body, operatorId };
}

export function unitsSet(random: Random): Happening {
  const { operatorId, approvals } = byWhom(random, 'adjust-stock');
  const state = random.pick(['in-stock', 'reserved', 'set-aside', 'set-aside'] as const);
  const lines = [{ ...someUnits(random), placeId: random.pick(placeIds) }];
  const body: UnitsSet = { state, reason: 'seen', lines, approvals };
  return { kind: 'units-set', body, operatorId };
}

export function stockAdjusted(random: Random): Happening {
  const { operatorId, approvals } = byWhom(random, 'adjust-stock');
  const sign = random.chance(0.6) ? -1 : 1;
  const lines = someGoods(random).map((line) => ({
    ...line,
    quantity: sign * line.quantity,
    placeId: random.pick(placeIds),
  }));
  const reason = random.pick(['correction', 'theft', 'expired'] as const);
  const body: StockAdjusted = { reason, note: '', lines, approvals };
  return { kind: 'stock-adjusted', body, operatorId };
}
