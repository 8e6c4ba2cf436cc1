import { type UnitItem, type UnitList, unitListSchema } from '#schemas/api/units.ts';
import type { Result } from '#schemas/result.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import { joinedById, office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';

type Code = Pick<UnitItem, 'gtin14' | 'serial'>;
type Ask = (query: URLSearchParams) => Promise<Result<UnitList, ApiFailure>>;

/** The page of one unit's life. */
export function unitHref({ gtin14, serial }: Code): string {
  return `/manage/units/${gtin14}/${encodeURIComponent(serial)}`;
}

/** Units of the manager's store by whatever is scanned or typed; page by page. */
export class UnitSearch {
  /** `state` empty: any. */
  readonly wanted = $state({ q: '', state: '' });
  #pages = $state.raw<readonly UnitList[]>([]);
  #failure = $state<ApiFailure['code'] | null>(null);
  #isFetching = $state(false);
  #asked = 0;
  /** The question that was asked last, unless it failed. */
  #question: string | null = null;
  readonly #askFor: Ask;

  constructor(ask: Ask = (query) => office.ask(`units?${query}`, unitListSchema)) {
    this.#askFor = ask;
  }

  get isLoaded(): boolean {
    return this.#pages.length > 0;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get isFetching(): boolean {
    return this.#isFetching;
  }
  get units(): UnitItem[] {
    const lists = this.#pages.map(({ units }) => units);
    return joinedById(lists, ({ gtin14, serial }) => unitKey(gtin14, serial));
  }
  get hasMore(): boolean {
    return this.#pages.at(-1)?.next != null;
  }
  get exact(): Code | null {
    return this.#pages[0]?.exact ?? null;
  }
  get problem(): string | null {
    return this.#pages[0]?.problem ?? null;
  }

  isListed({ gtin14, serial }: Code): boolean {
    return this.units.some((unit) => unit.gtin14 === gtin14 && unit.serial === serial);
  }

  /** What was typed is asked for once: the Enter behind it may be waiting for the same answer, and goes on with it. */
  async suggest(): Promise<void> {
    if (this.#query(null).toString() !== this.#question) await this.find();
  }

  /** Asks anew; answers the one unit that it can only be, or null. A later question makes an earlier answer void. */
  async find(): Promise<Code | null> {
    this.#asked += 1;
    const asked = this.#asked;
    const query = this.#query(null);
    this.#question = query.toString();
    const answer = await this.#askFor(query);
    if (asked !== this.#asked) return null;
    this.#failure = answer.ok ? null : answer.error.code;
    if (!answer.ok) {
      this.#question = null;
      return null;
    }
    this.#pages = [answer.value];
    const { exact, units, next } = answer.value;
    return exact ?? (units.length === 1 && next === null && this.wanted.q.trim() !== '' ? (units[0] ?? null) : null);
  }

  async more(): Promise<void> {
    const next = this.#pages.at(-1)?.next ?? null;
    if (next === null || this.#isFetching) return;
    const asked = this.#asked;
    this.#isFetching = true;
    const answer = await this.#askFor(this.#query(next));
    this.#isFetching = false;
    if (asked !== this.#asked) return;
    this.#failure = answer.ok ? null : answer.error.code;
    if (answer.ok) this.#pages = [...this.#pages, answer.value];
  }

  #query(after: string | null): URLSearchParams {
    const { q, state } = this.wanted;
    return new URLSearchParams({ q: q.trim(), ...(state && { state }), ...(after && { after }) });
  }
}
