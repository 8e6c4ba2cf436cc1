import { z } from 'zod';
import { localeCodes, namesSchema, text } from '../text.ts';
import { usernameSchema } from './setup.ts';

/** 32 random bytes, base64url: what the link of an invitation or of a password reset carries. */
export const linkTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** `POST /api/invitations/open`: what the link is about; `not-found` 404 for any link that does not work (any more). */
export const openInvitationSchema = z.object({ token: linkTokenSchema });

export const invitationSchema = z.object({
  merchantName: text(100),
  /** Who is invited. */
  name: text(80),
  invitedBy: text(80),
  /** What they will be there; `roleId` is built in or a role of the chain's, which has names. */
  roles: z.array(z.object({ roleId: z.string(), roleNames: namesSchema.nullable(), place: text(100) })),
  locale: z.enum(localeCodes).nullable(),
  expiresAtMs: z.number().int(),
});
export type InvitationView = z.infer<typeof invitationSchema>;

/**
 * `POST /api/invitations/accept`: makes the account and signs in; answers the session. Without a password the screen adds
 * a passkey next. `conflict` 409: the user name is taken.
 */
export const acceptInvitationSchema = z.object({
  token: linkTokenSchema,
  username: usernameSchema,
  password: text(200, 10).nullable(),
});
export type AcceptInvitation = z.infer<typeof acceptInvitationSchema>;
