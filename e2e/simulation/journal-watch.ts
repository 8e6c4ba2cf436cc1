import type pg from 'pg';
import { assert } from '#schemas/assert.ts';
import type { Entry } from '#schemas/journal/envelope.ts';

/** One entry as the server's journal has it. */
export type JournalEntry = {
  journalSeq: number;
  recordedAtMs: number;
  rev: string;
  unpostable: string | null;
  entry: Entry;
};

type Row = {
  store_id: string;
  journal_seq: number;
  recorded_at_ms: number;
  rev: string;
  hash: string;
  unpostable: string | null;
  document: string;
};

/**
 * The simulation's memory of the server's journal: grown after each step, and held against what the server has then.
 * An entry that is changed, lost or there twice is found at the step that did it (J2).
 */
export class JournalWatch {
  readonly #stores = new Map<string, JournalEntry[]>();
  /** Store → revision → last journal sequence: what a till's cursor holds. */
  readonly #heads = new Map<string, Map<number, number>>();
  readonly #byId = new Map<string, JournalEntry>();

  of(storeId: string): readonly JournalEntry[] {
    return this.#stores.get(storeId) ?? [];
  }

  entry(storeId: string, id: string): JournalEntry | undefined {
    return this.#byId.get(`${storeId} ${id}`);
  }

  /** The journal's last sequence when the store's revision was this; undefined when no step ended there. */
  headAt(storeId: string, revision: number): number | undefined {
    return this.#heads.get(storeId)?.get(revision);
  }

  /** Reads what is new; answers the stores where something is. */
  async read(client: pg.PoolClient): Promise<string[]> {
    const grown: string[] = [];
    const { rows: counters } = await client.query<{ store_id: string; revision: number; journal_seq: number }>(
      'select store_id, revision, journal_seq from store_counter order by store_id',
    );
    for (const { store_id: storeId, revision, journal_seq: head } of counters) {
      const known = this.#stores.get(storeId) ?? [];
      this.#stores.set(storeId, known);
      assert(head >= known.length, `the journal of ${storeId} never shrinks`);
      const heads = this.#heads.get(storeId) ?? new Map<number, number>();
      this.#heads.set(storeId, heads.set(revision, head));
      if (head === known.length) continue;
      grown.push(storeId);
      const { rows } = await client.query<Row>(
        'select * from journal where store_id = $1 and journal_seq > $2 order by journal_seq',
        [storeId, known.length],
      );
      for (const row of rows) this.#add(storeId, known, row);
      assert(known.length === head, `the journal of ${storeId} numbers without gap to ${head}, not ${known.length}`);
    }
    await this.#count(client);
    return grown;
  }

  #add(storeId: string, known: JournalEntry[], row: Row): void {
    const entry = JSON.parse(row.document) as Entry;
    const { journal_seq: journalSeq, recorded_at_ms: recordedAtMs, rev, unpostable } = row;
    assert(journalSeq === known.length + 1, `journal sequence ${journalSeq} follows ${known.length}`);
    assert(entry.hash === row.hash && entry.storeId === storeId, 'columns say what the document says');
    assert(!this.entry(storeId, entry._id), `${entry._id} is in the journal of ${storeId} twice`);
    const added = { journalSeq, recordedAtMs, rev, unpostable, entry };
    known.push(added);
    this.#byId.set(`${storeId} ${entry._id}`, added);
  }

  /** That nothing known has changed: one hash over all that the server has of each store. */
  async #count(client: pg.PoolClient): Promise<void> {
    const { rows } = await client.query<{ store_id: string; entries: number; hashes: string }>(
      `select store_id, count(*)::int as entries, md5(string_agg(md5(document::text), '' order by journal_seq)) as hashes
         from journal group by store_id`,
    );
    for (const { store_id: storeId, entries, hashes } of rows) {
      assert(
        entries === this.of(storeId).length,
        `${storeId} keeps ${this.of(storeId).length} entries, not ${entries}`,
      );
      const before = this.#hashes.get(storeId);
      assert(before?.entries !== entries || before.hashes === hashes, `[J2] an entry of ${storeId} was changed`);
      this.#hashes.set(storeId, { entries, hashes });
    }
  }

  readonly #hashes = new Map<string, { entries: number; hashes: string }>();
}
