import { z } from 'zod';
import { assert } from '../assert.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { fail, ok, type Result } from '../result.ts';
import { key, text } from '../text.ts';
import type { OrderSide } from './order.ts';

/** What is paid for a piece, from so many pieces of one order's line on. */
const breakSchema = z.object({
  fromQuantity: z.number().int().min(1).max(1_000_000),
  unitCostMinor: minorSchema.min(0),
});

/** What one SKU costs on the days from `validFrom` to `validUntil`, both included; null: with no end. */
export const priceAgreementSchema = z
  .object({
    skuId: key(40),
    validFrom: z.iso.date(),
    validUntil: z.iso.date().nullable(),
    /** The first is from one piece on; each is from more pieces than the one before. */
    breaks: z.array(breakSchema).min(1).max(10),
  })
  .refine(({ breaks }) => breaks[0]?.fromQuantity === 1, 'the first price is from one piece on')
  .refine(
    ({ breaks }) => breaks.every((one, at) => at === 0 || one.fromQuantity > (breaks[at - 1]?.fromQuantity ?? 0)),
    'breaks go up',
  )
  .refine(({ validFrom, validUntil }) => validUntil === null || validUntil >= validFrom, 'it ends after it begins');
export type PriceAgreement = z.infer<typeof priceAgreementSchema>;

/** What a chain and a supplier agree on. It holds from `validFrom` on, until what was agreed after it does. */
export const contractTermsSchema = z
  .object({
    validFrom: z.iso.date(),
    currency: currencySchema,
    /** As the two write it. */
    text: text(20_000),
    leadDays: z.number().int().min(0).max(730).nullable(),
    /** Of one order. */
    minimumMinor: minorSchema.min(0).nullable(),
    returnDays: z.number().int().min(0).max(3_650).nullable(),
    paymentDays: z.number().int().min(0).max(730).nullable(),
    prepaymentPercent: z.number().int().min(0).max(100),
    /** What the supplier leaves with the chain as a surety; null, also of terms that are older than deposits: none. */
    depositMinor: minorSchema.min(0).nullable().default(null),
    prices: z.array(priceAgreementSchema).max(2_000),
  })
  .refine(({ prices }) => !overlaps(prices), 'a SKU has one price a day');
export type ContractTerms = z.infer<typeof contractTermsSchema>;

function overlaps(prices: readonly PriceAgreement[]): boolean {
  const end = ({ validUntil }: PriceAgreement) => validUntil ?? '9999-12-31';
  const sorted = prices.toSorted((a, b) => (a.skuId + a.validFrom < b.skuId + b.validFrom ? -1 : 1));
  return sorted.some((one, at) => {
    const before = sorted[at - 1];
    return before?.skuId === one.skuId && end(before) >= one.validFrom;
  });
}

/** One thing that one side says of the contract; never changed or taken back. */
export const contractStepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('proposed'), terms: contractTermsSchema, note: text(500).default('') }),
  z.object({ step: z.literal('accepted'), note: text(500).default('') }),
  z.object({ step: z.literal('declined'), note: text(500, 1) }),
  z.object({ step: z.literal('withdrawn'), note: text(500).default('') }),
]);
export type ContractStep = z.infer<typeof contractStepSchema>;

export type Contract = {
  /** How many steps were taken. */
  version: number;
  /** What one side proposes and the other has not answered. */
  open: { by: OrderSide; terms: ContractTerms } | null;
  /** What both agreed on, the first first. Later ones stand before earlier ones where both hold. */
  agreed: ContractTerms[];
};

export const noContract: Contract = { version: 0, open: null, agreed: [] };
export type ContractFault = { code: 'not-now' | 'not-yours' };

/** [CO1] [CO2] The contract after one side has taken a step; what is not to be said now is an error and changes nothing. */
export function takeContractStep(
  contract: Contract,
  side: OrderSide,
  step: ContractStep,
): Result<Contract, ContractFault> {
  const { open, agreed } = contract;
  const version = contract.version + 1;
  if (step.step === 'proposed') return ok({ version, open: { by: side, terms: step.terms }, agreed });
  if (open === null) return fail({ code: 'not-now' });
  // One takes back what is one's own, and answers what is the other's.
  if ((step.step === 'withdrawn') !== (open.by === side)) return fail({ code: 'not-yours' });
  return ok({ version, open: null, agreed: step.step === 'accepted' ? [...agreed, open.terms] : agreed });
}

/** [CO3] The terms that hold on a day: of all that have begun, what was agreed last. Null: none. */
export function termsOn({ agreed }: Pick<Contract, 'agreed'>, day: string): ContractTerms | null {
  return agreed.findLast(({ validFrom }) => validFrom <= day) ?? null;
}

/** [CO3] What a piece costs, in minor units of the contract's currency, if so many are ordered on a day. Null: nothing is agreed. */
export function agreedCost(
  terms: ContractTerms | null,
  { skuId, quantity, day }: { skuId: string; quantity: number; day: string },
): number | null {
  const price = terms?.prices.find(
    (one) => one.skuId === skuId && one.validFrom <= day && (one.validUntil === null || day <= one.validUntil),
  );
  return price ? costOf(price, quantity) : null;
}

/**
 * [CO5] What lacks of the smallest order that was agreed, in minor units; 0: nothing does. Who writes and sends it is held to it;
 * what the other side proposes or takes is what both say.
 */
export function missingToMinimum(minimumMinor: number | null, costMinor: number): number {
  return Math.max(0, (minimumMinor ?? 0) - costMinor);
}

/** What a piece of so many costs by one agreement. */
export function costOf({ breaks }: PriceAgreement, quantity: number): number {
  const cost = breaks.findLast(({ fromQuantity }) => fromQuantity <= Math.max(1, quantity))?.unitCostMinor;
  assert(cost !== undefined, 'the first price is from one piece on');
  return cost;
}
