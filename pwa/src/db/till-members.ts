import type { Entry } from '#schemas/journal/envelope.ts';
import { callingCodeIn } from '#schemas/members/calling-codes.ts';
import { memberCodeBytes, memberCodeOf } from '#schemas/members/member-code.ts';
import type { Consent, MemberEnrolled } from '#schemas/members/member-entries.ts';
import {
  cardQuestion,
  isMeant,
  type MemberQuestion,
  memberKeys,
  memberQuestion,
} from '#schemas/members/member-search.ts';
import { openPerson, type Person, personNonceBytes, sealPerson } from '#schemas/members/sealed-person.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type MemberRow, namelessMember } from '#schemas/rows/rows.ts';
import type { IndexedDbSource } from './identity-database.ts';
import { MemberIndex } from './member-index.ts';
import type { MemberRequests } from './member-requests.ts';
import { MembersDatabase } from './members-database.ts';
import type { PendingEffects } from './pending-effects.ts';
import { PersonKeys } from './person-keys.ts';
import type { RowsStore } from './rows-store.ts';
import type { StatusBoard } from './status-board.ts';
import type { CommitFailure, TillMembersView } from './till-types.ts';

/** The first seconds after a start belong to whoever signs in. */
const firstRestMs = 4_000;

export type TillMembersOptions = {
  name: string;
  source?: IndexedDbSource | undefined;
  rows: RowsStore;
  pending: PendingEffects;
  board: StatusBoard;
  requests: MemberRequests;
  nowMs: () => number;
};

type Commit = (kind: string, body: MemberEnrolled, operatorId: string) => Promise<Result<Entry, CommitFailure>>;

/**
 * The chain's members as far as this till holds them: the store's rows, and whom it enrolled itself since [F2]. All of it without a
 * network; the server is asked for others.
 */
export class TillMembers {
  readonly #options: TillMembersOptions;
  readonly #database: MembersDatabase;
  readonly #keys: PersonKeys;
  readonly #index: MemberIndex;
  /** Parts of own entries that were opened, by the entries' ids; null: they cannot be. */
  readonly #opened = new Map<string, Person | null>();
  /** What rows are found by: those beside the pages are gone through at each question. */
  readonly #keysOf = new WeakMap<MemberRow, string[]>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isFollowing = false;
  #unlisten: () => void = () => undefined;

