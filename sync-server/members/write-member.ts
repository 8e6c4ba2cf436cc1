import type { AdjustPoints } from '#schemas/api/member-points.ts';
import type { EditMember, EnrolMember } from '#schemas/api/members.ts';
import { callingCodeIn } from '#schemas/members/calling-codes.ts';
import { memberCodeBytes, memberCodeOf } from '#schemas/members/member-code.ts';
import type { MemberKind } from '#schemas/members/member-entries.ts';
import { normalisePhone } from '#schemas/members/phone.ts';
import { readPosition } from '#schemas/members/position.ts';
import {
  type Person,
  personKeyBytes,
  personNonceBytes,
  personSchema,
  type SealedPerson,
  sealPerson,
} from '#schemas/members/sealed-person.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import { type BackOfficeFailure, writeBackOfficeEntry } from '../journal/back-office.ts';
import { newUuid } from '../random-uuid.ts';
import type { MemberPlace } from './find-members.ts';
import { findDuplicates, readMember } from './read-member.ts';

export type MemberFailure =
  | { code: 'not-found' }
  | { code: 'bad-request'; detail: string }
  | { code: 'conflict'; detail: 'erased' }
  | BackOfficeFailure;
type Changed = { memberId: string; entryId: string };

/** The office is till 0. */
const office = 0;

/** Enrols somebody by an entry of the office. Who may be the same person is answered, not refused. */
export async function enrolMember(
  context: ServerContext,
  place: MemberPlace,
  operatorId: string,
  asked: EnrolMember,
): Promise<Result<Changed & { code: string; duplicates: string[] }, MemberFailure>> {
  const { consents, ...said } = asked;
  const person = personOf(said, place);
  if (!person.ok) return person;
  const memberId = newUuid(context);
  const code = memberCodeOf(context.randomBytes(memberCodeBytes));
  const sealed = await sealHere(context, place, memberId, person.value);
  const body = { memberId, code, person: sealed, consents };
  const written = await write(context, place, { kind: 'member-enrolled', body, operatorId });
  if (!written.ok) return written;
  const { phone = null, email = null, cardNumber = null } = person.value;
  const known = { memberId, phone, email, cardNumber };
  const duplicates = await findDuplicates(context.database.pool, place, known);
  return ok({ memberId, code, entryId: written.value, duplicates: duplicates.map((one) => one.memberId) });
}

export async function editMember(
  context: ServerContext,
  place: MemberPlace,
  { memberId, operatorId }: { memberId: string; operatorId: string },
  asked: EditMember,
): Promise<Result<Changed, MemberFailure>> {
  const { consents, newCard, ...said } = asked;
  const person = personOf(said, place);
  if (!person.ok) return person;
  const speaksOfPerson = Object.keys(person.value).length > 0;
  if (!speaksOfPerson && !newCard && consents.length === 0) return fail({ code: 'bad-request', detail: 'no change' });
  return change(context, place, memberId, async (survivorId) => ({
    kind: 'member-edited',
    operatorId,
    body: {
      memberId: survivorId,
      person: speaksOfPerson ? await sealHere(context, place, survivorId, person.value) : null,
      newCode: newCard ? memberCodeOf(context.randomBytes(memberCodeBytes)) : null,
      consents,
    },
  }));
}

/** Both must be there: a merge with nobody would wait for somebody of that id. */
export async function mergeMembers(
  context: ServerContext,
  place: MemberPlace,
  { memberId, operatorId }: { memberId: string; operatorId: string },
  { otherId, note }: { otherId: string; note: string },
): Promise<Result<Changed, MemberFailure>> {
  const other = await readMember(context.database.pool, place, otherId);
  if (other === null) return fail({ code: 'not-found' });
  if (other.state === 'erased') return fail({ code: 'conflict', detail: 'erased' });
  const one = await readMember(context.database.pool, place, memberId);
  if (one?.memberId === other.memberId) return fail({ code: 'bad-request', detail: 'they are one already' });
  return change(context, place, memberId, async (survivorId) => ({
    kind: 'members-merged',
    operatorId,
    body: { memberId: survivorId, otherId: other.memberId, note },
  }));
}

