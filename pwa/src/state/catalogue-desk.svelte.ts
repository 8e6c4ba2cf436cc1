import { requestedByHeader } from '#schemas/api/session.ts';
import {
  type CatalogueAnswer,
  catalogueAnswerSchema,
  catalogueSchema,
  maxCatalogueFileBytes,
  type SupplierCatalogue,
} from '#schemas/api/supplier-catalogue.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { apiErrorSchema } from '#schemas/sync/protocol.ts';
import { LiveList } from './live-list.svelte.ts';
import type { ApiFailure } from './office-api.ts';
import type { PaperAsk } from './paper-desk.svelte.ts';

export type CatalogueRow = SupplierCatalogue['articles'][number];

/** A supplier's catalogue on the screen of one side; `ask` goes on after `…/catalogue`. */
export class CatalogueDesk {
  readonly list: LiveList<SupplierCatalogue, CatalogueRow>;
  readonly ask: PaperAsk;
  #show = $state<'all' | 'waiting'>('all');
  query = $state('');

  constructor(ask: PaperAsk, show: 'all' | 'waiting') {
    this.ask = ask;
    this.#show = show;
    this.list = new LiveList({
      ask: (after) => {
        const asked = { show: this.#show, q: this.query.trim(), ...(after !== null && { after }) };
        return ask(`?${new URLSearchParams(asked)}`, catalogueSchema);
      },
      rowsOf: ({ articles }: SupplierCatalogue) => articles,
      idOf: ({ article }: CatalogueRow) => article,
    });
  }

  get show(): 'all' | 'waiting' {
    return this.#show;
  }

  async choose(show: 'all' | 'waiting'): Promise<void> {
    this.#show = show;
    await this.search();
  }

  async search(): Promise<void> {
    this.list.fold();
    await this.list.refresh();
  }
}

/** A large file takes the server a while. */
const patienceMs = 120_000;

/** Sends a file of articles to be looked at or, without `isPreview`, to be offered. */
export async function sendCatalogue(
  supplierId: string,
  file: Blob,
  { isPreview }: { isPreview: boolean },
  fetch = globalThis.fetch,
): Promise<Result<CatalogueAnswer, ApiFailure>> {
  if (file.size > maxCatalogueFileBytes) return fail({ code: 'too-large' });
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(
      `/api/supplies/${encodeURIComponent(supplierId)}/catalogue/csv?preview=${isPreview ? '1' : '0'}`,
      {
        method: 'POST',
        credentials: 'same-origin',
        signal: AbortSignal.timeout(patienceMs),
        headers: { accept: 'application/json', 'content-type': 'text/csv', [requestedByHeader]: '1' },
        body: file,
      },
    );
    answer = await response.json();
  } catch {
    return fail({ code: 'offline' });
  }
  const read = catalogueAnswerSchema.safeParse(answer);
  if (read.success && (response.ok || response.status === 422)) return ok(read.data);
  const refusal = apiErrorSchema.safeParse(answer);
  return fail({ code: refusal.success ? refusal.data.error.code : 'internal' });
}
