import { z } from 'zod';
import { key, text } from '../text.ts';
import { onlinePricesAnswerSchema } from './prices.ts';

/**
 * `POST /api/hooks/online-prices/:hook`: the body of `PUT …/online-prices`, sent by the web shop when prices change. Signed as
 * Standard Webhooks 1.0 say (standardwebhooks.com): headers `webhook-id` (of the message, the same when it is sent again),
 * `webhook-timestamp` (seconds since 1970) and `webhook-signature`, a list of `v1,<base64>` apart by spaces, of which one is
 * HMAC-SHA-256 of `<id>.<timestamp>.<body>` by the secret behind `whsec_`. Rows without `confirmedAtMs` were confirmed at the time
 * stamp. Answer: that of the `PUT`; for a message that came before, the answer of then.
 * Errors: `bad-request` 400 (headers or body cannot be read), `unauthorized` 401 (unknown address, wrong signature, a time stamp of
 * more than five minutes before or after the server's clock), `conflict` 409 (the id with another body).
 */
export const hookHeadersSchema = z.object({
  'webhook-id': key(100),
  'webhook-timestamp': z.string().regex(/^\d{1,12}$/),
  'webhook-signature': z.string().min(1).max(2_000),
});
export const hookToleranceMs = 300_000;

/** `GET /api/stores/:store/price-hook` (right `edit-prices`). */
export const priceHookAnswerSchema = z.object({
  hook: z
    .object({
      /** Below the server's address. */
      path: text(200),
      madeAtMs: z.number().int(),
      lastReceivedAtMs: z.number().int().nullable(),
      counts: onlinePricesAnswerSchema.shape.counts.nullable(),
    })
    .nullable(),
});
export type PriceHookAnswer = z.infer<typeof priceHookAnswerSchema>;

/** `POST …/price-hook`: makes the address and its secret, or new ones in their place; `DELETE` ends them and answers `{}`. */
export const newPriceHookSchema = z.object({
  path: text(200),
  /** `whsec_` and base64. Told once. */
  secret: text(100),
});
export type NewPriceHook = z.infer<typeof newPriceHookSchema>;
