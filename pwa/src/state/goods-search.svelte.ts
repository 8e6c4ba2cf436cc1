import { type GoodsFound, goodsFoundSchema } from '#schemas/api/goods.ts';
import type { GoodsNames } from './goods-names.svelte.ts';
import { office } from './office.svelte.ts';

const typingMs = 200;

/** Goods that are looked for while somebody types. The answer to an earlier question is never shown for a later one. */
export class GoodsSearch {
  readonly #names: GoodsNames;
  #query = $state('');
  #found = $state.raw<GoodsFound | null>(null);
  #hasFailed = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(names: GoodsNames) {
    this.#names = names;
  }

  get query(): string {
    return this.#query;
  }
  set query(text: string) {
    this.#query = text;
    clearTimeout(this.#timer);
    if (text.trim() === '') this.#found = null;
    else this.#timer = setTimeout(() => void this.#ask(text), typingMs);
  }

  /** Null: nothing is asked for, or the answer is not there yet. */
  get found(): GoodsFound | null {
    return this.#found;
  }
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  async #ask(text: string): Promise<void> {
    const answer = await office.ask(`goods?${new URLSearchParams({ q: text.trim() })}`, goodsFoundSchema);
    if (text !== this.#query) return;
    this.#hasFailed = !answer.ok;
    if (!answer.ok) return;
    this.#names.learn(answer.value);
    this.#found = answer.value;
  }
}
