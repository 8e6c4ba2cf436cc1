import { z } from 'zod';
import { approvalsSchema } from '../policy/approval.ts';
import { key, localeCodes, text } from '../text.ts';
import { memberCodePattern } from './member-code.ts';
import { sealedPersonSchema } from './sealed-person.ts';

// The entries of members; rules: SPEC.md. A person is named by an id that says nothing; what is personal is sealed.

/** Made by whoever enrols: a uuid. Members of before the journal knew them have ids of other kinds. */
export const memberIdSchema = key(40);

export const consentPurposes = ['membership', 'mail', 'sms', 'post', 'profile'] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];

/** [MB9] What somebody agreed to or took back; when is the entry's. `wording`: which text they were shown, and in which language. */
export const consentSchema = z.object({
  purpose: z.enum(consentPurposes),
  isGiven: z.boolean(),
  wording: key(40),
  locale: z.enum(localeCodes),
});
export type Consent = z.infer<typeof consentSchema>;

const consentsSchema = z
  .array(consentSchema)
  .max(20)
  .refine((all) => new Set(all.map(({ purpose }) => purpose)).size === all.length, 'a purpose is named once');

/** Body of `member-enrolled`; again with the same id by somebody who comes back. */
export const memberEnrolledSchema = z.object({
  memberId: memberIdSchema,
  code: z.string().regex(memberCodePattern),
  person: sealedPersonSchema,
  consents: consentsSchema,
  approvals: approvalsSchema,
});
export type MemberEnrolled = z.infer<typeof memberEnrolledSchema>;

/** Body of `member-edited`. `newCode`: the card was lost; the code of before counts no more. */
export const memberEditedSchema = z
  .object({
    memberId: memberIdSchema,
    person: sealedPersonSchema.nullable(),
    newCode: z.string().regex(memberCodePattern).nullable(),
    consents: consentsSchema,
    approvals: approvalsSchema,
  })
  .refine(
    ({ person, newCode, consents }) => person !== null || newCode !== null || consents.length > 0,
    'an edit edits',
  );
export type MemberEdited = z.infer<typeof memberEditedSchema>;

/** Body of `members-merged`: both are one person. Which of them goes on is not said here (MB11). */
export const membersMergedSchema = z
  .object({ memberId: memberIdSchema, otherId: memberIdSchema, note: text(200), approvals: approvalsSchema })
  .refine(({ memberId, otherId }) => memberId !== otherId, 'nobody is merged with themselves');
export type MembersMerged = z.infer<typeof membersMergedSchema>;

/** Body of `member-left`. What was bought stays; no benefits and no messages any more. */
export const memberLeftSchema = z.object({ memberId: memberIdSchema, approvals: approvalsSchema });
/** Body of `member-erased`: says that the keys are gone. Nothing brings a person back after it. */
export const memberErasedSchema = z.object({ memberId: memberIdSchema, approvals: approvalsSchema });

export const memberKinds = [
  'member-enrolled',
  'member-edited',
  'members-merged',
  'member-left',
  'member-erased',
] as const;
export type MemberKind = (typeof memberKinds)[number];

export type MemberFact =
  | { kind: 'member-enrolled'; body: MemberEnrolled }
  | { kind: 'member-edited'; body: MemberEdited }
  | { kind: 'members-merged'; body: MembersMerged }
  | { kind: 'member-left'; body: z.infer<typeof memberLeftSchema> }
  | { kind: 'member-erased'; body: z.infer<typeof memberErasedSchema> };

export function isMemberFact(fact: { kind: string }): fact is MemberFact {
  return (memberKinds as readonly string[]).includes(fact.kind);
}

/** The members that an entry is about. */
export function membersOf(fact: MemberFact): string[] {
  return fact.kind === 'members-merged' ? [fact.body.memberId, fact.body.otherId] : [fact.body.memberId];
}
