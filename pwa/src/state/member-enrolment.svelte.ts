import { callingCodeIn } from '#schemas/members/calling-codes.ts';
import { type ConsentWording, wordingsNow } from '#schemas/members/consent-wordings.ts';
import type { Consent } from '#schemas/members/member-entries.ts';
import { normalisePhone } from '#schemas/members/phone.ts';
import { type Person, personSchema } from '#schemas/members/sealed-person.ts';
import type { MemberRow } from '#schemas/rows/rows.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { EnrolmentFailure, Till } from '../db/till-types.ts';
import type { Session } from './session.svelte.ts';

/** `nobody`: neither a name nor a phone; `not-agreed`: nobody is a member who did not say yes to it. */
export type EnrolmentTrouble = EnrolmentFailure['code'] | 'nobody' | 'phone' | 'email' | 'not-agreed';

export type MemberEnrolmentOptions = {
  till: () => Till | null;
  session: Session;
  taken: (row: MemberRow) => boolean;
};

/** Somebody becomes a member at the counter: by one entry, offline too [MB7]. */
export class MemberEnrolment {
  readonly #options: MemberEnrolmentOptions;
  phone = $state('');
  name = $state('');
  email = $state('');
  /** In which language the wordings were shown. */
  locale = $state<LocaleCode>('en');
  #given = $state.raw<ReadonlySet<string>>(new Set());
  #isOpen = $state(false);
  #isBusy = $state(false);
  #trouble = $state<EnrolmentTrouble | null>(null);
  #sameAs = $state.raw<readonly MemberRow[]>([]);
  #done = $state.raw<MemberRow | null>(null);

  constructor(options: MemberEnrolmentOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }
  get trouble(): EnrolmentTrouble | null {
    return this.#trouble;
  }
  /** Who has this phone or address already: perhaps they are the same person. */
  get sameAs(): readonly MemberRow[] {
    return this.#sameAs;
  }
  /** Who was enrolled just now, with the code to be shown. */
  get done(): MemberRow | null {
    return this.#done;
  }
  /** What is asked of somebody who gives these; by mail and text message alone where they can reach them. */
  get asked(): readonly ConsentWording[] {
    const isAsked = ({ purpose }: ConsentWording) =>
      purpose === 'membership' ||
      (purpose === 'sms' && this.phone.trim() !== '') ||
      (purpose === 'mail' && this.email.trim() !== '');
    return wordingsNow.filter(isAsked);
  }
  get mayEnrol(): boolean {
    return this.#options.session.may('enrol-members');
  }

  isGiven({ wording }: ConsentWording): boolean {
    return this.#given.has(wording);
  }

  agree({ wording }: ConsentWording, isGiven: boolean): void {
    const given = new Set(this.#given);
    if (isGiven) given.add(wording);
    else given.delete(wording);
    this.#given = given;
  }

  /** With what was typed to look them up: a number, an address or a name. */
  begin(typed: string, locale: LocaleCode): void {
    this.reset();
    const text = typed.trim();
    this.locale = locale;
    if (text.includes('@')) this.email = text;
    else if (/^[\p{N}\s+()./-]+$/u.test(text)) this.phone = text;
    else this.name = text;
    this.#isOpen = true;
  }

  reset(): void {
    this.phone = '';
    this.name = '';
    this.email = '';
    this.#given = new Set();
    this.#trouble = null;
    this.#sameAs = [];
    this.#done = null;
    this.#isOpen = false;
  }

  /** Enrols; first tells who has the same phone or address, unless it is said that they are others. */
  async enrol(areOthers = false): Promise<void> {
    const till = this.#options.till();
    const operatorId = this.#options.session.operator?.operatorId ?? null;
    if (till === null || operatorId === null || this.#isBusy) return;
    const person = this.#person(till);
    this.#trouble = typeof person === 'string' ? person : null;
    if (typeof person === 'string') return;
    this.#isBusy = true;
    try {
      this.#sameAs = areOthers ? [] : await sameAs(till, person);
      if (this.#sameAs.length > 0) return;
      const consents = this.asked.map(
        (one): Consent => ({
          purpose: one.purpose,
          isGiven: this.isGiven(one),
          wording: one.wording,
          locale: this.locale,
        }),
      );
      const enrolled = await till.members.enrol({ person, consents }, operatorId);
      if (!enrolled.ok) this.#trouble = enrolled.error.code;
      else if (this.#options.taken(enrolled.value)) this.#show(enrolled.value);
    } finally {
      this.#isBusy = false;
    }
  }

  /** The one who has this phone is the customer. */
  take(row: MemberRow): boolean {
    return this.#options.taken(row);
  }

  #show(row: MemberRow): void {
    this.#done = row;
    this.#isOpen = true;
  }

  #person(till: Till): Person | EnrolmentTrouble {
    const [name, typedPhone, email] = [this.name.trim(), this.phone.trim(), this.email.trim()];
    if (name === '' && typedPhone === '') return 'nobody';
    const callingCode = callingCodeIn(till.config()?.timeZone ?? '');
    const phone = typedPhone === '' ? null : normalisePhone(typedPhone, callingCode);
    if (phone === null && typedPhone !== '') return 'phone';
    if (email !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return 'email';
    if (!this.asked.every((one) => one.purpose !== 'membership' || this.isGiven(one))) return 'not-agreed';
    const person = personSchema.safeParse({
      ...(name !== '' && { name: name.slice(0, 100).toWellFormed() }),
      ...(phone !== null && { phone }),
      ...(email !== '' && { email }),
    });
    return person.success ? person.data : 'nobody';
  }
}

/** Held here with the same phone or address. */
async function sameAs(till: Till, { phone, email }: Person): Promise<MemberRow[]> {
  const asked = [phone, email].filter((text) => text != null);
  const found = await Promise.all(asked.map((text) => till.members.find(text, 20)));
  const same = found
    .flatMap(({ members }) => members)
    .filter((row) => (phone != null && row.phone === phone) || (email != null && row.email === email.toLowerCase()));
  return [...new Map(same.map((row) => [row.memberId, row])).values()];
}
