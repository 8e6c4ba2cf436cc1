import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportKeySchema, openExport, readExport } from '#schemas/export/export-file.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import { nothingPosted, type Posted } from '#schemas/sync/posted.ts';
import { emergencyExport } from './emergency-export.ts';
import { shopConfig } from './fake-server.ts';
import { OwnJournal } from './own-journal.ts';
import { journalPouch } from './pouch.ts';

let storeNumber = 0;
let storeId = '';
let journal: OwnJournal;
let storeKeys: CryptoKeyPair;
let config: StoreConfig;
const nowMs = Date.UTC(2026, 10, 22, 23, 30);

beforeEach(async () => {
  const signing = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const { privateKey: signingKey } = signing as CryptoKeyPair;
  storeKeys = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, [
    'deriveBits',
  ])) as CryptoKeyPair;
  const exportKey = exportKeySchema.parse(await crypto.subtle.exportKey('jwk', storeKeys.publicKey));
  config = { ...shopConfig, exportKey, timeZone: 'Asia/Taipei' };
  storeId = `camden-${++storeNumber}`;
  const isOwner = () => true;
  journal = await OwnJournal.open({
    pouch: journalPouch(),
    adapter: 'idb',
    storeId,
    tillNumber: 3,
    signingKey,
    isOwner,
  });
});
afterEach(() => journal.close());

async function commit(count: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    const draft = { kind: 'stock-adjusted', version: 1, body: { note: '茶' }, operatorId: 'anna', deviceAtMs: 1 };
    await journal.commit({ ...draft, clockOffsetMs: null, seenOrderedAtMs: 0 });
  }
}

const make = (posted: Posted, of: StoreConfig | null = config) =>
  emergencyExport({ journal, identity: { storeId, storeName: 'Camden', tillNumber: 3 }, posted, config: of, nowMs });

/** The documents in a file, as the store's server reads them. */
async function documentsIn(bytes: Uint8Array<ArrayBuffer>): Promise<Record<string, unknown>[]> {
  const file = readExport(bytes);
  if (!file.ok) throw new Error(file.error.code);
  const gzipped = await openExport(file.value, storeKeys.privateKey);
  if (gzipped === null) throw new Error('not opened');
  const plain = await new Response(new Blob([gzipped]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  return plain
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

test('it holds what the server has not posted, as a push would send it, and nothing else', async () => {
  await commit(9);
  const made = await make({ through: 2, beyond: [[4, 7]] });
  if (!made.ok) throw new Error(made.error.code);
  expect(made.value.entries).toBe(3);
  const documents = await documentsIn(made.value.bytes);
  const stored = await journal.database.allDocs({ include_docs: true });
  const byId = new Map(stored.rows.map(({ key, doc }) => [key, doc]));
  expect(documents.map(({ _id }) => _id)).toEqual(['0003-000000003', '0003-000000008', '0003-000000009']);
  for (const document of documents) expect(document).toEqual(byId.get(String(document._id)));
});

test("it is named after store, till and the store's day", async () => {
  await commit(1);
  const made = await make(nothingPosted);
  expect(made.ok && made.value.name).toBe(`onecode-${storeId}-till-3-2026-11-23.onecode-export`);
});

test('more entries than are read at a time are all in it, in order', async () => {
  await commit(7);
  const pages: number[][] = [];
  for await (const documents of journal.documents(
    [
      [1, 3],
      [5, 999],
    ],
    2,
  ))
    pages.push(documents.map((one) => one.sequence));
  expect(pages.flat()).toEqual([1, 2, 3, 5, 6, 7]);
  expect(Math.max(...pages.map((page) => page.length))).toBe(2);
});

test('two files of the same entries have nothing in common: each has a key of its own', async () => {
  await commit(1);
  const [first, second] = [await make(nothingPosted), await make(nothingPosted)];
  if (!first.ok || !second.ok) throw new Error('two files');
  const tails = [first, second].map(({ value }) => Buffer.from(value.bytes.slice(-100)).toString('hex'));
  expect(tails[0]).not.toBe(tails[1]);
});

test('a till that was never told the key makes no file, rather than one that anybody can read', async () => {
  await commit(1);
  expect(await make(nothingPosted, shopConfig)).toEqual({ ok: false, error: { code: 'no-export-key' } });
  expect(await make(nothingPosted, null)).toEqual({ ok: false, error: { code: 'no-export-key' } });
});

test('a till with nothing waiting makes a file that says so', async () => {
  const made = await make(nothingPosted);
  if (!made.ok) throw new Error(made.error.code);
  expect(made.value.entries).toBe(0);
  expect(await documentsIn(made.value.bytes)).toEqual([]);
  const file = readExport(made.value.bytes);
  expect(file.ok && file.value.header.lastSequence).toBe(null);
});
