import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema } from '../money/money.ts';
import { roles } from '../rows/rows.ts';
import { key, localeCodes, text } from '../text.ts';

/**
 * `POST /api/session`: a manager signs in with the web password. Without `storeId` the name is looked for in all
 * stores. Errors: `wrong-password` 401, `too-many-attempts` 429 with `Retry-After` in seconds.
 */
export const sessionRequestSchema = z.object({
  storeId: idSchema.optional(),
  name: text(80, 1),
  password: text(200, 1),
});
export type SessionRequest = z.infer<typeof sessionRequestSchema>;

/** Answer of `POST` and `GET /api/session`; `GET` without a session is `unauthorized` 401. `DELETE` answers `{}`. */
export const sessionSchema = z.object({
  merchantName: text(100),
  storeId: idSchema,
  storeName: text(100),
  currency: currencySchema,
  timeZone: text(60),
  operatorId: key(40),
  name: text(80),
  role: z.enum(roles),
  locale: z.enum(localeCodes).nullable(),
  expiresAtMs: z.number().int(),
});
export type Session = z.infer<typeof sessionSchema>;

/** Header that every writing request of `/api` carries; its value is `1`. A foreign page cannot send it (CSRF). */
export const requestedByHeader = 'x-onecode-request';
