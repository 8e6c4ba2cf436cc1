import type { Right } from '#schemas/policy/rights.ts';
import type { Result } from '#schemas/result.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import type { SignInFailure, Till } from '../db/till-types.ts';

export type SessionOptions = {
  /** Of the tab: a reload goes on, a new tab signs in. */
  storage: Storage;
  till: () => Till | null;
  staff: () => readonly StaffRow[];
  idleMinutes: () => number;
  nowMs: () => number;
};

const storageKey = 'onecode-session';

/** Who is signed in at this till. */
export class Session {
  readonly #options: SessionOptions;
  #operatorId = $state<string | null>(null);
  #lastOperatorId = $state<string | null>(null);
  #activeAtMs = 0;
  #name = '';
  #departed = $state<string | null>(null);
  #operator = $derived.by(() => this.#options.staff().find((row) => row.operatorId === this.#operatorId) ?? null);

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Null when nobody is signed in, and when who was is no longer on the store's staff. */
  get operator(): StaffRow | null {
    return this.#operator;
  }
  /** Who was signed in before the till locked: their PIN pad comes up first. */
  get lastOperatorId(): string | null {
    return this.#lastOperatorId;
  }

  /** Name of who was signed in when the server said that they are not on the staff any more; until somebody signs in. */
  get departed(): string | null {
    return this.#departed;
  }

  /** What the signed-in person may do alone, by the latest staff list. */
  may(right: Right): boolean {
    return this.operator?.rights.includes(right) ?? false;
  }

  /** The staff list has changed: who is not on it is signed out at once; the basket stays. */
  follow(): void {
    if (this.#operatorId === null) return;
    const operator = this.#options.staff().find((row) => row.operatorId === this.#operatorId);
    if (operator) {
      this.#name = operator.name;
      return;
    }
    this.#departed = this.#name;
    this.signOut();
  }

  /** Goes on after a reload, unless the till would have locked meanwhile. */
  restore(): void {
    const [operatorId = '', activeAt = ''] = (this.#options.storage.getItem(storageKey) ?? '').split('|');
    const activeAtMs = Number(activeAt);
    if (operatorId === '' || !Number.isFinite(activeAtMs)) return;
    this.#lastOperatorId = operatorId;
    this.#activeAtMs = activeAtMs;
    if (!this.#isIdle()) this.#operatorId = operatorId;
  }

  async signIn(operatorId: string, pin: string): Promise<Result<StaffRow, SignInFailure> | null> {
    const till = this.#options.till();
    if (!till) return null;
    const answer = await till.signIn(operatorId, pin);
    if (answer.ok) this.enter(answer.value);
    return answer;
  }

  /** Signs in who has proved who they are, in place of whoever was. */
  enter({ operatorId, name }: StaffRow): void {
    this.#operatorId = operatorId;
    this.#lastOperatorId = operatorId;
    this.#name = name;
    this.#departed = null;
    this.#activeAtMs = this.#options.nowMs();
    this.#keep();
  }

  /** Somebody touched the screen, a key or the scanner. */
  touch(): void {
    const nowMs = this.#options.nowMs();
    const isLater = nowMs - this.#activeAtMs > 1_000;
    this.#activeAtMs = nowMs;
    if (isLater && this.#operatorId !== null) this.#keep();
  }

  /** Watches for life at the till and locks it when there is none. Returns what stops it. */
  watch(target: Window): () => void {
    const touch = () => this.touch();
    const look = () => this.lockWhenIdle();
    const signs = ['pointerdown', 'keydown'] as const;
    // Before a sign of life counts: the till may have slept for longer than it may stay open.
    for (const sign of signs) target.addEventListener(sign, look, true);
    for (const sign of signs) target.addEventListener(sign, touch, true);
    target.document.addEventListener('visibilitychange', look);
    const timer = setInterval(look, 5_000);
    return () => {
      clearInterval(timer);
      target.document.removeEventListener('visibilitychange', look);
      for (const sign of signs) {
        target.removeEventListener(sign, look, true);
        target.removeEventListener(sign, touch, true);
      }
    };
  }

  /** Locks when nobody has been there for the chosen minutes. */
  lockWhenIdle(): void {
    if (this.#operatorId !== null && this.#isIdle()) this.lock();
  }

  /** The basket stays; the same operator is asked for the PIN first. */
  lock(): void {
    this.#operatorId = null;
    this.#options.storage.removeItem(storageKey);
  }

  signOut(): void {
    this.lock();
    this.#lastOperatorId = null;
  }

  #isIdle(): boolean {
    const awayMs = this.#options.nowMs() - this.#activeAtMs;
    // A clock that was set back must not keep the till open for ever.
    return awayMs < -60_000 || awayMs >= this.#options.idleMinutes() * 60_000;
  }

  #keep(): void {
    this.#options.storage.setItem(storageKey, `${this.#operatorId}|${this.#activeAtMs}`);
  }
}
