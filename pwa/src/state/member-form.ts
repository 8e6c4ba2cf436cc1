import type { EditMember, MemberDetail } from '#schemas/api/members.ts';
import { callingCodeIn } from '#schemas/members/calling-codes.ts';
import { wordingsNow } from '#schemas/members/consent-wordings.ts';
import type { Consent, ConsentPurpose } from '#schemas/members/member-entries.ts';
import { normalisePhone } from '#schemas/members/phone.ts';
import { readPosition } from '#schemas/members/position.ts';
import type { LocaleCode } from '#schemas/text.ts';

/** What is typed about a person. `given`: to which purposes they say yes. */
export type MemberForm = {
  name: string;
  phone: string;
  email: string;
  birthday: string;
  cardNumber: string;
  note: string;
  /** Where they live, as a map gives it. */
  position: string;
  given: ConsentPurpose[];
};
export type MemberFormTrouble = { name: boolean; phone: boolean; email: boolean; birthday: boolean; position: boolean };

export const emptyMemberForm: MemberForm = {
  ...{ name: '', phone: '', email: '', birthday: '', cardNumber: '', note: '', position: '', given: [] },
};

/** Of a member who is shown whole. */
export function formOf(member: MemberDetail): MemberForm {
  const { name, phone, email, birthday, cardNumber, note, position, consents } = member;
  return {
    ...{ name: name ?? '', phone: phone ?? '', email: email ?? '', birthday: birthday ?? '' },
    ...{ cardNumber: cardNumber ?? '', note: note ?? '', position: position ?? '' },
    given: consents.filter(({ isGiven }) => isGiven).map(({ purpose }) => purpose),
  };
}

/** [MB1] A phone in any writing is as good as the next; an empty field is no trouble but for the name. */
export function troubleIn({ name, phone, email, birthday, position }: MemberForm, timeZone: string): MemberFormTrouble {
  const isBirthday = /^(?:\d{4}|-)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(birthday.trim());
  return {
    name: name.trim() === '',
    phone: phone.trim() !== '' && normalisePhone(phone.trim(), callingCodeIn(timeZone)) === null,
    email: email.trim() !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(email.trim()),
    birthday: birthday.trim() !== '' && !isBirthday,
    position: position.trim() !== '' && readPosition(position) === null,
  };
}

const fields = ['phone', 'email', 'birthday', 'cardNumber', 'note', 'position'] as const;

/** What a form says that was not known before: the rest is not spoken of. Null: nothing. */
export function changeOf(before: MemberForm, after: MemberForm, locale: LocaleCode): EditMember | null {
  const change: EditMember = { newCard: false, consents: consentsOf(before.given, after.given, locale) };
  if (after.name.trim() !== before.name) change.name = after.name.trim();
  for (const field of fields) {
    const [was, is] = [before[field], after[field].trim()];
    if (was !== is) change[field] = is === '' ? null : is;
  }
  return Object.keys(change).length > 2 || change.consents.length > 0 ? change : null;
}

/** [MB9] What is said yes to, and what is taken back, by the wording of now. */
function consentsOf(
  before: readonly ConsentPurpose[],
  after: readonly ConsentPurpose[],
  locale: LocaleCode,
): Consent[] {
  return wordingsNow.flatMap(({ purpose, wording }) => {
    const isGiven = after.includes(purpose);
    return isGiven === before.includes(purpose) ? [] : [{ purpose, isGiven, wording, locale }];
  });
}
