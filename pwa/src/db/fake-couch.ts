import type { Entry } from '#schemas/journal/envelope.ts';

type Stored = { rev: string; entry: Entry; seq: number };

/** The part of CouchDB's protocol that a till's replication speaks, in memory. */
export class FakeCouch {
  readonly documents = new Map<string, Stored>();
  /** Ids of the documents that came in `_bulk_docs`, as often as they came. */
  readonly received: string[] = [];
  /** Set by a test: why a document is refused. */
  refuses: (entry: Entry) => string | null = () => null;
  readonly #onEntry: (entry: Entry) => void;
  readonly #locals = new Map<string, Record<string, unknown>>();

  constructor(onEntry: (entry: Entry) => void) {
    this.#onEntry = onEntry;
  }

  async answer(path: string, query: URLSearchParams, init: RequestInit): Promise<Response> {
    const [, , , ...rest] = path.split('/');
    const [what = '', id = ''] = rest;
    const body = init.body ? JSON.parse(String(init.body)) : {};
    if (path.split('/').length <= 3 && what === '' && path.endsWith('/sync/')) return Response.json({ uuid: 'fake' });
    switch (what) {
      case '':
        return Response.json({ db_name: 'journal', update_seq: this.documents.size, onecode_since_90_days: 0 });
      case '_local':
        return this.#local(decodeURIComponent(id), init.method ?? 'GET', body);
      case '_revs_diff':
        return Response.json(this.#missing(body));
      case '_bulk_docs':
        return Response.json(this.#bulkDocs(body.docs), { status: 201 });
      case '_changes':
        return this.#changes(query, init.signal ?? null);
      case '_bulk_get':
        return Response.json({ results: body.docs.map(({ id: wanted }: { id: string }) => this.#bulkGet(wanted)) });
      default:
        return Response.json({ error: 'not_found', reason: 'missing' }, { status: 404 });
    }
  }

  #local(id: string, method: string, body: Record<string, unknown>): Response {
    if (method === 'PUT') {
      const rev = `0-${Number(String(body._rev ?? '0-0').slice(2)) + 1}`;
      this.#locals.set(id, { ...body, _id: `_local/${id}`, _rev: rev });
      return Response.json({ ok: true, id, rev }, { status: 201 });
    }
    const local = this.#locals.get(id);
    return local ? Response.json(local) : Response.json({ error: 'not_found', reason: 'missing' }, { status: 404 });
  }

  #missing(revsById: Record<string, string[]>): Record<string, { missing: string[] }> {
    return Object.fromEntries(
      Object.entries(revsById).flatMap(([id, missing]) => (this.documents.has(id) ? [] : [[id, { missing }]])),
    );
  }

  #bulkDocs(docs: (Entry & { _rev: string; _revisions?: unknown })[]): unknown[] {
    return docs.flatMap(({ _rev, _revisions, ...entry }) => {
      this.received.push(entry._id);
      const reason = this.refuses(entry as Entry);
      if (reason !== null) return [{ id: entry._id, rev: _rev, error: 'forbidden', reason }];
      this.put(entry as Entry, _rev);
      return [];
    });
  }

  put(entry: Entry, rev = '1-00000000000000000000000000000000'): void {
    if (!this.documents.has(entry._id)) this.documents.set(entry._id, { rev, entry, seq: this.documents.size + 1 });
    this.#onEntry(entry);
  }

  /** The other tills' entries; a live question waits a little and answers nothing. */
  async #changes(query: URLSearchParams, signal: AbortSignal | null): Promise<Response> {
    const since = Number(query.get('since') ?? 0);
    const news = () => [...this.documents.values()].filter(({ seq, entry }) => seq > since && entry.tillNumber !== 1);
    if (news().length === 0 && query.get('feed') === 'longpoll') {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    const last_seq = this.documents.size;
    const results = news().map(({ seq, rev, entry }) => ({ seq, id: entry._id, changes: [{ rev }] }));
    return Response.json({ results, last_seq, pending: 0 });
  }

  #bulkGet(id: string): unknown {
    const stored = this.documents.get(id);
    if (stored === undefined) return { id, docs: [{ error: { id, error: 'not_found', reason: 'missing' } }] };
    const _revisions = { start: 1, ids: [stored.rev.slice(2)] };
    return { id, docs: [{ ok: { ...stored.entry, _rev: stored.rev, _revisions } }] };
  }
}
