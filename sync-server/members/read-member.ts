import type { MemberDetail } from '#schemas/api/members.ts';
import type { ConsentPurpose, MemberKind } from '#schemas/members/member-entries.ts';
import type { Queryable } from '../db/database.ts';
import type { memberAccount } from '../db/tables-members.ts';
import { type FoundMember, type MemberPlace, summaryOf } from './find-members.ts';
import { readStanding } from './read-standing.ts';

const actsListed = 200;
const ticketsListed = 20;

export type KnownMember = FoundMember & Pick<typeof memberAccount.$inferSelect, 'member' | 'code' | 'cardNumber'>;

/** The person that an id leads to; of somebody from before the journal the store's row. Null: nobody, or erased with the id alone left. */
export async function readMember(
  database: Queryable,
  { merchantId, storeId }: Pick<MemberPlace, 'merchantId' | 'storeId'>,
  memberId: string,
): Promise<KnownMember | null> {
  const { rows } = await database.query<KnownMember>(
    `select s.member_id as "memberId", s.state, s.name, s.phone, s.email, s.card_number as "cardNumber", s.code, s.member,
            coalesce(m.tier, '') as tier
       from member_account a
       join member_account s on s.merchant_id = a.merchant_id and s.member_id = a.survivor_id
       left join member m on m.store_id = $2 and m.member_id = s.member_id
      where a.merchant_id = $1 and a.member_id = $3 and s.state <> 'unknown'
     union all
     select m.member_id, 'base', m.name, m.phone, null, null, m.code, null, m.tier from member m
      where m.store_id = $2 and m.member_id = $3 and not m.deleted and not m.from_journal
     limit 1`,
    [merchantId, storeId, memberId],
  );
  return rows[0] ?? null;
}

/** All that the office shows of a person; `isWhole`: the asker may see it unmasked. */
export async function readMemberDetail(
  database: Queryable,
  place: MemberPlace,
  memberId: string,
  isWhole: boolean,
  nowMs: number,
): Promise<MemberDetail | null> {
  const known = await readMember(database, place, memberId);
  if (known === null || known.state === 'erased') return null;
  const { member, code, cardNumber } = known;
  const memberIds = member?.memberIds ?? [known.memberId];
  const whole = <Value>(value: Value) => (isWhole ? value : null);
  const [purchases, acts, duplicates] = [
    await readPurchases(database, place.merchantId, memberIds),
    await readActs(database, place.merchantId, memberIds),
    await findDuplicates(database, place, known),
  ];
  return {
    ...summaryOf(known, isWhole),
    memberIds,
    birthday: whole(member?.person.birthday ?? null),
    note: whole(member?.person.note ?? null),
    position: whole(member?.person.position ?? null),
    cardNumber: whole(cardNumber),
    code: whole(code),
    consents: Object.entries(member?.consents ?? {}).map(([purpose, given]) => ({
      ...(given as Omit<MemberDetail['consents'][number], 'purpose'>),
      purpose: purpose as ConsentPurpose,
    })),
    enrolledAtMs: member?.enrolledAtMs ?? null,
    enrolledStoreId: member?.enrolledStoreId ?? null,
    standing: await readStanding(database, place.merchantId, { ...known, memberIds }, nowMs),
    tickets: await readTickets(database, place.merchantId, memberIds),
    purchases,
    acts,
    duplicates: duplicates.map(({ same, ...one }) => ({ ...summaryOf(one, isWhole), same })),
  };
}

async function readPurchases(
  database: Queryable,
  merchantId: string,
  memberIds: readonly string[],
): Promise<MemberDetail['purchases']> {
  const { rows } = await database.query<MemberDetail['purchases'][number]>(
    `select t.currency, count(*)::int as tickets, sum(t.net_minor + t.tax_minor + t.rounding_minor)::int8 as "totalMinor", max(t.occurred_at_ms) as "lastAtMs"
       from store s join retail_transaction t on t.store_id = s.store_id and t.member_id = any($2)
      where s.merchant_id = $1 group by 1 order by 2 desc, 1`,
    [merchantId, memberIds],
  );
  return rows;
}

async function readTickets(
  database: Queryable,
  merchantId: string,
  memberIds: readonly string[],
): Promise<MemberDetail['tickets']> {
  const { rows } = await database.query<MemberDetail['tickets'][number]>(
    `select t.store_id as "storeId", s.name as "storeName", t.occurred_at_ms as "atMs", t.currency, t.net_minor + t.tax_minor + t.rounding_minor as "totalMinor",
            lpad(t.till_number::text, 4, '0') || '-' || lpad(t.sequence::text, 9, '0') as "entryId"
       from store s join retail_transaction t on t.store_id = s.store_id and t.member_id = any($2)
      where s.merchant_id = $1 order by t.occurred_at_ms desc, 1, 6 limit ${ticketsListed}`,
    [merchantId, memberIds],
  );
  return rows;
}

async function readActs(
  database: Queryable,
  merchantId: string,
  memberIds: readonly string[],
): Promise<MemberDetail['acts']> {
  const { rows } = await database.query<MemberDetail['acts'][number] & { kind: MemberKind }>(
    `select distinct a.store_id as "storeId", a.entry_id as "entryId", a.fact->>'kind' as kind, a.ordered_at_ms as "atMs",
            a.operator_id as "operatorId", o.name as "operatorName"
       from member_act a left join operator o on o.merchant_id = a.merchant_id and o.operator_id = a.operator_id
      where a.merchant_id = $1 and a.member_id = any($2)
      order by a.ordered_at_ms desc, a.store_id, a.entry_id limit ${actsListed}`,
    [merchantId, memberIds],
  );
  return rows;
}

export type Duplicate = FoundMember & { same: MemberDetail['duplicates'][number]['same'] };

/** Others with the same phone, address or card: to be looked at, never merged by themselves, since a family shares a phone. */
export async function findDuplicates(
  database: Queryable,
  { merchantId, storeId }: Pick<MemberPlace, 'merchantId' | 'storeId'>,
  { memberId, phone, email, cardNumber }: Pick<KnownMember, 'memberId' | 'phone' | 'email' | 'cardNumber'>,
): Promise<Duplicate[]> {
  const { rows } = await database.query<Duplicate>(
    `select a.member_id as "memberId", a.state, a.name, a.phone, a.email, coalesce(m.tier, '') as tier,
            array_remove(array[case when a.phone = $4 then 'phone' end, case when a.email = $5 then 'email' end,
                               case when a.card_number = $6 then 'cardNumber' end], null) as same
       from member_account a left join member m on m.store_id = $2 and m.member_id = a.member_id
      where a.merchant_id = $1 and a.member_id <> $3 and a.survivor_id = a.member_id and a.state in ('base', 'enrolled', 'left')
        and (a.phone = $4 or a.email = $5 or a.card_number = $6)
     union all
     select m.member_id, 'base', m.name, m.phone, null, m.tier, array['phone'] from member m
      where m.store_id = $2 and m.member_id <> $3 and m.phone = $4 and not m.deleted and not m.from_journal
        and not exists (select from member_account a where a.merchant_id = $1 and a.member_id = m.member_id
                           and a.state <> 'unknown')
      order by 1 limit 20`,
    [merchantId, storeId, memberId, phone, email?.toLowerCase() ?? null, cardNumber],
  );
  return rows;
}
