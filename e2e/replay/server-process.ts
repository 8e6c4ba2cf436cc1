import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { pino } from 'pino';
import { assert } from '#schemas/assert.ts';
import { createApp } from '#sync-server/app.ts';
import { keySealOf } from '#sync-server/auth/private-keys.ts';
import { openDatabase } from '#sync-server/db/database.ts';
import { ChangeBus } from '#sync-server/feed/change-bus.ts';
import { PageKeeper } from '#sync-server/feed/page-keeper.ts';

// The replay's server: the app as main.ts runs it, without the demo. It ends when the replay does.

const url = process.env.DATABASE_URL;
assert(url, 'the replay names its database');
const database = openDatabase(url);
const changes = new ChangeBus({ url });
await changes.connect();
const log = pino({ level: 'warn' });
const { ONECODE_SECRET: secret } = process.env;
assert(secret, 'the replay names its secret');
const context = {
  database,
  keySeal: keySealOf(secret),
  changes,
  log,
  nowMs: Date.now,
  randomBytes: (count: number) => new Uint8Array(randomBytes(count)),
};
const keeper = new PageKeeper(context);
const app = createApp(context, { keeper, secret });
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.send?.(port));

process.once('disconnect', async () => {
  server.close();
  await keeper.close();
  await changes.close();
  await database.close();
  process.exit(0);
});
// Ctrl-C reaches this process too; the replay ends it.
process.on('SIGINT', () => undefined);
