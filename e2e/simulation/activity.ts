import { assert } from '#schemas/assert.ts';

/**
 * Counts tracked work that is neither finished nor waiting for the network. The scheduler moves on when it is zero: so
 * exactly one thing happens at a time, and a run replays.
 */
export class Activity {
  #running = 0;
  #waiters: (() => void)[] = [];
  readonly #faults: unknown[] = [];

  /** Runs tracked work; what it throws ends the simulation at the next `settled`. */
  run(work: () => Promise<void>): void {
    this.resume();
    work()
      .catch((error) => this.#faults.push(error))
      .finally(() => this.pause());
  }

  /** Leaves work to itself; what it throws ends the simulation all the same. */
  leave(work: Promise<void>): void {
    work.catch((error) => this.#faults.push(error));
  }

  resume(): void {
    this.#running++;
  }

  pause(): void {
    this.#running--;
    assert(this.#running >= 0, 'what pauses was running');
    if (this.#running === 0) for (const wake of this.#waiters.splice(0)) wake();
  }

  /** Resolves when all tracked work is finished or waits for the network. */
  async settled(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    if (this.#faults.length > 0) throw this.#faults.shift();
  }
}
