import { assert } from '#schemas/assert.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { inTransaction } from '#sync-server/db/database.ts';
import { bumpChain } from '#sync-server/feed/revision.ts';
import { writeBackOfficeEntry } from '#sync-server/journal/back-office.ts';
import { keepPriceVersions } from '#sync-server/prices/price-versions.ts';
import { approving, counting } from './count-happenings.ts';
import { disturbBadly, type FaultAction, isFault } from './faults.ts';
import {
  deliveryAnnounced,
  deliveryClosed,
  goodsMoved,
  goodsReceived,
  stockAdjusted,
  transferSent,
  unitsCommissioned,
  unitsSet,
} from './goods-happenings.ts';
import { LineBroken } from './network.ts';
import { Random } from './random.ts';
import { changeRoles } from './role-changes.ts';
import { brokenTicket, type Happening, skus, ticket, unknownHappening } from './shop.ts';
import type { TillDriver } from './till-driver.ts';
import { announcedIn, drain } from './transfers.ts';
import { merchantId, placeId, storeIds, type World } from './world.ts';

/** What may happen in one step, by how often. */
export const weights = {
  deliver: 70,
  sale: 16,
  return: 5,
  receipt: 7,
  adjustment: 2,
  commission: 1,
  move: 3,
  setState: 2,
  send: 5,
  close: 1,
  count: 12,
  approve: 4,
  outbox: 16,
  unknownKind: 1,
  brokenBody: 1,
  exchange: 26,
  reload: 1,
  backOffice: 3,
  newPrice: 1,
  roles: 8,
  hostile: 1,
  tillCrash: 2,
  tillLine: 3,
  serverCrash: 1.5,
  recover: 9,
  clockJump: 1,
  weather: 1,
} as const;
export type Action = keyof typeof weights;

/** Does one thing; answers what it was, for the trace. */
export async function act(world: World, action: Action | FaultAction): Promise<string> {
  const { random } = world;
  const till = random.pick(world.tills);
  if (isFault(action)) return disturbBadly(world, action, till);
  const nowMs = world.clock.nowMs;
  switch (action) {
    case 'deliver': {
      const count = random.weighted({ one: 3, few: 5, all: 3 });
      const burst = count === 'one' ? 1 : count === 'few' ? random.between(2, 6) : world.network.waiting;
      await world.network.release(random, burst);
      return `deliver ${burst}`;
    }
    case 'sale':
      return record(world, till, ticket(random, placeId, nowMs, false));
    case 'return':
      return record(world, till, ticket(random, placeId, nowMs, true));
    case 'receipt':
    case 'adjustment':
    case 'commission':
    case 'move':
    case 'setState':
    case 'send':
    case 'close':
      return handle(world, till, action);
    case 'count':
      // A stream of its own, as for other goods.
      return record(world, till, counting(new Random(random.between(0, 4_294_967_295))));
    case 'unknownKind':
      return till.writesAnything ? record(world, till, unknownHappening(random)) : 'no such till';
    case 'brokenBody':
      return till.writesAnything ? record(world, till, brokenTicket(random, placeId, nowMs)) : 'no such till';
    case 'exchange': {
      const some = world.tills.filter(() => random.chance(0.5));
      for (const each of some) each.beginSync();
      return `${some.map(({ owner }) => owner).join(', ')} exchange`;
    }
    case 'reload':
      till.beginReload();
      return `${till.owner} reloads`;
    default:
      return disturb(world, action, till);
  }
}

type Handling = 'receipt' | 'adjustment' | 'commission' | 'move' | 'setState' | 'send' | 'close';

/** Somebody does something with goods. */
async function handle(world: World, till: TillDriver, action: Handling): Promise<string> {
  // A stream of its own: what is drawn depends on which deliveries there are, and what comes after must not.
  const random = new Random(world.random.between(0, 4_294_967_295));
  const deliveries = announcedIn(world, till.storeId);
  const delivery = deliveries.length > 0 && random.chance(0.7) ? random.pick(deliveries) : null;
  switch (action) {
    case 'receipt':
      return record(world, till, goodsReceived(random, delivery));
    case 'adjustment':
      return record(world, till, stockAdjusted(random));
    case 'commission':
      return record(world, till, unitsCommissioned(random));
    case 'move':
      return record(world, till, goodsMoved(random));
    case 'setState':
      return record(world, till, unitsSet(random));
    case 'send':
      return record(world, till, transferSent(random, till.storeId === 'north' ? 'south' : 'north'));
    case 'close':
      return delivery ? record(world, till, deliveryClosed(random, delivery.id)) : 'nothing to close';
  }
}

type Disturbance =
  | 'backOffice'
  | 'approve'
  | 'outbox'
  | 'newPrice'
  | 'roles'
  | 'hostile'
  | 'tillCrash'
  | 'tillLine'
  | 'serverCrash'
  | 'recover'
  | 'clockJump'
  | 'weather';

