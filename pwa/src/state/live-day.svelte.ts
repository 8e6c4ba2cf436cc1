import { untrack } from 'svelte';
import type { Today } from '#schemas/api/today.ts';
import type { Result } from '#schemas/result.ts';
import type { ApiFailure } from './office-api.ts';

type Ask = (path: string) => Promise<Result<Today, ApiFailure>>;
/** After a failure; a quick one must not become a storm. */
const restMs = 2_000;
/** Between two answers, so that a rush at the tills is shown in steps that an eye can follow. */
const paceMs = 400;

/** The store's day as it goes: each question waits at the server until something is different. */
export class LiveDay {
  readonly #ask: Ask;
  #today = $state.raw<Today | null>(null);
  #failure = $state<ApiFailure['code'] | null>(null);

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  get today(): Today | null {
    return this.#today;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }

  /** Asks on and on. Returns what stops it. */
  start(wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))): () => void {
    let isStopped = false;
    const run = async () => {
      while (!isStopped) {
        const seen = this.#today && this.#failure === null ? `?${new URLSearchParams({ seen: this.#today.mark })}` : '';
        const answer = await this.#ask(`reports/today${seen}`);
        if (isStopped) return;
        this.#failure = answer.ok ? null : answer.error.code;
        if (answer.ok) this.#today = answer.value;
        await wait(answer.ok ? paceMs : restMs);
      }
    };
    // Who starts it does not start again with each answer.
    untrack(() => void run());
    return () => {
      isStopped = true;
    };
  }
}
