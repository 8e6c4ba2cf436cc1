import {
  type EntriesAnswer,
  type EntryProblem,
  entriesAnswerSchema,
  type ListEntries,
  listEntriesSchema,
  type PutEntries,
} from '#schemas/api/prices.ts';
import type { Result } from '#schemas/result.ts';
import { LiveList } from './live-list.svelte.ts';
import { office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';

export type ListEntry = ListEntries['entries'][number];
export type PutEntry = PutEntries['entries'][number];

/** Names an entry within its list. */
export function entryKey({
  skuId,
  minQuantity,
  validFromMs,
}: Pick<ListEntry, 'skuId' | 'minQuantity' | 'validFromMs'>) {
  return `${skuId}|${minQuantity}|${validFromMs ?? ''}`;
}

/** The prices of one list: looked through, changed one by one, and read from a file. */
export class ListPrices {
  readonly #path: string;
  #query = $state('');
  readonly list: LiveList<ListEntries, ListEntry>;

  constructor(priceListId: string) {
    this.#path = `price-lists/${encodeURIComponent(priceListId)}`;
    this.list = new LiveList<ListEntries, ListEntry>({
      ask: (after) => {
        const asked = new URLSearchParams({ q: this.#query.trim(), ...(after !== null && { after }) });
        return office.ask(`${this.#path}/entries?${asked}`, listEntriesSchema);
      },
      rowsOf: ({ entries }) => entries,
      idOf: entryKey,
    });
  }

  get query(): string {
    return this.#query;
  }
  set query(text: string) {
    this.#query = text;
  }

  refresh(): Promise<void> {
    this.list.fold();
    return this.list.refresh();
  }

  /** Adds the price or replaces it; what is wrong with it, or why it was not taken. */
  async put(entry: PutEntry): Promise<EntryProblem['code'] | ApiFailure['code'] | null> {
    const body: PutEntries = { entries: [entry] };
    const answer = await this.#send(`${this.#path}/entries`, { method: 'POST', body });
    if (!answer.ok) return answer.error.code;
    const [problem] = answer.value.problems;
    if (!problem) await this.list.refresh();
    return problem?.code ?? null;
  }

  async remove(entry: ListEntry): Promise<ApiFailure['code'] | null> {
    const { skuId, minQuantity, validFromMs } = entry;
    const body = { entries: [{ skuId, minQuantity, validFromMs }] };
    const answer = await this.#send(`${this.#path}/entries/remove`, { method: 'POST', body });
    await this.list.refresh();
    return answer.ok ? null : answer.error.code;
  }

  /** Reads a file; `isPreview`: only tells what it would do. `replaces`: what the file does not have is taken away. */
  file(file: Blob | string, { isPreview, replaces }: { isPreview: boolean; replaces: boolean }) {
    const asked = new URLSearchParams({ preview: isPreview ? '1' : '0', replace: replaces ? '1' : '0' });
    return this.#send(`${this.#path}/csv?${asked}`, { method: 'POST', file });
  }

  /** An answer with problems is one too: it says which rows they are of. */
  async #send(
    path: string,
    call: { method: 'POST'; body?: unknown; file?: Blob | string },
  ): Promise<Result<EntriesAnswer, ApiFailure>> {
    const answer = await office.ask(path, entriesAnswerSchema, call);
    if (answer.ok) return answer;
    const refused = entriesAnswerSchema.safeParse(answer.error.refused);
    return refused.success ? { ok: true, value: refused.data } : answer;
  }
}
