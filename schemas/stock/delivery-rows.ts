import { assert } from '../assert.ts';
import type { Fact } from '../journal/kinds.ts';
import type { CartonRow, DeliveryAnnounced, DeliveryRow, PackedLine, ReceiptRow } from './delivery.ts';

export type DeliveryRows = { deliveries: DeliveryRow[]; cartons: CartonRow[]; receipts: ReceiptRow[] };

/**
 * [F2] The rows about deliveries that an entry makes: each entry its own, which never change. The server's posting and a
 * till's pending entries both come from here.
 */
export function deliveryRowsOf(fact: Fact, entry: { entryId: string; occurredAtMs: number }): DeliveryRows {
  const { entryId } = entry;
  const none: DeliveryRows = { deliveries: [], cartons: [], receipts: [] };
  if (fact.kind === 'delivery-announced') return { ...none, ...announcedRows(fact.body, entry) };
  if (fact.kind === 'delivery-closed') {
    return { ...none, receipts: [{ deliveryId: fact.body.deliveryId, entryId, closes: true, lines: [] }] };
  }
  if (fact.kind !== 'goods-received' || fact.body.deliveryId === null) return none;
  const lines = fact.body.lines.map(({ skuId, quantity, condition, sscc }) => ({ skuId, quantity, condition, sscc }));
  return { ...none, receipts: [{ deliveryId: fact.body.deliveryId, entryId, closes: false, lines }] };
}

function announcedRows(
  body: DeliveryAnnounced,
  { entryId, occurredAtMs }: { entryId: string; occurredAtMs: number },
): Pick<DeliveryRows, 'deliveries' | 'cartons'> {
  const skus = new Map<string, PackedLine[]>();
  const cartons = new Map<string, CartonRow>();
  for (const { sscc, ...line } of body.lines) {
    const known = skus.get(line.skuId);
    if (known) known.push({ ...line, sscc });
    else skus.set(line.skuId, [{ ...line, sscc }]);
    if (sscc === null) continue;
    const carton = cartons.get(sscc) ?? { sscc, deliveryId: entryId, lines: [] };
    carton.lines.push(line);
    cartons.set(sscc, carton);
  }
  const { source, reference, expectedOn } = body;
  const delivery: DeliveryRow = {
    deliveryId: entryId,
    source,
    reference,
    expectedOn,
    announcedAtMs: occurredAtMs,
    skus: [...skus.values()].map(announcedSku),
    cartons: [...cartons.keys()],
  };
  return { deliveries: [delivery], cartons: [...cartons.values()] };
}

function announcedSku(lines: readonly PackedLine[]): DeliveryRow['skus'][number] {
  const sum = (of: readonly PackedLine[]) => of.reduce((total, { quantity }) => total + quantity, 0);
  const coded = sum(lines.filter(({ serials }) => serials.length > 0));
  const [first, ...others] = lines.filter(({ serials }) => serials.length === 0);
  const isOne = others.every(({ batch, expiresOn }) => batch === first?.batch && expiresOn === first.expiresOn);
  return {
    skuId: lines[0]?.skuId ?? '',
    quantity: sum(lines),
    ...(coded > 0 ? { coded } : {}),
    ...(isOne && first?.batch ? { batch: first.batch } : {}),
    ...(isOne && first?.expiresOn ? { expiresOn: first.expiresOn } : {}),
  };
}

/** Pieces of one SKU in a delivery. `difference`: received − expected; negative is short, positive is over. */
export type DeliveryDifference = {
  skuId: string;
  expected: number;
  /** Damaged ones too. */
  received: number;
  damaged: number;
  difference: number;
};

export type DeliveryState = {
  /** In the order of the notice; what nobody announced comes after. */
  skus: DeliveryDifference[];
  isClosed: boolean;
};

/** Where a delivery stands: expected against received, as the goods-received note shows it. */
export function deliveryState(delivery: DeliveryRow, receipts: readonly ReceiptRow[]): DeliveryState {
  const skus = new Map<string, DeliveryDifference>();
  const of = (skuId: string) => {
    const known = skus.get(skuId) ?? { skuId, expected: 0, received: 0, damaged: 0, difference: 0 };
    skus.set(skuId, known);
    return known;
  };
  for (const { skuId, quantity } of delivery.skus) of(skuId).expected += quantity;
  for (const receipt of receipts) {
    assert(receipt.deliveryId === delivery.deliveryId, 'a receipt belongs to its delivery');
    for (const { skuId, quantity, condition } of receipt.lines) {
      const sku = of(skuId);
      sku.received += quantity;
      if (condition === 'damaged') sku.damaged += quantity;
    }
  }
  for (const sku of skus.values()) sku.difference = sku.received - sku.expected;
  return { skus: [...skus.values()], isClosed: receipts.some(({ closes }) => closes) };
}
