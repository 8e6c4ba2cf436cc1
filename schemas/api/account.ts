import { z } from 'zod';
import { text } from '../text.ts';

const time = z.number().int();

/** `GET /api/account`: one's own account. */
export const accountSchema = z.object({
  username: z.string(),
  /** Null: none is known, so a new password comes by a link from somebody who may change this person. */
  email: z.string().nullable(),
  hasPassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  passkeys: z.array(z.object({ id: z.string(), name: text(80), createdAtMs: time })),
  /** Latest use first. */
  sessions: z.array(
    z.object({
      id: z.string(),
      /** The one that asks. */
      isThis: z.boolean(),
      beganAtMs: time,
      usedAtMs: time,
      address: z.string(),
      userAgent: z.string(),
    }),
  ),
});
export type Account = z.infer<typeof accountSchema>;

const password = text(200, 1);

/** `POST /api/account/password`: ends all other sessions. `current` is null for who has no password yet. */
export const changePasswordSchema = z.object({ current: password.nullable(), next: text(200, 10) });

/**
 * `POST /api/account/email`: null for none. `password` is null for who has no password. `conflict` 409: the address cannot
 * be used.
 */
export const changeEmailSchema = z.object({ password: password.nullable(), email: z.email().max(200).nullable() });
export type ChangeEmail = z.infer<typeof changeEmailSchema>;

/** `POST /api/account/passkeys`: the authenticator's answer to `POST /api/account/passkeys/options` (WebAuthn, JSON). */
export const addPasskeySchema = z.object({ name: text(80, 1), response: z.record(z.string(), z.unknown()) });

/** `POST /api/account/passkeys/:passkey`. */
export const renamePasskeySchema = z.object({ name: text(80, 1) });

/** `POST /api/account/second-factor`, `…/second-factor/off`, `…/backup-codes`. Error: `wrong-password` 401. */
export const ownPasswordSchema = z.object({ password });

/** Answer of `POST /api/account/second-factor`: it holds once a code was typed back to `…/confirm`. */
export const secondFactorSetupSchema = z.object({
  /** `otpauth://totp/…`, for a QR code. */
  uri: z.string(),
  /** Each signs in once in place of a code. */
  backupCodes: z.array(z.string()),
});
export type SecondFactorSetup = z.infer<typeof secondFactorSetupSchema>;
export const backupCodesSchema = secondFactorSetupSchema.pick({ backupCodes: true });
