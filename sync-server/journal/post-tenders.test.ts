import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { creditCodeFrom, creditRandomBytes } from '#schemas/payment/credit-code.ts';
import type { GiftCardSale } from '#schemas/payment/gift-card.ts';
import {
  plainTender,
  type RetailTransaction,
  type Tender,
  type TenderType,
} from '#schemas/transaction/retail-transaction.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { readBalance } from '../tenders/credits.ts';
import { derivedRows, post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});

async function shop(): Promise<{ storeId: string; tills: [TestTill, TestTill] }> {
  const storeId = await makeStore(context);
  return { storeId, tills: [await makeTill(context, storeId, 1), await makeTill(context, storeId, 2)] };
}

/** A sale, or what a till writes when it was paid otherwise. */
async function sale(till: TestTill, change: (body: RetailTransaction) => Partial<RetailTransaction>): Promise<Entry> {
  const { body } = await till.sale([line('tea')]);
  const made = body as RetailTransaction;
  return till.next('retail-transaction', { ...made, transactionId: randomUUID(), ...change(made) });
}

const paidBy = (type: TenderType, more: Partial<Tender>) => (body: RetailTransaction) => ({
  tenders: [{ ...plainTender(type, body.totalMinor), ...more }],
});

/** But those of the chain and of promotions: the tests make tickets at random, with promotions that no till was told of. */
async function exceptions(storeId: string): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ text: string }>(
    `select concat_ws(' | ', code, entry_id, subject, detail) as text from exception
      where store_id = $1 order by entry_id, code, subject`,
    [storeId],
  );
  return rows.map(({ text }) => text).filter((text) => !/^(?:chain-broken|promotion-unfounded) /.test(text));
}

async function told(send: readonly [TestTill, Entry][], storeId: string): Promise<string[]> {
  for (const [till, entry] of send) await post(context, till, [entry]);
  const found = await exceptions(storeId);
  await rebuildStore(context, storeId);
  expect(await exceptions(storeId)).toEqual(found);
  return found;
}

test('[TE9] [P1] a voucher used on two offline tills: the later ticket is blamed and names the earlier', async () => {
  for (const isLateFirst of [false, true]) {
    const { storeId, tills } = await shop();
    const earlier = await sale(tills[0], paidBy('voucher', { reference: 'V-77', isOffline: true }));
    tills[1].orderedAtMs += 1_000;
    const later = await sale(tills[1], paidBy('voucher', { reference: 'v 77', isOffline: true }));
    const order: [TestTill, Entry][] = [
      [tills[0], earlier],
      [tills[1], later],
    ];
    expect(await told(isLateFirst ? order.reverse() : order, storeId)).toEqual([
      `voucher-twice | ${later._id} | voucher V77 | ${earlier._id}`,
    ]);
  }
});

test('[TE8] store credit given out by a return and used twice is overdrawn; its ledger says what is owed', async () => {
  const { storeId, tills } = await shop();
  const [one, two] = tills;
  const sold = await one.sale([line('tea')]);
  const { totalMinor } = sold.body as RetailTransaction;
  const reference = 'SC12345678';
  const given = await one.next('retail-transaction', {
    ...negative(sold.body as RetailTransaction),
    tenders: [{ ...plainTender('store-credit', -totalMinor), reference }],
  });
  const used = await sale(one, paidBy('store-credit', { reference }));
  two.orderedAtMs += 1_000;
  const again = await sale(two, paidBy('store-credit', { reference }));
  const found = await told(
    [
      [one, sold],
      [two, again],
      [one, used],
      [one, given],
    ],
    storeId,
  );
  expect(found.filter((text) => !text.includes('right-lacking'))).toEqual([
    `credit-overdrawn | ${again._id} | store-credit SC12345678 | ${used._id}`,
  ]);
  const { rows } = await context.database.pool.query<{ left: number }>(
    `select sum(amount_minor)::int as left from credit_step where store_id = $1 and kind = 'store-credit' and code = $2`,
    [storeId, reference],
  );
  expect(rows[0]?.left).toBe(-totalMinor);
});

