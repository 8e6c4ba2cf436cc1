import { z } from 'zod';
import { pairingCodeAnswerSchema } from '#schemas/api/pairing-codes.ts';
import { requestedByHeader } from '#schemas/api/session.ts';
import { assert } from '#schemas/assert.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { pairAnswerSchema } from '#schemas/sync/pairing.ts';
import { protocolVersion } from '#schemas/sync/protocol.ts';
import { createMerchant, createStore } from '#sync-server/catalogue/new-store.ts';
import type { ServerContext } from '#sync-server/context.ts';
import { inTransaction } from '#sync-server/db/database.ts';
import { bumpChain } from '#sync-server/feed/revision.ts';
import { keepPriceVersions } from '#sync-server/prices/price-versions.ts';
import { JournalWatch } from './journal-watch.ts';
import { Network } from './network.ts';
import type { SimulationPostgres } from './postgres.ts';
import { Random } from './random.ts';
import { RealTill } from './real-till.ts';
import { seedPeople } from './rights.ts';
import { currency, skus, taxRules } from './shop.ts';
import { SimulatedServer } from './simulated-server.ts';
import { ThinTill } from './thin-till.ts';
import type { Pairing, TillDriver } from './till-driver.ts';

export const merchantId = 'chain';
export const storeIds = ['north', 'south'] as const;
export const placeId = 'floor';
const password = 'open sesame 1';

/** An entry that a clerk was told is on record, and the journal's head that its till had seen then. */
export type Promised = { entry: Entry; seenHead: number | undefined };

/** Everything of one simulation. */
export type World = {
  random: Random;
  /** The true time, and how far the server's clock is off. */
  clock: { nowMs: number; serverSkewMs: number };
  postgres: SimulationPostgres;
  kind: TillKind;
  server: SimulatedServer;
  network: Network;
  tills: TillDriver[];
  pairings: Map<TillDriver, Pairing>;
  promised: Map<TillDriver, Promised[]>;
  /** `store entryId` of what the server said it has, whether or not the answer arrived. */
  acknowledged: Set<string>;
  journal: JournalWatch;
  /** What the server had before its data was lost: replicas may have it still. */
  lost: Set<string>;
  /** Of the server's database, as the role that owns it. */
  ownerUrl: string;
  backup: Uint8Array | null;
  /** What ends databases that are not needed any more. */
  dropped: (() => Promise<void>)[];
  /** Faults by name, and how often they happened. */
  faults: Map<string, number>;
  offline: Set<TillDriver>;
  /** How long real tills are let work by themselves after each step. */
  settleMs: number;
  counts: { tillCrashes: number; serverCrashes: number; clockJumps: number };
  close(): Promise<void>;
};

/** Which tills: `thin` replays to the letter, `real` as far as the code of the browser depends on no timer. */
export type TillKind = 'thin' | 'real';
const makeTill: Record<TillKind, (...parts: ConstructorParameters<typeof ThinTill>) => Promise<TillDriver>> = {
  thin: async (...parts) => new ThinTill(...parts),
  real: (...parts) => RealTill.make(...parts),
};

/** A chain of two stores with two to four tills each, freshly paired with a running server. */
export async function createWorld(seed: number, postgres: SimulationPostgres, kind: TillKind): Promise<World> {
  const random = new Random(seed);
  const clock = { nowMs: Date.UTC(2026, 10, 2, 8), serverSkewMs: 0 };
  const database = await postgres.createDatabase();
  const server = new SimulatedServer(database.url, () => clock.nowMs + clock.serverSkewMs);
  await server.start(1);
  await seedChain(server.context);
  const acknowledged = new Set<string>();
  const network = new Network(async (request) => {
    const read = request.clone();
    const answer = await server.handle(request);
    await noteAcknowledged(read, answer.clone(), acknowledged);
    return answer;
  });
  const world: World = {
    random: random.stream('scheduler'),
    clock,
    postgres,
    kind,
    server,
    network,
    tills: [],
    pairings: new Map(),
    promised: new Map(),
    acknowledged,
    journal: new JournalWatch(),
    lost: new Set(),
    ownerUrl: database.ownerUrl,
    backup: null,
    dropped: [database.drop],
    faults: new Map(),
    offline: new Set(),
    settleMs: kind === 'real' ? 5 : 0,
    counts: { tillCrashes: 0, serverCrashes: 0, clockJumps: 0 },
    close: async () => {
      for (const till of world.tills) await till.close();
      await server.close();
      for (const drop of world.dropped) await drop();
    },
  };
  const shape = random.stream('shape');
  for (const storeId of storeIds) {
    const cookie = await signInManager(server);
    for (let left = shape.between(2, 4); left > 0; left--) {
      const till = await addTill(world, storeId, random.stream(`${storeId}/${left}`), cookie);
      // A third of the clocks are wrong, some by a day.
      till.skewMs =
        shape.weighted({ right: 4, minutes: 1, day: 1 }) === 'right' ? 0 : shape.between(-86_400_000, 86_400_000);
    }
  }
  return world;
}

