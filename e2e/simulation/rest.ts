import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { assert } from '#schemas/assert.ts';
import { type Entry, entryId } from '#schemas/journal/envelope.ts';
import { genesisHash, sealEntry } from '#schemas/journal/seal.ts';
import { onHand } from '#schemas/stock/stock-row.ts';
import { rebuildStore } from '#sync-server/journal/rebuild.ts';
import { fairWeather } from './network.ts';
import {
  assertSameRows,
  checkHistory,
  checkTables,
  deliveryTables,
  readCountRows,
  readDeliveryRows,
  readRows,
  type StoreRows,
} from './server-tables.ts';
import { checkStep, inSnapshot } from './step-checks.ts';
import type { TillDriver, View } from './till-driver.ts';
import { checkTransfers, drain, isOutboxOpen } from './transfers.ts';
import { placeId, storeIds, type World } from './world.ts';

/** Far more than any exchange needs; only a hang reaches it. */
const patienceMs = 60_000;

/** Mends everything and lets all tills talk until none has anything left to say. */
export async function bringToRest(world: World): Promise<void> {
  const { network, server } = world;
  network.weather = fairWeather;
  if (!server.up) await server.start(1);
  for (const till of world.tills) {
    if (!till.up) await till.restart();
    network.setLine(till.owner, true);
    till.fillDisk(false);
  }
  world.offline.clear();
  const deadline = performance.now() + patienceMs;
  for (let round = 0; ; round++) {
    world.clock.nowMs += 20;
    await network.release(world.random, network.waiting);
    await network.activity.settled();
    if (round % 8 > 0) continue;
    const unrest = await unrestOf(world);
    if (unrest === null) return;
    assert(performance.now() < deadline, `the tills come to rest: ${unrest}`);
    for (const till of world.tills) till.beginSync();
    // The real tills decide themselves when to talk.
    await sleep(world.settleMs);
  }
}

/** Why it is not at rest, or null when it is. */
async function unrestOf(world: World): Promise<string | null> {
  if (await isOutboxOpen(world)) {
    // What was in vain before is tried again.
    world.clock.nowMs += 1_000;
    await drain(world);
  }
  await checkStep(world);
  const revisions = await inSnapshot(world, async (client) => {
    const { rows } = await client.query<{ store_id: string; revision: number }>('select * from store_counter');
    return new Map(rows.map(({ store_id, revision }) => [store_id, revision]));
  });
  for (const till of world.tills) {
    const [base, revision] = [till.baseRevision(), revisions.get(till.storeId)];
    // What the server keeps but cannot post stays pending: an upgraded server will post it.
    const pending = till.pendingIds().filter((id) => world.journal.entry(till.storeId, id)?.unpostable == null);
    if (pending.length > 0) {
      const there = pending.filter((id) => world.journal.entry(till.storeId, id));
      return `${till.owner} waits for ${pending.join(' ')}, of which the server has ${there.length}: ${till.state()}`;
    }
    if (base !== null && base !== revision) return `${till.owner} is at revision ${base}, not ${revision}`;
    const [pulled, others] = [await pulledIds(world, till), othersIds(world, till)];
    if (!isDeepStrictEqual(pulled, others)) return `${till.owner} pulled ${pulled.length} of ${others.length} entries`;
    const rows = await inSnapshot(world, (client) => readRows(client, till.storeId));
    const difference = base === null ? viewDifference(await till.view(), rows) : null;
    if (difference !== null) return `${till.owner} shows ${difference}`;
  }
  return null;
}

/** A restored server lacks what tills pulled before: they keep it. */
async function pulledIds(world: World, till: TillDriver): Promise<string[]> {
  const isThere = (id: string) => world.journal.entry(till.storeId, id) || !world.lost.has(`${till.storeId} ${id}`);
  return (await till.pulledIds()).filter(isThere);
}

function othersIds(world: World, till: TillDriver): string[] {
  const others = world.journal.of(till.storeId).filter(({ entry }) => entry.tillNumber !== till.tillNumber);
  return others.map(({ entry }) => entry._id).sort();
}

/** The first difference between what a till shows and what the server has, or null. */
function viewDifference(view: View, rows: StoreRows): string | null {
  for (const [skuId, shown] of view.onHand) {
    const row = rows.stock.get(`${placeId}|${skuId}`);
    if (shown !== (row ? onHand(row) : 0)) return `${skuId}: ${shown} ≠ ${row && onHand(row)}`;
  }
  for (const [key, shown] of view.units) {
    const row = rows.units.get(key) ?? null;
    if (!isDeepStrictEqual(shown, row)) return `${key}: ${JSON.stringify(shown)} ≠ ${JSON.stringify(row)}`;
  }
  return null;
}