const cardCode = newCardCode();
function newCardCode(): string {
  for (let byte = 0; ; byte += 1) {
    const code = creditCodeFrom('gift-card', new Uint8Array(creditRandomBytes).fill(byte));
    if (code !== null) return code;
  }
}
/** The goods of a ticket become a gift card that costs as much. */
const asCard =
  (change: Partial<GiftCardSale> = {}) =>
  (body: RetailTransaction): Partial<RetailTransaction> => ({
    ...{ lines: [], netMinor: 0, taxMinor: 0, roundingMinor: 0 },
    giftCards: [
      { lineNumber: 1, code: cardCode, how: 'card', name: 'Gift card', amountMinor: body.totalMinor, ...change },
    ],
  });

test('[GC3] [P1] [P2] one new card sold on two offline tills: the later is blamed; a misread number is told; the ledger has all', async () => {
  for (const isLateFirst of [false, true]) {
    const { storeId, tills } = await shop();
    const [one, two] = tills;
    const first = await sale(one, asCard());
    two.orderedAtMs += 1_000;
    const second = await sale(two, asCard());
    const forged = await sale(two, asCard({ code: 'GC00' }));
    const order: [TestTill, Entry][] = [
      [one, first],
      [two, second],
      [two, forged],
    ];
    expect(
      await told(isLateFirst ? [order[1], order[2], order[0]].filter((one) => one !== undefined) : order, storeId),
    ).toEqual([
      `gift-card-twice | ${second._id} | gift-card ${cardCode} | ${first._id}`,
      `gift-card-misread | ${forged._id} | gift-card 1 | `,
    ]);
    const { totalMinor } = first.body as RetailTransaction;
    const balance = await readBalance(context.database.pool, storeId, 'gift-card', cardCode);
    expect(balance).toEqual({ balanceMinor: 2 * totalMinor, currency: 'GBP', isBlocked: false, isUsed: false });
  }
});

test('[GC3] a retried entry puts on a card once; a card that is given back after it paid is overdrawn', async () => {
  const { storeId, tills } = await shop();
  const [one] = tills;
  const sold = await sale(one, asCard());
  const paid = await sale(one, paidBy('gift-card', { reference: cardCode }));
  const { totalMinor } = sold.body as RetailTransaction;
  const back = await sale(one, (body) => ({
    ...asCard({ amountMinor: 0 - body.totalMinor })(body),
    totalMinor: 0 - totalMinor,
    tenders: [plainTender('cash', 0 - totalMinor)],
  }));
  const found = await told(
    [
      [one, sold],
      [one, sold],
      [one, paid],
      [one, back],
    ],
    storeId,
  );
  expect(found.filter((text) => !text.includes('right-lacking'))).toEqual([
    `credit-overdrawn | ${back._id} | gift-card ${cardCode} | ${paid._id}`,
  ]);
  const balance = await readBalance(context.database.pool, storeId, 'gift-card', cardCode);
  expect(balance).toMatchObject({ balanceMinor: 0 - totalMinor, isUsed: true });
});

test('[PY9] one payment on two tickets, and what was taken offline above the limit, are said', async () => {
  const { storeId, tills } = await shop();
  const payment = { paymentId: randomUUID(), provider: 'p', terminalId: null, scheme: null, maskedNumber: null };
  const first = await sale(tills[0], paidBy('card', { payment }));
  tills[1].orderedAtMs += 1_000;
  const second = await sale(tills[1], paidBy('card', { payment, isOffline: true, offlineLimitMinor: 100 }));
  expect(
    await told(
      [
        [tills[1], second],
        [tills[0], first],
      ],
      storeId,
    ),
  ).toEqual([
    `over-offline-limit | ${second._id} | card 1 | `,
    `payment-twice | ${second._id} | ${payment.paymentId} | ${first._id}`,
  ]);
});

