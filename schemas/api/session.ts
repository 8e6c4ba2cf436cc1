import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema } from '../money/money.ts';
import { key, localeCodes, text } from '../text.ts';

/** `POST /api/session`: user name or e-mail address, and password. Errors: `wrong-password` 401, `too-many-attempts` 429. */
export const sessionRequestSchema = z.object({ name: text(200, 1), password: text(200, 1) });
export type SessionRequest = z.infer<typeof sessionRequestSchema>;

const rightsSchema = z.array(z.string().max(40));

/** Who is signed in and what they may do where. `GET /api/session` without a session is `unauthorized` 401. */
export const sessionSchema = z.object({
  merchantId: idSchema,
  merchantName: text(100),
  operatorId: key(40),
  name: text(80),
  locale: z.enum(localeCodes).nullable(),
  /** Stores in which they have any right, by name. */
  stores: z.array(
    z.object({
      storeId: idSchema,
      name: text(100),
      currency: currencySchema,
      timeZone: text(60),
      rights: rightsSchema,
    }),
  ),
  /** Rights in the chain as a whole. */
  merchantRights: rightsSchema,
  /** Suppliers whose people they are, by name. */
  suppliers: z.array(z.object({ supplierId: key(40), name: text(100), rights: rightsSchema })),
  expiresAtMs: z.number().int(),
});
export type Session = z.infer<typeof sessionSchema>;

/** Answer of `POST /api/session`: signed in, or the second factor is asked for next. */
export const sessionAnswerSchema = z.union([sessionSchema, z.object({ secondFactor: z.literal(true) })]);
export type SessionAnswer = z.infer<typeof sessionAnswerSchema>;

/**
 * `POST /api/session/second-factor`: six digits of the authenticator app, or a backup code. Errors: `wrong-code` 401,
 * `unauthorized` 401 (sign in anew), `too-many-attempts` 429.
 */
export const secondFactorSchema = z.object({ code: text(40, 1) });

/** `POST /api/session/passkey`: the authenticator's answer to `POST /api/session/passkey/options` (WebAuthn, JSON). */
export const passkeySignInSchema = z.object({ response: z.record(z.string(), z.unknown()) });

/** Header that every writing request of `/api` carries; its value is `1`. A foreign page cannot send it (CSRF). */
export const requestedByHeader = 'x-onecode-request';
