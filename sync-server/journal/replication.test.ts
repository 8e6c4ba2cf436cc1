import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from './derived-rows.ts';
import { postedOf } from './journal-state.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';
import { localPouch, type Pouch, type Replication, remotePouch, type SentRequest } from './test-pouch.ts';
import { startTestServer } from './test-server.ts';

let url: string;
let drop: () => Promise<void>;
let context: ReturnType<typeof openTestContext>;
let server: Awaited<ReturnType<typeof startTestServer>>;
let storeId: string;
let one: TestTill;
let two: TestTill;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
});
afterAll(() => drop());
beforeEach(async () => {
  context = openTestContext(url);
  server = await startTestServer(context);
  storeId = await makeStore(context);
  one = await makeTill(context, storeId, 1);
  two = await makeTill(context, storeId, 2);
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await server.stop();
  await context.close();
});

/** The store's journal as a till's PouchDB sees it. */
function remote(till: TestTill, sent: SentRequest[] = []): Pouch {
  return remotePouch(`${server.url}/sync/${storeId}`, till.token, sent);
}

function local(): Pouch {
  const database = localPouch();
  undo.push(() => database.destroy());
  return database;
}

async function sales(till: TestTill, count: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let made = 0; made < count; made++) entries.push(await till.sale([line('tea'), line('mug', 2)]));
  return entries;
}

const live = { live: true, retry: true, back_off_function: () => 50, batch_size: 100 };

/** Ends a live replication and waits for its end. */
function stopping(running: Replication): () => Promise<unknown> {
  return () =>
    new Promise((done) => {
      running.on('complete', done);
      running.cancel();
    });
}

test('a real PouchDB pushes, and after a restart of the server sends nothing again', async () => {
  const journal = local();
  for (const entry of await sales(one, 230)) await journal.put({ ...entry });
  const result = await journal.replicate.to(remote(one));
  expect(result).toMatchObject({ ok: true, docs_written: 230, doc_write_failures: 0 });
  expect(await postedOf(context, storeId, 1)).toEqual({ through: 230, beyond: [] });

  // The checkpoint outlives the server.
  await server.stop();
  await context.close();
  context = openTestContext(url);
  server = await startTestServer(context, server.port);
  const requests: SentRequest[] = [];
  await journal.replicate.to(remote(one, requests));
  expect(requests.filter(({ path }) => path === '/_bulk_docs' || path === '/_revs_diff')).toEqual([]);

  // Without its checkpoint it asks what is missing, and finds that nothing is.
  await context.database.pool.query('delete from checkpoint');
  await journal.replicate.to(remote(one, requests));
  expect(requests.some(({ path }) => path === '/_revs_diff')).toBe(true);
  expect(requests.some(({ path }) => path === '/_bulk_docs')).toBe(false);
});

test('a pull brings the entries of the other tills, as they were written, and a second one nothing', async () => {
  const written = await sales(one, 130);
  await post(context, one, written);
  await post(context, two, await sales(two, 3));
  const journal = local();
  const pull = { filter: 'onecode/other-tills' };
  expect(await journal.replicate.from(remote(two), pull)).toMatchObject({ ok: true, docs_written: 130 });
  const { rows } = await journal.allDocs({ include_docs: true });
  const documents = rows.map(({ doc }) => {
    const { _rev, ...entry } = doc ?? {};
    return entry;
  });
  expect(documents).toEqual(written);
  const requests: SentRequest[] = [];
  expect(await journal.replicate.from(remote(two, requests), pull)).toMatchObject({ docs_read: 0 });
  expect(requests.some(({ path }) => path === '/_bulk_get')).toBe(false);
});

