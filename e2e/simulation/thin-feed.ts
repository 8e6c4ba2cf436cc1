import { createHash } from 'node:crypto';
import { assert } from '#schemas/assert.ts';
import { rowOfPage } from '#schemas/rows/page-value.ts';
import { type FeedTable, feedTables } from '#schemas/rows/rows.ts';
import { type Cursor, type Delta, deltaSchema, manifestSchema, type PageRef } from '#schemas/sync/feed.ts';
import { PageReader } from '#schemas/sync/page-format.ts';
import { nothingPosted, type Posted } from '#schemas/sync/posted.ts';
import { ask, type Wire } from './thin-journal.ts';

/** All that the row feed writes, replaced as one: rows, cursor and posted numbers never disagree. */
export type FeedBase = {
  rows: Map<string, Map<string, unknown>>;
  cursor: Cursor;
  posted: Posted;
  /** Latest hybrid logical clock of the store that the till has seen. */
  orderedAtMs: number;
  clockOffsetMs: number | null;
  configVersion: string;
};

export function emptyBase(): FeedBase {
  return {
    rows: new Map(),
    cursor: { chain: 0, store: 0 },
    posted: nothingPosted,
    orderedAtMs: 0,
    clockOffsetMs: null,
    configVersion: '',
  };
}

/** Loads the snapshot, and at once the delta after it: only together do they say which entries the rows hold. */
export async function loadFeed(wire: Wire, deviceNowMs: () => number): Promise<FeedBase> {
  const manifest = manifestSchema.parse(await (await ask(wire, `/feed/${wire.storeId}/manifest`)).json());
  const rows = new Map<string, Map<string, unknown>>();
  for (const [table, pages] of Object.entries(manifest.tables)) {
    const read = new Map<string, unknown>();
    for (const page of pages) await readPage(wire, table as FeedTable, page, read);
    rows.set(table, read);
  }
  const clockOffsetMs = manifest.serverTimeMs - deviceNowMs();
  const loaded = await exchangeFeed(wire, { ...emptyBase(), rows, cursor: manifest.cursor, clockOffsetMs });
  assert(loaded !== 'reload', 'a fresh manifest is near enough for a delta');
  return loaded;
}

/** Asks for what changed after the base's cursor; answers the next base, or that it is too far behind. */
export async function exchangeFeed(wire: Wire, base: FeedBase): Promise<FeedBase | 'reload'> {
  const query = new URLSearchParams({
    chain: String(base.cursor.chain),
    store: String(base.cursor.store),
    waitMs: '0',
    config: base.configVersion,
  });
  const delta = deltaSchema.parse(await (await ask(wire, `/feed/${wire.storeId}/delta?${query}`)).json());
  return delta.reload ? 'reload' : applied(base, delta);
}

function applied(base: FeedBase, delta: Delta): FeedBase {
  assert(delta.cursor.store >= base.cursor.store && delta.cursor.chain >= base.cursor.chain, '[F1] cursors go forward');
  assert(delta.posted.through >= base.posted.through, 'what is posted stays posted');
  const rows = new Map(base.rows);
  for (const [table, changes] of Object.entries(delta.rows)) {
    const next = new Map(rows.get(table));
    for (const [key, row] of changes) {
      if (row === null) next.delete(key);
      else next.set(key, feedTables[table as FeedTable].schema.parse(row));
    }
    rows.set(table, next);
  }
  return {
    ...base,
    rows,
    cursor: delta.cursor,
    posted: delta.posted,
    orderedAtMs: Math.max(base.orderedAtMs, delta.orderedAtMs),
    configVersion: delta.configVersion,
  };
}

async function readPage(wire: Wire, table: FeedTable, page: PageRef, into: Map<string, unknown>): Promise<void> {
  const answer = await ask(wire, `/feed/${wire.storeId}/page/${page.hash}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  assert(createHash('sha256').update(bytes).digest('hex') === page.hash, 'a page is named by its hash');
  const reader = new PageReader(bytes.buffer);
  assert(reader.rows === page.rows, 'a page has as many rows as its reference says');
  for (let at = 0; at < reader.rows; at++) {
    const key = reader.keyAt(at);
    assert(!into.has(key), 'pages of a table do not overlap');
    into.set(key, feedTables[table].schema.parse(rowOfPage(table, key, reader.valueAt(at))));
  }
}
