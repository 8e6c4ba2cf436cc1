import { z } from 'zod';
import { entryIdSchema, idSchema } from '../journal/envelope.ts';
import { consentPurposes, consentSchema, memberIdSchema, memberKinds } from '../members/member-entries.ts';
import { memberStates } from '../members/member-fold.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { key, localeCodes, text } from '../text.ts';
import { memberStandingSchema, memberTicketSchema } from './member-points.ts';

// Members in the office, `/api/stores/:store/members`; what the words mean: ../members/SPEC.md. Who may look members up
// (`look-up-members`) is shown masks [MB3]; who may see them whole (`see-members-whole`) all of it, which is put on record.
// Errors: `not-found` 404; `conflict` 409, of somebody who was erased.

const timeSchema = z.number().int();
/** Masked or whole; null: not known, or not for the asker's eyes. */
const shown = z.string().max(300).nullable();

/** `POST …/members/find`, so that no phone stands in an address: a phone or its end, words of a name, an address, a card's number or a code. The chain's members. */
export const membersQuerySchema = z.object({
  q: text(100, 1),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});

export const memberSummarySchema = z.object({
  memberId: memberIdSchema,
  state: z.enum(memberStates),
  isMasked: z.boolean(),
  name: shown,
  phone: shown,
  email: shown,
  tier: z.string().max(30),
});
export type MemberSummary = z.infer<typeof memberSummarySchema>;
export const membersAnswerSchema = z.object({ members: z.array(memberSummarySchema), more: z.boolean() });
export type MembersAnswer = z.infer<typeof membersAnswerSchema>;

/** `GET …/members/:member`: by any id that leads to the person. */
export const memberDetailSchema = memberSummarySchema.extend({
  /** All who are one person. */
  memberIds: z.array(memberIdSchema),
  birthday: shown,
  cardNumber: shown,
  note: z.string().max(500).nullable(),
  position: shown,
  code: shown,
  consents: z.array(
    z.object({
      purpose: z.enum(consentPurposes),
      isGiven: z.boolean(),
      wording: key(40),
      locale: z.enum(localeCodes),
      atMs: timeSchema,
    }),
  ),
  enrolledAtMs: timeSchema.nullable(),
  enrolledStoreId: idSchema.nullable(),
  standing: memberStandingSchema,
  /** The latest first; at most 20. */
  tickets: z.array(memberTicketSchema),
  /** In all stores of the chain, per currency. */
  purchases: z.array(
    z.object({
      currency: currencySchema,
      tickets: z.number().int().min(0),
      totalMinor: minorSchema,
      lastAtMs: timeSchema,
    }),
  ),
  /** What is on record, the latest first; at most 200. */
  acts: z.array(
    z.object({
      storeId: idSchema,
      entryId: entryIdSchema,
      kind: z.enum(memberKinds),
      atMs: timeSchema,
      operatorId: key(40),
      operatorName: text(100).nullable(),
    }),
  ),
  /** Others who may be the same person, and why it seems so. */
  duplicates: z.array(memberSummarySchema.extend({ same: z.array(z.enum(['phone', 'email', 'cardNumber'])) })),
});
export type MemberDetail = z.infer<typeof memberDetailSchema>;

const personRequest = {
  name: text(100, 1),
  /** In any writing (MB1). */
  phone: text(40).nullable(),
  email: z.email().max(254).nullable(),
  /** `YYYY-MM-DD`, or `--MM-DD` without a year. */
  birthday: z
    .string()
    .regex(/^(?:\d{4}|-)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/)
    .nullable(),
  cardNumber: key(40).nullable(),
  note: text(500).nullable(),
  /** Where they live, as a map gives it (readPosition). */
  position: text(300).nullable(),
};
const consents = z.array(consentSchema).max(20);

/** `POST …/members` (right `enrol-members`). Nobody is refused for being there twice: duplicates are told, and merged by a person. */
export const enrolMemberSchema = z.object({
  ...z.object(personRequest).partial().shape,
  name: personRequest.name,
  consents: consents.default([]),
});
export type EnrolMember = z.infer<typeof enrolMemberSchema>;
export const enrolMemberAnswerSchema = z.object({
  memberId: memberIdSchema,
  code: key(40),
  duplicates: z.array(memberIdSchema),
});

/** `POST …/members/:member` (right `edit-members`): what is absent stays, null takes it back. `newCard`: the old code is void. */
export const editMemberSchema = z.object({
  ...z.object(personRequest).partial().shape,
  consents: consents.default([]),
  newCard: z.boolean().default(false),
});
export type EditMember = z.infer<typeof editMemberSchema>;
/** `POST …/members/:member/merge` (right `merge-members`). */
export const mergeMembersSchema = z.object({ otherId: memberIdSchema, note: text(200).default('') });
/** `POST …/members/:member/leave` (right `edit-members`), body `{}`. */
export const leaveMemberSchema = z.object({});
/** Of all three: who goes on. */
export const memberChangedSchema = z.object({ memberId: memberIdSchema, entryId: entryIdSchema });
export type MemberChanged = z.infer<typeof memberChangedSchema>;
