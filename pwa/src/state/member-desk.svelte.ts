import type { BasketMember } from '#schemas/members/basket-member.ts';
import { parseMemberCode } from '#schemas/members/member-code.ts';
import { readSignedCode, SeenCodes, type SignedFault, signedPurposes } from '#schemas/members/signed-code.ts';
import type { MemberRow } from '#schemas/rows/rows.ts';
import type { MemberFinding } from '#schemas/sync/till-members.ts';
import type { LookUpFailure, Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import { CouponOffers } from './coupon-offers.svelte.ts';
import { MemberEnrolment } from './member-enrolment.svelte.ts';
import type { Pricing } from './pricing.svelte.ts';
import type { Session } from './session.svelte.ts';

export const foundAtMost = 8;

export type MemberNews =
  | Exclude<SignedFault, 'not-a-code'>
  /** A code with a wrong character. */
  | 'mistyped'
  /** A code on a phone that was taken here a moment ago. */
  | 'used'
  /** Nobody known here or at the server has it. */
  | 'unknown'
  /** This till does not hold them, and the server cannot be asked. */
  | 'unreachable'
  /** They left or were erased while they were in the basket. */
  | 'gone'
  /** Prices stand still while it is being paid. */
  | 'paying';

/** Members of other stores: nobody asked; asked; answered. */
export type Elsewhere =
  | null
  | { phase: 'asking' }
  | { phase: 'found'; members: MemberFinding['members'] }
  | { phase: 'failed'; code: LookUpFailure['code'] };

/** Whom somebody looks for that no basket is sold to: as far as this till knows them. */
export type AskedMember = Pick<MemberRow, 'memberId'> & { named: Pick<MemberRow, 'name' | 'phone'> | null };

type Chosen = Pick<MemberRow, 'memberId' | 'tier'> & { name?: string | null; phone?: string | null };

export type MemberDeskOptions = {
  basket: Basket;
  pricing: Pricing;
  till: () => Till | null;
  session: Session;
  /** Money was taken for the basket, or is being taken. */
  isHeld: () => boolean;
  signal: (sound: 'good' | 'bad') => void;
};

/** Looks members up at the counter and says whom the open basket is sold to (schemas/members/SPEC.md). */
export class MemberDesk {
  readonly #options: MemberDeskOptions;
  readonly enrolment: MemberEnrolment;
  readonly offers: CouponOffers;
  readonly #seen = new SeenCodes();
  #isOpen = $state(false);
  #text = $state('');
  #found = $state.raw<readonly MemberRow[]>([]);
  #isMore = $state(false);
  #answeredText = $state('');
  #elsewhere = $state.raw<Elsewhere>(null);
  #index = $state(0);
  #asked = 0;
  #known = $state.raw<MemberRow | null>(null);
  #news = $state.raw<{ code: MemberNews } | null>(null);
  #asker = $state.raw<((member: AskedMember) => void) | null>(null);

  constructor(options: MemberDeskOptions) {
    this.#options = options;
    const { till, session } = options;
    const mayTake = () => this.seesWhole || options.basket.member?.isShown === true;
    this.offers = new CouponOffers({ ...options, known: () => this.known, mayTake });
    this.enrolment = new MemberEnrolment({ till, session, taken: (row) => this.choose(row, true) });
  }

  /** The dialog is shown. */
  get isOpen(): boolean {
    return this.#isOpen;
  }
  get text(): string {
    return this.#text;
  }
  get found(): readonly MemberRow[] {
    return this.#found;
  }
  get isMore(): boolean {
    return this.#isMore;
  }
  /** The result that Enter takes. */
  get index(): number {
    return this.#index;
  }
  /** What was typed was looked up here, and nobody is meant by it. */
  get isWithoutResult(): boolean {
    return this.#text.trim() !== '' && this.#answeredText === this.#text && this.#found.length === 0;
  }
  get elsewhere(): Elsewhere {
    return this.#elsewhere;
  }
  get news(): MemberNews | null {
    return this.#news?.code ?? null;
  }
  /** Whom the basket is sold to, as far as this till knows them. */
  get known(): MemberRow | null {
    const { member } = this.#options.basket;
    return member !== null && this.#known?.memberId === member.memberId ? this.#known : null;
  }
  /** [MB3] Whether the clerk may see who is looked up, or in the basket once a code was shown. */
  get seesWhole(): boolean {
    return this.#options.session.may('see-members-whole');
  }

  /** Somebody else than the basket asks who it is. */
  get isAsked(): boolean {
    return this.#asker !== null;
  }

  /** Whoever is found or scanned from now on is told to `taken`, and the basket stays as it is. Returns what ends it. */
  askInstead(taken: (member: AskedMember) => void): () => void {
    this.#news = null;
    this.reset();
    this.#asker = taken;
    return () => {
      if (this.#asker !== taken) return;
      this.#asker = null;
      this.reset();
    };
  }

  /** Follows what comes to be known of whom the basket is sold to. */
  async attach(till: Till): Promise<void> {
    till.onRows((changes) => {
      if (changes.length === 0 || changes.some(({ table }) => table === 'member')) this.follow();
    });
    await this.#follow(till);
  }

  /** Another basket is open, or another member is in it. */
  follow(): void {
    const till = this.#options.till();
    if (till !== null) void this.#follow(till).catch(console.error);
  }

  dismiss(): void {
    this.#news = null;
  }

  async type(text: string): Promise<void> {
    this.#text = text;
    this.#index = 0;
    this.#elsewhere = null;
    this.#asked += 1;
    const asked = this.#asked;
    const till = this.#options.till();
    const { members, isMore } = (await till?.members.find(text, foundAtMost)) ?? { members: [], isMore: false };
    if (asked !== this.#asked) return;
    this.#found = members;
    this.#isMore = isMore;
    this.#answeredText = text;
  }

  move(step: number): void {
    this.#index = Math.min(Math.max(this.#index + step, 0), Math.max(this.#found.length - 1, 0));
  }

  /** What was typed, then Enter: the chosen one; a code that is typed whole counts as shown. */
  async enter(): Promise<boolean> {
    const text = this.#text.trim();
    // A card of before is no text that a search knows: it is what it is when nobody else is found.
    if (await this.read(text, this.isWithoutResult))
      return (this.isAsked || this.#options.basket.member !== null) && this.#news === null;
    const chosen = this.#found[this.#index];
    return chosen !== undefined && this.choose(chosen, false);
  }

  /** Asks the server for members of other stores: one answer, within seconds; the sale goes on meanwhile. */
  async askElsewhere(): Promise<void> {
    const till = this.#options.till();
    const text = this.#text;
    if (till === null || text.trim() === '') return;
    this.#elsewhere = { phase: 'asking' };
    const answer = await till.members.elsewhere(text.trim());
    const asked = answer.ok ? answer.value : [];
    // Whom this till holds is found without asking.
    const held = await Promise.all(asked.map(({ memberId }) => till.members.byId(memberId)));
    if (this.#text !== text) return;
    this.#elsewhere = answer.ok
      ? { phase: 'found', members: asked.filter((_, at) => held[at] === null) }
      : { phase: 'failed', code: answer.error.code };
  }

  /** From now on the basket is theirs; false: it is being paid. */
  choose({ memberId, tier, name, phone = null }: Chosen, isShown: boolean, isElsewhere = false): boolean {
    const { basket, isHeld, signal } = this.#options;
    if (this.#asker !== null) {
      this.#news = null;
      signal('good');
      this.#asker({ memberId, named: name ? { name, phone } : null });
      this.reset();
      return true;
    }
    if (isHeld()) {
      this.#tell('paying');
      return false;
    }
    const isSame = basket.member?.memberId === memberId;
    const member = { memberId, tier, isShown: isShown || (isSame && basket.member.isShown), isElsewhere };
    basket.setMember(member);
    this.#news = null;
    signal('good');
    this.follow();
    this.reset();
    return true;
  }

  takeOff(): void {
    const { basket, isHeld } = this.#options;
    if (isHeld()) this.#tell('paying');
    else basket.setMember(null);
  }

  open(): void {
    this.#news = null;
    this.#isOpen = true;
  }
  close(): void {
    this.reset();
    this.#isOpen = false;
  }

  /** What was typed is of no more use. */
  reset(): void {
    this.enrolment.reset();
    void this.type('');
  }

  /** Takes what was scanned if it is a member's. `isUnknown`: it is nothing else, so a card of before may have this number. */
  async read(raw: string, isUnknown: boolean): Promise<boolean> {
    const till = this.#options.till();
    if (till === null) return false;
    if (raw.startsWith(`${signedPurposes.member}.`)) {
      await this.#readSigned(till, raw);
      return true;
    }
    const code = parseMemberCode(raw);
    if (code.ok) {
      await this.#take(till, code.value);
      return true;
    }
    if (code.error.code === 'mistyped') {
      this.#tell('mistyped');
      return true;
    }
    const row = isUnknown ? await till.members.byCode(raw) : null;
    if (row !== null) this.choose(row, true);
    return row !== null;
  }

  /** [MB5] The code on a phone: believed by the chain's key, in its time, and once. */
  async #readSigned(till: Till, raw: string): Promise<void> {
    const { merchantId = '', chainKey } = till.config() ?? {};
    if (chainKey === undefined) return this.#tell('unreachable');
    const read = await readSignedCode('member', merchantId, raw, chainKey, till.nowMs());
    if (!read.ok) return this.#tell(read.error.code === 'not-a-code' ? 'forged' : read.error.code);
    if (!this.#seen.take(raw, read.value.untilMs, till.nowMs())) return this.#tell('used');
    await this.#take(till, read.value.subject);
  }

  async #take(till: Till, code: string): Promise<void> {
    const row = await till.members.byCode(code);
    if (row !== null) {
      this.choose(row, true);
      return;
    }
    // Nobody waits for it: the next goods are scanned meanwhile.
    void this.#takeElsewhere(till, code).catch(console.error);
  }

  async #takeElsewhere(till: Till, code: string): Promise<void> {
    const { transactionId } = this.#options.basket;
    const answer = await till.members.elsewhere(code);
    if (this.#options.basket.transactionId !== transactionId) return;
    if (!answer.ok) return this.#tell('unreachable');
    const [member] = answer.value;
    if (member === undefined) this.#tell('unknown');
    else this.choose(member, true, true);
  }

  /** Who goes on for them, their tier now; and that they left or were erased: then the basket is nobody's in particular. */
  async #follow(till: Till): Promise<void> {
    const { basket, pricing } = this.#options;
    const { member, transactionId } = basket;
    if (member === null) return;
    const row = await till.members.byId(member.memberId);
    if (basket.member !== member || basket.transactionId !== transactionId) return;
    this.#known = row;
    void this.offers.follow(till, row).catch(console.error);
    void pricing.followUses(till, row?.memberId ?? member.memberId).catch(console.error);
    if (row === null && (member.isElsewhere || !till.status.complete)) return;
    const next: BasketMember | null = row && { ...member, memberId: row.memberId, tier: row.tier, isElsewhere: false };
    if (next !== null && sameMember(next, member)) return;
    pricing.follow(() => {
      if (basket.transactionId !== transactionId || basket.member !== member) return;
      basket.knowMember(next);
      if (next === null) this.#tell('gone');
    });
  }

  #tell(code: MemberNews): void {
    this.#news = { code };
    this.#options.signal('bad');
  }
}

function sameMember(one: BasketMember, other: BasketMember): boolean {
  return one.memberId === other.memberId && one.tier === other.tier && one.isElsewhere === other.isElsewhere;
}
