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

/** Folded words with a blank before each, as they are shown to nobody: a change of a name changes them. */
export function nameKeyText(name: string | null): string | null {
  return name === null
    ? null
    : nameKeys(name)
        .map((word) => ` ${word}`)
        .join('');
}

const plain = (word: string) => word.replace(/[\\%_]/g, '\\$&');

function importedPattern(word: string): string {
  return /\p{Script=Han}/u.test(word) ? `%${plain(word)}%` : `% ${plain(word)}%`;
}

/** Of a word that begins many names so many are looked at. */
const mostNames = 2_000;

/** Each asks an index of its own, as a chain has a million members. $3 is what was typed, by the kind of what it can be. */
const accountsBy = {
  phone: `select member_id from member_account
           where merchant_id = $1 and (reverse(phone) like reverse($3::jsonb->>'digits') || '%' or phone = $3::jsonb->>'phone')`,
  email: `select member_id from member_account where merchant_id = $1 and email = $3::jsonb->>'email'`,
  card: `select member_id from member_account where merchant_id = $1 and card_number = $3::jsonb->>'text'`,
  code: `select survivor_id from member_account where merchant_id = $1 and code = $3::jsonb->>'code'
         union select m.member_id from member m where m.store_id = $2 and not m.deleted and m.code = $3::jsonb->>'text'`,
  name: `(select distinct w.member_id from member_word w
           where w.merchant_id = $1 and w.word like $3::jsonb->>'longest'
             and not exists (select from jsonb_array_elements_text($3::jsonb->'others') o(word)
                              where not exists (select from member_word v where v.merchant_id = $1
                                                   and v.member_id = w.member_id and v.word like o.word))
           limit ${mostNames})`,
} as const;

/** Who came to this store by an import and has no account yet. */
const imported = `
  select m.member_id as "memberId", 'base' as state, m.name, m.phone, null as email, m.tier
    from member m
   where m.store_id = $2 and not m.deleted and not m.from_journal
     and not exists (select from member_account a where a.merchant_id = $1 and a.member_id = m.member_id and a.state <> 'unknown')
     and (m.code = $3::jsonb->>'text' or m.phone like '%' || ($3::jsonb->>'digits') or m.phone = $3::jsonb->>'phone'
          or (jsonb_array_length($3::jsonb->'patterns') > 0 and $3::jsonb->>'digits' is null
              and ' ' || lower(m.name) like all (select jsonb_array_elements_text($3::jsonb->'patterns'))))`;

/** [MB2] At most `limit`, by name. */
export async function findMembers(
  database: Queryable,
  place: MemberPlace,
  typed: string,
  limit: number,
): Promise<FoundMember[]> {
  const { ways, asked } = readTyped(typed, place);
  const { rows } = await database.query<FoundMember>(
    `with found as materialized (${ways.map((way) => accountsBy[way]).join(' union ')})
     select "memberId", state, name, phone, email, tier from (
       select a.member_id as "memberId", a.state, a.name, a.phone, a.email, coalesce(m.tier, s.tier, '') as tier
         from found f join member_account a on a.merchant_id = $1 and a.member_id = f.member_id
         left join member m on m.store_id = $2 and m.member_id = a.member_id
         left join member_standing s on s.merchant_id = $1 and s.member_id = a.member_id
        where a.survivor_id = a.member_id and a.state in ('base', 'enrolled', 'left')
       union all ${imported}) e
      order by name, "memberId" limit $4`,
    [place.merchantId, place.storeId, JSON.stringify(asked), limit],
  );
  return rows;
}

function readTyped(typed: string, place: MemberPlace) {
  const text = typed.trim();
  const digits = text.replace(/\D/g, '');
  const isPhone = digits.length >= minTailDigits && /^[\d\s+()./-]+$/.test(text);
  const code = parseMemberCode(text);
  const words = nameWords(text);
  const [longest = '', ...others] = words.toSorted((a, b) => b.length - a.length).map((word) => `${plain(word)}%`);
  const ways: (keyof typeof accountsBy)[] = ['card', 'code'];
  if (isPhone) ways.push('phone');
  else if (words.length > 0) ways.push('name');
  if (text.includes('@')) ways.push('email');
  const asked = {
    text,
    ...{ digits: isPhone ? digits : null, phone: isPhone ? normalisePhone(text, callingCodeIn(place.timeZone)) : null },
    ...{ email: foldText(text), code: code.ok ? code.value : null },
    ...{ longest, others, patterns: words.map(importedPattern) },
  };
  return { ways, asked };
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
