import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { nothingPosted, type Posted } from '#schemas/sync/posted.ts';
import { FakeCouch } from './fake-couch.ts';
import { forgetDocuments } from './forget-documents.ts';
import { OldEntries } from './old-entries.ts';
import { type EntryDatabase, OwnJournal } from './own-journal.ts';
import { journalPouch, othersJournalName, ownJournalName } from './pouch.ts';
import { openRemote } from './remote-journal.ts';

const pouch = journalPouch();
const dayMs = 86_400_000;
const nowMs = 1_000 * dayMs;
const tillNumber = 3;
let storeNumber = 0;
let storeId = '';
let signingKey: CryptoKey;
let journal: OwnJournal;
let others: EntryDatabase;
let posted: Posted;
let serverNowMs: number | null;

const open = () => OwnJournal.open({ pouch, adapter: 'idb', storeId, tillNumber, signingKey, isOwner: () => true });
let forgotten: number[] = [];
const letGo = () =>
  new OldEntries({
    forget: async (beforeMs) => void forgotten.push(beforeMs),
    tillNumber,
    journal,
    others,
    posted: () => posted,
    serverNowMs: () => serverNowMs,
    quietMs: 0,
  }).letGo();
const sequences = async () => (await journal.after(0)).map(({ sequence }) => sequence);

async function commit(count: number, ageDays: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    const result = await journal.commit({
      kind: 'retail-transaction',
      version: 1,
      body: { transactionId: `sale ${journal.lastSequence + 1}` },
      operatorId: 'anna',
      deviceAtMs: nowMs - ageDays * dayMs,
      clockOffsetMs: 0,
      seenOrderedAtMs: 0,
    });
    expect(result.ok).toBe(true);
  }
}

/** Records in the object stores of the journal's database itself. */
async function stored(name: string): Promise<{ documents: number; revisions: number; docCount: number }> {
  const connection = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open(`_pouch_${name}`);
    opening.onsuccess = () => resolve(opening.result);
  });
  const transaction = connection.transaction(['document-store', 'by-sequence', 'meta-store']);
  const counted = (request: IDBRequest) =>
    new Promise<unknown>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
  const [documents, revisions, meta] = await Promise.all([
    counted(transaction.objectStore('document-store').count()),
    counted(transaction.objectStore('by-sequence').count()),
    counted(transaction.objectStore('meta-store').get('meta-store')),
  ]);
  connection.close();
  return {
    documents: Number(documents),
    revisions: Number(revisions),
    docCount: (meta as { docCount: number }).docCount,
  };
}

beforeEach(async () => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  ({ privateKey: signingKey } = keys as CryptoKeyPair);
  storeId = `store-${++storeNumber}`;
  posted = nothingPosted;
  serverNowMs = nowMs;
  forgotten = [];
  journal = await open();
  others = new pouch<Entry>(othersJournalName(storeId, tillNumber), { adapter: 'idb', auto_compaction: false });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await journal.close();
  await others.close();
});