test('live, both ways: what one till puts, the other has, and a server killed and made anew changes nothing', async () => {
  const [ofOne, ofTwo] = [local(), local()];
  undo.push(stopping(ofOne.replicate.to(remote(one), live)));
  undo.push(stopping(ofTwo.replicate.from(remote(two), { ...live, filter: 'onecode/other-tills' })));
  const seen = async (count: number) =>
    vi.waitFor(async () => expect((await ofTwo.info()).doc_count).toBe(count), { timeout: 30_000, interval: 20 });

  for (const entry of await sales(one, 5)) await ofOne.put({ ...entry });
  await seen(5);

  await server.stop();
  await context.close();
  for (const entry of await sales(one, 7)) await ofOne.put({ ...entry });
  context = openTestContext(url);
  server = await startTestServer(context, server.port);
  await seen(12);

  expect(await postedOf(context, storeId, 1)).toEqual({ through: 12, beyond: [] });
  const { rows } = await context.database.pool.query('select sold from stock where store_id = $1 order by sku_id', [
    storeId,
  ]);
  expect(rows).toEqual([{ sold: 24 }, { sold: 12 }]);
});

test('[J2] a second revision and a deletion are denied, and what follows goes through', async () => {
  const journal = local();
  const [first, second] = await sales(one, 2);
  const { rev } = await journal.put({ ...first });
  await journal.replicate.to(remote(one));
  await journal.put({ ...first, _rev: rev, operatorId: 'eve' });
  await journal.put({ ...second });
  const denied: unknown[] = [];
  const result = await journal.replicate.to(remote(one)).on('denied', (error) => denied.push(error));
  expect(result).toMatchObject({ ok: true, docs_written: 1, doc_write_failures: 1 });
  expect(denied).toMatchObject([{ error: 'forbidden', reason: expect.stringMatching(/^immutable: /) }]);
  const stored = await remote(one).get('0001-000000001');
  expect(stored).toMatchObject({ _rev: rev, operatorId: 'amy' });
  await expect(remote(one).remove(stored)).rejects.toMatchObject({ status: 403, name: 'forbidden' });
  await expect(remote(one).put({ ...stored, operatorId: 'eve' })).rejects.toMatchObject({ status: 403 });
  await expect(remote(one).destroy()).rejects.toMatchObject({ status: 403 });
});

test('an application reads and writes through PouchDB over HTTP', async () => {
  const journal = remote(one);
  const entries = await sales(one, 3);
  const [first] = entries;
  const put = await journal.put({ ...first });
  expect(put).toEqual({ ok: true, id: '0001-000000001', rev: expect.stringMatching(/^1-[0-9a-f]{32}$/) });
  expect(await journal.put({ ...first })).toEqual(put);
  const bulk = await journal.bulkDocs(entries.map((entry) => ({ ...entry })));
  expect(bulk).toMatchObject([{ ok: true, rev: put.rev }, { ok: true }, { ok: true }]);
  expect(await journal.get('0001-000000001')).toEqual({ ...first, _rev: put.rev });
  expect(await journal.get('0001-000000001', { revs: true })).toMatchObject({ _revisions: { start: 1 } });
  await expect(journal.get('0001-000000009')).rejects.toMatchObject({ status: 404, reason: 'missing' });
  const ids = async (options: object) => (await journal.allDocs(options)).rows.map(({ id }) => id?.slice(-1));
  expect(await ids({})).toEqual(['1', '2', '3']);
  expect(await ids({ startkey: '0001-000000002' })).toEqual(['2', '3']);
  expect(await ids({ startkey: '0001-\uffff', endkey: '0001-', descending: true, limit: 2 })).toEqual(['3', '2']);
  expect(await ids({ endkey: '0001-000000002', inclusive_end: false, skip: 0 })).toEqual(['1']);
  const keyed = await journal.allDocs({ keys: ['0001-000000003', 'nothing', '0001-000000001'], include_docs: true });
  expect(keyed.rows).toMatchObject([
    { id: '0001-000000003', doc: { sequence: 3 } },
    { key: 'nothing', error: 'not_found' },
    { id: '0001-000000001' },
  ]);
  const changes = await journal.changes({ doc_ids: ['0001-000000002'], include_docs: true });
  expect(changes.results).toMatchObject([{ id: '0001-000000002', doc: { sequence: 2 } }]);
  expect(await journal.info()).toMatchObject({
    doc_count: 3,
    db_name: storeId,
    update_seq: expect.stringMatching(/^3-/),
  });
});
