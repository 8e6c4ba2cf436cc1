import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../db/test-database.ts';
import { asDocument, line, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';
import { startTestServer } from './test-server.ts';

let context: ReturnType<typeof openTestContext>;
let server: Awaited<ReturnType<typeof startTestServer>>;
let drop: () => Promise<void>;
let till: TestTill;
let base: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  server = await startTestServer(context);
  const storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
  base = `${server.url}/sync/${storeId}`;
});
afterAll(async () => {
  await server.stop();
  await context.close();
  await drop();
});

type Sent = { method: string; path: string; body?: BodyInit | undefined; headers?: Record<string, string> };

/** Every answer comes, is CouchDB's JSON, and is never a 500. */
async function expectAnswered({ method, path, body, headers }: Sent): Promise<void> {
  const answer = await fetch(base + path, {
    method,
    body: method === 'GET' || method === 'HEAD' || body === undefined ? null : body,
    headers: { authorization: `Bearer ${till.token}`, ...headers },
    // Only a hang takes this long: live feeds are asked with short timeouts.
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  const said = `${method} ${path} → ${answer.status} ${text.slice(0, 200)}`;
  expect(answer.status, said).toBeLessThan(500);
  expect(answer.headers.get('content-type'), said).toMatch(/^application\/json/);
  if (method === 'HEAD' || /feed=continuous/.test(path)) return;
  const value = JSON.parse(text) as { error?: unknown; reason?: unknown };
  if (answer.status >= 400) expect([typeof value.error, typeof value.reason], said).toEqual(['string', 'string']);
}

const paths = [
  '',
  '/',
  '/_session',
  '/_revs_diff',
  '/_bulk_docs',
  '/_bulk_get',
  '/_all_docs',
  '/_changes',
  '/_local/x',
  '/_local/',
  '/0001-000000001',
  '/9999-999999999',
  '/_design/a',
  '/_compact',
  '/_nothing',
  '/a/b/c',
  '/%00',
  '/_local/%00',
  '/%E0%A4%A',
];
const path = fc.oneof(
  fc.constantFrom(...paths),
  fc.string({ maxLength: 30 }).map((part) => `/${encodeURIComponent(part.toWellFormed())}`),
);
const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH');

const parameter = fc.constantFrom(
  'since',
  'limit',
  'skip',
  'heartbeat',
  'feed',
  'filter',
  'descending',
  'include_docs',
  'startkey',
  'endkey',
  'key',
  'keys',
  'doc_ids',
  'rev',
  'revs',
  'open_revs',
  'new_edits',
  'style',
  'latest',
  'inclusive_end',
);
const parameterValue = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    '0',
    '1',
    '-1',
    '1e9',
    'now',
    '999999999999999999',
    '[',
    '"',
    '""',
    '[]',
    'null',
    '_doc_ids',
    'onecode/other-tills',
    'longpoll',
    'continuous',
    'normal',
    '5-abc',
    '0001-000000001',
    '["0001-000000001",null]',
    '\u0000',
    'all',
  ),
  fc.string({ maxLength: 20 }).map((text) => text.toWellFormed()),
);
// The short timeout is the last of its name, and no heartbeat is left on, so that a live feed ends by itself.
const query = fc
  .uniqueArray(fc.tuple(parameter, parameterValue), { maxLength: 4, selector: ([name]) => name })
  .map((pairs) => pairs.filter(([name]) => name !== 'heartbeat'))
  .map((pairs) => `?${new URLSearchParams([...pairs, ['timeout', '50']])}`);

/** Trees that look like what the routes read: documents, lists of ids, revisions. */
const almost = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1e308,
      '',
      '\u0000',
      '\ud800',
      '0001-000000001',
      `1-${'a'.repeat(32)}`,
      `2-${'a'.repeat(32)}`,
    ),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(
        'docs',
        'keys',
        'doc_ids',
        'id',
        'rev',
        '_id',
        '_rev',
        '_deleted',
        '_revisions',
        'new_edits',
        'body',
        'sequence',
        '__proto__',
        'constructor',
        '0001-000000001',
      ),
      tie('tree'),
      { maxKeys: 5 },
    ),
  ),
})).tree;

const body = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  almost.map((value) => JSON.stringify(value)),
  fc
    .record({ docs: fc.array(almost, { maxLength: 4 }), new_edits: fc.boolean() })
    .map((value) => JSON.stringify(value)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
  fc.constantFrom('[', '{"docs":[{}', '\ufeff{}'),
);
/** Deeper than any recursion of ours can go. */
const deepBodies = [
  '['.repeat(50_000),
  `{"docs":[${'['.repeat(9_000)}${']'.repeat(9_000)}]}`,
  `{"docs":[{"a":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}],"new_edits":false}`,
  `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`,
  `{"docs":[{"id":"x","rev":${'['.repeat(9_000)}${']'.repeat(9_000)}}],"keys":[${'['.repeat(9_000)}${']'.repeat(9_000)}]}`,
];
const headers = fc.constantFrom<Record<string, string>>(
  {},
  {},
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'deflate' },
  { 'content-type': 'text/plain' },
);

test('arbitrary JSON, bytes, queries and methods at every route: never a 500, never a hang', async () => {
  const request = fc.record({ method, path: fc.tuple(path, query).map((parts) => parts.join('')), body, headers });
  await fc.assert(fc.asyncProperty(request, expectAnswered), { numRuns: 600 });
});

async function expectAnsweredEverywhere(one: BodyInit): Promise<void> {
  for (const route of ['_bulk_docs', '_revs_diff', '_bulk_get', '_all_docs', '_changes?filter=_doc_ids&timeout=50']) {
    await expectAnswered({ method: 'POST', path: `/${route}`, body: one });
  }
  for (const route of ['/_local/x', '/0001-000000001']) await expectAnswered({ method: 'PUT', path: route, body: one });
}

test('every body at every route that reads one', async () => {
  await fc.assert(fc.asyncProperty(body, expectAnsweredEverywhere), { numRuns: 80 });
});

test('JSON nested deeper than the stack, at every route that reads a body', async () => {
  for (const deep of deepBodies) await expectAnsweredEverywhere(deep);
});

test('a true entry with any one member replaced by anything is refused in words, or is the same entry', async () => {
  const entry = await till.sale([line('tea')]);
  const document = asDocument(entry);
  const reasons = /^(not-an-entry|wrong-store|wrong-till|broken-hash|broken-signature|immutable|too-large): ./;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(document), 'extra', '_attachments'),
      fc.oneof(almost, fc.jsonValue(), fc.constant({ toString: null, valueOf: 1 })),
      async (name, value) => {
        const changed = JSON.stringify({ docs: [{ ...document, [name]: value }], new_edits: false });
        const answer = await fetch(`${base}/_bulk_docs`, {
          method: 'POST',
          body: changed,
          headers: { authorization: `Bearer ${till.token}` },
        });
        expect(answer.status).toBe(201);
        const refused = (await answer.json()) as { error: string; reason: string }[];
        const sameThing =
          JSON.stringify(value) === JSON.stringify(document[name]) ||
          (name === '_rev' && typeof value === 'string' && /^1-[0-9a-f]{32}$/.test(value));
        if (sameThing) expect(refused).toEqual([]);
        else expect(refused).toMatchObject([{ error: 'forbidden', reason: expect.stringMatching(reasons) }]);
      },
    ),
    { numRuns: 200 },
  );
});
