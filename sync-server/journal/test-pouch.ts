import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

// PouchDB for tests. Its published types declare a global Buffer of their own, which breaks Node's in the same program;
// so it comes untyped, and this says of it what the tests use.

type Row = { id?: string; key?: string; error?: string; doc?: Record<string, unknown> };
export type Replication = Promise<Record<string, unknown>> & {
  on(event: 'denied' | 'complete' | 'error', listener: (value: unknown) => void): Replication;
  cancel(): void;
};
export type Pouch = {
  put(document: object): Promise<{ ok: true; id: string; rev: string }>;
  bulkDocs(documents: object[]): Promise<Record<string, unknown>[]>;
  get(id: string, options?: object): Promise<Record<string, unknown>>;
  remove(document: object): Promise<unknown>;
  allDocs(options: object): Promise<{ rows: Row[] }>;
  changes(options: object): Promise<{ results: unknown[] }>;
  info(): Promise<{ doc_count: number; update_seq: unknown }>;
  destroy(): Promise<unknown>;
  replicate: { to(other: Pouch, options?: object): Replication; from(other: Pouch, options?: object): Replication };
};

const load = createRequire(import.meta.url);
const PouchDB = load('pouchdb-core') as { new (name: string, options: object): Pouch; plugin(plugin: unknown): void };
for (const plugin of ['pouchdb-adapter-http', 'pouchdb-adapter-memory', 'pouchdb-replication']) {
  PouchDB.plugin(load(plugin));
}

export type SentRequest = { method: string; path: string };

/** A database on a server, with a bearer token; its requests are noted in `sent`. */
export function remotePouch(url: string, token: string, sent: SentRequest[] = []): Pouch {
  return new PouchDB(url, {
    skip_setup: true,
    fetch: (address: string, { headers, ...options }: RequestInit = {}) => {
      sent.push({ method: options.method ?? 'GET', path: address.slice(url.length).replace(/\?.*/, '') });
      const given = [...(headers as unknown as Iterable<[string, string]>)];
      const request = { ...options, headers: [...given, ['authorization', `Bearer ${token}`] as [string, string]] };
      // As a browser does: a GET on a kept connection that the server has closed meanwhile is sent once more.
      // QUIRK(when the root's uuid cannot be read, PouchDB 9 takes another checkpoint and begins from the first entry)
      const answer = options.method
        ? fetch(address, request)
        : fetch(address, request).catch(() => fetch(address, request));
      // QUIRK(PouchDB 9 asks for database info after each pulled batch, to show progress, and leaves a failure unhandled)
      return address === `${url}/` ? answer.catch(() => Response.json({})) : answer;
    },
  });
}

/** A database in memory, with a name of its own. */
export function localPouch(): Pouch {
  return new PouchDB(`journal-${randomUUID()}`, { adapter: 'memory' });
}
