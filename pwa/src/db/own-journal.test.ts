import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hashedText } from '#schemas/journal/seal.ts';
import { type EntryDraft, OwnJournal } from './own-journal.ts';
import { journalPouch } from './pouch.ts';

const pouch = journalPouch();
let storeNumber = 0;
let storeId = '';
let signingKey: CryptoKey;
let publicKey: CryptoKey;
let owner = true;
let journal: OwnJournal;

const draft = (note: string, more: Partial<EntryDraft> = {}): EntryDraft => ({
  kind: 'stock-adjusted',
  version: 1,
  body: { note },
  operatorId: 'anna',
  deviceAtMs: 1_000,
  clockOffsetMs: null,
  seenOrderedAtMs: 0,
  ...more,
});
const open = () => OwnJournal.open({ pouch, adapter: 'idb', storeId, tillNumber: 3, signingKey, isOwner: () => owner });

const notes = async (entries: Promise<{ body: Record<string, unknown> }[]>) =>
  (await entries).map((entry) => entry.body.note);

beforeEach(async () => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  if (!('privateKey' in keys)) throw new Error('a key pair');
  ({ privateKey: signingKey, publicKey } = keys);
  storeId = `store-${++storeNumber}`;
  owner = true;
  journal = await open();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await journal.close();
});

async function sha256Hex(value: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(value));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The chain as a stranger would check it. */
async function assertChain(expectedLength: number): Promise<void> {
  const entries = await journal.after(0);
  expect(entries.map((entry) => entry.sequence)).toEqual(Array.from({ length: expectedLength }, (_, at) => at + 1));
  let previousHash = await sha256Hex(`onecode/1/${storeId}/3`);
  for (const entry of entries) {
    expect(entry.previousHash).toBe(previousHash);
    expect(entry.hash).toBe(await sha256Hex(hashedText(entry)));
    const signature = Uint8Array.from(Buffer.from(entry.signature, 'base64url'));
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    expect(await crypto.subtle.verify(algorithm, publicKey, signature, new TextEncoder().encode(entry.hash))).toBe(
      true,
    );
    previousHash = entry.hash;
  }
}

describe('the chain', () => {
  test('[J3] entries are numbered 1, 2, 3 …, each with the hash of the one before and the signature of the till', async () => {
    const results = await Promise.all([1, 2, 3, 4].map((at) => journal.commit(draft(`note ${at}`))));
    expect(results.map((result) => result.ok && result.value._id)).toEqual([
      '0003-000000001',
      '0003-000000002',
      '0003-000000003',
      '0003-000000004',
    ]);
    await assertChain(4);
  });

  test('[J3] it goes on where it stood after closing and opening', async () => {
    await journal.commit(draft('before'));
    await journal.close();
    journal = await open();
    expect(journal.lastSequence).toBe(1);
    await journal.commit(draft('after'));
    await assertChain(2);
  });

  test('an entry is later than the last one, the corrected clock and all that the till has seen', async () => {
    const times: (number | null)[] = [];
    for (const more of [
      { deviceAtMs: 1_000, clockOffsetMs: 500 },
      { deviceAtMs: 900 },
      { deviceAtMs: 900, seenOrderedAtMs: 9_000 },
      { deviceAtMs: 20_000, seenOrderedAtMs: 3 },
    ]) {
      const result = await journal.commit(draft('clock', more));
      times.push(result.ok ? result.value.orderedAtMs : null);
    }
    expect(times).toEqual([1_500, 1_501, 9_001, 20_000]);
  });

  test('the last entries are read without the others', async () => {
    for (const note of ['a', 'b', 'c', 'd']) await journal.commit(draft(note));
    expect(await notes(journal.latest(2))).toEqual(['d', 'c']);
    expect(await notes(journal.latest(2, 3))).toEqual(['b', 'a']);
    expect(await notes(journal.after(3))).toEqual(['d']);
  });
});

describe('a put that fails', () => {
  /** Makes the nth write of any later put fail like a full disk, as IndexedDB reports it: the transaction aborts. */
  function failAtWrite(nth: number, errorName: string) {
    const put = IDBObjectStore.prototype.put;
    let writes = 0;
    return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      if (++writes < nth) return put.call(this, value, key);
      Object.defineProperty(this.transaction, 'error', { value: new DOMException('no space', errorName) });
      const request = put.call(this, value, key);
      this.transaction.abort();
      return request;
    });
  }

  test.each([1, 2, 3])(
    '[J1] a full disk at write %i of a put leaves nothing, uses up no number, and is told',
    async (nth) => {
      await journal.commit(draft('before'));
      const failing = failAtWrite(nth, 'QuotaExceededError');
      expect(await journal.commit(draft('lost'))).toEqual({ ok: false, error: { code: 'storage-full' } });
      failing.mockRestore();
      expect(await journal.commit(draft('after'))).toMatchObject({ ok: true, value: { sequence: 2 } });
      await assertChain(2);
    },
  );

  test('the journal can be read as soon as there is space again, before anything is put', async () => {
    await journal.commit(draft('before'));
    // From the first write on, which is also one of opening the database anew.
    const failing = failAtWrite(1, 'QuotaExceededError');
    expect(await journal.commit(draft('lost'))).toEqual({ ok: false, error: { code: 'storage-full' } });
    expect(journal.lastSequence).toBe(1);
    failing.mockRestore();
    expect(await notes(journal.latest(2))).toEqual(['before']);
    expect(await journal.commit(draft('after'))).toMatchObject({ ok: true, value: { sequence: 2 } });
  });

  test('[J1] an entry whose put reported a failure but happened is committed once', async () => {
    const database = journal.database;
    const put = database.put.bind(database);
    vi.spyOn(database, 'put').mockImplementation((async (entry: Parameters<typeof put>[0]) => {
      await put(entry);
      throw new Error('the answer was lost');
    }) as typeof database.put);
    expect(await journal.commit(draft('there'))).toMatchObject({ ok: true, value: { sequence: 1 } });
    expect(await journal.commit(draft('next'))).toMatchObject({ ok: true, value: { sequence: 2 } });
    await assertChain(2);
  });

  test('an entry that is too large is refused before the put', async () => {
    expect(await journal.commit(draft('x'.repeat(2_000_001)))).toEqual({ ok: false, error: { code: 'too-large' } });
    expect(journal.lastSequence).toBe(0);
  });
});

describe('[J4] who may write', () => {
  test('a tab that lost the lock commits nothing', async () => {
    owner = false;
    expect(await journal.commit(draft('late'))).toEqual({ ok: false, error: { code: 'not-owner' } });
    await assertChain(0);
  });

  test('the lock lost while an entry is sealed stops its put', async () => {
    const committing = journal.commit(draft('late'));
    queueMicrotask(() => {
      owner = false;
    });
    expect(await committing).toEqual({ ok: false, error: { code: 'not-owner' } });
    await assertChain(0);
  });

  test('a sequence number that another tab took is a conflict, never a second entry', async () => {
    const other = await open();
    await journal.commit(draft('first'));
    expect(await other.commit(draft('second'))).toEqual({ ok: false, error: { code: 'not-owner' } });
    await assertChain(1);
  });

  test('closing waits for the put at work, and nothing is committed after', async () => {
    const committing = journal.commit(draft('last'));
    const closing = journal.close();
    expect(await committing).toMatchObject({ ok: true });
    await closing;
    expect(await journal.commit(draft('late'))).toEqual({ ok: false, error: { code: 'not-owner' } });
    journal = await open();
    await assertChain(1);
  });
});
