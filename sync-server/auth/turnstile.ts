import { fail, ok, type Result } from '#schemas/result.ts';

/** Lets a few do costly work at once and a few more wait; the rest are told `busy`. */
export class Turnstile {
  readonly #atOnce: number;
  readonly #inLine: number;
  #working = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number, inLine: number) {
    this.#atOnce = atOnce;
    this.#inLine = inLine;
  }

  async pass<Value>(work: () => Promise<Value>): Promise<Result<Value, { code: 'busy' }>> {
    if (this.#working >= this.#atOnce) {
      if (this.#waiting.length >= this.#inLine) return fail({ code: 'busy' });
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#working++;
    }
    try {
      return ok(await work());
    } finally {
      // The place is handed to the next in line, or given up.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#working--;
    }
  }
}
