import { z } from 'zod';
import { minorSchema } from '../money/money.ts';
import { type TenderType, tenderTypes } from '../transaction/retail-transaction.ts';

/** More than is due: `refused`, given out of the drawer as `change`, or `lost` (what a voucher leaves over). */
export const overpayments = ['refused', 'change', 'lost'] as const;

/** What a store says of one way to pay. Amounts in minor units of its currency. */
export const tenderRuleSchema = z.object({
  type: z.enum(tenderTypes),
  isTaken: z.boolean(),
  /** Whether it is taken while nobody can be asked. */
  isTakenOffline: z.boolean(),
  /** Most of one part taken so; null: any. A part above it is refused until somebody can be asked. */
  offlineLimitMinor: minorSchema.min(0).nullable(),
  overpayment: z.enum(overpayments),
  /** Whether money is given back this way. */
  isRefunded: z.boolean(),
  /** Of gift cards: most that one card may hold. Null or absent: as much as `mostOnCardMinor`. */
  mostHeldMinor: minorSchema.min(1).nullable().optional(),
});
export type TenderRule = z.infer<typeof tenderRuleSchema>;

export const tenderRulesSchema = z
  .array(tenderRuleSchema)
  .max(tenderTypes.length)
  .refine((rules) => new Set(rules.map(({ type }) => type)).size === rules.length, 'one rule for a tender')
  // The drawer gives change for cash, whatever a store may wish for.
  .refine(
    (rules) => rules.every(({ type, overpayment }) => type !== 'cash' || overpayment === 'change'),
    'cash has change',
  )
  .refine(
    (rules) => rules.every(({ type, overpayment }) => !isByTerminal(type) || overpayment === 'refused'),
    'a card has none',
  );
export type TenderRules = z.infer<typeof tenderRulesSchema>;

/** Taken by a terminal or a wallet, for an amount that the till names. */
export function isByTerminal(type: TenderType): boolean {
  return type === 'card' || type === 'wallet';
}

/** Paid with its number, by whoever has it. */
export function isBearer(type: TenderType): boolean {
  return type === 'gift-card' || type === 'store-credit';
}

/** Says by a number what pays. */
export function isNumbered(type: TenderType): boolean {
  return isBearer(type) || type === 'voucher' || type === 'account';
}

function rule(type: TenderType, isTaken: boolean, others: Partial<TenderRule> = {}): TenderRule {
  const rest = { isTakenOffline: true, offlineLimitMinor: null, overpayment: 'refused', isRefunded: false } as const;
  return { type, isTaken, ...rest, ...others };
}

/** Of a store that has set none. */
export const defaultTenderRules: TenderRules = [
  rule('cash', true, { overpayment: 'change', isRefunded: true }),
  rule('card', true, { isRefunded: true }),
  rule('wallet', true, { isTakenOffline: false, isRefunded: true }),
  rule('voucher', true, { isTakenOffline: false, overpayment: 'lost' }),
  rule('gift-card', false, { isTakenOffline: false }),
  rule('store-credit', false, { isTakenOffline: false, isRefunded: true }),
  rule('account', false, { isTakenOffline: false, isRefunded: true }),
  // Whether points pay at all is the chain's to say (members/burn.ts).
  rule('points', true, { isRefunded: true }),
];

/** The ways to pay that a store says something of. A deposit is no way that anybody chooses: it is there, or it is not. */
export const ruledTenders = tenderTypes.filter((type) => type !== 'deposit');
const depositRule = rule('deposit', true);

/** The rule of a tender; one that the store says nothing of is not taken. Rules of before points paid say nothing of them. */
export function tenderRuleOf(rules: TenderRules | undefined, type: TenderType): TenderRule {
  if (type === 'deposit') return depositRule;
  return (
    (rules ?? defaultTenderRules).find((one) => one.type === type) ??
    rule(type, type === 'points', { isRefunded: type === 'points' })
  );
}

export type TenderRefusal = 'not-taken' | 'not-offline' | 'over-offline-limit' | 'no-refund';

/** Why a part cannot be taken, or null. `amountMinor`: negative when it is given back. */
export function tenderRefusal(one: TenderRule, amountMinor: number, isOffline: boolean): TenderRefusal | null {
  if (!one.isTaken) return 'not-taken';
  if (amountMinor < 0 && !one.isRefunded) return 'no-refund';
  // Nobody has to be asked before the shop owes something, or is owed less.
  const isOwed = (one.type === 'store-credit' || one.type === 'account') && amountMinor < 0;
  if (!isOffline || one.type === 'cash' || isOwed) return null;
  if (!one.isTakenOffline) return 'not-offline';
  const { offlineLimitMinor } = one;
  return offlineLimitMinor !== null && Math.abs(amountMinor) > offlineLimitMinor ? 'over-offline-limit' : null;
}
