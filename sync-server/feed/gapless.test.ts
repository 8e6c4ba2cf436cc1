import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cursor } from '#schemas/sync/feed.ts';
import { type Database, inTransaction, openDatabase } from '../db/database.ts';
import { PostedMemory } from '../journal/posted-memory.ts';
import { ChangeBus } from './change-bus.ts';
import { readDelta } from './delta-rows.ts';
import { addStore, addTill, openTestShop, type TestShop, type TestTill } from './feed-test-shop.ts';
import { bumpChain, bumpStore } from './revision.ts';

let shop: TestShop;
let till: TestTill;
let second: Database;

beforeAll(async () => {
  shop = await openTestShop();
  await addStore(shop.context, 'chain', 'store');
  till = await addTill(shop.context, 'store');
  // Another server on the same database.
  second = openDatabase(shop.context.database.pool.options.connectionString ?? '', { poolSize: 8 });
});
afterAll(async () => {
  await second.close();
  await shop.close();
});

/** One writer: many transactions that dawdle between taking a revision and committing; some roll back. */
async function write(database: Database, writer: number, transactions: number): Promise<number> {
  let committed = 0;
  for (let at = 0; at < transactions; at++) {
    const pauseMs = (writer * 7 + at * 13) % 5;
    const fails = (writer + at) % 6 === 0;
    const work = inTransaction(database, async (tx) => {
      if (at % 3 === 0) {
        const revision = await bumpChain(tx, 'chain');
        await sleep(pauseMs);
        await tx.query(`insert into gtin (merchant_id, gtin14, sku_id, revision) values ('chain', $1, $2, $3)`, [
          String(writer * 1_000 + at).padStart(14, '0'),
          String(revision),
          revision,
        ]);
      } else {
        const revision = await bumpStore(tx, 'store');
        await sleep(pauseMs);
        await tx.query(
          `insert into member (store_id, member_id, name, code, tier, revision) values ('store', $1, $2, 'c', 't', $3)`,
          [`m-${writer}-${at}`, String(revision), revision],
        );
      }
      if (fails) throw new Error('changed my mind');
    });
    await work.then(
      () => committed++,
      (error: Error) => expect(error.message).toBe('changed my mind'),
    );
  }
  return committed;
}

test('[F1] a cursor never skips a committed change, with many writers on two servers and readers all the while', async () => {
  let writing = true;
  const read = async (database: Database) => {
    const seen: { chain: number[]; store: number[] } = { chain: [], store: [] };
    let cursor: Cursor = { chain: 0, store: 0 };
    while (true) {
      const last = !writing;
      const delta = await readDelta(database.pool, till, cursor, new PostedMemory(new ChangeBus()));
      const revisionsOf = (json: string | undefined, field: string) =>
        (JSON.parse(json ?? '[]') as [string, Record<string, string>][]).map(([, row]) => Number(row[field]));
      seen.chain.push(...revisionsOf(delta.rows.gtin, 'skuId').sort((a, b) => a - b));
      seen.store.push(...revisionsOf(delta.rows.member, 'name').sort((a, b) => a - b));
      cursor = delta.cursor;
      if (last) return { seen, cursor };
      await sleep(1);
    }
  };
  const readers = [read(shop.context.database), read(second), read(second)];
  const writers = Array.from({ length: 10 }, (_, n) => write(n % 2 ? second : shop.context.database, n, 30));
  const committed = (await Promise.all(writers)).reduce((sum, count) => sum + count, 0);
  writing = false;
  for (const { seen, cursor } of await Promise.all(readers)) {
    // Gapless and in order: every revision up to the cursor was seen, once.
    expect(seen.chain).toEqual(Array.from({ length: cursor.chain }, (_, at) => at + 1));
    expect(seen.store).toEqual(Array.from({ length: cursor.store }, (_, at) => at + 1));
    expect(cursor.chain + cursor.store).toBe(committed);
  }
});

test('[F2] the posted numbers of a delta are those of its own snapshot', async () => {
  const insert = (sequence: number, unpostable: string | null = null) =>
    shop.context.database.pool.query(
      `insert into journal (store_id, till_number, sequence, journal_seq, rev, kind, hash, previous_hash, occurred_at_ms,
         ordered_at_ms, recorded_at_ms, unpostable, document)
       values ('store', 1, $1, $1, '1-a', 'x', 'h', 'p', 0, 0, 0, $2, '{}')`,
      [sequence, unpostable],
    );
  const known = new PostedMemory(new ChangeBus());
  const posted = async () => (await readDelta(shop.context.database.pool, till, { chain: 0, store: 0 }, known)).posted;
  expect(await posted()).toEqual({ through: 0, beyond: [] });
  for (const sequence of [1, 2, 4, 5]) await insert(sequence);
  await insert(6, 'unknown-kind');
  expect(await posted()).toEqual({ through: 2, beyond: [[4, 5]] });
  await insert(3);
  await insert(7);
  expect(await posted()).toEqual({ through: 5, beyond: [[7, 7]] });
  // A server that has just started knows the same.
  const fresh = await readDelta(second.pool, till, { chain: 0, store: 0 }, new PostedMemory(new ChangeBus()));
  expect(fresh.posted).toEqual({ through: 5, beyond: [[7, 7]] });
  // A number learnt by a later request does not leak into an earlier snapshot: it is taken before the snapshot is.
  const repeatable = await second.pool.connect();
  await repeatable.query('begin isolation level repeatable read');
  await repeatable.query('select 1 from journal limit 1');
  const held = new PostedMemory(new ChangeBus());
  held.recall('store', 1).keep({ through: 5, beyond: [[7, 7]] });
  await shop.context.database.pool.query(`update journal set unpostable = null where sequence = 6`);
  expect(await posted()).toEqual({ through: 7, beyond: [] });
  expect((await readDelta(repeatable, till, { chain: 0, store: 0 }, held)).posted).toEqual({
    through: 5,
    beyond: [[7, 7]],
  });
  await repeatable.query('commit');
  repeatable.release();
});
