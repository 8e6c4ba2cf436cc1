import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import memoryAdapter from 'pouchdb-adapter-memory';
import { journalPouch } from '#pwa/db/pouch.ts';
import { openTill } from '#pwa/db/till.ts';
import type { Till } from '#pwa/db/till-types.ts';
import { requestedByHeader } from '#schemas/api/session.ts';
import { assert } from '#schemas/assert.ts';
import { createMerchant, createStore } from '#sync-server/catalogue/new-store.ts';
import { inTransaction } from '#sync-server/db/database.ts';
import { addTill } from '#sync-server/feed/feed-test-shop.ts';
import { createOperator } from '#sync-server/people/new-operator.ts';
import { SimulatedServer } from '../simulation/simulated-server.ts';

const pouch = journalPouch(memoryAdapter);
const password = 'correct horse battery';
const [merchantId, storeId] = ['chain', 'north'];

type Goods = { skuId: string; priceMinor: number; categoryId: string | null };

/** A shop with these goods on the real server, a till of it with the code of the browser, and somebody who asks its API. */
export class PricedShop {
  readonly server: SimulatedServer;
  readonly till: Till;
  readonly #cookie: string;

  private constructor(server: SimulatedServer, till: Till, cookie: string) {
    this.server = server;
    this.till = till;
    this.#cookie = cookie;
  }

  static async open(url: string, goods: readonly Goods[], taxRules: Parameters<typeof createStore>[1]['taxRules']) {
    const server = new SimulatedServer(url, Date.now);
    await server.start(1);
    const { context } = server;
    const store = { storeId, merchantId, name: storeId, currency: 'GBP', timeZone: 'UTC', taxRules };
    await createMerchant(context, { merchantId, name: merchantId });
    await createStore(context, store);
    for (const [at, one] of goods.entries()) await addGoods(server, one, at + 1);
    await createOperator(context, { storeId, operatorId: 'olga', name: 'Olga', role: 'owner', pin: '1234', password });
    const till = await pairedTill(server);
    const answer = await server.handle(
      new Request('http://server.example/api/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json', [requestedByHeader]: '1' },
        body: JSON.stringify({ name: 'olga', password }),
      }),
    );
    assert(answer.ok, `somebody signs in: ${answer.status}`);
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    return new PricedShop(server, till, cookies.join('; '));
  }

  /** The chain has these promotions and no others; resolves when the till knows them, which its book is read from. */
  async setPromotions(rows: readonly { promotionId: string }[], revision: number): Promise<void> {
    const { context } = this.server;
    const told = new Promise<void>((resolve) => {
      const stop = this.till.onRows((changes) => {
        if (!changes.some(({ table }) => table === 'promotion')) return;
        stop();
        resolve();
      });
    });
    await inTransaction(context.database, async (tx) => {
      await tx.query('update merchant_counter set revision = $2 where merchant_id = $1', [merchantId, revision]);
      await tx.query('update promotion set deleted = true, revision = $2 where merchant_id = $1', [
        ...[merchantId, revision],
      ]);
      await tx.query(
        `insert into promotion (merchant_id, promotion_id, row, changed_at_ms, revision)
         select $1, p ->> 'promotionId', p, 0, $3 from jsonb_array_elements($2::jsonb) p
         on conflict (merchant_id, promotion_id)
         do update set row = excluded.row, deleted = false, revision = excluded.revision`,
        [merchantId, JSON.stringify(rows), revision],
      );
    });
    context.changes.publish(merchantId);
    await told;
  }

  /** The API's answer to `POST /api/stores/:store/quote`. */
  async quote(ticket: object): Promise<unknown> {
    const answer = await this.server.handle(
      new Request(`http://server.example/api/stores/${storeId}/quote`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [requestedByHeader]: '1', cookie: this.#cookie },
        body: JSON.stringify(ticket),
      }),
    );
    return answer.json();
  }

  async close(): Promise<void> {
    await this.till.close();
    await this.server.close();
  }
}

async function addGoods({ admin }: SimulatedServer, { skuId, priceMinor, categoryId }: Goods, revision: number) {
  await admin.query(
    `insert into sku (merchant_id, sku_id, names, category_id, tax_class, tracking, revision)
     values ($1, $2, '{"en":"x"}', $3, 'standard', 'quantity', $4)`,
    [merchantId, skuId, categoryId, revision],
  );
  await admin.query('insert into price (merchant_id, sku_id, price_minor, revision) values ($1, $2, $3, $4)', [
    ...[merchantId, skuId, priceMinor, revision],
  ]);
  await admin.query('update merchant_counter set revision = $2 where merchant_id = $1', [merchantId, revision]);
}

async function pairedTill(server: SimulatedServer): Promise<Till> {
  const { tillNumber, token } = await addTill(server.context, storeId);
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const pinKey = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const paired = { storeId, storeName: storeId, tillNumber, token, pairedAtMs: Date.now() };
  const opened = await openTill({
    identity: { ...paired, signingKey: keys.privateKey, pinKey },
    baseUrl: 'http://server.example',
    fetch: async (input, init) => unpacked(await server.handle(new Request(input, init))),
    pouch,
    adapter: 'memory',
    source: { indexedDB: new IDBFactory(), IDBKeyRange },
  });
  assert(opened.ok, 'the till opens');
  const till = opened.value;
  await new Promise<void>((resolve) => {
    const look = () => till.status.complete && resolve();
    till.onStatus(look);
    look();
  });
  return till;
}

/** As a browser hands an answer on. */
function unpacked(answer: Response): Response {
  if (answer.headers.get('content-encoding') !== 'gzip' || answer.body === null) return answer;
  const headers = new Headers(answer.headers);
  headers.delete('content-encoding');
  return new Response(answer.body.pipeThrough(new DecompressionStream('gzip')), { status: answer.status, headers });
}