export function leaveMember(
  context: ServerContext,
  place: MemberPlace,
  { memberId, operatorId }: { memberId: string; operatorId: string },
): Promise<Result<Changed, MemberFailure>> {
  return change(context, place, memberId, async (survivorId) => ({
    ...{ kind: 'member-left', operatorId, body: { memberId: survivorId } },
  }));
}

/** By hand, with a reason: whoever goes on gets it. */
export function adjustPoints(
  context: ServerContext,
  place: MemberPlace,
  { memberId, operatorId }: { memberId: string; operatorId: string },
  { points, reason }: AdjustPoints,
): Promise<Result<Changed, MemberFailure>> {
  return change(context, place, memberId, async (survivorId) => ({
    ...{ kind: 'points-adjusted', operatorId, body: { memberId: survivorId, points, reason } },
  }));
}

type Draft = { kind: MemberKind | 'points-adjusted'; operatorId: string; body: Record<string, unknown> };

/** A word about somebody who is there: under the id of who goes on. Answers who goes on afterwards. */
async function change(
  context: ServerContext,
  place: MemberPlace,
  memberId: string,
  draftOf: (survivorId: string) => Promise<Draft>,
): Promise<Result<Changed, MemberFailure>> {
  const { pool } = context.database;
  const known = await readMember(pool, place, memberId);
  if (known === null) return fail({ code: 'not-found' });
  if (known.state === 'erased') return fail({ code: 'conflict', detail: 'erased' });
  const written = await write(context, place, await draftOf(known.memberId));
  if (!written.ok) return written;
  const after = await readMember(pool, place, known.memberId);
  return ok({ memberId: after?.memberId ?? known.memberId, entryId: written.value });
}

async function write(
  context: ServerContext,
  { storeId }: MemberPlace,
  { kind, operatorId, body }: Draft,
): Promise<Result<string, BackOfficeFailure>> {
  const draft = { kind, operatorId, body: { ...body, approvals: [] } };
  const written = await writeBackOfficeEntry(context, storeId, draft);
  return written.ok ? ok(written.value._id) : written;
}

/** With the phone in its one writing. */
function personOf(
  said: Omit<EditMember, 'consents' | 'newCard'>,
  { timeZone }: MemberPlace,
): Result<Person, { code: 'bad-request'; detail: string }> {
  const { phone, position, ...others } = said;
  const typed = phone?.trim() ?? '';
  const normal = typed === '' ? null : normalisePhone(typed, callingCodeIn(timeZone));
  if (typed !== '' && normal === null) return fail({ code: 'bad-request', detail: 'phone' });
  const place = position?.trim() ? readPosition(position) : null;
  if (position?.trim() && place === null) return fail({ code: 'bad-request', detail: 'position' });
  const person = personSchema.safeParse({
    ...others,
    ...(phone !== undefined && { phone: normal }),
    ...(position !== undefined && { position: place }),
  });
  return person.success ? ok(person.data) : fail({ code: 'bad-request', detail: 'person' });
}

/** [MB7] Under a key of its own, which is there before the entry is. */
async function sealHere(
  context: ServerContext,
  { merchantId, storeId }: MemberPlace,
  memberId: string,
  person: Person,
): Promise<SealedPerson> {
  const keyId = newUuid(context);
  const key = Buffer.from(context.randomBytes(personKeyBytes)).toString('base64url');
  await context.database.pool.query(
    `insert into personal_key (merchant_id, key_id, key, store_id, till_number, made_at_ms) values ($1, $2, $3, $4, $5, $6)`,
    [merchantId, keyId, key, storeId, office, context.nowMs()],
  );
  const nonce = Uint8Array.from(context.randomBytes(personNonceBytes));
  return sealPerson({ keyId, key }, nonce, memberId, person);
}
