import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  agreedCost,
  type Contract,
  type ContractStep,
  type ContractTerms,
  contractTermsSchema,
  missingToMinimum,
  noContract,
  type PriceAgreement,
  takeContractStep,
  termsOn,
} from './contract.ts';

const price = (change: Partial<PriceAgreement> = {}): PriceAgreement => ({
  ...{ skuId: 'TEA', validFrom: '2026-01-01', validUntil: null },
  breaks: [
    { fromQuantity: 1, unitCostMinor: 450 },
    { fromQuantity: 10, unitCostMinor: 400 },
  ],
  ...change,
});
const terms = (change: Partial<ContractTerms> = {}): ContractTerms => ({
  ...{ validFrom: '2026-01-01', currency: 'GBP', text: '', leadDays: 5, minimumMinor: null, returnDays: 14 },
  ...{ paymentDays: 30, prepaymentPercent: 0, depositMinor: null, prices: [price()] },
  ...change,
});
const proposed = (change: Partial<ContractTerms> = {}): ContractStep => ({
  step: 'proposed',
  terms: terms(change),
  note: '',
});

describe('[CO2] what is agreed was proposed by one side and accepted by the other', () => {
  test('whatever the two say in whatever order', () => {
    const said = fc.record({
      side: fc.constantFrom('buyer' as const, 'supplier' as const),
      step: fc.constantFrom<ContractStep['step']>('proposed', 'accepted', 'declined', 'withdrawn'),
      leadDays: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 20 }), (all) => {
        let contract: Contract = noContract;
        for (const { side, step, leadDays } of all) {
          const before = contract;
          const word = step === 'proposed' ? proposed({ leadDays }) : ({ step, note: 'so' } as ContractStep);
          const taken = takeContractStep(before, side, word);
          if (!taken.ok) continue;
          contract = taken.value;
          expect(contract.version).toBe(before.version + 1);
          expect(contract.agreed.slice(0, before.agreed.length)).toEqual(before.agreed);
          if (contract.agreed.length > before.agreed.length) {
            expect([before.open?.by === side, contract.agreed.at(-1)]).toEqual([false, before.open?.terms]);
          }
        }
      }),
    );
  });

  test('nobody accepts their own proposal, or nothing', () => {
    expect(takeContractStep(noContract, 'buyer', { step: 'accepted', note: '' })).toMatchObject({ ok: false });
    const open = takeContractStep(noContract, 'buyer', proposed());
    if (!open.ok) throw new Error('it is proposed');
    expect(takeContractStep(open.value, 'buyer', { step: 'accepted', note: '' })).toMatchObject({
      error: { code: 'not-yours' },
    });
    expect(takeContractStep(open.value, 'supplier', { step: 'withdrawn', note: '' })).toMatchObject({ ok: false });
  });
});

describe('[CO3] the price that holds', () => {
  test('is of the terms agreed last of those that have begun, and of the day', () => {
    const later = terms({
      validFrom: '2026-06-01',
      prices: [price({ breaks: [{ fromQuantity: 1, unitCostMinor: 500 }] })],
    });
    const agreed = [terms(), later];
    const cost = (day: string, quantity = 1) => agreedCost(termsOn({ agreed }, day), { skuId: 'TEA', quantity, day });
    expect([cost('2025-12-31'), cost('2026-01-01'), cost('2026-05-31'), cost('2026-06-01')]).toEqual([
      null,
      450,
      450,
      500,
    ]);
    expect([cost('2026-02-01', 9), cost('2026-02-01', 10), cost('2026-02-01', 0)]).toEqual([450, 400, 450]);
    expect(agreedCost(terms(), { skuId: 'CUP', quantity: 1, day: '2026-02-01' })).toBeNull();
    const ended = terms({ prices: [price({ validUntil: '2026-02-01' })] });
    expect(agreedCost(ended, { skuId: 'TEA', quantity: 1, day: '2026-02-02' })).toBeNull();
  });

  test('is one a day: terms with two are refused, and so are breaks that do not go up', () => {
    const ok = (prices: PriceAgreement[]) => contractTermsSchema.safeParse(terms({ prices })).success;
    expect(ok([price({ validUntil: '2026-03-31' }), price({ validFrom: '2026-04-01' })])).toBe(true);
    expect(ok([price({ validUntil: '2026-04-01' }), price({ validFrom: '2026-04-01' })])).toBe(false);
    expect(ok([price(), price({ skuId: 'CUP' })])).toBe(true);
    expect(ok([price({ breaks: [{ fromQuantity: 2, unitCostMinor: 1 }] })])).toBe(false);
    expect(ok([price({ breaks: [...price().breaks, { fromQuantity: 10, unitCostMinor: 1 }] })])).toBe(false);
    expect(ok([price({ validUntil: '2025-12-31' })])).toBe(false);
  });
});

test('[CO5] what lacks of the smallest order is never below nothing, and without one nothing lacks', () => {
  expect([null, 0, 500, 501].map((minimum) => missingToMinimum(minimum, 500))).toEqual([0, 0, 0, 1]);
});
