import type { ServerContext } from '../context.ts';
import { grantByRules } from '../coupons/grant-coupons.ts';
import { endOverBudgets } from '../coupons/held-coupons.ts';
import { refreshAccounts } from '../customer-accounts/refresh-accounts.ts';
import { refreshFifths } from './fifths.ts';
import { refreshStandings } from './refresh-standings.ts';
import { reviewTiers } from './review-tiers.ts';
import { standingScope } from './standing-marks.ts';

/** Reviews, points that expire and lost hints are found this late. */
const pollMs = 60_000;
const fifthsMs = 3_600_000;
/** A little less, so that each poll finds it due. */
const grantMs = 55_000;

/** Keeps points and tiers of all members, and what accounts owe, up to date, as soon as something of theirs is posted. One a server. */
export class StandingWorker {
  readonly #context: ServerContext;
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #grantedAtMs = 0;
  #fifthsAtMs = 0;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  start(): this {
    this.#running = this.#run();
    return this;
  }

  /** [CP6] [CP8] What campaigns give, and whose budget is used up. It looks through all members, so not after each sale. */
  async #grant(signal: AbortSignal): Promise<boolean> {
    const nowMs = this.#context.nowMs();
    if (Math.abs(nowMs - this.#grantedAtMs) < grantMs) return false;
    this.#grantedAtMs = nowMs;
    await endOverBudgets(this.#context);
    return (await grantByRules(this.#context, signal)) > 0;
  }

  /** [MS2] Looked after once an hour: it counts everybody. */
  async #sortFifths(signal: AbortSignal): Promise<void> {
    const nowMs = this.#context.nowMs();
    if (Math.abs(nowMs - this.#fifthsAtMs) < fifthsMs) return;
    this.#fifthsAtMs = nowMs;
    await refreshFifths(this.#context, signal);
  }

  /** Resolves once the people at hand are done. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { changes, log } = this.#context;
    const { signal } = this.#ending;
    while (!signal.aborted && !changes.closed) {
      // Before reading, so that nothing is missed.
      const heard = changes.wait([standingScope], pollMs, signal);
      try {
        await reviewTiers(this.#context, signal);
        await refreshStandings(this.#context, signal);
        if (await this.#grant(signal)) await refreshStandings(this.#context, signal);
        await refreshAccounts(this.#context, signal);
        await this.#sortFifths(signal);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        log.warn({ error: error.message }, 'points, tiers and accounts wait');
      }
      await heard;
    }
  }
}
