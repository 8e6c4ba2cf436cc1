import { type Burn, burnWorthMinor, mostBurn, pointsOf } from '#schemas/members/burn.ts';
import type { PointsKnown } from '#schemas/members/points-told.ts';
import type { MemberRow, StoreConfig } from '#schemas/rows/rows.ts';
import type { Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import { isWaiting } from './credit-desk.svelte.ts';
import { heldTickets } from './held-receipts.ts';
import type { TicketParts, WantedPart } from './ticket-parts.svelte.ts';

/** What the member of the basket can pay with. */
export type AskedPoints = {
  memberId: string;
  /** Less what tickets took that the server does not have yet; null: nobody knows here. */
  available: number | null;
  /** Of `available`, taken unasked by this till so far. */
  takenUnasked: number;
  isFromServer: boolean;
  /** By the corrected clock. */
  atMs: number;
};

export type PointsDeskOptions = {
  basket: Basket;
  parts: TicketParts;
  till: () => Till | null;
  config: () => StoreConfig | null;
  /** [MB4] The member showed a code, or a right allows more. */
  mayTake: () => boolean;
  /** What the ticket's goods cost. */
  goodsMinor: () => number;
  /** The basket's member as this till holds them. */
  knownMember: () => MemberRow | null;
};

/** Finds out what the points of the basket's member pay (schemas/members/SPEC.md, MP4, MP6). */
export class PointsDesk {
  readonly #options: PointsDeskOptions;
  #asked = $state.raw<AskedPoints | null>(null);
  #isAsking = $state(false);
  /** Counts questions: the answer to one that is given up is not taken. */
  #question = 0;

  constructor(options: PointsDeskOptions) {
    this.#options = options;
  }

  get asked(): AskedPoints | null {
    return this.#asked;
  }
  get isAsking(): boolean {
    return this.#isAsking;
  }
  /** What the chain says of paying with points; null: they do not pay here. */
  get rules() {
    return this.#options.config()?.points?.burn ?? null;
  }
  get offlinePoints(): number {
    return this.#options.config()?.points?.offlineBurnPoints ?? 0;
  }
  /** Whether points are a way to pay for this basket. */
  get isOffered(): boolean {
    return this.rules !== null && this.#options.basket.member !== null;
  }
  /** A number that somebody said does not spend [MB4]. */
  get mayTake(): boolean {
    return this.#options.mayTake();
  }
  /** What points have paid of the open ticket. */
  get taken(): Burn {
    const paid = this.#options.parts.parts.filter(({ type }) => type === 'points');
    return {
      points: paid.reduce((sum, { points = 0 }) => sum + points, 0),
      amountMinor: paid.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    };
  }
  /** What is left before the next part. */
  get left(): number | null {
    const available = this.#asked?.available ?? null;
    return available === null ? null : available - this.taken.points;
  }

  /** [MP9] What can be told of the member's points as the ticket ends: what the server said, or what this till holds and since when. */
  get known(): PointsKnown {
    const status = this.#options.till()?.status;
    const isOnline = status?.online === true;
    const { asked, left } = this;
    const memberId = this.#options.basket.member?.memberId;
    if (asked?.isFromServer && asked.memberId === memberId && left !== null) {
      return { balance: { points: left, atMs: asked.atMs }, isOnline };
    }
    const { points = null } = this.#options.knownMember() ?? {};
    const heardAtMs = status?.lastContactAtMs ?? null;
    if (points === null || heardAtMs === null) return { balance: null, isOnline };
    const atMs = Math.max(0, Math.round(heardAtMs + (status?.clockOffsetMs ?? 0)));
    return { balance: { points: points - this.taken.points, atMs }, isOnline };
  }

  /** The part that points pay of what is wanted, at most; null: none of it. */
  partOf(wantedMinor: number): (Omit<WantedPart, 'type'> & { points: number }) | null {
    const [asked, rules, left] = [this.#asked, this.rules, this.left];
    if (asked === null || rules === null || left === null || !this.mayTake) return null;
    const { points: taken, amountMinor: paidMinor } = this.taken;
    const unasked = this.offlinePoints - asked.takenUnasked - taken;
    const points = asked.isFromServer ? left : Math.min(left, unasked);
    const burn = mostBurn({ points, goodsMinor: this.#options.goodsMinor(), paidMinor, wantedMinor }, rules);
    return (
      burn && {
        ...burn,
        reference: asked.memberId,
        pointsLeft: left - burn.points,
        isUnasked: !asked.isFromServer,
        // What the limit is worth, so that posting can tell (TE11).
        ...(asked.isFromServer ? {} : { offlineLimitMinor: burnWorthMinor(this.offlinePoints, rules) }),
      }
    );
  }

  forget(): void {
    this.#question += 1;
    this.#asked = null;
    this.#isAsking = false;
  }

  /** Asks the server, and where that cannot answer, the member's row held here. */
  async ask(): Promise<void> {
    this.forget();
    const question = this.#question;
    const till = this.#options.till();
    const memberId = this.#options.basket.member?.memberId;
    if (till === null || memberId === undefined) return;
    this.#isAsking = true;
    const found = await this.#find(till, memberId);
    if (question !== this.#question) return;
    this.#isAsking = false;
    this.#asked = found;
  }

  async #find(till: Till, memberId: string): Promise<AskedPoints> {
    const answer = till.status.online ? await till.members.points(memberId) : null;
    const isFromServer = answer?.ok === true;
    const known = answer?.ok ? answer.value : ((await till.members.byId(memberId))?.points ?? null);
    const waiting = (await heldTickets(till))
      .filter(({ entry }) => isWaiting(till, entry))
      .flatMap(({ body }) => body.tenders.filter((tender) => pointsOf(tender)?.memberId === memberId));
    const took = waiting.reduce((sum, { points = 0 }) => sum + points, 0);
    const takenUnasked = waiting.reduce((sum, { points = 0, isOffline }) => sum + (isOffline ? points : 0), 0);
    const available = known === null ? null : known - took;
    return { memberId, available, takenUnasked, isFromServer, atMs: till.nowMs() };
  }
}
