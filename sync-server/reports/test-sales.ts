import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Entry } from '#schemas/journal/envelope.ts';
import {
  plainLine,
  plainTender,
  plainTicket,
  type RetailTransaction,
} from '#schemas/transaction/retail-transaction.ts';
import type { TestTill } from '../journal/test-journal.ts';

// For tests: random tickets of every kind that the reports tell apart.

export type TestSale = {
  day: string;
  /** After midnight in UTC at the beginning of the day; may be past its end. */
  hour: number;
  operator: string;
  tier: string | null;
  channel: 'store' | 'staff';
  currency: string;
  paid: 'cash' | 'card' | 'both';
  lines: {
    sku: string | null;
    quantity: number;
    priceMinor: number;
    off: 'nothing' | 'line' | 'promo-a' | 'promo-b';
  }[];
};

export const testSale: fc.Arbitrary<TestSale> = fc.record({
  day: fc.constantFrom('2026-11-20', '2026-11-21', '2026-10-25', '2026-03-29'),
  hour: fc.integer({ min: 0, max: 27 }),
  operator: fc.constantFrom('amy', 'mia'),
  tier: fc.constantFrom(null, 'gold', 'silver'),
  channel: fc.constantFrom('store', 'store', 'staff'),
  currency: fc.constantFrom('GBP', 'GBP', 'GBP', 'EUR'),
  paid: fc.constantFrom('cash', 'card', 'both'),
  lines: fc.array(
    fc.record({
      sku: fc.constantFrom('tea', 'mug', 'phone', null),
      quantity: fc.constantFrom(1, 2, 5, -1, -3),
      priceMinor: fc.integer({ min: 0, max: 5_000 }),
      off: fc.constantFrom('nothing', 'nothing', 'line', 'promo-a', 'promo-b'),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

/** The ticket of a till that adds up (M1). */
export function bodyOf(sale: TestSale): RetailTransaction {
  const lines = sale.lines.map((line, at) => lineOf(line, at + 1));
  const sum = (of: (line: RetailTransaction['lines'][number]) => number) =>
    lines.reduce((all, one) => all + of(one), 0);
  const totalMinor = sum((line) => line.totalMinor);
  const promotions = ['promo-a', 'promo-b'].flatMap((promotionId) => {
    const discountMinor = sum(({ discounts }) =>
      discounts.reduce(
        (all, one) => all + (one.by === 'promotion' && one.promotionId === promotionId ? one.discountMinor : 0),
        0,
      ),
    );
    return discountMinor === 0 ? [] : [{ promotionId, name: promotionId, couponId: null, times: 1, discountMinor }];
  });
  const changeMinor = sale.paid === 'card' || totalMinor <= 0 ? 0 : 37;
  const cardMinor = sale.paid === 'both' ? Math.trunc(totalMinor / 3) : 0;
  const rest = plainTender(sale.paid === 'card' ? 'card' : 'cash', totalMinor + changeMinor - cardMinor);
  return {
    ...plainTicket,
    transactionId: randomUUID(),
    businessDay: sale.day,
    openedAtMs: 0,
    currency: sale.currency,
    pricesIncludeTax: true,
    channel: sale.channel,
    lines,
    promotions,
    netMinor: sum((line) => line.netMinor),
    taxMinor: sum((line) => line.taxMinor),
    roundingMinor: 0,
    totalMinor,
    tenders: cardMinor === 0 ? [rest] : [rest, plainTender('card', cardMinor)],
    changeMinor,
    memberId: null,
    memberTier: sale.tier,
    approvals: [],
  };
}

function lineOf(
  { sku, quantity, priceMinor, off }: TestSale['lines'][number],
  lineNumber: number,
): RetailTransaction['lines'][number] {
  const shelfMinor = priceMinor * quantity;
  const discountMinor = off === 'nothing' || shelfMinor < 10 ? 0 : Math.trunc(shelfMinor / 10);
  const totalMinor = shelfMinor - discountMinor;
  const rate = sku === 'mug' ? 500 : 2_000;
  const taxMinor = Math.trunc((totalMinor * rate) / (10_000 + rate));
  const said =
    off === 'line' || off === 'nothing'
      ? { by: 'line' as const, reason: 'a scratch', discountMinor }
      : { by: 'promotion' as const, promotionId: off, pieces: quantity, discountMinor };
  return {
    ...plainLine,
    lineNumber,
    skuId: sku,
    gtin14: null,
    serial: null,
    name: sku ?? 'open',
    quantity,
    unitPriceMinor: priceMinor,
    discounts: discountMinor === 0 ? [] : [said],
    taxClass: 'standard',
    taxRateBasisPoints: rate,
    netMinor: totalMinor - taxMinor,
    taxMinor,
    totalMinor,
    placeId: 'sales',
  };
}

export function atMsOf({ day, hour }: TestSale): number {
  return Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000;
}

/** The entry of the till's next sale. */
export function entryOf(till: TestTill, sale: TestSale): Promise<Entry> {
  return till.next('retail-transaction', bodyOf(sale), { operatorId: sale.operator, deviceAtMs: atMsOf(sale) });
}
