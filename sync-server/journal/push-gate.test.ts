import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../db/test-database.ts';
import { maxBodyBytes } from './couch-request.ts';
import { pushGateOf } from './push-gate.ts';
import { asDocument, line, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';
import { startTestServer } from './test-server.ts';

let context: ReturnType<typeof openTestContext>;
let server: Awaited<ReturnType<typeof startTestServer>>;
let drop: () => Promise<void>;
let till: TestTill;
let url: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  server = await startTestServer(context);
  const storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
  url = `${server.url}/sync/${storeId}/_bulk_docs`;
});
afterAll(async () => {
  await server.stop();
  await context.close();
  await drop();
});

const headers = () => ({ authorization: `Bearer ${till.token}`, 'content-type': 'application/json' });
const push = (docs: unknown[]) =>
  fetch(url, { method: 'POST', headers: headers(), body: JSON.stringify({ docs, new_edits: false }) });

test('a full server turns a push away before it is read, says when to come again, and takes it then', async () => {
  const [first, second] = ['a', 'b'].map((storeId) => pushGateOf(context).enter(storeId, maxBodyBytes));
  const docs = [asDocument(await till.sale([line('tea', 1)]))];
  const away = await push(docs);
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await away.json()).toMatchObject({
    error: 'service_unavailable',
    reason: expect.stringContaining('Nothing is lost'),
  });
  first?.();
  second?.();
  expect((await push(docs)).status).toBe(201);
});

test('every push leaves, also one that is refused, too long, cut off or not what it says', async () => {
  expect((await push(['no document'])).status).toBe(400);
  expect((await fetch(url, { method: 'POST', headers: headers(), body: '{' })).status).toBe(400);
  expect((await fetch(url, { method: 'POST', headers: headers(), body: `"${'x'.repeat(maxBodyBytes)}"` })).status).toBe(
    413,
  );
  await new Promise<void>((resolve) => {
    const cut = request(url, { method: 'POST', headers: { ...headers(), 'content-length': '30000000' } });
    cut.on('error', () => resolve());
    cut.write('{"docs":[', () => setTimeout(() => cut.destroy(), 50));
  });
  await expect
    .poll(() => {
      const left = ['a', till.storeId].map((storeId) => pushGateOf(context).enter(storeId, maxBodyBytes));
      for (const leave of left) leave?.();
      return left.every((leave) => leave !== null);
    })
    .toBe(true);
});

test("one store's pushes never keep another's out", async () => {
  const leave = pushGateOf(context).enter('a', maxBodyBytes);
  expect(pushGateOf(context).enter('a', 1)).toBeNull();
  expect((await push([asDocument(await till.sale([line('tea', 1)]))])).status).toBe(201);
  leave?.();
});
