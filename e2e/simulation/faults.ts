import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { assert } from '#schemas/assert.ts';
import { protocolHeader } from '#schemas/sync/protocol.ts';
import { restoreBackup } from '#sync-server/backup/restore-backup.ts';
import { backupLines } from '#sync-server/backup/write-backup.ts';
import { openDatabase } from '#sync-server/db/database.ts';
import { stockAdjusted } from './goods-happenings.ts';
import { JournalWatch } from './journal-watch.ts';
import { LineBroken } from './network.ts';
import { Random } from './random.ts';
import { ticket } from './shop.ts';
import { sqlFaults } from './sql-faults.ts';
import type { TillDriver } from './till-driver.ts';
import { drain } from './transfers.ts';
import { addTill, placeId, storeIds, type World } from './world.ts';

/** What goes wrong beyond lost messages and crashes, by how often; beside `weights` of actions.ts. */
export const faultWeights = {
  storm: 3,
  statement: 6,
  midCommit: 3,
  takeOver: 2,
  evictRows: 0.5,
  evictTablet: 0.3,
  diskFull: 0.7,
  serverClock: 0.7,
  backup: 2,
  restore: 0.8,
  otherVersion: 3,
  stranger: 1,
} as const;
export type FaultAction = keyof typeof faultWeights;

export function isFault(action: string): action is FaultAction {
  return action in faultWeights;
}

/** Does one of them; answers what it was, for the trace. */
export async function disturbBadly(world: World, action: FaultAction, till: TillDriver): Promise<string> {
  // A stream of its own: what is drawn depends on what is up and down.
  const random = new Random(world.random.between(0, 4_294_967_295));
  switch (action) {
    case 'storm': {
      const { weather } = world.network;
      const [half, wrong] = [random.pick([0, 0.1, 0.3]), random.pick([0, 0.05, 0.2])];
      world.network.weather = { ...weather, half, wrong };
      return `lines break half-way (${half}), somebody else answers (${wrong})`;
    }
    case 'statement':
      return strikeStatement(world, random);
    case 'midCommit':
      return dieInCommit(world, random, till);
    case 'takeOver':
      return takeOver(world, till);
    case 'evictRows':
      return evictRows(world, till);
    case 'evictTablet':
      return evictTablet(world, random, till);
    case 'diskFull':
      return fillDisk(world, random, till);
    case 'serverClock':
      note(world, 'server clock jumps');
      world.clock.serverSkewMs = random.between(-600_000, 600_000);
      return `the server's clock is ${world.clock.serverSkewMs} ms off`;
    case 'backup':
      return backUp(world);
    case 'restore':
      return restore(world, random);
    case 'otherVersion':
      return otherVersion(world, random, till);
    case 'stranger':
      return intrude(world, random, till);
  }
}

export function note(world: World, fault: string): void {
  world.faults.set(fault, (world.faults.get(fault) ?? 0) + 1);
}

/** Lets messages go and the outbox drain, and at one of their statements something happens to database or process. */
async function strikeStatement(world: World, random: Random): Promise<string> {
  const { server, network } = world;
  if (!server.up) return 'no server to strike';
  const fault = random.pick(sqlFaults);
  const nth = random.between(1, 25);
  for (const faults of server.faults) faults.arm(fault, nth);
  const released = network.release(world.random, random.between(1, Math.max(1, network.waiting)));
  const drained = drain(world).catch((error: Error) => error.message);
  await Promise.all([released, drained]);
  const struck = server.faults.some((faults) => faults.struck);
  if (struck) note(world, `statement: ${fault}`);
  if (fault === 'die' && struck) await server.crash();
  return `${fault} at statement ${nth}: ${struck ? 'struck' : 'too few statements'}`;
}

/** [J1] The tab dies while a sale is put on record: it is wholly there or wholly not. */
async function dieInCommit(world: World, random: Random, till: TillDriver): Promise<string> {
  if (!till.up) return `${till.owner} is down already`;
  note(world, 'tills killed in a commit');
  const happening = ticket(random, placeId, world.clock.nowMs, random.chance(0.2));
  const entry = await till.commitAndDie(happening, random.between(0, 12));
  if (entry !== null) world.promised.get(till)?.push({ entry, seenHead: undefined });
  return `${till.owner} dies in a commit: ${entry === null ? 'nothing' : entry._id}`;
}

/** [J4] A second tab opens as the first one is closed, and takes over its storage at once. */
async function takeOver(world: World, till: TillDriver): Promise<string> {
  if (!till.up) return `${till.owner} is down already`;
  note(world, 'second tabs that took over');
  await till.crash();
  await till.restart();
  return `a second tab takes over ${till.owner}`;
}

