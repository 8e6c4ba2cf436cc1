import type { FoundSku, Till } from '../db/till-types.ts';

export const searchLimit = 20;

export type SearchOptions = { till: () => Till | null };

/** Search as you type: the answer to the latest text wins, however long an earlier one took. */
export class SearchState {
  readonly #options: SearchOptions;
  #text = $state('');
  #answeredText = $state('');
  #results = $state.raw<readonly FoundSku[]>([]);
  #index = $state(0);
  #asked = 0;
  #isFollowing = false;
  #isStale = false;

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  get text(): string {
    return this.#text;
  }
  get results(): readonly FoundSku[] {
    return this.#results;
  }
  /** The result that Enter adds. */
  get index(): number {
    return this.#index;
  }
  get chosen(): FoundSku | null {
    return this.#results[this.#index] ?? null;
  }
  get isActive(): boolean {
    return this.#text.trim() !== '';
  }
  /** The text was looked up and nothing has that name. */
  get isWithoutResult(): boolean {
    return this.isActive && this.#answeredText === this.#text && this.#results.length === 0;
  }

  async type(text: string): Promise<void> {
    this.#text = text;
    this.#index = 0;
    await this.refresh();
  }

  /** Looks the same text up again: rows have changed. */
  async refresh(): Promise<void> {
    const text = this.#text;
    const till = this.#options.till();
    this.#asked += 1;
    const asked = this.#asked;
    const results = till && text.trim() !== '' ? await till.search(text, searchLimit) : [];
    if (asked !== this.#asked) return;
    this.#results = results;
    this.#answeredText = text;
    this.#index = Math.min(this.#index, Math.max(results.length - 1, 0));
  }

  /** Rows have changed: what is shown follows at once; changes during a look-up are answered by one more. */
  async follow(): Promise<void> {
    if (!this.isActive) return;
    if (this.#isFollowing) {
      this.#isStale = true;
      return;
    }
    this.#isFollowing = true;
    try {
      do {
        this.#isStale = false;
        await this.refresh();
      } while (this.#isStale);
    } finally {
      this.#isFollowing = false;
    }
  }

  choose(step: number): void {
    const last = this.#results.length - 1;
    if (last >= 0) this.#index = Math.min(Math.max(this.#index + step, 0), last);
  }

  clear(): void {
    void this.type('');
  }
}
