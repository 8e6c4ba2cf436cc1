import { type MemberKeysPage, packMemberKeys, rowsWithKeys } from '#schemas/members/member-keys-page.ts';
import { type MemberQuestion, memberKeys } from '#schemas/members/member-search.ts';
import { rowOfPage } from '#schemas/rows/page-value.ts';
import type { PageRef } from '#schemas/sync/feed.ts';
import type { PageReader } from '#schemas/sync/page-format.ts';
import { idle } from './idle.ts';
import type { MembersDatabase } from './members-database.ts';
import type { RowsStore } from './rows-store.ts';
import { Turns } from './turns.ts';

/** Rows whose keys are made at a time: 5 ms, 20 ms on a slow tablet. */
const rowsAtOnce = 512;
const pagesAtOnce = 24;

/**
 * What the members of the stored pages are found by, in memory: 16 MB for 200,000. A page never changes, so its keys are made once and
 * kept by its hash; after a start they are only read. Who changed since the pages were cut is not in it.
 */
export class MemberIndex {
  readonly #rows: RowsStore;
  readonly #database: MembersDatabase;
  readonly #turns = new Turns();
  readonly #held = new Map<string, MemberKeysPage>();
  /** Pages that were looked for among what was made before. */
  readonly #looked = new Set<string>();
  #isClosed = false;

  constructor(rows: RowsStore, database: MembersDatabase) {
    this.#rows = rows;
    this.#database = database;
  }

  /** At most `limit` ids of members who are meant, in the order of the pages; `isSkipped`: those who changed since. */
  async find(question: MemberQuestion, limit: number, isSkipped: (memberId: string) => boolean): Promise<string[]> {
    const found: string[] = [];
    if (question.length === 0) return found;
    const refs = this.#rows.storedPages('member');
    await this.#readStored(refs);
    for (const ref of refs) {
      const keys = this.#held.get(ref.hash) ?? (await this.#hold(ref, false));
      const positions = keys === null ? [] : [...new Set(question.flatMap((wanted) => rowsWithKeys(keys, wanted)))];
      if (positions.length === 0) continue;
      const page = await this.#rows.loadPage(ref);
      for (const at of positions) {
        const memberId = page?.keyAt(at);
        if (memberId !== undefined && !isSkipped(memberId)) found.push(memberId);
      }
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  /** Brings all of it into memory, a little at a time, and forgets pages that are gone. */
  async follow(): Promise<void> {
    const refs = this.#rows.storedPages('member');
    await this.#readStored(refs);
    for (const ref of refs) {
      if (this.#isClosed) return;
      if (this.#held.has(ref.hash)) continue;
      await idle();
      await this.#hold(ref, true);
    }
    const named = new Set(refs.map(({ hash }) => hash));
    const gone = [...this.#held.keys()].filter((hash) => !named.has(hash));
    for (const hash of gone) this.#held.delete(hash);
    // Who was erased is in the pages of before and nowhere else.
    await this.#database.found
      .where('hash')
      .noneOf([...named])
      .delete();
  }

  /** What was made before is read many pages at a time: who asks in the first second waits for it. */
  #readStored(refs: readonly PageRef[]): Promise<void> {
    const missing = refs.filter(({ hash }) => !this.#held.has(hash) && !this.#looked.has(hash));
    if (missing.length === 0) return Promise.resolve();
    return this.#turns.take(async () => {
      for (let from = 0; from < missing.length && !this.#isClosed; from += pagesAtOnce) {
        const hashes = missing.slice(from, from + pagesAtOnce).map(({ hash }) => hash);
        for (const keys of await this.#database.found.bulkGet(hashes)) if (keys) this.#held.set(keys.hash, keys);
        for (const hash of hashes) this.#looked.add(hash);
      }
    });
  }

  #hold(ref: PageRef, isInPassing: boolean): Promise<MemberKeysPage | null> {
    return this.#turns.take(async () => {
      const held = this.#held.get(ref.hash);
      if (held !== undefined || this.#isClosed) return held ?? null;
      const keys = await this.#make(ref, isInPassing);
      if (keys !== null) this.#held.set(ref.hash, keys);
      return keys;
    });
  }

  async #make(ref: PageRef, isInPassing: boolean): Promise<MemberKeysPage | null> {
    const page = await this.#rows.readPage(ref);
    if (page === null) return null;
    const keysOfRows: string[][] = [];
    for (let from = 0; from < page.rows; from += rowsAtOnce) {
      if (isInPassing && from > 0) await idle();
      keysOfRows.push(...keysIn(page, from, Math.min(from + rowsAtOnce, page.rows)));
    }
    const keys = packMemberKeys(keysOfRows);
    // On a full disk they are made again at the next start.
    await this.#database.found.put({ hash: ref.hash, ...keys }).catch((error: unknown) => console.warn(error));
    return keys;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turns.take(async () => undefined);
  }
}

function keysIn(page: PageReader, from: number, to: number): string[][] {
  return Array.from({ length: to - from }, (_, at) => {
    const memberId = page.keyAt(from + at);
    return memberKeys(rowOfPage('member', memberId, page.valueAt(from + at)));
  });
}
