import { memberCodeBytes, memberCodeOf } from '#schemas/members/member-code.ts';
import type { MemberEnrolled } from '#schemas/members/member-entries.ts';
import { isMeant, memberKeys, memberQuestion } from '#schemas/members/member-search.ts';
import { fail, ok } from '#schemas/result.ts';
import { type MemberRow, namelessMember } from '#schemas/rows/rows.ts';
import type { Till, TillMembersView } from '../db/till-types.ts';

/** Members in memory, for the tests of the screens' state: nothing is sealed. */
export class FakeMembers implements TillMembersView {
  readonly rows: MemberRow[] = [];
  hasKeys = true;
  /** What the server answers. */
  othersAnswer: Awaited<ReturnType<TillMembersView['elsewhere']>> = fail({ code: 'offline' });
  purchasesAnswer: Awaited<ReturnType<TillMembersView['purchases']>> = fail({ code: 'offline' });
  pointsAnswer: Awaited<ReturnType<TillMembersView['points']>> = fail({ code: 'offline' });
  useAnswer: Awaited<ReturnType<TillMembersView['couponUse']>> = fail({ code: 'offline' });
  usesAnswer: Awaited<ReturnType<TillMembersView['uses']>> = fail({ code: 'offline' });
  readonly #commit: Till['commit'];

  constructor(commit: Till['commit']) {
    this.#commit = commit;
  }

  async find(text: string, limit: number) {
    const question = memberQuestion(text, '44');
    const found = this.rows.filter((row) => isMeant(question, memberKeys(row)));
    return { members: found.slice(0, limit), isMore: found.length > limit };
  }
  async byCode(code: string): Promise<MemberRow | null> {
    const row = this.rows.find((one) => one.code === code || one.cardNumber === code || one.memberId === code);
    return row ? this.byId(row.memberId) : null;
  }
  async byId(memberId: string): Promise<MemberRow | null> {
    const row = this.rows.find((one) => one.memberId === memberId) ?? null;
    return row?.mergedInto ? this.byId(row.mergedInto) : row;
  }
  async elsewhere() {
    return this.othersAnswer;
  }
  async purchases() {
    return this.purchasesAnswer;
  }
  async couponUse() {
    return this.useAnswer;
  }
  async points() {
    return this.pointsAnswer;
  }
  async uses() {
    return this.usesAnswer;
  }
  async enrol(
    { person, consents }: Parameters<TillMembersView['enrol']>[0],
    operatorId: string,
  ): ReturnType<TillMembersView['enrol']> {
    if (!this.hasKeys) return fail({ code: 'no-key' });
    const memberId = crypto.randomUUID();
    const code = memberCodeOf(crypto.getRandomValues(new Uint8Array(memberCodeBytes)));
    const sealed = { keyId: crypto.randomUUID(), nonce: 'n'.repeat(16), text: 'sealed' };
    const body: MemberEnrolled = { memberId, code, person: sealed, consents: [...consents], approvals: [] };
    const put = await this.#commit('member-enrolled', body, operatorId);
    if (!put.ok) return put;
    const row = { memberId, code, name: person.name ?? namelessMember, phone: person.phone ?? null, tier: '' };
    this.rows.push(row);
    return ok(row);
  }
}