async function disturb(world: World, action: Disturbance, till: TillDriver): Promise<string> {
  const { random, network, counts } = world;
  switch (action) {
    case 'backOffice':
      return backOffice(world);
    case 'approve':
      return approving(world);
    case 'outbox':
      return drain(world);
    case 'newPrice':
      return newPrice(world);
    case 'roles':
      return changeRoles(world);
    case 'hostile':
      return forge(world, till);
    case 'tillCrash':
      return crashTill(world, till);
    case 'tillLine':
      world.offline.add(till);
      network.setLine(till.owner, false);
      return `${till.owner} goes offline`;
    case 'recover':
      return recover(world);
    case 'serverCrash':
      return crashServer(world);
    case 'clockJump':
      counts.clockJumps++;
      till.skewMs += random.between(-7_200_000, 7_200_000);
      return `${till.owner} is ${till.skewMs} ms off`;
    case 'weather': {
      const worst = random.pick([0, 0.1, 0.4]);
      network.weather = { ...network.weather, loseRequest: worst, loseAnswer: worst, duplicate: worst };
      return `the network loses ${worst}`;
    }
  }
}

async function record(world: World, till: TillDriver, happening: Happening): Promise<string> {
  if (!till.up) return `${till.owner} is down`;
  const revision = till.baseRevision();
  const seenHead = revision === null ? undefined : world.journal.headAt(till.storeId, revision);
  // A till that never loaded has seen nothing; what it writes is after nothing.
  const promised = { entry: await till.commit(happening), seenHead };
  world.promised.get(till)?.push(promised);
  return `${till.owner} records ${promised.entry._id} ${happening.kind}`;
}

/** What is down the longest way up: the server, else a dead till, else one without a line. */
async function recover(world: World): Promise<string> {
  const { server, random, network } = world;
  if (!server.up) {
    const processes = random.between(1, 2);
    await server.start(processes);
    return `the server comes back with ${processes} processes`;
  }
  const dead = world.tills.find((till) => !till.up);
  if (dead) {
    await dead.restart();
    return `${dead.owner} comes back`;
  }
  const [offline] = world.offline;
  if (!offline) return 'all are well';
  world.offline.delete(offline);
  network.setLine(offline.owner, true);
  return `${offline.owner} has a line again`;
}

async function crashTill(world: World, till: TillDriver): Promise<string> {
  if (!till.up) return `${till.owner} is down already`;
  world.counts.tillCrashes++;
  await till.crash();
  return `${till.owner} crashes`;
}

/** In the middle of whatever it is doing: some messages are let go, and a little later it is dead. */
async function crashServer(world: World): Promise<string> {
  const { server, random, network } = world;
  if (!server.up) return 'the server is down already';
  world.counts.serverCrashes++;
  const released = network.release(random, random.between(0, network.waiting));
  // It dies while it tells another store, too.
  const drained = drain(world).catch((error: Error) => error.message);
  for (let turns = random.between(0, 12); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
  await server.crash();
  await Promise.all([released, drained]);
  return 'the server crashes';
}

async function backOffice(world: World): Promise<string> {
  const { server, random } = world;
  const storeId = random.pick(storeIds);
  const happening = random.chance(0.7) ? deliveryAnnounced(random) : goodsReceived(random, null);
  if (!server.up) return 'the back office finds no server';
  await writeBackOfficeEntry(server.context, storeId, happening);
  return `the back office of ${storeId}: ${happening.kind}`;
}

async function newPrice(world: World): Promise<string> {
  const { server, random } = world;
  const { skuId } = random.pick(skus);
  const priceMinor = random.between(1, 9_999);
  if (!server.up) return 'no server for a new price';
  const { context } = server;
  await inTransaction(context.database, async (client) => {
    const revision = await bumpChain(client, merchantId);
    await client.query('update price set price_minor = $3, revision = $4 where merchant_id = $1 and sku_id = $2', [
      merchantId,
      skuId,
      priceMinor,
      revision,
    ]);
    await keepPriceVersions(client, merchantId, revision, context.nowMs());
  });
  context.changes.publish(merchantId);
  return `${skuId} costs ${priceMinor}`;
}

/** Somebody with a till's token sends what that till never wrote: nothing of it may come into the journal (J3, A1). */
async function forge(world: World, till: TillDriver): Promise<string> {
  const { random, server } = world;
  const last = world.promised.get(till)?.at(-1)?.entry;
  const token = world.pairings.get(till)?.token;
  if (last === undefined || token === undefined || !server.up) return 'nothing to forge';
  const forgeries: Record<string, Partial<Entry>> = {
    changedBody: { body: { ...last.body, forged: true } },
    nextInLine: { _id: last._id.replace(/\d{9}$/, '900000001'), sequence: 900_000_001 },
    otherTill: { _id: `0999-${last._id.slice(5)}`, tillNumber: 999 },
    otherStore: { storeId: till.storeId === 'north' ? 'south' : 'north' },
    otherSignature: { signature: 'A'.repeat(86) },
  };
  const name = random.pick(Object.keys(forgeries));
  const hex = Array.from({ length: 32 }, () => random.between(0, 15).toString(16)).join('');
  const forged = { ...last, ...forgeries[name], _rev: `1-${hex}`, _revisions: { start: 1, ids: [hex] } };
  const request = new Request(`http://server.example/sync/${till.storeId}/_bulk_docs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ docs: [forged], new_edits: false }),
  });
  const answer = await server.handle(request).catch((error: Error) => {
    if (error instanceof LineBroken) return null;
    throw error;
  });
  const [failed] = answer === null ? [null] : ((await answer.json()) as { error?: string }[]);
  assert(answer === null || failed?.error === 'forbidden', `a forgery (${name}) is refused: ${JSON.stringify(failed)}`);
  return `${till.owner}: forged ${name}`;
}
