// biome-ignore-all lint/style/noNamespace: declares what a package declares; nothing is written as a namespace by us.
// The part of PouchDB 9 in use. @types/pouchdb-core is of PouchDB 7 and redeclares the global `Buffer`, which breaks the types of
// every Node file that is checked together with it.

declare namespace PouchDB {
  type Plugin = (pouch: Static) => void;

  interface Static {
    new <Content extends object>(name: string, options?: Options): Database<Content>;
    plugin(plugin: Plugin): Static;
    replicate<Content extends object>(
      source: Database<Content>,
      target: Database<Content>,
      options?: Replication.Options,
    ): Replication.Replication<Content>;
  }

  interface Options {
    adapter?: string;
    auto_compaction?: boolean;
    skip_setup?: boolean;
    fetch?(url: string | Request, init?: RequestInit): Promise<Response>;
  }

  namespace Core {
    type ExistingDocument<Content> = Content & { _id: string; _rev: string };
    type Error = { error: true | string; status: number; name: string; message: string; id?: string; reason?: string };
    type Response = { ok: boolean; id: string; rev: string };
    /** `id`, `value` and `doc` are missing where a key was asked for that is not there. */
    type Row<Content> = {
      id?: string;
      key: string;
      value?: { rev: string; deleted?: boolean };
      doc?: ExistingDocument<Content>;
      error?: 'not_found';
    };
  }

  interface Database<Content extends object = Record<string, unknown>> {
    readonly name: string;
    info(): Promise<{ db_name: string; doc_count: number; update_seq: number | string }>;
    get(id: string): Promise<Core.ExistingDocument<Content>>;
    put(document: Content & { _id: string; _rev?: string }): Promise<Core.Response>;
    bulkDocs(
      documents: readonly (Content & { _id: string; _rev?: string })[],
      options?: { new_edits?: boolean },
    ): Promise<(Core.Response | Core.Error)[]>;
    allDocs(options?: {
      include_docs?: boolean;
      descending?: boolean;
      limit?: number;
      skip?: number;
      startkey?: string;
      endkey?: string;
      keys?: readonly string[];
    }): Promise<{ total_rows: number; offset: number; rows: Core.Row<Content>[] }>;
    revsDiff(revisions: Record<string, string[]>): Promise<Record<string, { missing: string[] }>>;
    changes(options: ChangesOptions): Promise<{ results: Change<Content>[]; last_seq: number | string }>;
    close(): Promise<void>;
    destroy(): Promise<void>;
  }

  interface ChangesOptions {
    live: false;
    since?: number | string;
    include_docs?: boolean;
    descending?: boolean;
    limit?: number;
  }
  type Change<Content> = { id: string; seq: number | string; doc?: Core.ExistingDocument<Content> };

  namespace Replication {
    interface Options {
      live?: boolean;
      retry?: boolean;
      batch_size?: number;
      batches_limit?: number;
      checkpoint?: 'source' | 'target' | boolean;
      filter?: string;
      since?: number | string;
      back_off_function?(delayMs: number): number;
    }
    interface Replication<_Content> extends Promise<unknown> {
      on(event: 'paused', listener: (error?: unknown) => void): this;
      on(event: 'active', listener: () => void): this;
      on(event: 'change' | 'complete' | 'denied' | 'error', listener: (value: unknown) => void): this;
      cancel(): void;
    }
  }
}

declare module 'pouchdb-core' {
  const pouch: PouchDB.Static;
  export default pouch;
}
declare module 'pouchdb-replication' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
declare module 'pouchdb-adapter-idb' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
declare module 'pouchdb-adapter-http' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
declare module 'pouchdb-adapter-memory' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
