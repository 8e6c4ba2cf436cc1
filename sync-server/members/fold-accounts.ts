import { nameBeginnings } from '#schemas/members/masking.ts';
import { foldMember, type Member, type MemberAct, type MemberBase, mergedWith } from '#schemas/members/member-fold.ts';
import { openPerson, type SealedPerson } from '#schemas/members/sealed-person.ts';
import type { Queryable } from '../db/database.ts';
import { nameKeyText } from './find-members.ts';

type Place = { merchantId: string; storeId: string };

/**
 * Folds the accounts of these members, and of all who are one person with them, from their acts in all stores, and answers whom it
 * folded. Each account's row is locked first, in one order, so whoever comes second folds what the first has written. The store
 * is the one whose transaction this is: its counter's lock is held, and no other store's is taken (D1).
 */
export async function foldAccounts(
  transaction: Queryable,
  place: Place,
  memberIds: readonly string[],
): Promise<string[]> {
  const locked = await lockGroups(transaction, place, memberIds);
  const pairs = await mergesOf(transaction, place.merchantId, locked);
  const acts = await readActs(transaction, place.merchantId, locked);
  const bases = await readBases(transaction, place.merchantId, locked);
  const done = new Set<string>();
  for (const memberId of locked) {
    if (done.has(memberId)) continue;
    const group = mergedWith(memberId, pairs);
    for (const one of group) done.add(one);
    const of = <One>(byMember: ReadonlyMap<string, One[]>) => group.flatMap((one) => byMember.get(one) ?? []);
    // A merge stands under both of its members.
    const once = new Map(of(acts).map((act) => [`${act.storeId} ${act.entryId}`, act]));
    const member = foldMember(group, [...once.values()], of(bases));
    await writeAccounts(transaction, place.merchantId, member);
    await writeWords(transaction, place.merchantId, member);
    if (member.state === 'erased') await deleteKeys(transaction, place.merchantId, [...once.values()]);
  }
  return locked;
}

/** Locks the accounts of these members and of all whom merges connect them with; makes the rows that are not there. */
async function lockGroups(transaction: Queryable, place: Place, memberIds: readonly string[]): Promise<string[]> {
  let wanted = [...new Set(memberIds)].sort();
  for (;;) {
    await lockAccounts(transaction, place, wanted);
    // Read after the lock: whoever merged meanwhile has committed.
    const pairs = await mergesOf(transaction, place.merchantId, wanted);
    const grown = [...new Set(wanted.flatMap((memberId) => mergedWith(memberId, pairs)))].sort();
    if (grown.length === wanted.length) return wanted;
    wanted = grown;
  }
}

/** What an import knew of a member is kept once, from whichever store has the row. */
async function lockAccounts(
  transaction: Queryable,
  { merchantId, storeId }: Place,
  memberIds: readonly string[],
): Promise<void> {
  await transaction.query({
    name: 'make member accounts',
    text: `insert into member_account as a (merchant_id, member_id, survivor_id, state, base)
           select $1, k.member_id, k.member_id, 'unknown',
                  case when m.member_id is not null then
                    jsonb_build_object('memberId', m.member_id, 'name', m.name, 'phone', m.phone, 'code', m.code) end
             from unnest($3::text[]) k(member_id)
             left join member m on m.store_id = $2 and m.member_id = k.member_id and not m.from_journal and not m.deleted
            order by k.member_id
           on conflict (merchant_id, member_id) do update set base = coalesce(a.base, excluded.base)`,
    values: [merchantId, storeId, memberIds],
  });
}

async function mergesOf(
  transaction: Queryable,
  merchantId: string,
  memberIds: readonly string[],
): Promise<{ memberId: string; otherId: string }[]> {
  const { rows } = await transaction.query<{ memberId: string; otherId: string }>({
    name: 'merges of members',
    text: `select distinct fact->'body'->>'memberId' as "memberId", fact->'body'->>'otherId' as "otherId" from member_act
            where merchant_id = $1 and member_id = any($2::text[]) and fact->>'kind' = 'members-merged'`,
    values: [merchantId, memberIds],
  });
  return rows;
}

