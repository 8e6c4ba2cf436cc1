import { type MemberSummary, memberDetailSchema } from '#schemas/api/members.ts';
import { callingCodeIn } from '#schemas/members/calling-codes.ts';
import { maskEmail, maskName, maskPhone, nameKeys, nameWords } from '#schemas/members/masking.ts';
import { parseMemberCode } from '#schemas/members/member-code.ts';
import type { MemberState } from '#schemas/members/member-fold.ts';
import { minTailDigits, normalisePhone } from '#schemas/members/phone.ts';
import { foldText } from '#schemas/search/tokens.ts';
import type { Queryable } from '../db/database.ts';

export type MemberPlace = { merchantId: string; storeId: string; timeZone: string };

/** A person as the database has them. */
export type FoundMember = {
  memberId: string;
  state: MemberState;
  name: string | null;
  phone: string | null;
  email: string | null;
  tier: string;
};

/** Folded words with a blank before each, so that the beginning of a word is found by LIKE. */
export function nameKeyText(name: string | null): string | null {
  return name === null
    ? null
    : nameKeys(name)
        .map((word) => ` ${word}`)
        .join('');
}

function pattern(word: string): string {
  const plain = word.replace(/[\\%_]/g, '\\$&');
  return /\p{Script=Han}/u.test(word) ? `%${plain}%` : `% ${plain}%`;
}

/** Accounts of the chain, and who came to this store by an import and has none yet. */
const everybody = `
  select a.member_id as "memberId", a.state, a.name, a.phone, a.email, a.card_number, a.name_keys, coalesce(m.tier, '') as tier
    from member_account a left join member m on m.store_id = $2 and m.member_id = a.member_id
   where a.merchant_id = $1 and a.survivor_id = a.member_id and a.state in ('base', 'enrolled', 'left')
  union all
  select m.member_id, 'base', m.name, m.phone, null, null, ' ' || lower(m.name), m.tier
    from member m where m.store_id = $2 and not m.deleted and not m.from_journal
     and not exists (select from member_account a where a.merchant_id = $1 and a.member_id = m.member_id and a.state <> 'unknown')`;

/** [MB2] At most `limit`, by name. */
export async function findMembers(
  database: Queryable,
  place: MemberPlace,
  typed: string,
  limit: number,
): Promise<FoundMember[]> {
  const digits = typed.replace(/\D/g, '');
  const isPhone = digits.length >= minTailDigits && /^[\d\s+()./-]+$/.test(typed);
  const code = parseMemberCode(typed);
  const words = nameWords(typed);
  const { rows } = await database.query<FoundMember>(
    `select "memberId", state, name, phone, email, tier from (${everybody}) e
      where ($3 and (e.phone like '%' || $4 or e.phone = $5))
         or e.email = $6 or e.card_number = $7
         or e."memberId" in (select survivor_id from member_account where merchant_id = $1 and code = $8)
         or e."memberId" in (select member_id from member where store_id = $2 and not deleted and code = $7)
         or (cardinality($9::text[]) > 0 and not $3 and e.name_keys like all ($9::text[]))
      order by name, "memberId" limit $10`,
    [
      ...[place.merchantId, place.storeId, isPhone, digits, normalisePhone(typed, callingCodeIn(place.timeZone))],
      ...[foldText(typed.trim()), typed.trim(), code.ok ? code.value : null, words.map(pattern), limit],
    ],
  );
  return rows;
}

/** [MB3] What somebody may see of a person. */
export function summaryOf(member: FoundMember, isWhole: boolean): MemberSummary {
  const { memberId, state, name, phone, email, tier } = member;
  const masked = <Value>(value: Value | null, mask: (value: Value) => string) =>
    value === null ? null : isWhole ? value : mask(value);
  return memberDetailSchema
    .pick({ memberId: true, state: true, isMasked: true, name: true, phone: true, email: true, tier: true })
    .parse({
      ...{ memberId, state, tier, isMasked: !isWhole },
      ...{ name: masked(name, maskName), phone: masked(phone, maskPhone), email: masked(email, maskEmail) },
    });
}
