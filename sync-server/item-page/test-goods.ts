import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { addStore } from '../feed/feed-test-shop.ts';
import { bumpChain } from '../feed/revision.ts';

/** The articles of the tests, both of the company that GS1 keeps for examples. */
export const jumper = { skuId: 'JUMPER-M', gtin14: '09506000134352' };
export const jam = { skuId: 'JAM', gtin14: '09506000134369' };

/** A chain with one store, a jumper with units and a jam without. */
export async function addPageChain(context: ServerContext, merchantId: string, domain: string): Promise<void> {
  await addStore(context, merchantId, `${merchantId}-store`);
  await inTransaction(context.database, async (tx) => {
    const revision = await bumpChain(tx, merchantId);
    await tx.query('update merchant set name = $2, digital_link_domain = $3 where merchant_id = $1', [
      merchantId,
      `Shop ${merchantId}`,
      domain,
    ]);
    const goods = [
      [jumper, { en: 'Harbour jumper', 'zh-Hans': '海港毛衣' }, { en: 'Navy, M' }, 4_800, 4_500, 'item'],
      [jam, { en: 'Jam <b>"&\'' }, null, 350, null, 'quantity'],
    ] as const;
    for (const [{ skuId, gtin14 }, names, variant, priceMinor, onlinePriceMinor, tracking] of goods) {
      await tx.query(
        `insert into sku (merchant_id, sku_id, names, brand, tax_class, tracking, variant, revision)
         values ($1, $2, $3, 'Acme', 'standard', $4, $5, $6)`,
        [merchantId, skuId, names, tracking, variant, revision],
      );
      await tx.query('insert into price values ($1, $2, $3, $4, false, $5)', [
        ...[merchantId, skuId, priceMinor, onlinePriceMinor, revision],
      ]);
      await tx.query('insert into gtin values ($1, $2, $3, false, $4)', [merchantId, gtin14, skuId, revision]);
    }
  });
}

export type TestUnit = {
  serial: string;
  state: string;
  batch?: string;
  expiresOn?: string;
  soldOn?: string;
  storeId?: string;
  orderedAtMs?: number;
};

/** A unit of the jumper, as posting leaves it. */
export async function addUnit(context: ServerContext, merchantId: string, unit: TestUnit): Promise<void> {
  const { serial, state, batch = null, expiresOn = null, soldOn = null, orderedAtMs = 1 } = unit;
  const storeId = unit.storeId ?? `${merchantId}-store`;
  const { pool } = context.database;
  await pool.query(
    `insert into unit (store_id, gtin14, serial, sku_id, place_id, state, entry_id, ordered_at_ms, batch, expires_on, revision)
     values ($1, $2, $3, $4, 'floor', $5, '0001-000000001', $6, $7, $8, 1)`,
    [storeId, jumper.gtin14, serial, jumper.skuId, state, orderedAtMs, batch, expiresOn],
  );
  if (soldOn === null) return;
  await pool.query(
    `insert into unit_step (store_id, gtin14, serial, entry_id, line_number, type, sku_id, place_id, ordered_at_ms, on_day)
     values ($1, $2, $3, '0001-000000001', 0, 'sold', $4, 'floor', $5, $6)`,
    [storeId, jumper.gtin14, serial, jumper.skuId, orderedAtMs, soldOn],
  );
}

/** Sets what the pages of a chain show, as the back office does. */
export async function setPage(context: ServerContext, merchantId: string, settings: object): Promise<void> {
  await inTransaction(context.database, async (tx) => {
    await bumpChain(tx, merchantId);
    await tx.query(
      `insert into item_page values ($1, $2) on conflict (merchant_id) do update set settings = excluded.settings`,
      [merchantId, JSON.stringify(settings)],
    );
  });
}
