import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createApp } from '../app.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { line, makeStore, makeTill, openTestContext } from '../journal/test-journal.ts';
import { localPouch, remotePouch } from '../journal/test-pouch.ts';
import { createHttpServer } from './http-server.ts';

test('a till that was told 429 while it sends its entries goes on by itself, and each is there once', async () => {
  const { url, drop } = await createTestDatabase();
  const context = openTestContext(url);
  const storeId = await makeStore(context);
  const till = await makeTill(context, storeId, 1);
  const inner = createApp(context);
  const app = new Hono();
  let refused = 0;
  app.use('/sync/*', async (c, next) => {
    if (c.req.method !== 'POST' || refused >= 3) return next();
    refused++;
    c.header('Retry-After', '1');
    return c.json({ error: 'too_many_requests', reason: 'wait and go on' }, 429);
  });
  app.all('*', (c) => inner.fetch(c.req.raw, c.env));
  const server = createHttpServer(app.fetch);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const journal = localPouch();
    for (let n = 0; n < 20; n++) {
      await journal.put({ ...(await till.sale([line('X')])) });
    }
    const remote = remotePouch(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/sync/${storeId}`,
      till.token,
    );
    const replication = journal.replicate.to(remote, { live: true, retry: true, back_off_function: () => 50 });
    const count = async () => {
      const { rows } = await context.database.pool.query('select 1 from journal where store_id = $1', [storeId]);
      return rows.length;
    };
    await expect.poll(count, { timeout: 50_000 }).toBe(20);
    expect(refused).toBe(3);
    replication.cancel();
    await journal.destroy();
  } finally {
    server.close();
    server.closeAllConnections();
    await context.close();
    await drop();
  }
});
