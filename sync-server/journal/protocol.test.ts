import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { post } from './derived-rows.ts';
import { asDocument, line, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';
import { startTestServer } from './test-server.ts';

let context: ReturnType<typeof openTestContext>;
let server: Awaited<ReturnType<typeof startTestServer>>;
let drop: () => Promise<void>;
let ownerUrl: string;
let storeId: string;
let till: TestTill;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop, ownerUrl } = made);
  context = openTestContext(made.url);
  server = await startTestServer(context);
});
afterAll(async () => {
  await server.stop();
  await context.close();
  await drop();
});
beforeEach(async () => {
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
});

function call(path: string, options: RequestInit = {}, as: TestTill = till): Promise<Response> {
  const headers = { authorization: `Bearer ${as.token}`, ...(options.headers as Record<string, string>) };
  return fetch(`${server.url}/sync/${storeId}${path}`, { ...options, headers });
}

async function json(path: string, options: RequestInit = {}): Promise<Record<string, unknown>> {
  return (await (await call(path, options)).json()) as Record<string, unknown>;
}

function posting(body: unknown): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

async function postSales(count: number, by = till): Promise<void> {
  for (let made = 0; made < count; made++) await post(context, by, [await by.sale([line('tea')])]);
}

describe('the root and the database', () => {
  test('the root is welcoming with and without a slash, and its uuid is the same after a restart', async () => {
    const answers = await Promise.all(['/sync', '/sync/'].map(async (path) => (await fetch(server.url + path)).json()));
    expect(answers[0]).toEqual(answers[1]);
    const again = await startTestServer(context);
    expect(await (await fetch(`${again.url}/sync/`)).json()).toEqual(answers[0]);
    await again.stop();
  });

  test('database info, with and without a slash', async () => {
    await postSales(3);
    const info = await json('');
    expect(info).toMatchObject({
      db_name: storeId,
      doc_count: 3,
      instance_start_time: '0',
      onecode_since_90_days: expect.stringMatching(/^0-/),
    });
    expect(await json('/')).toEqual(info);
    expect(await json('/_session')).toMatchObject({ ok: true, userCtx: { name: `${storeId}/1` } });
  });

  test('the position of 90 days ago is the last one recorded before', async () => {
    await postSales(9);
    const at = context.nowMs() - 91 * 86_400_000;
    const sql = 'update journal set recorded_at_ms = $2 where store_id = $1 and journal_seq <= 4';
    await runSql(ownerUrl, sql, [storeId, at]);
    expect(await json('')).toMatchObject({ onecode_since_90_days: expect.stringMatching(/^4-/) });
  });

  test('[A1] no token, a wrong one, a revoked one, another store’s: CouchDB’s errors', async () => {
    const other = await makeTill(context, await makeStore(context), 1);
    const without = await fetch(`${server.url}/sync/${storeId}/_changes`);
    expect([without.status, await without.json()]).toMatchObject([401, { error: 'unauthorized' }]);
    expect((await call('', { headers: { authorization: `Bearer ${'x'.repeat(43)}` } })).status).toBe(401);
    const elsewhere = await call('/_all_docs', {}, other);
    expect([elsewhere.status, await elsewhere.json()]).toMatchObject([403, { error: 'forbidden' }]);
    const gone = await makeTill(context, storeId, 7);
    await context.database.pool.query('update till set revoked_at_ms = 1 where store_id = $1 and till_number = 7', [
      storeId,
    ]);
    expect(await (await call('', {}, gone)).json()).toEqual({ error: 'forbidden', reason: 'till-revoked' });
  });

  test('[J2] compaction, deletion of the database and other ways to lose history are forbidden', async () => {
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/_compact'],
      ['POST', '/_purge'],
      ['PUT', '/_revs_limit'],
      ['DELETE', '/_local/x'],
    ] as const) {
      const answer = await call(path, { method });
      expect([answer.status, await answer.json()]).toMatchObject([403, { error: 'forbidden' }]);
    }
    expect((await call('', { method: 'PUT' })).status).toBe(412);
    expect((await call('/_design/x')).status).toBe(404);
    expect((await call('/0001-000000001', { method: 'PATCH' })).status).toBe(405);
  });
});

