import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { accountFactsSchema, accountItemSchema, accountNumberSchema } from '../payment/customer-account.ts';
import { text } from '../text.ts';

/** `GET …/customer-accounts?q=…`: by number or a part of the name. Who keeps the accounts sees all of the chain, others the store's. */
export const accountsQuerySchema = z.object({ q: text(100).default('') });

const balanceSchema = z.object({
  /** Below zero: paid ahead. */
  owedMinor: minorSchema,
  /** Of it, past its terms. */
  overdueMinor: minorSchema,
});

const accountSummarySchema = balanceSchema.extend({
  number: accountNumberSchema,
  facts: accountFactsSchema,
  /** The last sale, refund or payment. */
  movedAtMs: z.number().int().nullable(),
});
export type AccountSummary = z.infer<typeof accountSummarySchema>;

/** By name; the first 200. `totals`: of all that were found, by currency. */
export const accountListSchema = z.object({
  serverTimeMs: z.number().int(),
  accounts: z.array(accountSummarySchema),
  more: z.boolean(),
  totals: z.array(balanceSchema.extend({ currency: currencySchema, count: z.number().int().min(0) })),
  /** The stores that an account can hold in. */
  stores: z.array(z.object({ storeId: idSchema, name: text(100), currency: currencySchema })),
});
export type AccountList = z.infer<typeof accountListSchema>;

/**
 * `PUT …/customer-accounts/:number`, right `edit-customer-accounts`: makes one (`isNew`), or says from now on something else of it.
 * Errors: `conflict` 409 (there is one already, or it has another currency), `not-found` 404, `bad-request` 400 (a store that is not
 * of the chain or sells in another currency).
 */
export const saveAccountSchema = z.object({ isNew: z.boolean(), facts: accountFactsSchema });
export type SaveAccount = z.infer<typeof saveAccountSchema>;

export const maxStatementDays = 731;
/** `GET …/customer-accounts/:number?from=…&to=…`, and `…/:number/statement.csv`: days of the store; without, the last 90. */
export const statementQuerySchema = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });

export const accountStatementSchema = z.object({
  number: accountNumberSchema,
  facts: accountFactsSchema,
  from: z.iso.date(),
  to: z.iso.date(),
  openingMinor: minorSchema,
  /** Oldest first; `isCut`: there are more than are told. */
  items: z.array(accountItemSchema),
  isCut: z.boolean(),
  closingMinor: minorSchema,
  /** Of all, at the moment. */
  balance: balanceSchema,
  /** What is owed at the end of the period, by its age: 0–30, 31–60, 61–90, 91 and more days; less `aheadMinor` it is `closingMinor`. */
  ageing: z.object({
    bucketsMinor: z.tuple([minorSchema, minorSchema, minorSchema, minorSchema]),
    overdueMinor: minorSchema,
    aheadMinor: minorSchema,
  }),
});
export type AccountStatement = z.infer<typeof accountStatementSchema>;

/**
 * `POST …/customer-accounts/:number/payments`, right `book-account-payments`: money that came in for what is owed. The same `paymentId`
 * again books nothing. Errors: `not-found` 404, `conflict` 409 (the id is another payment's).
 */
export const bookPaymentSchema = z.object({
  paymentId: z.uuid(),
  amountMinor: minorSchema.min(1),
  receivedOn: z.iso.date(),
  reference: text(80),
});
export type BookPayment = z.infer<typeof bookPaymentSchema>;

/** `POST …/payments/:payment/correct`: takes a payment back by a counter-entry. `conflict` 409: it was taken back, or is a correction. */
export const correctPaymentSchema = z.object({ paymentId: z.uuid(), reason: text(80, 1) });
export type CorrectPayment = z.infer<typeof correctPaymentSchema>;

export const accountSavedSchema = z.object({ number: accountNumberSchema });
export type AccountSaved = z.infer<typeof accountSavedSchema>;
