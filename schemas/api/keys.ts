import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { type Right, rightNames } from '../policy/rights.ts';
import { text } from '../text.ts';
import { personNameSchema, placeSchema } from './staff.ts';

/** `ock_` and 32 random bytes, base64url. Sent as `Authorization: Bearer <key>`. */
export const apiKeySchema = z.string().regex(/^ock_[A-Za-z0-9_-]{43}$/);

const makeAccess: readonly Right[] = ['edit-staff', 'edit-roles', 'edit-keys', 'edit-suppliers', 'edit-supplier-staff'];
/** No key makes people, roles, keys or suppliers: what leaks must not be able to stay. */
export const keyRights = rightNames.filter((right) => !makeAccess.includes(right)) as [Right, ...Right[]];

const timeSchema = z.number().int();

/** `POST /api/keys`. Takes `edit-keys`; error `forbidden` 403: a right that the asker lacks there, or a foreign store or supplier. */
export const makeKeySchema = placeSchema.extend({
  name: personNameSchema,
  rights: z.array(z.enum(keyRights)).min(1).max(keyRights.length),
  /** Null: until it is revoked. */
  lifetimeDays: z.number().int().min(1).max(3_650).nullable(),
  requestsPerMinute: z.number().int().min(1).max(6_000),
});
export type MakeKey = z.infer<typeof makeKeySchema>;

/**
 * `POST /api/supplies/:supplier/keys`, right `edit-supplier-staff`: a key of the supplier's own systems, for what suppliers do.
 * Its place is the path's. Error `conflict` 409: twenty of the supplier's keys work already. `…/keys`, `…/keys/:key/rotate` and
 * `…/keys/:key/revoke` are as those of the chain, of this supplier's keys.
 */
export const makeSupplierKeySchema = z.strictObject({
  ...makeKeySchema.omit({ scopeType: true, scopeId: true }).shape,
  requestsPerMinute: z.number().int().min(1).max(600),
});
export type MakeSupplierKey = z.infer<typeof makeSupplierKeySchema>;

/** `POST /api/keys/:key/rotate`: a new key of the same rights; the old one ends at once or after a day. */
export const rotateKeySchema = z.object({ endOldNow: z.boolean() });

/** The key itself is said this once. */
export const newKeyAnswerSchema = z.object({ keyId: idSchema, key: apiKeySchema });
export type NewKeyAnswer = z.infer<typeof newKeyAnswerSchema>;

/** `POST /api/keys/:key/revoke`, body `{}`. Revoking again changes nothing. */
export const revokeKeyAnswerSchema = z.object({ keyId: idSchema });
export type RevokeKeyAnswer = z.infer<typeof revokeKeyAnswerSchema>;

export const keyReportSchema = placeSchema.extend({
  keyId: idSchema,
  name: text(80),
  prefix: z.string().max(20),
  scopeName: text(100),
  rights: z.array(z.string().max(40)),
  requestsPerMinute: z.number().int(),
  /** Both empty for suppliers where somebody of the chain made it. */
  createdById: text(40),
  createdByName: text(80),
  /** Whoever made it has left and may know it still: it is time for a new one. */
  makerHasLeft: z.boolean(),
  createdAtMs: timeSchema,
  expiresAtMs: timeSchema.nullable(),
  revokedAtMs: timeSchema.nullable(),
  /** At most a minute old. */
  lastUsedAtMs: timeSchema.nullable(),
  lastUsedAddress: z.string().max(100).nullable(),
  /** Whether who asks has all its rights, and so may be given a new one of them. */
  mayRotate: z.boolean(),
});
export type KeyReport = z.infer<typeof keyReportSchema>;

/** `GET /api/keys`: newest first, ended ones too for 90 days. */
export const keyListSchema = z.object({
  serverTimeMs: timeSchema,
  keys: z.array(keyReportSchema),
  /** Where who asks may give a key which rights. */
  places: z.array(placeSchema.extend({ name: text(100), rights: z.array(z.enum(keyRights)) })),
});
export type KeyList = z.infer<typeof keyListSchema>;