/** Pairs another tablet of a store. */
export async function addTill(world: World, storeId: string, random: Random, cookie?: string): Promise<TillDriver> {
  const { server, network, clock, kind } = world;
  const pairing = await pairTill(server, storeId, cookie ?? (await signInManager(server)));
  const till = await makeTill[kind](pairing, network, () => clock.nowMs, random);
  world.tills.push(till);
  world.pairings.set(till, pairing);
  world.promised.set(till, []);
  return till;
}

async function seedChain(context: ServerContext): Promise<void> {
  await createMerchant(context, { merchantId, name: 'Chain' });
  for (const storeId of storeIds) {
    await createStore(context, { storeId, merchantId, name: storeId, currency, timeZone: 'Europe/London', taxRules });
  }
  await seedPeople(context, storeIds, password);
  await inTransaction(context.database, async (client) => {
    const revision = await bumpChain(client, merchantId);
    for (const { skuId, taxClass, tracking, gtin14, priceMinor } of skus) {
      await client.query(
        `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision) values ($1, $2, $3, $4, $5, $6)`,
        [merchantId, skuId, JSON.stringify({ en: skuId }), taxClass, tracking, revision],
      );
      await client.query('insert into gtin (merchant_id, gtin14, sku_id, revision) values ($1, $2, $3, $4)', [
        merchantId,
        gtin14,
        skuId,
        revision,
      ]);
      await client.query('insert into price (merchant_id, sku_id, price_minor, revision) values ($1, $2, $3, $4)', [
        merchantId,
        skuId,
        priceMinor,
        revision,
      ]);
    }
    await keepPriceVersions(client, merchantId, revision, context.nowMs());
  });
}

async function post(server: SimulatedServer, path: string, body: unknown, cookie = ''): Promise<Response> {
  const headers = { 'content-type': 'application/json', [requestedByHeader]: '1', cookie };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await server.handle(new Request(`http://server.example${path}`, init));
  assert(answer.ok, `${path} answered ${answer.status}`);
  return answer;
}

async function signInManager(server: SimulatedServer): Promise<string> {
  const session = await post(server, '/api/session', { name: 'boss', password });
  return (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

/** Pairs as a person does: a code from the manager's session, typed into a tablet. */
async function pairTill(server: SimulatedServer, storeId: string, cookie: string): Promise<Pairing> {
  const code = await post(server, `/api/stores/${storeId}/pairing-codes`, {}, cookie);
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const request = {
    protocol: protocolVersion,
    code: pairingCodeAnswerSchema.parse(await code.json()).code,
    publicKey: { kty, crv, x, y },
    deviceName: 'simulated',
  };
  const { tillNumber, token, pinKey } = pairAnswerSchema.parse(await (await post(server, '/api/pair', request)).json());
  return { storeId, tillNumber, token, pinKey, keys };
}

const bulkDocsSchema = z.object({ docs: z.array(z.object({ _id: z.string() })) });
const failedSchema = z.array(z.object({ id: z.string(), error: z.string().optional() }));

/** Listens on the wire: which entries the server says it has. */
async function noteAcknowledged(request: Request, answer: Response, acknowledged: Set<string>): Promise<void> {
  const [, storeId] = /\/sync\/([^/]+)\/_bulk_docs$/.exec(new URL(request.url).pathname) ?? [];
  if (storeId === undefined || answer.status !== 201) return;
  const failed = failedSchema.parse(await answer.json()).filter((item) => item.error !== undefined);
  const refused = new Set(failed.map(({ id }) => id));
  for (const { _id } of bulkDocsSchema.parse(await request.json()).docs) {
    if (!refused.has(_id)) acknowledged.add(`${storeId} ${_id}`);
  }
}
