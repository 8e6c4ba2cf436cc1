import type { StaffRow } from '#schemas/rows/staff.ts';
import type { BadgeFailure, Till } from '../db/till-types.ts';
import type { Session } from './session.svelte.ts';

export type BadgeDeskOptions = {
  till: () => Till | null;
  session: Session;
  signal: (sound: 'good' | 'bad') => void;
};

/** Badges read outside an approval: they sign in, and while somebody is signed in they offer to take over. */
export class BadgeDesk {
  readonly #options: BadgeDeskOptions;
  #failure = $state.raw<BadgeFailure | null>(null);
  #offered = $state.raw<StaffRow | null>(null);

  constructor(options: BadgeDeskOptions) {
    this.#options = options;
  }

  /** Why the last badge opened nothing; a new object each time. */
  get failure(): BadgeFailure | null {
    return this.#failure;
  }
  /** Whose badge was read while another person is signed in. */
  get offered(): StaffRow | null {
    return this.#offered;
  }

  /** `code` as `badgeCodeOf` leaves it. */
  async read(code: string): Promise<void> {
    const { till, session, signal } = this.#options;
    const answer = await till()?.staffOfBadge(code);
    if (!answer) return;
    this.#failure = answer.ok ? null : answer.error;
    signal(answer.ok ? 'good' : 'bad');
    if (!answer.ok) return;
    if (session.operator === null) session.enter(answer.value);
    else if (session.operator.operatorId !== answer.value.operatorId) this.#offered = answer.value;
  }

  /** Somebody does something else: the old failure is of no more use. */
  forget(): void {
    this.#failure = null;
  }

  /** The person of the badge goes on with the basket as it is. */
  switchOperator(): void {
    const { session } = this.#options;
    // Who left meanwhile stays out.
    if (this.#offered) session.enter(this.#offered);
    session.follow();
    this.#offered = null;
  }

  stay(): void {
    this.#offered = null;
  }
}
