import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { badgeCodeSchema } from '../policy/badge.ts';
import { grantScopeTypes } from '../policy/policy.ts';
import { workingHoursSchema } from '../rows/staff.ts';
import { key, localeCodes, namesSchema, text } from '../text.ts';

// `/api/stores/:store/staff` for one store and `/api/staff` for the chain, with the same paths below; for a supplier's people
// some of them under `/api/supplies/:supplier/staff` (supplies.ts). Reading takes the right `read-staff`, everything else
// `edit-staff`, with a supplier `edit-supplier-staff`; what a change gives must be covered by the rights of who asks (A1).
// Errors besides those of every route: `forbidden` 403 (more than the asker's own rights), `not-found` 404,
// `last-owner` 409, `own-access` 409 (nobody takes their own access away).

const operatorIdSchema = key(40);
const timeSchema = z.number().int();

/** A name as it may stand on a receipt: no control characters, which printers obey, and none that turn the text round. */
export const personNameSchema = text(80)
  .trim()
  .min(1)
  .refine((name) => !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name), 'control characters in a name');

/** A BCP 47 language tag. */
const languageSchema = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/);

/** data: URL of a PNG, JPEG or WebP of at most 9 kB; the server looks inside. */
export const photoSchema = z
  .string()
  .max(12_000)
  .regex(/^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/);

export const pinSchema = z.string().regex(/^[0-9]{4,6}$/);

/** A role in a store, with a supplier, or in the chain: then `scopeId` is the merchant's own id. */
export const placeSchema = z.object({ scopeType: z.enum(grantScopeTypes), scopeId: key(40) });
export const giveGrantSchema = placeSchema.extend({ roleId: key(40) });
export type GiveGrant = z.infer<typeof giveGrantSchema>;

const personalSchema = z.object({
  name: personNameSchema,
  locale: z.enum(localeCodes).nullable(),
  languages: z.array(languageSchema).max(20),
  photo: photoSchema.nullable(),
  /** Asked of one store: that store's hours, the others stay. */
  workingHours: z.array(workingHoursSchema).max(50),
});

/** `POST …/staff/:operator`: changes what is in it. */
export const changePersonSchema = personalSchema.partial();
export type ChangePerson = z.infer<typeof changePersonSchema>;

/** `POST …/staff`: a person begins with a role. */
export const addPersonSchema = personalSchema.extend({
  pin: pinSchema.nullable(),
  grants: z.array(giveGrantSchema).min(1).max(20),
});
export type AddPerson = z.infer<typeof addPersonSchema>;

/** `POST …/staff/:operator/pin`; null takes it away. */
export const setPinSchema = z.object({ pin: pinSchema.nullable() });

/** What every change answers; also `POST …/grants` (GiveGrant), `…/grants/:grant/end`, `…/badge/end`, `…/leave`, `…/return`,
 * `…/second-factor/off` (all their sessions end; `conflict` 409: they have none). */
export const staffAnswerSchema = z.object({ operatorId: operatorIdSchema });
export type StaffAnswer = z.infer<typeof staffAnswerSchema>;

/** What people show at a till. */
export const tillSecrets = ['pin', 'badge'] as const;
export type TillSecret = (typeof tillSecrets)[number];
/**
 * `POST …/staff/:operator/grants`: the PIN or badge that ended with it, because whoever set it lacks rights that the person
 * has now and could act as them. Until a new one is set they do not sign in at tills with it.
 */
export const grantAnswerSchema = staffAnswerSchema.extend({ ended: z.array(z.enum(tillSecrets)) });
export type GrantAnswer = z.infer<typeof grantAnswerSchema>;

/** `POST …/staff/:operator/badge`: the code is said this once; a badge of before is void. */
export const badgeAnswerSchema = z.object({ operatorId: operatorIdSchema, code: badgeCodeSchema });
export type BadgeAnswer = z.infer<typeof badgeAnswerSchema>;

/** `POST …/staff/:operator/invite`. Error `conflict` 409: they have an account. */
export const inviteSchema = z.object({ email: z.email().max(200).nullable() });
/** `url` is there when no mail could carry it: it is shown this once, to be handed over. */
export const inviteAnswerSchema = z.object({ url: z.string().max(500).nullable(), expiresAtMs: timeSchema });
export type InviteAnswer = z.infer<typeof inviteAnswerSchema>;

/** `GET …/staff?q=…&left=1`: with `left`, those who left and no others. */
export const staffQuerySchema = z.object({ q: text(100).optional(), left: z.enum(['1']).optional() });

const grantReportSchema = placeSchema.extend({
  grantId: key(40),
  /** The store's, the supplier's or the merchant's name. */
  scopeName: text(100),
  roleId: key(40),
  roleNames: namesSchema.nullable(),
  fromMs: timeSchema,
  /** Whether who asks may end it. */
  mayEnd: z.boolean(),
});
export type GrantReport = z.infer<typeof grantReportSchema>;

export const personReportSchema = z.object({
  operatorId: operatorIdSchema,
  name: text(80),
  locale: z.enum(localeCodes).nullable(),
  languages: z.array(text(35)),
  photo: z.string().max(12_000).nullable(),
  workingHours: z.array(workingHoursSchema),
  hasPin: z.boolean(),
  hasBadge: z.boolean(),
  hasAccount: z.boolean(),
  /** Told to who may change them, and to nobody else. */
  hasSecondFactor: z.boolean(),
  /** An invitation of theirs that still works. */
  invitedUntilMs: timeSchema.nullable(),
  lastSignInAtMs: timeSchema.nullable(),
  createdAtMs: timeSchema,
  leftAtMs: timeSchema.nullable(),
  /** Open ones; asked of one store, that store's and the chain's. */
  grants: z.array(grantReportSchema),
  /** Whether who asks has every right that this person has, and so may change them. */
  mayEdit: z.boolean(),
});
export type PersonReport = z.infer<typeof personReportSchema>;

export const staffListSchema = z.object({
  serverTimeMs: timeSchema,
  /** By name. */
  people: z.array(personReportSchema),
  more: z.boolean(),
  /** Who asks, to tell their own row. */
  selfId: operatorIdSchema.nullable(),
  /** Where who asks may give which roles. */
  places: z.array(placeSchema.extend({ name: text(100), roleIds: z.array(key(40)) })),
  /** The chain's own roles, by id. */
  customRoles: z.array(z.object({ roleId: idSchema, names: namesSchema })),
});
export type StaffList = z.infer<typeof staffListSchema>;
