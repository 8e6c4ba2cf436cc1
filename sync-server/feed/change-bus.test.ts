import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../db/test-database.ts';
import { ChangeBus } from './change-bus.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('a waiter hears its scope at once, and no other', async () => {
  const bus = new ChangeBus();
  const waits = [bus.wait(['a', 'b'], 20_000), bus.wait(['c'], 50)];
  bus.publish('b');
  expect(await Promise.all(waits)).toEqual(['changed', 'timeout']);
  await bus.close();
});

test('a waiter whose client goes away, or whose server stops, is freed at once', async () => {
  const bus = new ChangeBus();
  const leaving = new AbortController();
  const waits = [bus.wait(['a'], 60_000, leaving.signal), bus.wait(['a'], 60_000)];
  leaving.abort();
  expect(await waits[0]).toBe('timeout');
  await bus.close();
  expect(await waits[1]).toBe('timeout');
  expect(await bus.wait(['a'], 60_000)).toBe('timeout');
});

test('a subscriber hears every change until it leaves', async () => {
  const bus = new ChangeBus();
  let heard = 0;
  const leave = bus.subscribe('a', () => heard++);
  bus.publish('a');
  bus.publish('a');
  leave();
  bus.publish('a');
  expect(heard).toBe(2);
  await bus.close();
});

test('another server process hears it through the database, many changes in a few notifications', async () => {
  const [here, there] = [new ChangeBus({ url: database.url }), new ChangeBus({ url: database.url })];
  await Promise.all([here.connect(), there.connect()]);
  let echoes = 0;
  here.subscribe('a', () => echoes++);
  let heard = 0;
  there.subscribe('a', () => heard++);
  const other = there.wait(['b'], 20_000);
  for (let n = 0; n < 500; n++) here.publish('a');
  here.publish('b');
  expect(await other).toBe('changed');
  expect(heard).toBeGreaterThanOrEqual(1);
  expect(heard).toBeLessThan(500);
  // Its own notification is not heard again.
  expect(echoes).toBe(500);
  await Promise.all([here.close(), there.close()]);
});

test('what changed just before a server stops is told to the others', async () => {
  const [here, there] = [new ChangeBus({ url: database.url }), new ChangeBus({ url: database.url })];
  await Promise.all([here.connect(), there.connect()]);
  const other = there.wait(['a'], 20_000);
  here.publish('a');
  await here.close();
  expect(await other).toBe('changed');
  await there.close();
});

test('a bus that lost its connection joins again by itself', async () => {
  const troubles: string[] = [];
  const url = new URL(database.url);
  const [here, there] = [
    new ChangeBus({ url: url.href }),
    new ChangeBus({ url: url.href, onTrouble: (error) => troubles.push(error.message) }),
  ];
  await Promise.all([here.connect(), there.connect()]);
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'onecode changes' and datname = current_database()`,
  );
  await admin.end();
  let heard = false;
  there.subscribe('a', () => {
    heard = true;
  });
  await expect
    .poll(
      () => {
        here.publish('a');
        return heard;
      },
      { timeout: 30_000, interval: 100 },
    )
    .toBe(true);
  expect(troubles.length).toBeGreaterThan(0);
  await Promise.all([here.close(), there.close()]);
});
