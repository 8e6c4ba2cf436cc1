import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ServerContext } from '../context.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { postDocuments } from './posting.ts';
import { asDocument, line, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let storeId: string;
let tills: TestTill[];

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});
beforeEach(async () => {
  storeId = await makeStore(context);
  tills = await Promise.all([1, 2, 3, 4].map((tillNumber) => makeTill(context, storeId, tillNumber)));
});

const sql = async (text: string) => (await context.database.pool.query(text, [storeId])).rows;

/** The same server with something of its database in the way. */
function standIn(connect: () => Promise<unknown>): ServerContext {
  const pool = new Proxy(context.database.pool, {
    get: (target, name) => {
      const value: unknown = name === 'connect' ? connect : Reflect.get(target, name);
      return typeof value === 'function' && name !== 'connect' ? value.bind(target) : value;
    },
  });
  return { ...context, database: { ...context.database, pool } };
}

test('requests that come while a transaction runs are committed together, in the order of each till', async () => {
  let transactions = 0;
  const counting = standIn(() => {
    transactions += 1;
    return context.database.pool.connect();
  });
  const requests: Promise<unknown>[] = [];
  for (let round = 0; round < 20; round++) {
    for (const till of tills) {
      requests.push(postDocuments(counting, storeId, till.author, [asDocument(await till.sale([line('tea')]))]));
    }
  }
  await Promise.all(requests);
  expect(transactions).toBeLessThan(80);
  const rows = await sql('select till_number, sequence from journal where store_id = $1 order by journal_seq');
  expect(rows).toHaveLength(80);
  for (const till of tills) {
    const own = rows.filter((row) => row.till_number === till.tillNumber).map((row) => row.sequence);
    expect(own).toEqual(own.toSorted((a, b) => a - b));
  }
  // One revision a transaction, and none lost: positions are gapless.
  const [counter] = await sql('select revision, journal_seq from store_counter where store_id = $1');
  expect(counter).toEqual({ revision: transactions, journal_seq: 80 });
});

test('a batch larger than a transaction may be is cut, and answered whole', async () => {
  const [till] = tills;
  if (!till) throw new Error('a till');
  const documents: Record<string, unknown>[] = [];
  for (let made = 0; made < 2_100; made++) documents.push(asDocument(await till.next('note', { made })));
  const posted = await postDocuments(context, storeId, till.author, documents);
  expect(posted.ok && posted.value.filter((result) => result.ok).length).toBe(2_100);
  expect(await sql('select revision, journal_seq from store_counter where store_id = $1')).toEqual([
    { revision: 3, journal_seq: 2_100 },
  ]);
});

test('a database that is away fails the request, not the entry: sent again, it is posted once', async () => {
  const [till] = tills;
  if (!till) throw new Error('a till');
  let away = true;
  const flaky = standIn(() =>
    away ? Promise.reject(new Error('connection refused')) : context.database.pool.connect(),
  );
  const document = asDocument(await till.sale([line('tea')]));
  const first = await Promise.all([1, 2, 3].map(() => postDocuments(flaky, storeId, till.author, [document])));
  expect(first.map((result) => result.ok)).toEqual([false, false, false]);
  expect(first).toMatchObject([{ error: { code: 'unavailable' } }, {}, {}]);
  away = false;
  expect(await postDocuments(flaky, storeId, till.author, [document])).toMatchObject({
    ok: true,
    value: [{ ok: true, known: false }],
  });
  expect(await sql('select sold from stock where store_id = $1')).toEqual([{ sold: 1 }]);
});

test('a connection killed in the middle of a transaction leaves nothing of it', async () => {
  const [till] = tills;
  if (!till) throw new Error('a till');
  const document = asDocument(await till.sale([line('tea')]));
  const killing = standIn(async () => {
    const client = await context.database.pool.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    return new Proxy(client, {
      get: (target, name) => {
        if (name !== 'query') return Reflect.get(target, name);
        return async (...args: [string]) => {
          if (args[0] === 'commit') await context.database.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
          return target.query(...args);
        };
      },
    });
  });
  expect(await postDocuments(killing, storeId, till.author, [document])).toMatchObject({ ok: false });
  for (const table of ['journal', 'line_item', 'stock'])
    expect(await sql(`select from ${table} where store_id = $1`)).toEqual([]);
  expect(await postDocuments(context, storeId, till.author, [document])).toMatchObject({ ok: true });
});

test('a change is published after the commit, and only when there is one', async () => {
  const [till] = tills;
  if (!till) throw new Error('a till');
  const seen: unknown[] = [];
  const stop = context.changes.subscribe(storeId, () => seen.push('changed'));
  const document = asDocument(await till.sale([line('tea')]));
  await postDocuments(context, storeId, till.author, [document]);
  await postDocuments(context, storeId, till.author, [document]);
  stop();
  expect(seen).toEqual(['changed']);
});

test('entries of a document to the letter: what was sent comes back byte for byte', async () => {
  const [till] = tills;
  if (!till) throw new Error('a till');
  const entry = await till.next('note', {
    text: '茶 ☕ "quoted" \\ / \u2028 \ud83c\udf75 \\u0000',
    deep: [[{ a: null }]],
    n: 1e21,
    z: 0.1,
  });
  await postDocuments(context, storeId, till.author, [asDocument(entry)]);
  const [row] = await sql('select document::text as text from journal where store_id = $1');
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(digest(row.text)).toBe(digest(JSON.stringify(entry)));
});