/** What must hold at rest: all replicas agree, nothing is missing, nothing is there twice. */
export async function checkAtRest(world: World): Promise<void> {
  for (const till of world.tills) await checkTill(world, till);
  checkTransfers(world, true);
  world.server.writePath.check();
  for (const storeId of storeIds) {
    await checkNothingForeign(world, storeId);
    const before = await checkStore(world, storeId);
    await rebuildStore(world.server.context, storeId);
    const after = await checkStore(world, storeId);
    assertSameRows(`[P2] ${storeId} stock`, after.stock, before.stock);
    assertSameRows(`[P2] ${storeId} unit`, after.units, before.units);
  }
}

function checkStore(world: World, storeId: string): Promise<StoreRows> {
  return inSnapshot(world, async (client) => {
    const { rows, expected } = await checkTables(client, storeId, world.journal.of(storeId));
    await checkHistory(client, storeId, world.journal.of(storeId), expected);
    return rows;
  });
}

async function checkTill(world: World, till: TillDriver): Promise<void> {
  const { owner, storeId } = till;
  const promised = (world.promised.get(till) ?? []).map(({ entry }) => entry);
  const kept = await till.entries();
  assert(isDeepStrictEqual(kept, promised), `[J1] ${owner} keeps the ${promised.length} entries that it promised`);
  await checkChain(world, till, kept);
  for (const entry of kept) {
    const there = world.journal.entry(storeId, entry._id);
    assert(isDeepStrictEqual(there?.entry, entry), `[J2] ${owner} ${entry._id} is in the journal as it was written`);
  }
  const rows = await inSnapshot(world, (client) => readRows(client, storeId));
  const difference = viewDifference(await till.view(), rows);
  assert(difference === null, `at rest ${owner} shows what the server has: ${difference}`);
  const base = till.baseRows();
  if (base === null) return;
  assertSameRows(`${owner} stock`, base.get('stock') ?? new Map(), rows.stock);
  assertSameRows(`${owner} unit`, base.get('unit') ?? new Map(), rows.units);
  const deliveryRows = await inSnapshot(world, (client) => readDeliveryRows(client, storeId));
  for (const table of deliveryTables) {
    assertSameRows(`${owner} ${table}`, base.get(table) ?? new Map(), deliveryRows[table]);
  }
  const counts = await inSnapshot(world, (client) => readCountRows(client, storeId));
  assertSameRows(`${owner} stock-take`, base.get('stock-count') ?? new Map(), counts);
  // Pages leave out when nobody has confirmed an online price.
  const prices = new Map(
    [...(base.get('price') ?? [])].map(([key, row]) => [key, { onlineConfirmedAtMs: null, ...(row as object) }]),
  );
  assertSameRows(`${owner} price`, prices, await readPrices(world));
}

/** [J3] Numbers without gap, hashes that chain, signatures that hold. */
async function checkChain(world: World, till: TillDriver, entries: readonly Entry[]): Promise<void> {
  let previousHash = await genesisHash(till.storeId, till.tillNumber);
  const publicKey = world.pairings.get(till)?.keys.publicKey;
  assert(publicKey, 'each till has a key');
  for (const [index, entry] of entries.entries()) {
    assert(entry._id === entryId(till.tillNumber, index + 1), `[J3] ${till.owner} ${entry._id} is number ${index + 1}`);
    assert(entry.previousHash === previousHash, `[J3] ${entry._id} names the entry before it`);
    const { hash, signature, ...draft } = entry;
    const sealed = await sealEntry(draft, async () => signature);
    assert(sealed.hash === hash, `[J3] ${entry._id} is as it was hashed`);
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const bytes = Uint8Array.from(Buffer.from(signature, 'base64url'));
    assert(
      await crypto.subtle.verify(algorithm, publicKey, bytes, new TextEncoder().encode(hash)),
      `[J3] ${entry._id} is signed by its till`,
    );
    previousHash = hash;
  }
}

/** The journal holds what tills promised and what the back office wrote, and nothing else. */
async function checkNothingForeign(world: World, storeId: string): Promise<void> {
  const known = new Set<string>();
  for (const [till, promised] of world.promised) {
    if (till.storeId === storeId) for (const { entry } of promised) known.add(entry._id);
  }
  let backOffice = 0;
  for (const { entry } of world.journal.of(storeId)) {
    // A restored server leaps over the numbers that it may have given out since.
    if (entry.tillNumber === 0) backOffice = entry.sequence - backOffice > 900_000 ? entry.sequence : backOffice + 1;
    else assert(known.has(entry._id), `${storeId} ${entry._id} was written by a till`);
    if (entry.tillNumber === 0)
      assert(world.journal.entry(storeId, entryId(0, backOffice)), '[J3] the back office too');
  }
}

async function readPrices(world: World): Promise<Map<string, unknown>> {
  const { rows } = await world.server.admin.query<{ skuId: string }>(
    `select sku_id as "skuId", price_minor as "priceMinor", online_price_minor as "onlinePriceMinor",
            online_confirmed_at_ms as "onlineConfirmedAtMs" from price`,
  );
  return new Map(rows.map((row) => [row.skuId, row]));
}