/** The browser throws the rows away and keeps the journal. */
async function evictRows(world: World, till: TillDriver): Promise<string> {
  note(world, 'evictions of rows');
  if (till.up) await till.crash();
  await till.evictRows();
  return `${till.owner} loses its rows`;
}

/**
 * The tablet is lost with all that is on it, and another is paired as a new till: what the server had of the old one stays, and
 * nothing else could.
 */
async function evictTablet(world: World, random: Random, till: TillDriver): Promise<string> {
  const { server, tills, offline, pairings } = world;
  if (!server.up) return 'no server to pair another tablet with';
  note(world, 'tablets lost');
  tills.splice(tills.indexOf(till), 1);
  offline.delete(till);
  pairings.delete(till);
  await till.close();
  world.network.forget(till.owner);
  const made = await addTill(world, till.storeId, random);
  // A backup does not know the new tablet.
  world.backup = null;
  return `${till.owner} is lost, ${made.owner} is new`;
}

function fillDisk(world: World, random: Random, till: TillDriver): string {
  const isFull = random.chance(0.6);
  if (isFull) note(world, 'full disks');
  till.fillDisk(isFull);
  return `the disk of ${till.owner} is ${isFull ? 'full' : 'free'}`;
}

async function backUp(world: World): Promise<string> {
  const owner = openDatabase(world.ownerUrl, { poolSize: 1 });
  try {
    const lines = backupLines(owner, world.clock.nowMs);
    world.backup = await buffer(Readable.from(lines, { objectMode: true }).pipe(createGzip({ level: 1 })));
    return `a backup of ${world.backup.byteLength} bytes`;
  } finally {
    await owner.close();
  }
}

/** The server's data is lost, and the last backup is restored: tills that are ahead of it send again what it lacks. */
async function restore(world: World, random: Random): Promise<string> {
  const { server, backup, tills } = world;
  if (backup === null) return 'no backup to restore';
  note(world, 'restored backups');
  await server.crash();
  const database = await world.postgres.createDatabase();
  const owner = openDatabase(database.ownerUrl, { poolSize: 2 });
  await restoreBackup(owner, Readable.from([backup]));
  await owner.close();
  await server.moveTo(database.url);
  world.ownerUrl = database.ownerUrl;
  world.dropped.push(database.drop);
  for (const storeId of storeIds) {
    for (const { entry } of world.journal.of(storeId)) world.lost.add(`${storeId} ${entry._id}`);
  }
  world.journal = new JournalWatch();
  world.acknowledged.clear();
  for (const till of tills) {
    for (const promise of world.promised.get(till) ?? []) promise.seenHead = undefined;
  }
  await server.start(random.between(1, 2));
  return 'the server is restored from a backup';
}

/** An older app's entry, as it wrote them then; or a newer one's, in a version that this server does not know. */
async function otherVersion(world: World, random: Random, till: TillDriver): Promise<string> {
  if (!till.up || !till.writesAnything) return 'no such till';
  const made = stockAdjusted(random);
  const { approvals, ...body } = made.body;
  assert(Array.isArray(approvals), 'a correction has approvals');
  const isOld = random.chance(0.6);
  note(world, isOld ? 'entries of an older app' : 'entries of a newer app');
  const entry = await till.commit(isOld ? { ...made, body, version: 1 } : { ...made, version: 77 });
  world.promised.get(till)?.push({ entry, seenHead: undefined });
  return `${till.owner} records ${entry._id} in version ${entry.version}`;
}

/** [A1] Somebody with a till's token looks into another store; and an app of another time speaks another protocol. */
async function intrude(world: World, random: Random, till: TillDriver): Promise<string> {
  const token = world.pairings.get(till)?.token;
  const other = storeIds.find((storeId) => storeId !== till.storeId);
  if (token === undefined || !world.server.up) return 'nobody to look elsewhere';
  const [path, wanted, protocol] = random.pick([
    [`/feed/${other}/delta?chain=0&store=0&waitMs=0&config=`, [401, 403, 404], null],
    [`/sync/${other}/_changes`, [401, 403, 404], null],
    [`/feed/${till.storeId}/manifest`, [400], '999'],
  ] as const);
  const headers = new Headers({ authorization: `Bearer ${token}` });
  if (protocol !== null) headers.set(protocolHeader, protocol);
  try {
    const answer = await world.server.handle(new Request(`http://server.example${path}`, { headers }));
    assert((wanted as readonly number[]).includes(answer.status), `[A1] ${path} answered ${answer.status}`);
  } catch (error) {
    if (!(error instanceof LineBroken)) throw error;
  }
  note(world, 'strangers turned away');
  return `${till.owner} asks for ${path}`;
}
