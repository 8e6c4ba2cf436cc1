import type { z } from 'zod';
import {
  type BadgeAnswer,
  badgeAnswerSchema,
  type GiveGrant,
  type GrantAnswer,
  grantAnswerSchema,
  type InviteAnswer,
  inviteAnswerSchema,
  type PersonReport,
  type StaffList,
  staffAnswerSchema,
  staffListSchema,
} from '#schemas/api/staff.ts';
import { ok, type Result } from '#schemas/result.ts';
import { type Office, office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';

type Answer<Value> = Promise<Result<Value, ApiFailure>>;
export type FoundPerson = { list: StaffList; person: PersonReport | null };

/** The people of the store on screen, or of the whole chain, as the manager chose. */
export class Staff {
  readonly #office: Office;
  #isOfChain = $state(false);

  constructor(office: Office) {
    this.#office = office;
  }

  get maySeeChain(): boolean {
    return this.#office.session?.merchantRights.includes('read-staff') ?? false;
  }
  get isOfChain(): boolean {
    return this.#isOfChain && this.maySeeChain;
  }
  set isOfChain(wanted: boolean) {
    this.#isOfChain = wanted;
  }

  list(query: string, left: boolean): Answer<StaffList> {
    return this.#ask(`?q=${encodeURIComponent(query)}${left ? '&left=1' : ''}`, staffListSchema);
  }

  /** One person, whether they work or have left. */
  async find(operatorId: string): Answer<FoundPerson> {
    for (const left of [false, true]) {
      const answer = await this.list(operatorId, left);
      if (!answer.ok) return answer;
      const person = answer.value.people.find((one) => one.operatorId === operatorId) ?? null;
      if (person !== null) return ok({ list: answer.value, person });
      if (!left) continue;
      if (this.isOfChain || !this.maySeeChain) return ok({ list: answer.value, person });
    }
    // Of another store: whoever may see the chain sees them there.
    this.isOfChain = true;
    return this.find(operatorId);
  }

  /** Gives a role; the answer says what ended with it. */
  give(operatorId: string, grant: GiveGrant): Answer<GrantAnswer> {
    return this.#ask(`/${operatorId}/grants`, grantAnswerSchema, grant);
  }

  /** A change; `path` goes on after `…/staff`. */
  change(path: string, body: object = {}): Answer<{ operatorId: string }> {
    return this.#ask(path, staffAnswerSchema, body);
  }

  issueBadge(operatorId: string): Answer<BadgeAnswer> {
    return this.#ask(`/${operatorId}/badge`, badgeAnswerSchema, {});
  }

  invite(operatorId: string, email: string | null): Answer<InviteAnswer> {
    return this.#ask(`/${operatorId}/invite`, inviteAnswerSchema, { email });
  }

  #ask<Schema extends z.ZodType>(path: string, schema: Schema, body?: object) {
    const call = body === undefined ? {} : { method: 'POST' as const, body };
    return this.isOfChain
      ? this.#office.askChain(`staff${path}`, schema, call)
      : this.#office.ask(`staff${path}`, schema, call);
  }
}

export const staff = new Staff(office);
