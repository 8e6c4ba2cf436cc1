import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { keySealOf } from '../auth/private-keys.ts';
import type { AuthenticatedTill } from '../auth/till-auth.ts';
import { hashToken } from '../auth/till-auth.ts';
import { createMerchant, createStore } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, openDatabase } from '../db/database.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { ChangeBus } from './change-bus.ts';
import { bumpChain, bumpStore } from './revision.ts';

export type TestShop = { context: ServerContext; close(): Promise<void> };
export type TestTill = AuthenticatedTill & { token: string };

/** A server's context on a database of its own, with a real clock. */
export async function openTestShop(options: { nowMs?: () => number; poolSize?: number } = {}): Promise<TestShop> {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase(url, { poolSize: options.poolSize ?? 8 });
  const changes = new ChangeBus();
  const context: ServerContext = {
    database,
    keySeal: keySealOf('of a test shop'),
    changes,
    nowMs: options.nowMs ?? Date.now,
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
    log: pino({ level: 'silent' }),
  };
  const close = async () => {
    await changes.close();
    await database.close();
    await drop();
  };
  return { context, close };
}

const taxRules = {
  pricesIncludeTax: true,
  classes: [{ taxClass: 'standard', rateBasisPoints: 2_000 }],
  cashStepMinor: 1,
};

export async function addStore(context: ServerContext, merchantId: string, storeId: string): Promise<void> {
  const { rowCount } = await context.database.pool.query('select 1 from merchant where merchant_id = $1', [merchantId]);
  if (rowCount === 0) await createMerchant(context, { merchantId, name: merchantId });
  await createStore(context, { storeId, merchantId, name: storeId, currency: 'EUR', timeZone: 'UTC', taxRules });
}

/** A paired till, without the pairing. */
export async function addTill(context: ServerContext, storeId: string, tillNumber = 1): Promise<TestTill> {
  const token = Buffer.from(context.randomBytes(32)).toString('base64url');
  const publicKey = { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) } as const;
  const pinKey = Buffer.from(context.randomBytes(32)).toString('base64url');
  await context.database.pool.query(
    `insert into till (store_id, till_number, name, public_key, token_hash, pin_key, paired_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [storeId, tillNumber, `Till ${tillNumber}`, publicKey, hashToken(token), pinKey, context.nowMs()],
  );
  const { rows } = await context.database.pool.query<{ merchant_id: string }>(
    'select merchant_id from store where store_id = $1',
    [storeId],
  );
  return { merchantId: rows[0]?.merchant_id ?? '', storeId, tillNumber, publicKey, token };
}

/** Writes SKUs `<prefix>-00001` … with a GTIN and a price each, as an import does. */
export async function addSkus(
  context: ServerContext,
  merchantId: string,
  prefix: string,
  count: number,
): Promise<void> {
  await inTransaction(context.database, async (tx) => {
    const revision = await bumpChain(tx, merchantId);
    await tx.query(
      `insert into sku (merchant_id, sku_id, names, category_id, brand, tax_class, tracking, variant, revision)
       select $1, $2 || '-' || lpad(n::text, 5, '0'), jsonb_build_object('en', 'Thing ' || n), null, 'Acme', 'standard',
              'quantity', null, $4 from generate_series(1, $3::int) n`,
      [merchantId, prefix, count, revision],
    );
    await tx.query(
      `insert into price (merchant_id, sku_id, price_minor, online_price_minor, revision)
       select $1, $2 || '-' || lpad(n::text, 5, '0'), n, null, $4 from generate_series(1, $3::int) n`,
      [merchantId, prefix, count, revision],
    );
    await tx.query(
      `insert into gtin (merchant_id, gtin14, sku_id, revision)
       select $1, lpad((ascii($2::text)::bigint * 1000000 + n)::text, 14, '0'), $2 || '-' || lpad(n::text, 5, '0'), $4
         from generate_series(1, $3::int) n`,
      [merchantId, prefix, count, revision],
    );
  });
  context.changes.publish(merchantId);
}

/** Sets the stock of one SKU, as posting does. */
export async function setStock(
  context: ServerContext,
  storeId: string,
  skuId: string,
  received: number,
): Promise<void> {
  await inTransaction(context.database, async (tx) => {
    const revision = await bumpStore(tx, storeId);
    await tx.query(
      `insert into stock (store_id, place_id, sku_id, received, returned, moved_in, sold, moved_out, adjusted, revision)
       values ($1, 'floor', $2, $3, 0, 0, 0, 0, 0, $4)
       on conflict (store_id, place_id, sku_id) do update set received = excluded.received, revision = excluded.revision`,
      [storeId, skuId, received, revision],
    );
  });
  context.changes.publish(storeId);
}
