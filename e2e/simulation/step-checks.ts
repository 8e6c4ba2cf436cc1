import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { assert } from '#schemas/assert.ts';
import { onHand } from '#schemas/stock/stock-row.ts';
import { touchedKeys } from './fold.ts';
import { checkTables, readRows, type StoreRows } from './server-tables.ts';
import type { TillDriver } from './till-driver.ts';
import { checkTransfers } from './transfers.ts';
import { placeId, type World } from './world.ts';

/** What must hold after every step, whatever is broken or on its way. */
export async function checkStep(world: World): Promise<void> {
  await inSnapshot(world, async (client) => {
    for (const storeId of await world.journal.read(client)) {
      await checkTables(client, storeId, world.journal.of(storeId));
    }
    for (const acknowledged of world.acknowledged) {
      const [storeId = '', id = ''] = acknowledged.split(' ');
      assert(world.journal.entry(storeId, id), `${acknowledged} was acknowledged and is not in the journal`);
    }
    const rowsOf = new Map<string, StoreRows>();
    for (const till of world.tills) {
      if (!till.up || till.baseRevision() === null) continue;
      const rows = rowsOf.get(till.storeId) ?? (await readRows(client, till.storeId));
      rowsOf.set(till.storeId, rows);
      await checkPendingEffects(world, till, rows);
    }
  });
  checkTransfers(world, false);
  const [error] = world.server.errors;
  assert(error === undefined, `the server logged an error: ${JSON.stringify(error)}`);
}

/** Reads the database as of one instant, by a connection of the simulation's own. */
export async function inSnapshot<Value>(world: World, read: (client: pg.PoolClient) => Promise<Value>): Promise<Value> {
  const client = await world.server.admin.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    return await read(client);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

/**
 * [F2] Where nobody else wrote since the till looked, its base rows + pending effects are the server's rows, as soon as
 * the server has its entries, whether or not the till has heard of that.
 */
async function checkPendingEffects(world: World, till: TillDriver, rows: StoreRows): Promise<void> {
  const { storeId, tillNumber } = till;
  const promised = world.promised.get(till) ?? [];
  if (!promised.every(({ entry }) => world.journal.entry(storeId, entry._id))) return;
  const pending = new Set(till.pendingIds());
  const heads = promised.filter(({ entry }) => pending.has(entry._id)).map(({ seenHead }) => seenHead);
  heads.push(world.journal.headAt(storeId, till.baseRevision() ?? -1));
  // A base from the middle of a step: what it holds is not known.
  if (heads.includes(undefined)) return;
  const seenHead = Math.min(...(heads as number[]));
  const othersWrote = new Set<string>();
  for (const { entry, journalSeq } of world.journal.of(storeId)) {
    if (journalSeq <= seenHead || entry.tillNumber === tillNumber) continue;
    for (const key of touchedKeys(entry)) othersWrote.add(key);
  }
  const view = await till.view();
  for (const [skuId, shown] of view.onHand) {
    const key = `${placeId}|${skuId}`;
    if (othersWrote.has(`stock ${key}`)) continue;
    const row = rows.stock.get(key);
    assert(
      shown === (row ? onHand(row) : 0),
      `[F2] ${till.owner} shows ${shown} of ${skuId}, not ${row && onHand(row)}`,
    );
  }
  for (const [key, shown] of view.units) {
    if (othersWrote.has(`unit ${key}`)) continue;
    const row = rows.units.get(key) ?? null;
    assert(
      isDeepStrictEqual(shown, row),
      `[F2] ${till.owner} ${key}: ${JSON.stringify(shown)} ≠ ${JSON.stringify(row)}`,
    );
  }
}
