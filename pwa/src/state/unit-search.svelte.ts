import { type UnitItem, type UnitList, unitListSchema } from '#schemas/api/units.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import { joinedById, office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';

type Code = Pick<UnitItem, 'gtin14' | 'serial'>;

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

  /** Asks anew; answers the one unit that it can only be, or null. A later question makes an earlier answer void. */
  async find(): Promise<Code | null> {
    this.#asked += 1;
    const asked = this.#asked;
    const answer = await this.#ask(null);
    if (asked !== this.#asked) return null;
    this.#failure = answer.ok ? null : answer.error.code;
    if (!answer.ok) return null;
    this.#pages = [answer.value];
    const { exact, units, next } = answer.value;
    return exact ?? (units.length === 1 && next === null && this.wanted.q.trim() !== '' ? (units[0] ?? null) : null);
  }

  async more(): Promise<void> {
    const next = this.#pages.at(-1)?.next ?? null;
    if (next === null || this.#isFetching) return;
    const asked = this.#asked;
    this.#isFetching = true;
    const answer = await this.#ask(next);
    this.#isFetching = false;
    if (asked !== this.#asked) return;
    this.#failure = answer.ok ? null : answer.error.code;
    if (answer.ok) this.#pages = [...this.#pages, answer.value];
  }

  #ask(after: string | null) {
    const { q, state } = this.wanted;
    const query = new URLSearchParams({ q: q.trim(), ...(state && { state }), ...(after && { after }) });
    return office.ask(`units?${query}`, unitListSchema);
  }
}
