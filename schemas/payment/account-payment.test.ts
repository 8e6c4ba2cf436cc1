import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rightsNeeded } from '../policy/rights-needed.ts';
import { voidOf } from '../returns/post-void.ts';
import { newReport, reportViolation, withTransaction } from '../shift/shift-report.ts';
import { plainTender, plainTicket, type RetailTransaction, sumsViolation } from '../transaction/retail-transaction.ts';
import { knownOwedMinor } from './account-standing.ts';
import { creditStepsOf } from './ticket-credits.ts';

const number = 'CAFE7';

function bill(amountMinor: number): RetailTransaction {
  return {
    ...plainTicket,
    transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
    businessDay: '2026-11-23',
    openedAtMs: 1,
    ...{ currency: 'GBP', pricesIncludeTax: true, promotions: [], lines: [], netMinor: 0, taxMinor: 0 },
    ...{ roundingMinor: 0, changeMinor: 0, memberId: null, approvals: [], totalMinor: amountMinor },
    accountPayment: { lineNumber: 1, number, account: 'Harbour Café', name: 'Payment of account', amountMinor },
    tenders: [plainTender('cash', amountMinor)],
  };
}
const request = {
  ...{ entryId: '0001-000000001', reason: 'wrong', transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c12' },
  ...{ businessDay: '2026-11-23', openedAtMs: 2, approvals: [] },
};

test('[M1] [AC9] a bill is in what is paid and in no turnover; a Z is the sum of its tickets, voided ones too', () => {
  const one = fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(one, { maxLength: 20 }), (made) => {
      let report = newReport('GBP', 500, 0);
      let paidMinor = 0;
      for (const [amountMinor, isVoided] of made) {
        const sold = bill(amountMinor);
        const back = voidOf(sold, request);
        for (const body of isVoided && back.ok ? [sold, back.value] : [sold]) {
          expect(sumsViolation(body)).toBeNull();
          report = withTransaction(report, '0001-000000001', body);
        }
        if (!isVoided) paidMinor += amountMinor;
      }
      expect(reportViolation(report)).toBeNull();
      expect([report.totalMinor, report.accountPaidMinor ?? 0, report.expectedMinor]).toEqual([
        0,
        paidMinor,
        500 + paidMinor,
      ]);
    }),
  );
  expect(sumsViolation({ ...bill(100), accountPayment: undefined })).not.toBeNull();
});

test('[AC9] it is a step of the account’s ledger, and a till counts what the server’s sum has not', () => {
  expect(creditStepsOf(bill(250))).toMatchObject([{ kind: 'account', code: number, amountMinor: 250 }]);
  const row = { number, owedMinor: 1_000, upTo: [[1, 4]] as [number, number][] };
  const at = (sequence: number, of = number) => {
    const { tenders, accountPayment } = bill(250);
    return { tillNumber: 1, sequence, tenders, accountPayment: accountPayment && { ...accountPayment, number: of } };
  };
  expect(knownOwedMinor(row, [at(4), at(5), at(6, 'OTHER')], [])).toBe(750);
});

test('[A1] [AC9] taking it is selling; a post-void of it is a post-void', () => {
  const rights = (body: RetailTransaction) => rightsNeeded({ kind: 'retail-transaction', version: 3, body } as never);
  expect(rights(bill(250)).map(({ right }) => right)).toEqual(['sell']);
  const back = voidOf(bill(250), request);
  expect(back.ok && rights(back.value).map(({ right }) => right)).toEqual(['void-transaction']);
});
