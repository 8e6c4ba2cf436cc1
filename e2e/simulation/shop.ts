import type { TaxRules } from '#schemas/pricing/tax.ts';
import { type BasketLine, priceBasket } from '#schemas/transaction/price-basket.ts';
import { cashDueMinor, plainTender, plainTicket } from '#schemas/transaction/retail-transaction.ts';
import { byWhom } from './by-whom.ts';
import type { Random } from './random.ts';

/** What the simulated chain sells. Few SKUs and few serials, so that tills collide often. */
export type SimulatedSku = {
  skuId: string;
  gtin14: string;
  tracking: 'item' | 'quantity';
  priceMinor: number;
  taxClass: string;
  /** Serials of all units there are; empty when the SKU is not item-coded. */
  serials: readonly string[];
};

export const currency = 'GBP';
export const taxRules: TaxRules = {
  pricesIncludeTax: true,
  classes: [
    { taxClass: 'standard', rateBasisPoints: 2_000 },
    { taxClass: 'reduced', rateBasisPoints: 500 },
  ],
  cashStepMinor: 5,
};

/** An in-store GTIN-14 (restricted prefix 20) with its check digit. */
function inStoreGtin14(item: number): string {
  const body = `0200000${String(item).padStart(6, '0')}`;
  const sum = [...body].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

export const skus: readonly SimulatedSku[] = [
  ...Array.from({ length: 6 }, (_, at) => ({
    skuId: `TEA-${at + 1}`,
    gtin14: inStoreGtin14(at + 1),
    tracking: 'quantity' as const,
    priceMinor: 199 + at * 137,
    taxClass: at % 2 === 0 ? 'standard' : 'reduced',
    serials: [],
  })),
  ...Array.from({ length: 3 }, (_, at) => ({
    skuId: `COAT-${at + 1}`,
    gtin14: inStoreGtin14(at + 101),
    tracking: 'item' as const,
    priceMinor: 4_999 + at * 1_000,
    taxClass: 'standard',
    serials: Array.from({ length: 6 }, (_, serial) => `S${at + 1}${serial + 1}`),
  })),
];
const itemCoded = skus.filter((sku) => sku.tracking === 'item');
const counted = skus.filter((sku) => sku.tracking === 'quantity');

/** What happened at a till: what `commit` is given. */
export type Happening = {
  kind: string;
  body: Record<string, unknown>;
  operatorId: string;
  /** What this version writes, without it. */
  version?: number;
};

function basketLine(sku: SimulatedSku, quantity: number, serial: string | null): BasketLine {
  const { skuId, gtin14, priceMinor, taxClass } = sku;
  return { skuId, gtin14, serial, name: skuId, quantity, unitPriceMinor: priceMinor, taxClass };
}

/** The same for less, as a person decided. */
function marked(line: BasketLine): BasketLine {
  const { unitPriceMinor } = line;
  const priceOverride = { listPriceMinor: unitPriceMinor, reason: 'last one' };
  return { ...line, unitPriceMinor: Math.floor(unitPriceMinor / 2), priceOverride };
}

/** A ticket: sale, return or exchange; one serial at most once in it. */
export function ticket(random: Random, placeId: string, nowMs: number, returning: boolean): Happening {
  const lines: BasketLine[] = [];
  const serials = new Set<string>();
  for (let left = random.between(1, 4); left > 0; left--) {
    const sign = returning && random.chance(0.8) ? -1 : 1;
    if (random.chance(0.5)) {
      lines.push(basketLine(random.pick(counted), sign * random.between(1, 5), null));
      continue;
    }
    const sku = random.pick(itemCoded);
    const serial = random.pick(sku.serials);
    if (serials.has(serial)) continue;
    serials.add(serial);
    lines.push(basketLine(sku, sign, serial));
  }
  if (lines.length === 0) lines.push(basketLine(random.pick(counted), 1, null));
  const priced = priceBasket(random.chance(0.2) ? lines.map(marked) : lines, taxRules, placeId);
  const { operatorId, approvals } = byWhom(random, random.pick(['sell', 'take-back', 'change-price']));
  const totalMinor = cashDueMinor(priced.dueMinor, taxRules);
  const paidMinor = totalMinor > 0 ? totalMinor + 5 * random.between(0, 400) : totalMinor;
  const body = {
    ...plainTicket,
    transactionId: random.uuid(),
    businessDay: new Date(nowMs).toISOString().slice(0, 10),
    openedAtMs: nowMs,
    currency,
    pricesIncludeTax: taxRules.pricesIncludeTax,
    lines: priced.lines,
    netMinor: priced.netMinor,
    taxMinor: priced.taxMinor,
    roundingMinor: totalMinor - priced.dueMinor,
    totalMinor,
    tenders: [plainTender('cash', paidMinor)],
    changeMinor: paidMinor - totalMinor,
    memberId: null,
    approvals,
  };
  return { kind: 'retail-transaction', body, operatorId };
}

/** An entry of an app that is newer than the server: kept, not posted, blocks nothing (P3). */
export function unknownHappening(random: Random): Happening {
  return { kind: 'drone-delivery', body: { altitudeMetres: random.between(10, 90) }, operatorId: 'ada' };
}

/** A known kind with a body that nothing can post: also kept. */
export function brokenTicket(random: Random, placeId: string, nowMs: number): Happening {
  const { kind, body, operatorId } = ticket(random, placeId, nowMs, false);
  return { kind, operatorId, body: { ...body, totalMinor: (body.totalMinor as number) + 1 } };
}
