import { z } from 'zod';
import { entryIdSchema, idSchema, tillNumberSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { text } from '../text.ts';
import { creditCodeOf } from './credit.ts';
import { looksLikeCreditCode } from './credit-code.ts';

/** On the card, on receipts and in the ledger (TE7): capitals and digits, as `creditCodeOf` leaves them. It never changes. */
export const accountNumberSchema = z
  .string()
  .regex(/^[0-9A-Z]{1,20}$/)
  .refine((number) => !looksLikeCreditCode(number), 'looks like a gift card');

/** What was typed, or read off an account's card, as a number; null: it is none. */
export function readAccountNumber(raw: string): string | null {
  const read = accountNumberSchema.safeParse(creditCodeOf(raw));
  return read.success ? read.data : null;
}

const signerSchema = text(80, 1);

/** What the office says of a customer account. Each change is a version from a moment on: old sales are judged by theirs (AC6). */
export const accountFactsSchema = z.object({
  name: text(100, 1),
  contact: text(200),
  taxNumber: text(40),
  currency: currencySchema,
  /** Most that may be owed at a time. */
  limitMinor: minorSchema.min(0),
  /** A bill is due so many days after its sale. */
  termsDays: z.number().int().min(0).max(365),
  /** The stores where it holds; null: all that sell in its currency. */
  storeIds: z.array(idSchema).min(1).max(5_000).nullable(),
  /** Who may sign; nobody named: whoever says so. */
  signers: z.array(signerSchema).max(50),
  /** Why nothing is sold on it at the moment; null: it is. */
  blockedReason: text(200, 1).nullable(),
  notes: text(1_000),
});
export type AccountFacts = z.infer<typeof accountFactsSchema>;
export type AccountVersion = { fromMs: number; facts: AccountFacts };

/** Whether it holds in a store, of that currency. */
export function holdsIn({ storeIds, currency }: AccountFacts, store: { storeId: string; currency: string }): boolean {
  return currency === store.currency && (storeIds === null || storeIds.includes(store.storeId));
}

/** Row of the feed in a store where it holds. Row key: `number`. What only the office needs is left out. */
export const customerAccountRowSchema = accountFactsSchema
  .pick({ name: true, limitMinor: true, signers: true, blockedReason: true })
  .extend({
    number: accountNumberSchema,
    /** In all stores, less what was paid, as the server last worked it out; below zero: paid ahead. */
    owedMinor: minorSchema,
    /** Of this store's tills: the last ticket of each that is counted in it. */
    upTo: z.array(z.tuple([tillNumberSchema, z.number().int().min(0)])).max(1_000),
  });
export type CustomerAccountRow = z.infer<typeof customerAccountRowSchema>;

/** What the till knew to speak against a sale on account; somebody with the right said yes to it all the same (AC4). */
export const accountBounds = ['blocked', 'over-limit', 'signer-unlisted', 'not-offline', 'over-offline-limit'] as const;
export type AccountBound = (typeof accountBounds)[number];

/** What a tender on account says beside the number (its reference). */
export const tenderAccountSchema = z.object({
  name: text(100, 1),
  /** Who signed for it; empty on a refund. */
  signedBy: text(80),
  /** The customer's own number of the order. */
  orderReference: text(40, 1).nullable(),
  beyond: z.array(z.enum(accountBounds)).min(1).max(accountBounds.length).optional(),
});
export type TenderAccount = z.infer<typeof tenderAccountSchema>;

/** A sale, a refund or a payment of an account, as statements list it. */
export const accountItemSchema = z.object({
  kind: z.enum(['sale', 'refund', 'payment', 'correction']),
  atMs: z.number().int(),
  storeId: idSchema,
  storeName: text(100),
  /** Of a sale or a refund: its receipt. */
  entryId: entryIdSchema.nullable(),
  paymentId: z.uuid().nullable(),
  /** Positive: owed by it. Negative: paid or given back. */
  owedMinor: minorSchema,
  signedBy: text(80),
  /** Of a payment: the day on which the money came. */
  receivedOn: z.iso.date().nullable(),
  /** The order's number; of a payment, what the bank or the clerk wrote. */
  reference: text(80),
  /** Of a payment: taken back by a correction. */
  isCorrected: z.boolean(),
});
export type AccountItem = z.infer<typeof accountItemSchema>;
