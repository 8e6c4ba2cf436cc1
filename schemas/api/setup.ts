import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema } from '../money/money.ts';
import { taxRulesSchema } from '../pricing/tax.ts';
import { key, text } from '../text.ts';

/** Letters, digits and `.-_`, in any script; case does not matter. */
export const usernameSchema = z.string().regex(/^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,38}[\p{L}\p{N}])?$/u);

/** `GET /api/setup`: whether there is no merchant yet. */
export const setupStateSchema = z.object({ empty: z.boolean() });
export type SetupState = z.infer<typeof setupStateSchema>;

/** `POST /api/setup`: makes the merchant, the first store and its manager; `already-set-up` 409 when there is one. */
export const setupRequestSchema = z.object({
  merchantName: text(100, 1),
  storeName: text(100, 1),
  currency: currencySchema,
  /** IANA name such as `Europe/Vienna`. */
  timeZone: text(60, 1),
  taxRules: taxRulesSchema,
  managerName: text(80, 1),
  /** For signing in on the web. */
  managerUsername: usernameSchema,
  managerPin: z.string().regex(/^[0-9]{4,6}$/),
  managerPassword: text(200, 10),
  /** For a new password, when it is forgotten. */
  managerEmail: z.email().max(200).nullable().default(null),
});
export type SetupRequest = z.infer<typeof setupRequestSchema>;

/** The manager is signed in by the answer's cookie. */
export const setupAnswerSchema = z.object({ merchantId: idSchema, storeId: idSchema, operatorId: key(40) });
export type SetupAnswer = z.infer<typeof setupAnswerSchema>;