async function readActs(
  transaction: Queryable,
  merchantId: string,
  memberIds: readonly string[],
): Promise<Map<string, MemberAct[]>> {
  const { rows } = await transaction.query<Omit<MemberAct, 'person'> & { memberId: string; key: string | null }>({
    name: 'acts of members',
    text: `select a.member_id as "memberId", a.store_id as "storeId", a.entry_id as "entryId",
                  a.ordered_at_ms as "orderedAtMs", a.fact, k.key
             from member_act a
             left join personal_key k on k.merchant_id = $1 and k.key_id = a.fact->'body'->'person'->>'keyId'
              -- Nobody opens, or loses, a part by a key that was given to another till.
              and k.store_id = a.store_id and k.till_number = left(a.entry_id, 4)::int4
            where a.merchant_id = $1 and a.member_id = any($2::text[])`,
    values: [merchantId, memberIds],
  });
  const acts = new Map<string, MemberAct[]>();
  for (const { memberId, key, ...act } of rows) {
    const sealed = sealedIn(act.fact);
    const person = key === null || sealed === null ? null : await openPerson(key, memberId, sealed);
    acts.set(memberId, [...(acts.get(memberId) ?? []), { ...act, person }]);
  }
  return acts;
}

function sealedIn(fact: MemberAct['fact']): SealedPerson | null {
  return fact.kind === 'member-enrolled' || fact.kind === 'member-edited' ? fact.body.person : null;
}

async function readBases(
  transaction: Queryable,
  merchantId: string,
  memberIds: readonly string[],
): Promise<Map<string, MemberBase[]>> {
  const { rows } = await transaction.query<{ base: MemberBase }>({
    name: 'members of before',
    text: `select base from member_account where merchant_id = $1 and member_id = any($2::text[]) and base is not null`,
    values: [merchantId, memberIds],
  });
  return new Map(rows.map(({ base }) => [base.memberId, [base]]));
}

/** Who goes on has all that is known; of the others only where they lead. */
async function writeAccounts(transaction: Queryable, merchantId: string, member: Member): Promise<void> {
  const { memberId: survivorId, memberIds, state, person, codes } = member;
  const isErased = state === 'erased';
  const codeOf = (memberId: string) => codes.find((one) => one.memberId === memberId)?.code ?? null;
  // Names are in their own columns, so that erasing has one place to empty.
  const kept: Member = { ...member, person: { ...person, name: null, phone: null } };
  await transaction.query({
    name: 'write member accounts',
    text: `update member_account a
              set survivor_id = $3, state = $4, code = k.code, base = case when $10 then null else a.base end,
                  name = case when a.member_id = $3 then $5 end,
                  name_keys = case when a.member_id = $3 then $12 end, phone = case when a.member_id = $3 then $6 end,
                  email = case when a.member_id = $3 then $7 end, card_number = case when a.member_id = $3 then $8 end,
                  member = case when a.member_id = $3 then $9::jsonb end
             from unnest($2::text[], $11::text[]) k(member_id, code)
            where a.merchant_id = $1 and a.member_id = k.member_id`,
    values: [
      ...[merchantId, memberIds, survivorId, state, person.name, person.phone],
      ...[person.email?.toLowerCase() ?? null, person.cardNumber, JSON.stringify(kept), isErased],
      ...[memberIds.map(codeOf), nameKeyText(person.name ?? null)],
    ],
  });
}

/** What the name is found by: of who goes on alone. */
async function writeWords(
  transaction: Queryable,
  merchantId: string,
  { memberId, memberIds, person, state }: Member,
): Promise<void> {
  await transaction.query({
    name: 'write member words',
    text: `with gone as (delete from member_word where merchant_id = $1 and member_id = any($2::text[]) and not (member_id = $3 and word = any($4::text[])))
           insert into member_word (merchant_id, member_id, word) select $1, $3, word from unnest($4::text[]) word
           on conflict do nothing`,
    values: [merchantId, memberIds, memberId, state === 'erased' ? [] : nameBeginnings(person.name ?? '')],
  });
}

/** [MB12] Also of entries that came after the erasure. */
async function deleteKeys(transaction: Queryable, merchantId: string, acts: readonly MemberAct[]): Promise<void> {
  const used = acts.flatMap(({ fact, storeId, entryId }) => {
    const keyId = sealedIn(fact)?.keyId;
    return keyId === undefined ? [] : [{ keyId, storeId, tillNumber: Number(entryId.slice(0, 4)) }];
  });
  await transaction.query({
    name: 'delete personal keys',
    text: `delete from personal_key p using unnest($2::text[], $3::text[], $4::int4[]) k(key_id, store_id, till_number)
            where p.merchant_id = $1 and p.key_id = k.key_id and p.store_id = k.store_id
              and p.till_number = k.till_number`,
    values: [
      merchantId,
      used.map((one) => one.keyId),
      used.map((one) => one.storeId),
      used.map((one) => one.tillNumber),
    ],
  });
}
