import { z } from 'zod';
import { couponGivenSchema, memberHabitsSchema } from '#schemas/api/member-habits.ts';
import { memberHealthSchema, membersLatestSchema } from '#schemas/api/member-health.ts';
import { type AdjustPoints, memberAttentionSchema, memberRulesAnswerSchema } from '#schemas/api/member-points.ts';
import {
  type EditMember,
  type EnrolMember,
  enrolMemberAnswerSchema,
  memberChangedSchema,
  memberDetailSchema,
  membersAnswerSchema,
} from '#schemas/api/members.ts';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import { type Office, office } from './office.svelte.ts';

/** The chain's members, as the store on screen looks them up and keeps them. */
export class OfficeMembers {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  find(q: string) {
    return this.#post('members/find', { q, limit: 30 }, membersAnswerSchema);
  }

  latest() {
    return this.#office.ask('members/latest', membersLatestSchema);
  }

  health() {
    return this.#office.ask('members/health', memberHealthSchema);
  }

  giveCoupon(memberId: string, campaignId: string) {
    return this.#post(`${this.#path(memberId)}/coupon`, { campaignId }, couponGivenSchema);
  }

  /** Who may see it whole is put on record by it. */
  open(memberId: string) {
    return this.#office.ask(this.#path(memberId), memberDetailSchema);
  }

  enrol(person: EnrolMember) {
    return this.#post('members', person, enrolMemberAnswerSchema);
  }

  edit(memberId: string, change: Partial<EditMember>) {
    return this.#post(this.#path(memberId), change, memberChangedSchema);
  }

  merge(memberId: string, otherId: string) {
    return this.#post(`${this.#path(memberId)}/merge`, { otherId }, memberChangedSchema);
  }

  leave(memberId: string) {
    return this.#post(`${this.#path(memberId)}/leave`, {}, memberChangedSchema);
  }

  adjust(memberId: string, points: AdjustPoints) {
    return this.#post(`${this.#path(memberId)}/points`, points, memberChangedSchema);
  }

  habits(memberId: string) {
    return this.#office.ask(`${this.#path(memberId)}/habits`, memberHabitsSchema);
  }

  note(memberId: string, text: string) {
    return this.#post(`${this.#path(memberId)}/notes`, { text }, z.object({}));
  }

  removeNote(memberId: string, noteId: string) {
    return this.#post(`${this.#path(memberId)}/notes/${encodeURIComponent(noteId)}/remove`, {}, z.object({}));
  }

  rules() {
    return this.#office.ask('member-rules', memberRulesAnswerSchema);
  }

  saveRules(rules: MemberRules) {
    return this.#post('member-rules', { rules }, memberRulesAnswerSchema);
  }

  attention() {
    return this.#office.ask('member-rules/attention', memberAttentionSchema);
  }

  #path(memberId: string): string {
    return `members/${encodeURIComponent(memberId)}`;
  }

  #post<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema) {
    return this.#office.ask(path, schema, { method: 'POST', body });
  }
}

export const members = new OfficeMembers(office);
