import type { DeliveryStanding, FoundSku, Till } from '../db/till-types.ts';
import { piecesOf } from './receiving-draft.ts';

/** Goods of a delivery whose every piece has a code, and how many of the pieces have none that anybody knows. */
export type UncodedSku = {
  found: FoundSku & { gtin14: string };
  expected: number;
  received: number;
  /** Pieces whose codes the notice names. */
  coded: number;
  batch: string | null;
  expiresOn: string | null;
};

/** Codes that the notice names, carton by carton. */
export type CodedGoods = {
  found: FoundSku;
  skuId: string;
  gtin14: string;
  quantity: number;
  serials: string[];
  batch: string | null;
  expiresOn: string | null;
};

export type DeliveryOrder = { title: string; skus: UncodedSku[]; coded: CodedGoods[] };

/** What of a delivery needs labels. Empty: nothing in it has codes of its own. */
export async function orderOfDelivery(till: Till, { delivery, state }: DeliveryStanding): Promise<DeliveryOrder> {
  const coded = await codedGoods(till, delivery.deliveryId, delivery.cartons);
  const skus: UncodedSku[] = [];
  for (const { skuId, quantity, coded: told, batch = null, expiresOn = null } of delivery.skus) {
    const found = await till.skuById(skuId);
    if (found === null || found.gtin14 === null || found.sku.tracking !== 'item') continue;
    // A row of before says nothing of codes: the cartons do.
    const inCartons = piecesOf(coded.filter((goods) => goods.skuId === skuId));
    const received = state.skus.find((sku) => sku.skuId === skuId)?.received ?? 0;
    const uncoded = { expected: quantity, received, coded: Math.max(told ?? 0, inCartons), batch, expiresOn };
    skus.push({ found: { ...found, gtin14: found.gtin14 }, ...uncoded });
  }
  return { title: `${delivery.source.name} ${delivery.reference}`.trim(), skus, coded };
}

async function codedGoods(till: Till, deliveryId: string, cartons: readonly string[]): Promise<CodedGoods[]> {
  const goods: CodedGoods[] = [];
  for (const sscc of cartons) {
    const carton = (await till.cartonsBySscc(sscc)).find((one) => one.deliveryId === deliveryId);
    for (const { skuId, gtin14, quantity, serials, batch, expiresOn } of carton?.lines ?? []) {
      const found = serials.length > 0 && gtin14 !== null ? await till.skuById(skuId) : null;
      if (found === null || gtin14 === null) continue;
      goods.push({ found, skuId, gtin14, quantity, serials, batch, expiresOn });
    }
  }
  return goods;
}