test('[TE10] a coupon that is good once, used on two offline tills; a void of the first makes the second right', async () => {
  const { storeId, tills } = await shop();
  const applied = { promotionId: 'ten', name: 'Ten', couponId: 'ONE', times: 1, discountMinor: 100, couponUses: 1 };
  const withCoupon = (body: RetailTransaction) => {
    const [first] = body.lines;
    if (!first) throw new Error('a ticket has a line');
    const { netMinor, taxMinor, totalMinor } = {
      netMinor: first.netMinor - 100,
      taxMinor: first.taxMinor,
      totalMinor: first.totalMinor - 100,
    };
    const discounts = [{ by: 'promotion' as const, promotionId: 'ten', pieces: 1, discountMinor: 100 }];
    const sums = { netMinor, taxMinor, totalMinor };
    return {
      lines: [{ ...first, ...sums, discounts }],
      promotions: [applied],
      ...sums,
      tenders: [plainTender('cash', totalMinor)],
    };
  };
  const first = await sale(tills[0], withCoupon);
  tills[1].orderedAtMs += 1_000;
  const second = await sale(tills[1], withCoupon);
  const order: [TestTill, Entry][] = [
    [tills[1], second],
    [tills[0], first],
  ];
  expect(await told(order, storeId)).toEqual([`coupon-twice | ${second._id} | ONE | ${first._id}`]);
  const undone = await tills[0].next('retail-transaction', {
    ...negative(first.body as RetailTransaction, first._id),
    promotions: [],
    tenders: [plainTender('cash', -(first.body as RetailTransaction).totalMinor)],
    voids: { entryId: first._id, reason: 'Wrong' },
  });
  const after = await told([[tills[0], undone]], storeId);
  expect(after.filter((text) => text.startsWith('coupon-twice'))).toEqual([]);
});

function negative(body: RetailTransaction, receiptId: string | null = null): RetailTransaction {
  const lines = body.lines.map((one) => ({
    ...one,
    quantity: -one.quantity,
    ...{ netMinor: -one.netMinor, taxMinor: 0 - one.taxMinor, totalMinor: -one.totalMinor },
    discounts: one.discounts.map(({ discountMinor }) => ({ by: 'receipt' as const, discountMinor: -discountMinor })),
    returned: receiptId === null ? null : { entryId: receiptId, lineNumber: one.lineNumber },
  }));
  const sums = { netMinor: -body.netMinor, taxMinor: 0 - body.taxMinor, totalMinor: -body.totalMinor };
  return { ...body, transactionId: randomUUID(), lines, ...sums };
}

test('[P1] [P2] random credits in any order of arrival give the same ledger and exceptions', async () => {
  const use = fc.record({
    at: fc.constantFrom(0, 1),
    type: fc.constantFrom('voucher' as const, 'store-credit' as const, 'gift-card' as const),
    code: fc.constantFrom('A', 'B'),
    isGiven: fc.boolean(),
    clockMs: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(use, { minLength: 2, maxLength: 7 }), async (uses) => {
      const { storeId, tills } = await shop();
      const sent: [TestTill, Entry][] = [];
      for (const { at, type, code, isGiven, clockMs } of uses) {
        const till = tills[at] as TestTill;
        till.orderedAtMs += clockMs;
        const by = paidBy(type, { reference: code });
        const entry = await sale(till, (body) => {
          if (!isGiven) return by(body);
          const back = negative(body);
          return { ...back, ...by(back) };
        });
        sent.push([till, entry]);
      }
      await told(sent.reverse(), storeId);
      const rows = await derivedRows(context, storeId);
      await rebuildStore(context, storeId);
      expect(await derivedRows(context, storeId)).toEqual(rows);
    }),
    { numRuns: 6 },
  );
});