describe('own entries', () => {
  test('posted ones older than 90 days are let go, in portions, and their space is free', async () => {
    await commit(120, 91);
    await commit(30, 89);
    posted = { through: 150, beyond: [] };
    await letGo();
    expect(await sequences()).toEqual(Array.from({ length: 30 }, (_, at) => 121 + at));
    expect(await stored(ownJournalName(storeId, tillNumber))).toEqual({ documents: 30, revisions: 30, docCount: 30 });
  });

  test('[J3] the last twenty stay however old they are, and the chain goes on from the last', async () => {
    await commit(25, 400);
    posted = { through: 25, beyond: [] };
    const [last] = await journal.latest(1);
    await letGo();
    expect(await sequences()).toEqual(Array.from({ length: 20 }, (_, at) => 6 + at));
    await journal.close();
    journal = await open();
    expect(journal.lastSequence).toBe(25);
    await commit(1, 0);
    expect(await journal.after(25)).toMatchObject([{ sequence: 26, previousHash: last?.hash }]);
  });

  test('what the server has not posted stays, whatever its age, and is read back without what lies between', async () => {
    await commit(100, 200);
    posted = {
      through: 9,
      beyond: [
        [11, 39],
        [42, 60],
      ],
    };
    await letGo();
    const kept = [10, 40, 41, ...Array.from({ length: 40 }, (_, at) => 61 + at)];
    expect(await sequences()).toEqual(kept);
    const waiting = await journal.within([
      [10, 10],
      [40, 41],
      [61, 999_999_999],
    ]);
    expect(waiting.map(({ sequence }) => sequence)).toEqual(kept);
  });

  test('nothing is let go while the server is not in reach: the clock of the tablet may be wrong', async () => {
    await commit(30, 91);
    posted = { through: 30, beyond: [] };
    serverNowMs = null;
    await letGo();
    expect(await sequences()).toHaveLength(30);
    expect(forgotten).toEqual([]);
    serverNowMs = nowMs;
    await letGo();
    // What was folded from them goes with them.
    expect(forgotten).toEqual([nowMs - 90 * dayMs]);
  });

  test('a portion that fails is there wholly, and is let go the next time', async () => {
    await commit(40, 91);
    posted = { through: 40, beyond: [] };
    const remove = IDBObjectStore.prototype.delete;
    let removed = 0;
    const failing = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (
      this: IDBObjectStore,
      key,
    ) {
      if (++removed === 15) this.transaction.abort();
      return remove.call(this, key);
    });
    await expect(letGo()).rejects.toThrow();
    failing.mockRestore();
    expect(await sequences()).toHaveLength(40);
    await letGo();
    expect(await sequences()).toHaveLength(20);
    await commit(1, 0);
  });

  test('[J2] a push never hears of it: no deletion and no entry is sent again', async () => {
    const couch = new FakeCouch(() => undefined);
    const sent: string[] = [];
    const remote = openRemote(pouch, { baseUrl: 'http://server', storeId, token: 't' }, async (url, init = {}) => {
      const { pathname, searchParams } = new URL(url);
      if (init.method === 'POST') sent.push(String(init.body));
      return couch.answer(pathname, searchParams, init);
    });
    await commit(50, 91);
    const push = () => pouch.replicate(journal.database, remote, { checkpoint: 'target' });
    await push();
    posted = { through: 50, beyond: [] };
    await letGo();
    sent.length = 0;
    await push();
    await commit(1, 0);
    await push();
    expect(couch.received).toEqual(Array.from({ length: 51 }, (_, at) => `0003-${String(at + 1).padStart(9, '0')}`));
    expect(sent.join()).not.toContain('_deleted');
  });
});

describe('pulled entries', () => {
  const pulled = (till: number, sequence: number, ageDays: number): Entry & { _rev: string } => ({
    _id: `${String(till).padStart(4, '0')}-${String(sequence).padStart(9, '0')}`,
    _rev: `1-${'0'.repeat(32)}`,
    version: 1,
    kind: 'retail-transaction',
    storeId,
    tillNumber: till,
    sequence,
    previousHash: '0'.repeat(64),
    deviceAtMs: 1,
    clockOffsetMs: 0,
    orderedAtMs: nowMs - ageDays * dayMs,
    operatorId: 'ben',
    body: {},
    hash: '0'.repeat(64),
    signature: 'A'.repeat(86),
  });

  test("each other till's entries older than 90 days are let go", async () => {
    const entries = [0, 2, 7, 9_999].flatMap((till) => [
      ...Array.from({ length: 60 }, (_, at) => pulled(till, at + 5, 100 - at / 100)),
      pulled(till, 70, 89),
    ]);
    await others.bulkDocs(entries, { new_edits: false });
    await letGo();
    const { rows } = await others.allDocs();
    expect(rows.map(({ key }) => key)).toEqual(['0000', '0002', '0007', '9999'].map((till) => `${till}-000000070`));
    expect(await stored(others.name)).toEqual({ documents: 4, revisions: 4, docCount: 4 });
  });
});

test('what is forgotten twice, or never was, is no failure and makes no database', async () => {
  await commit(2, 0);
  const missing = { id: '0003-000000009', rev: '1-x' };
  await forgetDocuments(journal.database, [missing]);
  expect(await stored(ownJournalName(storeId, tillNumber))).toEqual({ documents: 2, revisions: 2, docCount: 2 });
  const { rows } = await journal.database.allDocs({ limit: 1 });
  const [first] = rows;
  const revision = { id: first?.key ?? '', rev: first?.value?.rev ?? '' };
  await Promise.all([forgetDocuments(journal.database, [revision]), forgetDocuments(journal.database, [revision])]);
  expect(await stored(ownJournalName(storeId, tillNumber))).toEqual({ documents: 1, revisions: 1, docCount: 1 });
});
