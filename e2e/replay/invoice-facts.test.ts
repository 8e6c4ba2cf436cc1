import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryVersionOf, factOf } from '#schemas/journal/kinds.ts';
import { microsOf } from './file-sums.ts';
import { britishTimeMs, factsOf, type Shop } from './invoice-facts.ts';
import type { Invoice, SalesLine } from './sales-file.ts';

const taxRules = {
  pricesIncludeTax: true,
  classes: [{ taxClass: 'standard', rateBasisPoints: 2_000 }],
  cashStepMinor: 1,
};
const shop: Shop = { currency: 'GBP', taxRules, taxClass: 'standard', placeId: 'floor', nameOf: () => null };
const localTime = '2011-07-01T11:00:00';

function invoice(lines: Partial<SalesLine>[], more: Partial<Invoice> = {}): Invoice {
  const plain: SalesLine = { stockCode: '1001', description: 'LANTERN', quantity: 1, unitPrice: '2.55' };
  return {
    invoiceNo: '700001',
    part: 0,
    localTime,
    customerId: '15001',
    lines: lines.map((line) => ({ ...plain, ...line })),
    ...more,
  };
}

test('a sale keeps every line, a code that stands twice too', () => {
  const { facts, leftOut } = factsOf(invoice([{ quantity: 6 }, { quantity: 2 }, { unitPrice: '0' }]), shop);
  expect(leftOut).toEqual([]);
  expect(facts).toMatchObject([{ kind: 'retail-transaction', body: { totalMinor: 2_040, memberId: '15001' } }]);
  expect(facts).toMatchObject([{ body: { lines: [{ quantity: 6 }, { quantity: 2 }, { quantity: 1 }] } }]);
});

test('an invoice of C is a return, also where a line of it is free', () => {
  const { facts } = factsOf(
    invoice([{ quantity: -2 }, { quantity: -1, unitPrice: '0' }], { invoiceNo: 'C700001' }),
    shop,
  );
  expect(facts).toMatchObject([{ kind: 'retail-transaction', body: { totalMinor: -510 } }]);
});

test('free lines of nobody are stock that was written off or found', () => {
  const nobody = { customerId: null };
  const reasonOf = (description: string, quantity: number) =>
    factsOf(invoice([{ description, quantity, unitPrice: '0' }], nobody), shop).facts.map((fact) =>
      fact.kind === 'stock-adjusted' ? fact.body.reason : fact.kind,
    );
  expect(reasonOf('wet damaged', -5)).toEqual(['damaged']);
  expect(reasonOf('?? missing', -5)).toEqual(['lost']);
  expect(reasonOf('', -5)).toEqual(['correction']);
  expect(reasonOf('', 5)).toEqual(['found']);
});

test('what cannot be represented is left out with its reason, and the rest of the invoice is kept', () => {
  const read = factsOf(invoice([{}, { unitPrice: '0.001' }, { unitPrice: '-3' }, { quantity: 2_000_000 }]), shop);
  expect(read.leftOut.map(({ reason }) => reason)).toEqual(['finer-than-a-penny', 'negative-price', 'too-many-pieces']);
  expect(read.facts).toMatchObject([{ body: { totalMinor: 255 } }]);
  expect(factsOf(invoice([{}], { invoiceNo: 'A700001' }), shop)).toMatchObject({
    facts: [],
    leftOut: [{ reason: 'bad-debt' }],
  });
});

test('an invoice of 2,000 lines fits into one entry’s body', () => {
  const { facts } = factsOf(invoice(Array.from({ length: 2_000 }, () => ({}))), shop);
  const [fact] = facts;
  expect(fact && factOf({ kind: fact.kind, version: entryVersionOf(fact.kind), body: fact.body })).toMatchObject({
    ok: true,
  });
});

test('British time has an hour more from spring to autumn', () => {
  expect(new Date(britishTimeMs('2010-12-01T08:26:00')).toISOString()).toBe('2010-12-01T08:26:00.000Z');
  expect(new Date(britishTimeMs('2011-07-01T08:26:00')).toISOString()).toBe('2011-07-01T07:26:00.000Z');
});

test('[M1] every invoice is replayed and left out to the last digit, in bodies that can be posted', () => {
  const price = fc
    .tuple(fc.nat(500), fc.nat(999))
    .map(([pounds, mills]) => `${pounds}.${String(mills).padStart(3, '0')}`);
  const unitPrice = fc.oneof(price, fc.constantFrom('0', '0.00', '1.5', '12', '-2.50'));
  const quantity = fc.integer({ min: -80_000, max: 80_000 }).filter((pieces) => pieces !== 0);
  const line = fc.record({ stockCode: fc.constantFrom('1001', 'm', 'BANK CHARGES'), quantity, unitPrice });
  const number = fc.constantFrom('700001', 'C700001', 'A700001');
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), number, fc.boolean(), (lines, invoiceNo, isKnown) => {
      const played = invoice(lines, { invoiceNo, customerId: isKnown ? '15001' : null });
      const { facts, leftOut } = factsOf(played, shop);
      const value = (all: readonly SalesLine[]) =>
        all.reduce((sum, each) => sum + BigInt(each.quantity) * microsOf(each.unitPrice), 0n);
      let posted = 0n;
      for (const { kind, body } of facts) {
        expect(factOf({ kind, version: entryVersionOf(kind), body })).toMatchObject({ ok: true });
        if (kind === 'retail-transaction') posted += BigInt(body.totalMinor) * 10_000n;
      }
      expect(posted + value(leftOut.map(({ line: out }) => out))).toBe(value(played.lines));
    }),
  );
});
