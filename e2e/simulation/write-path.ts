import type pg from 'pg';
import { assert } from '#schemas/assert.ts';
import { joinedByPosting, tablesByScope } from '#sync-server/db/table-scopes.ts';

const scopeOf = new Map<string, string>();
for (const scope of ['store_id', 'merchant_id', 'scope_id'] as const) {
  for (const table of tablesByScope[scope]) scopeOf.set(table, joinedByPosting.includes(table) ? 'every node' : scope);
}

type Query = (...args: unknown[]) => unknown;

/** [D1] The statements of all transactions that put an entry into the journal. */
export class WritePath {
  readonly #statements = new Set<string>();
  #checked = 0;

  watch(client: pg.PoolClient): void {
    const query = client.query.bind(client) as Query;
    let transaction: string[] = [];
    (client as { query: Query }).query = (...args) => {
      const [first] = args as [string | { text: string }];
      const text = typeof first === 'string' ? first : first.text;
      if (text === 'begin') transaction = [];
      transaction.push(text);
      if (text === 'commit' && transaction.some((statement) => statement.startsWith('insert into journal'))) {
        for (const statement of transaction) this.#statements.add(statement);
      }
      return query(...args);
    };
  }

  /** One statement is about rows of a store, or about rows of the chain: never about both (sync-server/db/citus.sql). */
  check(): void {
    for (const statement of [...this.#statements].slice(this.#checked)) {
      const named = [...statement.matchAll(/\b(?:from|join|into|update|using)\s+(\w+)/gi)].map(([, name = '']) => name);
      const scopes = new Set(named.flatMap((name) => scopeOf.get(name) ?? []));
      scopes.delete('every node');
      assert(scopes.size <= 1, `[D1] a statement of posting is about one scope: ${statement.replace(/\s+/g, ' ')}`);
    }
    this.#checked = this.#statements.size;
  }
}
