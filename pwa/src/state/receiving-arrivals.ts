import { isPresent } from '#schemas/stock/unit-states.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { DeliveryStanding, Till } from '../db/till-types.ts';
import { tillOf } from './receiving-goods.ts';
import type { ReceivingNotice } from './receiving-notice.ts';
import { skuName } from './sku-names.svelte.ts';
import type { StockScan } from './stock-scan.ts';

/** What a scan means while no delivery is open: the one that it belongs to, or what is said of it. */
export type Arrival =
  | { type: 'delivery'; standing: DeliveryStanding }
  | { type: 'said'; code: ReceivingNotice['code']; told: Partial<ReceivingNotice> };

type Goods = Extract<StockScan, { type: 'goods' | 'unit' }>;

/** Somebody scans the goods before choosing a delivery: the carton, the unit or the article says which one it is. */
export async function arrivalOf(till: Till, scan: StockScan, locale: LocaleCode): Promise<Arrival> {
  return arrivalAmong(await till.deliveries(), scan, locale);
}

/** As `arrivalOf`, among deliveries that were read before. */
export function arrivalAmong(open: readonly DeliveryStanding[], scan: StockScan, locale: LocaleCode): Arrival {
  const byId = (id: string | undefined) => open.find(({ delivery }) => delivery.deliveryId === id);
  switch (scan.type) {
    case 'place':
      return said('place-first', {});
    case 'unknown':
      return said('not-known', { text: scan.text, problem: scan.problem });
    case 'carton': {
      const { sscc: text, cartons, awaitedBy } = scan;
      const standing = cartons.map(({ deliveryId }) => byId(deliveryId)).find((found) => found !== undefined);
      if (standing) return { type: 'delivery', standing };
      if (cartons.length > 0) return said('carton-closed', { text });
      if (awaitedBy === null) return said('carton-not-awaited', { text });
      const { sourceName: name, storeName, contents } = awaitedBy;
      return said('carton-elsewhere', { text, name, storeName, contents });
    }
    case 'unit':
      return unitArrival(scan, open, locale);
    case 'goods':
      return goodsArrival(scan, open, locale);
  }
}

function unitArrival(
  scan: Extract<Goods, { type: 'unit' }>,
  open: readonly DeliveryStanding[],
  locale: LocaleCode,
): Arrival {
  const { unit, serial: text } = scan;
  const name = skuName(scan.found.sku, locale);
  if (unit !== null && isPresent(unit.state)) {
    return said('unit-here', { name, text, tillNumber: tillOf(unit.entryId) });
  }
  // An expected unit's last entry is the notice, whose id is the delivery's.
  const standing =
    unit?.state === 'expected' ? open.find(({ delivery }) => delivery.deliveryId === unit.entryId) : undefined;
  return standing ? { type: 'delivery', standing } : goodsArrival(scan, open, locale);
}

/** By the article: the one delivery that still awaits some of it. */
function goodsArrival({ found }: Goods, open: readonly DeliveryStanding[], locale: LocaleCode): Arrival {
  const name = skuName(found.sku, locale);
  const { skuId } = found.sku;
  const awaiting = open.filter(({ state }) =>
    state.skus.some((sku) => sku.skuId === skuId && sku.received < sku.expected),
  );
  const [standing, another] = awaiting;
  if (standing === undefined) return said('nobody-awaits', { name });
  return another === undefined
    ? { type: 'delivery', standing }
    : said('several-await', { name, count: awaiting.length });
}

function said(code: ReceivingNotice['code'], told: Partial<ReceivingNotice>): Arrival {
  return { type: 'said', code, told };
}