  constructor(options: TillMembersOptions) {
    this.#options = options;
    const { name, source, rows, pending, requests, nowMs } = options;
    this.#database = new MembersDatabase(name, source);
    this.#index = new MemberIndex(rows, this.#database);
    this.#keys = new PersonKeys({
      database: this.#database,
      namedKeyIds: () => new Set(Array.from(pending.memberFacts().values(), keyIdIn).filter((keyId) => keyId !== null)),
      ask: (unused) => requests.keys(unused),
      nowMs,
    });
  }

  /** Follows rows and stock from now on, while nobody waits. */
  start(): void {
    this.#timer = setTimeout(() => {
      this.#unlisten = this.#options.board.listen(() => void this.follow());
      void this.follow();
    }, firstRestMs);
  }

  /** Brings stock and index up to date. */
  async follow(): Promise<void> {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    const { board, rows } = this.#options;
    try {
      if (board.status.online && !board.status.revoked && rows.sellable) await this.#keys.follow();
      if (rows.complete) await this.#index.follow();
    } catch (error) {
      // What fails here fails again where somebody waits for it, and is told there.
      console.warn('members are not all in memory yet', error);
    } finally {
      this.#isFollowing = false;
    }
  }

  unusedKeys(): Promise<number> {
    return this.#keys.unused();
  }

  /** [MB2] Whom a typed text means, each person once, whoever goes on. */
  async find(text: string, limit: number): Promise<{ members: MemberRow[]; isMore: boolean }> {
    const members = await this.#all(memberQuestion(text, this.#callingCode), limit + 1);
    return { members: members.slice(0, limit), isMore: members.length > limit };
  }

  /** [MB2] [MB11] By the code of a card or phone, by a card's number or by an id; of two who are one person, who goes on. */
  async byCode(code: string): Promise<MemberRow | null> {
    return (await this.byId(code)) ?? (await this.#all(cardQuestion(code), 1))[0] ?? null;
  }

  /** [MB11] Null: this till does not hold them, or they left or were erased. */
  async byId(memberId: string): Promise<MemberRow | null> {
    const own = (await this.#own()).get(memberId) ?? null;
    const row = own ?? (await this.#options.rows.get('member', memberId));
    const goesOn = row?.mergedInto ?? null;
    return goesOn === null ? row : this.#options.rows.get('member', goesOn);
  }

  elsewhere(text: string): ReturnType<TillMembersView['elsewhere']> {
    return this.#options.requests.find(text);
  }

  purchases(memberId: string): ReturnType<TillMembersView['purchases']> {
    return this.#options.requests.purchases(memberId);
  }

  couponUse(couponId: string): ReturnType<TillMembersView['couponUse']> {
    return this.#options.requests.couponUse(couponId);
  }

  points(memberId: string): ReturnType<TillMembersView['points']> {
    return this.#options.requests.points(memberId);
  }

  uses(memberId: string): ReturnType<TillMembersView['uses']> {
    return this.#options.requests.uses(memberId);
  }

  /** [MB7] Enrols by one entry that `commit` puts; `person.phone` in its one writing. */
  async enrol(
    { person, consents }: { person: Person; consents: readonly Consent[] },
    operatorId: string,
    commit: Commit,
  ): Promise<Result<MemberRow, CommitFailure | { code: 'no-key' }>> {
    const memberId = crypto.randomUUID();
    const taken = (await this.#keys.take(memberId)) ?? (await this.#takeFresh(memberId));
    if (taken === null) return fail({ code: 'no-key' });
    try {
      const nonce = crypto.getRandomValues(new Uint8Array(personNonceBytes));
      const sealed = await sealPerson(taken.key, nonce, memberId, person);
      const code = memberCodeOf(crypto.getRandomValues(new Uint8Array(memberCodeBytes)));
      const body = { memberId, code, person: sealed, consents: [...consents], approvals: [] };
      const put = await commit('member-enrolled', body, operatorId);
      if (!put.ok) return put;
      this.#opened.set(put.value._id, person);
      return ok(rowOf(memberId, code, person));
    } finally {
      taken.done();
    }
  }

  /** A till that was paired a moment ago has none yet: with a line it gets some at once. */
  async #takeFresh(memberId: string): ReturnType<PersonKeys['take']> {
    const { board } = this.#options;
    if (!board.status.online || board.status.revoked) return null;
    await this.#keys.follow();
    return this.#keys.take(memberId);
  }

  get #callingCode(): string | null {
    return callingCodeIn(this.#options.rows.config?.timeZone ?? '');
  }

  async #all(question: MemberQuestion, limit: number): Promise<MemberRow[]> {
    if (question.length === 0) return [];
    const { rows } = this.#options;
    const own = await this.#own();
    const changed = rows.changedRows('member') as Map<string, MemberRow | null>;
    const beside = [...own.values(), ...changed.values()].filter((row) => row !== null && this.#isMeant(question, row));
    const isSkipped = (memberId: string) => changed.has(memberId) || own.has(memberId);
    const paged = await this.#index.find(question, limit, isSkipped);
    const found = [...beside, ...(await Promise.all(paged.map((memberId) => rows.get('member', memberId))))];
    const people = new Map<string, MemberRow>();
    for (const row of found) {
      const person = row?.mergedInto ? await this.byId(row.memberId) : row;
      if (person) people.set(person.memberId, person);
    }
    return [...people.values()].slice(0, limit);
  }

  #isMeant(question: MemberQuestion, row: MemberRow): boolean {
    const keys = this.#keysOf.get(row) ?? memberKeys(row);
    this.#keysOf.set(row, keys);
    return isMeant(question, keys);
  }

  /** [F2] Whom own entries enrolled that are not posted yet. */
  async #own(): Promise<Map<string, MemberRow>> {
    const people = new Map<string, MemberRow>();
    for (const [entryId, fact] of this.#options.pending.memberFacts()) {
      if (fact.kind !== 'member-enrolled') continue;
      const { memberId, code, person } = fact.body;
      let opened = this.#opened.get(entryId);
      if (opened === undefined) {
        const key = await this.#keys.keyOf(person.keyId);
        opened = key === null ? null : await openPerson(key, memberId, person);
        this.#opened.set(entryId, opened);
      }
      people.set(memberId, rowOf(memberId, code, opened ?? {}));
    }
    return people;
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#unlisten();
    await this.#index.close();
    this.#database.close();
  }
}

function keyIdIn(fact: { body: object }): string | null {
  const { person = null } = fact.body as { person?: { keyId: string } | null };
  return person?.keyId ?? null;
}

/** As the server will write it. */
function rowOf(memberId: string, code: string, { name, phone, email, cardNumber }: Person): MemberRow {
  const known = { ...(email && { email: email.toLowerCase() }), ...(cardNumber && { cardNumber }) };
  return { memberId, name: name ?? namelessMember, phone: phone ?? null, code, tier: '', ...known };
}

/** What screens have of it: enrolling is one of the till's commits. */
export function membersView(members: TillMembers, commit: Commit): TillMembersView {
  return {
    find: (text, limit) => members.find(text, limit),
    byCode: (code) => members.byCode(code),
    byId: (memberId) => members.byId(memberId),
    elsewhere: (text) => members.elsewhere(text),
    purchases: (memberId) => members.purchases(memberId),
    points: (memberId) => members.points(memberId),
    couponUse: (couponId) => members.couponUse(couponId),
    uses: (memberId) => members.uses(memberId),
    enrol: (draft, operatorId) => members.enrol(draft, operatorId, commit),
  };
}