describe('checkpoints', () => {
  test('each revision needs the one before, and each till has its own', async () => {
    const put = (body: object) => call('/_local/abc.d_e%3D%3D', { method: 'PUT', body: JSON.stringify(body) });
    expect((await call('/_local/abc.d_e%3D%3D')).status).toBe(404);
    expect(await (await put({ last_seq: 1 })).json()).toEqual({ ok: true, id: '_local/abc.d_e==', rev: '0-1' });
    expect((await put({ last_seq: 2 })).status).toBe(409);
    expect((await put({ last_seq: 2, _rev: '0-7' })).status).toBe(409);
    expect((await put({ last_seq: 2, _rev: 'x' })).status).toBe(400);
    expect(await (await put({ last_seq: 2, _rev: '0-1' })).json()).toMatchObject({ rev: '0-2' });
    expect(await json('/_local%2Fabc.d_e==')).toEqual({ _id: '_local/abc.d_e==', _rev: '0-2', last_seq: 2 });
    expect((await put({ much: 'x'.repeat(70_000), _rev: '0-2' })).status).toBe(413);
    const two = await makeTill(context, storeId, 2);
    expect((await call('/_local/abc.d_e%3D%3D', {}, two)).status).toBe(404);
    expect((await json('/_changes')).results).toEqual([]);
  });

  test('when history is cut, old checkpoints are gone and old sequences begin again', async () => {
    await postSales(3);
    await call('/_local/c', { method: 'PUT', body: '{}' });
    const { last_seq } = await json('/_changes');
    expect((await json(`/_changes?since=${last_seq}`)).results).toEqual([]);
    await context.database.pool.query('update store_counter set journal_uuid = $2 where store_id = $1', [
      storeId,
      randomBytes(16).toString('hex'),
    ]);
    expect((await call('/_local/c')).status).toBe(404);
    expect((await json(`/_changes?since=${last_seq}`)).results).toHaveLength(3);
  });
});

