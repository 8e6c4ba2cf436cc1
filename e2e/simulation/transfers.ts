import { assert } from '#schemas/assert.ts';
import type { DeliveryAnnounced } from '#schemas/stock/delivery.ts';
import type { Goods } from '#schemas/stock/goods.ts';
import { drainOutbox } from '#sync-server/transfers/drain-outbox.ts';
import { knownFact } from './fold.ts';
import type { JournalEntry } from './journal-watch.ts';
import { storeIds, type World } from './world.ts';

/** All processes of the server tell other stores what they must hear, at once. */
export async function drain(world: World): Promise<string> {
  const { server } = world;
  if (!server.up) return 'no server for the outbox';
  const drained = await server.inEachProcess((context) => drainOutbox(context));
  return `the outbox tells ${drained.join(' + ')}`;
}

/** Deliveries that a store awaits or has received, as its journal has them. */
export function announcedIn(world: World, storeId: string): { id: string; body: DeliveryAnnounced }[] {
  return world.journal.of(storeId).flatMap(({ entry }) => {
    const fact = knownFact(entry);
    return fact.ok && fact.value.kind === 'delivery-announced' ? [{ id: entry._id, body: fact.value.body }] : [];
  });
}

type Told = { key: string; goods: string };

/** Pieces and units, in a form that does not depend on lines. */
function goodsOf(lines: readonly Goods[]): string {
  const units = lines.flatMap(({ gtin14, serials }) => serials.map((serial) => `${gtin14}.${serial}`));
  const pieces = new Map<string, number>();
  for (const { skuId, quantity } of lines) pieces.set(skuId, (pieces.get(skuId) ?? 0) + quantity);
  return JSON.stringify([units.sort(), [...pieces].sort()]);
}

/** What the entries of one store must make the back office of another write. */
function toTell(world: World, storeId: string): Told[] {
  const sources = new Map(announcedIn(world, storeId).map(({ id, body }) => [id, body.source]));
  return world.journal.of(storeId).flatMap(({ entry }: JournalEntry): Told[] => {
    const fact = knownFact(entry);
    if (!fact.ok) return [];
    const { kind, body } = fact.value;
    if (kind === 'transfer-sent') {
      return [{ key: `${body.toStoreId}: ${storeId} sent ${entry._id}`, goods: goodsOf(body.lines) }];
    }
    if (kind !== 'goods-received' && kind !== 'delivery-closed') return [];
    const source = sources.get(body.deliveryId ?? '');
    if (source?.type !== 'transfer') return [];
    const lines = kind === 'goods-received' ? body.lines : [];
    return [{ key: `${source.storeId}: ${storeId} tells of ${source.entryId} by ${entry._id}`, goods: goodsOf(lines) }];
  });
}

/** What the back office of a store wrote of others. */
function told(world: World, storeId: string): Told[] {
  return world.journal.of(storeId).flatMap(({ entry }: JournalEntry): Told[] => {
    const fact = knownFact(entry);
    if (!fact.ok) return [];
    const { kind, body } = fact.value;
    if (kind === 'transfer-delivered') {
      const key = `${storeId}: ${body.toStoreId} tells of ${body.transferId} by ${body.entryId}`;
      return [{ key, goods: goodsOf(body.lines) }];
    }
    if (kind !== 'delivery-announced' || body.source.type !== 'transfer') return [];
    const { storeId: fromStoreId, entryId } = body.source;
    return [{ key: `${storeId}: ${fromStoreId} sent ${entryId}`, goods: goodsOf(body.lines) }];
  });
}

export function countTold(world: World): number {
  return storeIds.flatMap((storeId) => told(world, storeId)).length;
}

/**
 * Nothing is told that did not happen, and nothing twice; at rest everything is. So of each transfer, what was sent is what
 * the other store awaits, and what that one has of it is what the sender takes for delivered: the rest is in transit.
 */
export function checkTransfers(world: World, isAtRest: boolean): void {
  const wanted = new Map(storeIds.flatMap((storeId) => toTell(world, storeId)).map(({ key, goods }) => [key, goods]));
  const found = new Set<string>();
  for (const { key, goods } of storeIds.flatMap((storeId) => told(world, storeId))) {
    assert(wanted.get(key) === goods, `${key}: ${goods} and not ${wanted.get(key)}`);
    assert(!found.has(key), `${key} is told once`);
    found.add(key);
  }
  if (!isAtRest) return;
  for (const key of wanted.keys()) assert(found.has(key), `at rest ${key} is told`);
}

/** Something waits that nobody has tried to tell in vain. */
export async function isOutboxOpen(world: World): Promise<boolean> {
  const { rowCount } = await world.server.admin.query('select from outbox where done_at_ms is null limit 1');
  return rowCount === 1;
}
