/** Time that passes when a test lets it: waits end in the order of their ends. */
export class VirtualTime {
  #nowMs = 0;
  #waits: { atMs: number; done: () => void }[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  readonly wait = (ms: number): Promise<void> =>
    new Promise((done) => {
      this.#waits.push({ atMs: this.#nowMs + ms, done });
    });

  /** What was started goes on for so long; all that was waited for until then has happened. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      // What follows from promises that are kept comes first.
      for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
      const [next] = this.#waits.toSorted((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      this.#waits = this.#waits.filter((one) => one !== next);
      this.#nowMs = next.atMs;
      next.done();
    }
    this.#nowMs = untilMs;
  }
}