describe('changes', () => {
  test('since, limit, include_docs, now, filters, pending', async () => {
    const two = await makeTill(context, storeId, 2);
    await postSales(3);
    await postSales(2, two);
    const page = await json('/_changes?style=all_docs&limit=2');
    expect(page).toMatchObject({ results: [{ id: '0001-000000001' }, { id: '0001-000000002' }], pending: 3 });
    expect((await json(`/_changes?since=${page.last_seq}`)).results).toHaveLength(3);
    expect((await json(`/_changes?since=%22${page.last_seq}%22`)).results).toHaveLength(3);
    expect((await json('/_changes?since=now')).results).toEqual([]);
    expect((await json('/_changes?since=999')).results).toHaveLength(5);
    expect((await json('/_changes?filter=onecode/other-tills&include_docs=true')).results).toMatchObject([
      { id: '0002-000000001', doc: { tillNumber: 2, _rev: expect.stringMatching(/^1-/) } },
      { id: '0002-000000002' },
    ]);
    const picked = { doc_ids: ['0002-000000001', '0001-000000002', 'nothing'] };
    expect((await json('/_changes?filter=_doc_ids', posting(picked))).results).toMatchObject([
      { id: '0001-000000002' },
      { id: '0002-000000001' },
    ]);
    for (const wrong of [
      'descending=true',
      'feed=eventsource',
      'filter=a/b',
      'since=x',
      'limit=-1',
      'since=%22',
      'filter=_doc_ids',
    ]) {
      expect((await call(`/_changes?${wrong}`)).status).toBe(400);
    }
  });

  test('long poll: breathes while it waits, answers at the first change, and empty at its timeout', async () => {
    const waiting = await call('/_changes?feed=longpoll&since=now&heartbeat=100', {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(waiting.headers.get('content-encoding')).toBeNull();
    const decoder = new TextDecoder();
    let text = '';
    let added = false;
    for await (const chunk of waiting.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      // Two breaths may come as one.
      if (added || text.length < 4) continue;
      added = true;
      await postSales(1);
    }
    expect(text).toMatch(/^\n{4,}\{/);
    expect(JSON.parse(text)).toMatchObject({ results: [{ id: '0001-000000001' }] });
    const started = performance.now();
    expect((await json('/_changes?feed=longpoll&since=now&timeout=300')).results).toEqual([]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(290);
  });

  test('continuous: one change a line as they come, then the last sequence', async () => {
    await postSales(2);
    const feed = await call('/_changes?feed=continuous&timeout=700&limit=4&heartbeat=false');
    const decoder = new TextDecoder();
    let text = '';
    let added = false;
    for await (const chunk of feed.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (!added && text.includes('000000002')) {
        added = true;
        await postSales(1);
      }
    }
    const lines = text
      .split('\n')
      .filter((part) => part !== '')
      .map((part) => JSON.parse(part));
    expect(lines).toMatchObject([
      { id: '0001-000000001' },
      { id: '0001-000000002' },
      { id: '0001-000000003' },
      { last_seq: expect.stringMatching(/^3-/), pending: 0 },
    ]);
  });

  test('[A1] a live feed ends when its till is revoked, and gives nothing that came after', async () => {
    const two = await makeTill(context, storeId, 2);
    const feed = await call('/_changes?feed=continuous&since=now&heartbeat=100', {}, two);
    const rest = feed.text();
    await context.database.pool.query('update till set revoked_at_ms = 1 where store_id = $1 and till_number = 2', [
      storeId,
    ]);
    await postSales(1);
    const text = await rest;
    expect(text).toMatch(/"last_seq":"0-/);
    expect(text).not.toMatch(/0001-000000001/);
  });

  test('a client that goes away leaves nothing behind, and a server that closes ends its feeds', async () => {
    const own = openTestContext(String(context.database.pool.options.connectionString));
    const second = await startTestServer(own);
    const target = `${second.url}/sync/${storeId}/_changes?feed=continuous&since=now&heartbeat=200`;
    const options = { headers: { authorization: `Bearer ${till.token}` } };
    const gone = new AbortController();
    const wait = vi.spyOn(own.changes, 'wait');
    await fetch(target, { ...options, signal: gone.signal });
    gone.abort();
    await vi.waitFor(() => expect(wait.mock.calls.some(([, , signal]) => signal?.aborted)).toBe(true));
    const open = await fetch(target, options);
    const rest = open.text();
    await own.changes.close();
    expect(await rest).toMatch(/"last_seq"/);
    await second.stop();
    await own.close();
  });
});

describe('bodies', () => {
  test('gzip is taken and given; a bomb, a torn one and an unknown encoding are not', async () => {
    const docs = [asDocument(await till.sale([line('tea')]))];
    const send = (body: BodyInit, encoding: string, path = '/_bulk_docs') =>
      call(path, {
        method: 'POST',
        body,
        headers: { 'content-encoding': encoding, 'content-type': 'application/json' },
      });
    const packed = gzipSync(JSON.stringify({ docs, new_edits: false }));
    expect((await send(packed, 'gzip')).status).toBe(201);
    expect(await (await send(packed.subarray(0, 99), 'gzip')).json()).toMatchObject({ error: 'bad_request' });
    expect((await send(gzipSync(Buffer.alloc(40_000_000, ' ')), 'gzip')).status).toBe(413);
    expect((await send(packed, 'br')).status).toBe(415);
    await postSales(20);
    const answer = await call('/_all_docs', { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(((await answer.json()) as { rows: unknown[] }).rows).toHaveLength(21);
  });

  test('too long a body, with and without its length told, and too long a list are 413', async () => {
    const long = Buffer.alloc(33_000_000, ' ');
    expect((await call('/_bulk_docs', { method: 'POST', body: long })).status).toBe(413);
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1_000_000)),
    });
    const unsized = call('/_bulk_docs', { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
    expect((await unsized).status).toBe(413);
    expect((await call('/_bulk_docs', posting({ docs: Array.from({ length: 10_001 }, () => ({})) }))).status).toBe(413);
    expect(
      (await call('/_bulk_get', posting({ docs: Array.from({ length: 1_001 }, () => ({ id: 'x' })) }))).status,
    ).toBe(413);
  });

  test('what is no JSON object is 400, in CouchDB’s words', async () => {
    for (const body of ['', '{', '[]', 'null', '"x"', '{"docs":1}', '{"docs":[1]}', Buffer.from([0xff, 0xfe])]) {
      const answer = await call('/_bulk_docs', { method: 'POST', body });
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'bad_request' }]);
    }
  });

  test('_revs_diff and _bulk_get tell what is there and what is not', async () => {
    const document = asDocument(await till.sale([line('tea')]));
    await call('/_bulk_docs', posting({ docs: [document], new_edits: false }));
    const other = `1-${'0'.repeat(32)}`;
    expect(await json('/_revs_diff', posting({ '0001-000000001': [document._rev, other], x: [other] }))).toEqual(
      Object.fromEntries([
        ['0001-000000001', { missing: [other] }],
        ['x', { missing: [other] }],
      ]),
    );
    const got = await json(
      '/_bulk_get?revs=true',
      posting({ docs: [{ id: '0001-000000001', rev: document._rev }, { id: 'x' }] }),
    );
    expect(got).toMatchObject({
      results: [
        {
          id: '0001-000000001',
          docs: [{ ok: { ...document, _revisions: { start: 1, ids: [String(document._rev).slice(2)] } } }],
        },
        { id: 'x', docs: [{ error: { id: 'x', error: 'not_found', reason: 'missing' } }] },
      ],
    });
  });

  test('with new_edits the server makes the revision, and a repeat has the same', async () => {
    const entry = await till.sale([line('tea')]);
    const item = { ok: true, id: entry._id, rev: `1-${createHash('md5').update(entry.hash).digest('hex')}` };
    expect(await json('/_bulk_docs', posting({ docs: [entry] }))).toEqual([item]);
    expect(await json('/_bulk_docs', posting({ docs: [entry, { _id: 'x' }] }))).toMatchObject([
      item,
      { id: 'x', error: 'forbidden', reason: expect.stringMatching(/^not-an-entry: /) },
    ]);
    const put = (body: object, id = entry._id) => call(`/${id}`, { method: 'PUT', body: JSON.stringify(body) });
    expect(await (await put(entry)).json()).toEqual(item);
    expect((await put({ ...entry, _rev: item.rev })).status).toBe(403);
    expect((await put({ ...entry, _rev: item.rev }, '0001-000000009')).status).toBe(409);
    expect((await call(`/${entry._id}`, { method: 'DELETE' })).status).toBe(403);
  });
});
