import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportLineSchema } from '#schemas/api/exports.ts';
import { requestedByHeader } from '#schemas/api/session.ts';
import { maxExportBytes } from '#schemas/export/export-file.ts';
import { createApp } from '../app.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { exportFile } from '../export/test-export.ts';
import { addSkus, addStore } from '../feed/feed-test-shop.ts';
import { PageKeeper } from '../feed/page-keeper.ts';
import { asDocument, line, makeTill, openTestContext, type TestTill } from '../journal/test-journal.ts';
import { createOperator } from '../people/new-operator.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let context: ReturnType<typeof openTestContext>;
let app: Hono;
let till: TestTill;
const cookies = new Map<string, string>();

beforeAll(async () => {
  database = await createTestDatabase();
  context = openTestContext(database.url);
  app = createApp(context, { keeper: new PageKeeper(context, { inProcess: true }) });
  await addStore(context, 'chain', 'store-a');
  await addStore(context, 'rival', 'store-r');
  await addSkus(context, 'chain', 'A', 5);
  const password = 'correct horse battery';
  for (const [storeId, name, role] of [
    ['store-a', 'Ada', 'store-manager'],
    ['store-r', 'Rob', 'store-manager'],
    ['store-a', 'Cleo', 'accountant'],
  ] as const) {
    await createOperator(context, { storeId, name, username: name, role, pin: '1234', password });
    const headers = { 'content-type': 'application/json', [requestedByHeader]: '1' };
    const body = JSON.stringify({ name, password });
    const answer = await app.request('/api/session', { method: 'POST', headers, body });
    cookies.set(name, (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '');
  }
  till = await makeTill(context, 'store-a', 1);
});
afterAll(async () => {
  await context.close();
  await database.drop();
});

async function load(name: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const answer = await app.request('/api/stores/store-a/exports', {
    method: 'POST',
    body,
    headers: {
      cookie: cookies.get(name) ?? '',
      [requestedByHeader]: '1',
      'accept-encoding': 'gzip',
      'content-length': String(body.length),
      ...headers,
    },
  });
  return { status: answer.status, encoding: answer.headers.get('content-encoding'), text: await answer.text() };
}

test('a manager loads a file and is told line by line how far it is', async () => {
  const entries = [await till.sale([line('A-00001')]), await till.sale([line('A-00002')])];
  const file = await exportFile(
    context,
    till,
    entries.map((entry) => asDocument(entry)),
  );
  const { status, encoding, text } = await load('Ada', file);
  expect([status, encoding]).toEqual([200, 'identity']);
  const lines = text
    .trimEnd()
    .split('\n')
    .map((one) => exportLineSchema.parse(JSON.parse(one)));
  expect(lines).toMatchObject([
    { type: 'progress', done: 0, of: 2 },
    { type: 'report', added: 2 },
  ]);
});

test('[A1] nobody else does: no session, another store, a role without the right', async () => {
  const file = await exportFile(context, till, []);
  for (const [name, status] of [
    ['nobody', 401],
    ['Rob', 403],
    ['Cleo', 403],
  ] as const) {
    expect((await load(name, file)).status, name).toBe(status);
  }
});

test('what is no file of ours, or larger than any, is said', async () => {
  const { status, text } = await load('Ada', new TextEncoder().encode('holiday.jpg'));
  expect([status, JSON.parse(text)]).toMatchObject([422, { type: 'refused', code: 'not-an-export' }]);
  const headers = { 'content-length': String(maxExportBytes + 1), 'accept-encoding': 'identity' };
  const large = await load('Ada', new Uint8Array(3), headers);
  expect([large.status, JSON.parse(large.text)]).toMatchObject([413, { error: { code: 'too-large' } }]);
});
