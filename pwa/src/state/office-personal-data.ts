import {
  eraseAnswerSchema,
  memberListSchema,
  type PersonalData,
  personalDataSchema,
} from '#schemas/api/personal-data.ts';
import { type Office, office } from './office.svelte.ts';

export type PersonalKind = PersonalData['kind'];

/** What is kept about people, asked for in the store on screen. */
export class PersonalDataDesk {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  /** Asked for in a body: addresses are written down by proxies and browsers. */
  members(query: string) {
    return this.#office.ask('personal-data/members/find', memberListSchema, { method: 'POST', body: { q: query } });
  }

  show(kind: PersonalKind, personId: string) {
    return this.#office.ask(this.#path(kind, personId), personalDataSchema);
  }

  erase(kind: PersonalKind, personId: string) {
    return this.#office.ask(`${this.#path(kind, personId)}/erase`, eraseAnswerSchema, { method: 'POST', body: {} });
  }

  /** The address of the file to hand over. */
  exportUrl(kind: PersonalKind, personId: string): string {
    return `/api/stores/${this.#office.store?.storeId ?? ''}/${this.#path(kind, personId)}/export`;
  }

  #path(kind: PersonalKind, personId: string): string {
    return `personal-data/${kind === 'member' ? 'members' : 'people'}/${encodeURIComponent(personId)}`;
  }
}

export const personalData = new PersonalDataDesk(office);
