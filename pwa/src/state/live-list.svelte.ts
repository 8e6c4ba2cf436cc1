import type { Result } from '#schemas/result.ts';
import { joinedById, Live } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';

/** How a list is asked for (`before`: where the last page ended; null: its beginning) and read. */
export type ListSource<List, Row> = {
  ask(before: string | null): Promise<Result<List, ApiFailure>>;
  rowsOf(list: List): readonly Row[];
  idOf(row: Row): string;
};

/** A list whose newest page keeps itself up to date, and whose older ones come when they are asked for. */
export class LiveList<List extends { next: string | null }, Row> {
  readonly #source: ListSource<List, Row>;
  readonly #newest: Live<List>;
  #older = $state.raw<readonly List[]>([]);
  #isFetching = $state(false);
  #failure = $state<ApiFailure['code'] | null>(null);
  #rows = $derived.by(() => {
    const lists = [this.newest, ...this.#older];
    return joinedById(
      lists.map((list) => (list ? this.#source.rowsOf(list) : [])),
      this.#source.idOf,
    );
  });

  constructor(source: ListSource<List, Row>) {
    this.#source = source;
    this.#newest = new Live(() => source.ask(null));
  }

  /** The newest page; null: not asked yet. */
  get newest(): List | null {
    return this.#newest.answer;
  }
  get rows(): readonly Row[] {
    return this.#rows;
  }
  get hasMore(): boolean {
    return this.#next !== null;
  }
  get isFetching(): boolean {
    return this.#isFetching;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#newest.failure ?? this.#failure;
  }
  get #next(): string | null {
    return (this.#older.at(-1) ?? this.newest)?.next ?? null;
  }

  start(everyMs: number): () => void {
    return this.#newest.start(everyMs);
  }

  refresh(): Promise<void> {
    return this.#newest.refresh();
  }

  /** Lets the older pages go. */
  fold(): void {
    this.#older = [];
    this.#failure = null;
  }

  async more(): Promise<void> {
    const before = this.#next;
    if (before === null || this.#isFetching) return;
    const asked = this.#older;
    this.#isFetching = true;
    const answer = await this.#source.ask(before);
    this.#isFetching = false;
    // Folded meanwhile.
    if (asked !== this.#older) return;
    this.#failure = answer.ok ? null : answer.error.code;
    if (answer.ok) this.#older = [...this.#older, answer.value];
  }
}
