import type { ConsentPurpose, MemberFact } from './member-entries.ts';
import { type Person, type PersonField, personFields } from './sealed-person.ts';

/** An entry about a member. `storeId`: entry ids are each store's own. `person`: opened; null: nothing, or its key is gone. */
export type MemberAct = {
  storeId: string;
  entryId: string;
  orderedAtMs: number;
  fact: MemberFact;
  person: Person | null;
};

/** What is known of a member from before the journal: it counts less than any entry. */
export type MemberBase = { memberId: string; name: string | null; phone: string | null; code: string | null };

export type GivenConsent = { isGiven: boolean; wording: string; locale: string; atMs: number };

/** `base`: known from before, no entry enrolled them; `unknown`: entries speak of somebody whose enrolment has not come. */
export const memberStates = ['unknown', 'base', 'enrolled', 'left', 'erased'] as const;
export type MemberState = (typeof memberStates)[number];

export type Member = {
  /** The survivor of all who are one person. */
  memberId: string;
  /** All of them, sorted. */
  memberIds: string[];
  state: MemberState;
  /** Codes that lead to this person: each one's latest. Sorted by member id. */
  codes: { memberId: string; code: string }[];
  person: { [Field in PersonField]: Person[Field] | null };
  consents: Partial<Record<ConsentPurpose, GivenConsent>>;
  enrolledAtMs: number | null;
  enrolledStoreId: string | null;
};

const nobody: Member['person'] = {
  ...{ name: null, phone: null, email: null, birthday: null, cardNumber: null, note: null, position: null },
};

/** [MB10] The order of all entries of a chain: hybrid logical clock, then store, till and sequence. */
export function compareActs(a: Omit<MemberAct, 'fact' | 'person'>, b: Omit<MemberAct, 'fact' | 'person'>): number {
  const keyOf = (act: typeof a) => `${act.storeId}|${act.entryId}`;
  const [first, second] = [keyOf(a), keyOf(b)];
  return a.orderedAtMs - b.orderedAtMs || (first < second ? -1 : Number(first > second));
}

/** [MB11] Everybody who is one person with `memberId`, sorted: merges connect, whatever their direction, order and number. */
export function mergedWith(memberId: string, pairs: readonly { memberId: string; otherId: string }[]): string[] {
  const found = new Set([memberId]);
  // A set grows while it is walked: who is added is visited too.
  for (const one of found) {
    for (const pair of pairs) {
      if (pair.memberId === one) found.add(pair.otherId);
      if (pair.otherId === one) found.add(pair.memberId);
    }
  }
  return [...found].sort();
}

/** [MB11] Who goes on: whoever enrolled first; of those whom no entry enrolled, they come before all others; then the lesser id. */
function survivorOf(memberIds: readonly string[], acts: readonly MemberAct[], bases: readonly MemberBase[]): string {
  const since = new Map<string, number>();
  for (const { memberId } of bases) since.set(memberId, Number.NEGATIVE_INFINITY);
  for (const { fact, orderedAtMs } of acts) {
    if (fact.kind !== 'member-enrolled') continue;
    const { memberId } = fact.body;
    since.set(memberId, Math.min(since.get(memberId) ?? Number.POSITIVE_INFINITY, orderedAtMs));
  }
  const sinceOf = (memberId: string) => since.get(memberId) ?? Number.POSITIVE_INFINITY;
  const [first] = [...memberIds].sort((a, b) => {
    const [atA, atB] = [sinceOf(a), sinceOf(b)];
    return atA === atB ? (a < b ? -1 : 1) : atA < atB ? -1 : 1;
  });
  return first ?? '';
}

/**
 * [MB8] A person from all entries about those who are one (mergedWith), in whatever order they are given [P1]. Each field, each consent
 * and each code is what the latest entry that speaks of it says. Erased is erased: nothing that comes later undoes it.
 */
export function foldMember(
  memberIds: readonly string[],
  acts: readonly MemberAct[],
  bases: readonly MemberBase[] = [],
): Member {
  const survivor = survivorOf(memberIds, acts, bases);
  const member: Member = {
    ...{ memberId: survivor, memberIds: [...memberIds].sort(), state: bases.length > 0 ? 'base' : 'unknown' },
    ...{ codes: [], person: { ...nobody }, consents: {}, enrolledAtMs: null, enrolledStoreId: null },
  };
  const codes = new Map<string, string>();
  // The survivor's own counts most.
  for (const base of bases.toSorted(
    (a, b) => rank(b, survivor) - rank(a, survivor) || (a.memberId < b.memberId ? 1 : -1),
  )) {
    if (base.code !== null) codes.set(base.memberId, base.code);
    if (base.name !== null) member.person.name = base.name;
    if (base.phone !== null) member.person.phone = base.phone;
  }
  for (const act of acts.toSorted(compareActs)) applyAct(member, act, codes);
  if (acts.some(({ fact }) => fact.kind === 'member-erased')) {
    return { ...member, state: 'erased', person: { ...nobody }, codes: [], consents: {} };
  }
  member.codes = [...codes]
    .map(([memberId, code]) => ({ memberId, code }))
    .sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  return member;
}

/** 0 of the survivor: it is applied last. */
function rank({ memberId }: MemberBase, survivor: string): number {
  return memberId === survivor ? 0 : 1;
}

function applyAct(member: Member, { fact, person, orderedAtMs, storeId }: MemberAct, codes: Map<string, string>): void {
  switch (fact.kind) {
    case 'member-enrolled':
      member.state = 'enrolled';
      member.enrolledAtMs ??= orderedAtMs;
      member.enrolledStoreId ??= storeId;
      codes.set(fact.body.memberId, fact.body.code);
      break;
    case 'member-edited':
      if (fact.body.newCode !== null) codes.set(fact.body.memberId, fact.body.newCode);
      break;
    case 'member-left':
      member.state = 'left';
      break;
    case 'members-merged':
    case 'member-erased':
      return;
  }
  if (person !== null) applyPerson(member, person);
  if (fact.kind === 'member-left') return;
  for (const { purpose, ...given } of fact.body.consents) member.consents[purpose] = { ...given, atMs: orderedAtMs };
}

function applyPerson(member: Member, person: Person): void {
  for (const field of personFields) {
    const value = person[field];
    if (value !== undefined) Object.assign(member.person, { [field]: value });
  }
}
