import { m } from '#pwa/paraglide/messages.js';
import type { MemberNews } from '#pwa/state/member-desk.svelte.ts';
import type { EnrolmentTrouble } from '#pwa/state/member-enrolment.svelte.ts';
import { maskEmail, maskName, maskPhone } from '#schemas/members/masking.ts';
import { type MemberRow, namelessMember } from '#schemas/rows/rows.ts';

type Named = Pick<MemberRow, 'name' | 'phone' | 'email'>;

/** [MB3] What a person is called on the screen; who gave no name is their number. */
export function memberName({ name, phone }: Named, isWhole: boolean): string {
  if (name !== namelessMember) return isWhole ? name : maskName(name);
  return phone === null ? m.member_nameless() : isWhole ? phone : maskPhone(phone);
}

/** [MB3] What else tells them from others of that name. */
export function memberDetails({ name, phone, email }: Named, isWhole: boolean): string[] {
  const number = phone !== null && name !== namelessMember ? (isWhole ? phone : maskPhone(phone)) : null;
  return [number, email ? (isWhole ? email : maskEmail(email)) : null].filter((text) => text !== null);
}

/** A name that is written from right to left leaves the words around it where they are (Unicode UAX #9). */
export function apart(name: string): string {
  return `\u2068${name}\u2069`;
}

export function newsText(news: MemberNews): { title: string; advice: string } {
  switch (news) {
    case 'mistyped':
      return { title: m.member_mistyped(), advice: m.member_mistyped_advice() };
    case 'forged':
      return { title: m.member_forged(), advice: m.member_forged_advice() };
    case 'expired':
    case 'too-early':
      return { title: m.member_expired(), advice: m.member_expired_advice() };
    case 'used':
      return { title: m.member_used(), advice: m.member_expired_advice() };
    case 'unknown':
      return { title: m.member_unknown(), advice: m.member_unknown_advice() };
    case 'unreachable':
      return { title: m.member_unreachable(), advice: m.member_unreachable_advice() };
    case 'gone':
      return { title: m.member_gone(), advice: m.member_gone_advice() };
    case 'paying':
      return { title: m.member_paying(), advice: m.member_paying_advice() };
  }
}

export function enrolmentText(trouble: EnrolmentTrouble): { title: string; advice: string } {
  switch (trouble) {
    case 'nobody':
      return { title: m.enrol_nobody(), advice: m.enrol_nobody_advice() };
    case 'phone':
      return { title: m.enrol_phone_wrong(), advice: m.enrol_phone_wrong_advice() };
    case 'email':
      return { title: m.enrol_email_wrong(), advice: m.enrol_email_wrong_advice() };
    case 'not-agreed':
      return { title: m.enrol_not_agreed(), advice: m.enrol_not_agreed_advice() };
    case 'no-key':
      return { title: m.enrol_no_key(), advice: m.enrol_no_key_advice() };
    case 'storage-full':
      return { title: m.trouble_storage_full(), advice: m.trouble_storage_full_advice() };
    case 'storage-failed':
    case 'not-owner':
    case 'too-large':
      return { title: m.enrol_failed(), advice: m.enrol_failed_advice() };
  }
}
