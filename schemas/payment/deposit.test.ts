import fc from 'fast-check';
import { expect, test } from 'vitest';
import { voidOf } from '../returns/post-void.ts';
import { newReport, reportViolation, withTransaction } from '../shift/shift-report.ts';
import { priceBasket } from '../transaction/price-basket.ts';
import { plainTender, plainTicket, type RetailTransaction, sumsViolation } from '../transaction/retail-transaction.ts';
import { type CreditStep, foldCredit } from './credit.ts';
import { creditStepsOf } from './ticket-credits.ts';

const basketId = '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11';
const rules = { pricesIncludeTax: true, cashStepMinor: 1, classes: [{ taxClass: 'A', rateBasisPoints: 2_000 }] };

function ticket(soldMinor: number, depositMinor: number, usedMinor: number): RetailTransaction {
  const goods = { skuId: 'tea', gtin14: null, serial: null, name: 'Tea', quantity: 1, taxClass: 'A' };
  const { lines, netMinor, taxMinor, dueMinor } = priceBasket(
    soldMinor === 0 ? [] : [{ ...goods, unitPriceMinor: soldMinor }],
    rules,
    'floor',
  );
  const totalMinor = dueMinor + depositMinor;
  const used = { ...plainTender('deposit', usedMinor), reference: basketId };
  return {
    ...plainTicket,
    transactionId: basketId,
    businessDay: '2026-11-23',
    openedAtMs: 1,
    ...{ currency: 'GBP', pricesIncludeTax: true, promotions: [], lines, netMinor, taxMinor, totalMinor },
    ...{ roundingMinor: 0, changeMinor: 0, memberId: null, approvals: [] },
    ...(depositMinor !== 0 && {
      deposit: {
        ...{ lineNumber: 2, basketId, name: 'Deposit', amountMinor: depositMinor, heldMinor: depositMinor },
        ...{ basketTotalMinor: null, dueOn: null },
      },
    }),
    tenders: [...(usedMinor === 0 ? [] : [used]), plainTender('cash', totalMinor - usedMinor)],
  };
}

test('[M1] [DP2] a deposit is in what is paid and in no turnover; a Z is the sum of its tickets, whatever was taken, used and returned', () => {
  const amount = fc.integer({ min: -10_000, max: 10_000 });
  const one = fc.tuple(fc.integer({ min: 1, max: 10_000 }), amount, fc.integer({ min: 0, max: 10_000 }));
  fc.assert(
    fc.property(fc.array(one, { maxLength: 20 }), (made) => {
      const tickets = made.map((parts) => ticket(...parts));
      let report = newReport('GBP', 5_000, 0);
      for (const [index, body] of tickets.entries()) {
        expect(sumsViolation(body)).toBeNull();
        report = withTransaction(report, `0001-${String(index + 1).padStart(9, '0')}`, body);
      }
      expect(reportViolation(report)).toBeNull();
      const sum = (of: (body: RetailTransaction) => number) => tickets.reduce((total, body) => total + of(body), 0);
      expect(report.totalMinor).toBe(sum(({ netMinor, taxMinor }) => netMinor + taxMinor));
      const { takenMinor = 0, returnedMinor = 0 } = report.deposits ?? {};
      expect(takenMinor + returnedMinor).toBe(sum(({ deposit }) => deposit?.amountMinor ?? 0));
      const cash = sum(({ tenders }) =>
        tenders.reduce((all, { type, amountMinor }) => all + (type === 'cash' ? amountMinor : 0), 0),
      );
      expect(report.expectedMinor).toBe(5_000 + cash);
    }),
  );
});

test('[M1] what is paid on a basket and left out of the sums does not add up', () => {
  const body = ticket(100, 50, 0);
  expect(sumsViolation({ ...body, deposit: undefined })).not.toBeNull();
  expect(sumsViolation(ticket(0, 50, 0))).toBeNull();
});

test('[DP4] a deposit that pays two sales, or pays one and goes back, is told on the later; a post-void makes it good again', () => {
  const at = (entryId: string, orderedAtMs: number, body: RetailTransaction): CreditStep[] =>
    creditStepsOf(body).map((step) => ({ ...step, entryId, orderedAtMs, currency: 'GBP' }));
  const code = basketId.replaceAll('-', '').toUpperCase();
  const taken = at('0001-000000001', 1, ticket(0, 50, 0));
  const sale = ticket(100, 0, 50);
  const [first, second] = [at('0001-000000002', 2, sale), at('0002-000000001', 3, sale)];
  expect(foldCredit('deposit', code, [...taken, ...first])).toEqual([]);
  const twice = [{ code: 'deposit-used-twice', entryId: '0002-000000001', detail: '0001-000000002' }];
  expect(foldCredit('deposit', code, [...second, ...first, ...taken])).toMatchObject(twice);
  const back = at('0002-000000001', 3, ticket(0, -50, 0));
  expect(foldCredit('deposit', code, [...back, ...first, ...taken])).toMatchObject(twice);
  expect(foldCredit('deposit', code, first)).toMatchObject([{ code: 'deposit-unknown' }]);
  const request = { entryId: '0001-000000002', reason: 'x', businessDay: '2026-11-23', openedAtMs: 1, approvals: [] };
  const undone = voidOf(sale, { ...request, transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c12' });
  if (!undone.ok) throw new Error(undone.error.code);
  const free = at('0001-000000003', 4, undone.value);
  expect(foldCredit('deposit', code, [...taken, ...first, ...free, ...second])).toEqual([]);
});
