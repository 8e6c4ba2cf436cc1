import { z } from 'zod';
import { limitsSchema } from '../policy/limits.ts';
import { key, localeCodes, namesSchema, text } from '../text.ts';

const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/);

/** When somebody works in a store, by the store's clock; `until` before `from` goes past midnight. */
export const workingHoursSchema = z.object({
  storeId: key(40),
  /** 1 Monday … 7 Sunday (ISO 8601). */
  weekday: z.number().int().min(1).max(7),
  from: timeOfDay,
  until: timeOfDay,
});
export type WorkingHours = z.infer<typeof workingHoursSchema>;

/** The public half of a passkey, with which a till without a network checks its signature (Web Authentication). */
export const staffPasskeySchema = z.object({
  /** base64url */
  credentialId: z.string().min(1).max(1400),
  /** SubjectPublicKeyInfo (RFC 5280), DER, base64url. */
  publicKey: z.string().min(1).max(1400),
  /** COSE (RFC 9053): -7 ES256 on P-256, -257 RS256. */
  algorithm: z.union([z.literal(-7), z.literal(-257)]),
});
export type StaffPasskey = z.infer<typeof staffPasskeySchema>;

/** A till is told a person's latest ones. */
export const maxStaffPasskeys = 5;

/**
 * An operator as one till sees them. Verifiers are HMAC-SHA-256 under the till's own non-extractable key: without it
 * a copied database does not give PINs or badges away.
 */
export const staffRowSchema = z.object({
  operatorId: key(40),
  name: text(80, 1),
  /** A built-in role's name or a chain's own; the one with the most rights here. */
  roleId: key(40),
  /** Null for a built-in role: the message files name it. */
  roleNames: namesSchema.nullable(),
  /** What they may do in this store. Names that this version does not know are of a newer server. */
  rights: z.array(z.string().max(40)).max(100),
  /** How much of it they may do alone here. Absent in a list from before there were limits: what follows from the rights. */
  limits: limitsSchema.optional(),
  locale: z.enum(localeCodes).nullable(),
  languages: z.array(text(35)).max(20),
  /** data: URL. */
  photo: z.string().max(12_000).nullable(),
  /** In this store alone. */
  workingHours: z.array(workingHoursSchema).max(50),
  /** Over PBKDF2-SHA-256(PIN, salt, iterations, 32 bytes); null: this person has no PIN. */
  pin: z
    .object({
      /** base64url */ salt: z.string().max(64),
      iterations: z.number().int().min(1),
      /** base64url */ verifier: z.string().max(64),
    })
    .nullable(),
  /** Over SHA-256 of the badge's code, base64url; null: no badge. */
  badgeVerifier: z.string().max(64).nullable(),
  /** Of the person's account, latest first. Absent: none, or a list from before tills were told of them. */
  passkeys: z.array(staffPasskeySchema).max(maxStaffPasskeys).optional(),
});
export type StaffRow = z.infer<typeof staffRowSchema>;
