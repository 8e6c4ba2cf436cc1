import { z } from 'zod';
import { localeCodes, text } from '../text.ts';
import { linkTokenSchema } from './invitations.ts';

/** `POST /api/password-reset`: user name or e-mail address. The same answer whether anybody has it. */
export const askResetSchema = z.object({ name: text(200, 1) });

/** `POST /api/password-reset/open`: whose link it is; `not-found` 404 for any link that does not work (any more). */
export const openResetSchema = z.object({ token: linkTokenSchema });
export const resetViewSchema = z.object({
  username: z.string(),
  name: text(80),
  locale: z.enum(localeCodes).nullable(),
});
export type ResetView = z.infer<typeof resetViewSchema>;

/** `POST /api/password-reset/finish`: ends all sessions of the account; the person signs in next. */
export const finishResetSchema = z.object({ token: linkTokenSchema, password: text(200, 10) });

/** `GET /api/unsent-links`: links that no mail could carry, of people whom the asker may change. */
export const unsentLinksSchema = z.object({
  links: z.array(
    z.object({
      id: z.string(),
      operatorId: z.string(),
      name: text(80),
      url: z.string(),
      createdAtMs: z.number().int(),
      expiresAtMs: z.number().int(),
    }),
  ),
});
export type UnsentLinks = z.infer<typeof unsentLinksSchema>;
