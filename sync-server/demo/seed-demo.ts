import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { and, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { assert } from '#schemas/assert.ts';
import { checkDigit } from '#schemas/item-code/gtin.ts';
import type { DeliveryAnnounced } from '#schemas/stock/delivery.ts';
import type { PlacedLine, StockAdjusted } from '#schemas/stock/goods.ts';
import { importProducts } from '../catalogue/import-products.ts';
import { createMerchant, createStore, firstPlaceId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { inStoreCodes, skuStory } from '../db/tables-goods.ts';
import { journal } from '../db/tables-journal.ts';
import { gtin, member, merchant, sku } from '../db/tables-merchant.ts';
import { priceEntry, priceList, promotion } from '../db/tables-prices.ts';
import { supplier } from '../db/tables-suppliers.ts';
import { bumpChain, bumpStore } from '../feed/revision.ts';
import { writeBackOfficeEntry } from '../journal/back-office.ts';
import { markAllMembers } from '../members/standing-marks.ts';
import { createOperator } from '../people/new-operator.ts';
import { keepPriceVersions } from '../prices/price-versions.ts';
import { refreshSkuPrices } from '../prices/sku-prices.ts';
import {
  type DemoOperator,
  type DemoStore,
  demoMembers,
  demoMerchant,
  demoStores,
  demoSupplierPerson,
  demoSuppliers,
  demoTaxRules,
} from './demo-chain.ts';
import { demoOpenedAgoMs } from './demo-counts.ts';
import { demoDeliveries } from './demo-deliveries.ts';
import { demoInStoreCodes, demoStories } from './demo-labels.ts';
import { demoPriceEntries, demoPriceLists, demoPromotions } from './demo-prices.ts';
import { ago, countStock } from './seed-counts.ts';

/** What to tell the person who started the demo. */
export type DemoChain = {
  merchantId: string;
  merchantName: string;
  stores: { storeId: string; name: string; operators: DemoOperator[] }[];
};

/**
 * Fills an empty database with the demo chain: two stores, operators, a catalogue, opening stock, members. Each step is
 * done only while it is missing, so a start that was killed half-way is made good by the next, and what a
 * person changed stays. Answers null, having done nothing, when the database holds a chain of somebody's own.
 */
export async function seedDemo(context: ServerContext): Promise<DemoChain | null> {
  const { merchantId } = demoMerchant;
  const merchants = await context.database.orm.select({ merchantId: merchant.merchantId }).from(merchant);
  if (merchants.length === 0) await makeChain(context);
  else if (!merchants.some((known) => known.merchantId === merchantId)) return null;
  await importCatalogue(context);
  await addSuppliers(context);
  await letSupplierIn(context);
  await addPrices(context);
  for (const store of demoStores) {
    await addMembers(context, store.storeId);
    await openStock(context, store);
    await countStock(context, store);
    await announceDeliveries(context, store);
  }
  return {
    merchantId,
    merchantName: demoMerchant.name,
    stores: demoStores.map(({ storeId, name, operators }) => ({ storeId, name, operators })),
  };
}

async function makeChain(context: ServerContext): Promise<void> {
  const { merchantId } = demoMerchant;
  await inTransaction(context.database, async (client) => {
    await createMerchant(context, demoMerchant, client);
    for (const { storeId, name, address, operators } of demoStores) {
      const place = { currency: 'GBP', timeZone: 'Europe/London', taxRules: demoTaxRules };
      await createStore(context, { storeId, merchantId, name, address, ...place }, client);
      for (const operator of operators) await createOperator(context, { storeId, ...operator }, client);
    }
  });
}

async function importCatalogue(context: ServerContext): Promise<void> {
  const { merchantId } = demoMerchant;
  const [known] = await context.database.orm.select().from(sku).where(eq(sku.merchantId, merchantId)).limit(1);
  if (known) return;
  await addLabels(context);
  const file = join(import.meta.dirname, 'catalogue.csv');
  const imported = await importProducts(context, { merchantId, open: () => createReadStream(file) });
  assert(imported.ok, `the demo catalogue can be imported: ${imported.ok ? '' : JSON.stringify(imported.error)}`);
  await ageOnlinePrices(context);
}

/** Most online prices were confirmed minutes ago, some days ago, a few weeks ago: a till and the office show how old each is. */
async function ageOnlinePrices(context: ServerContext): Promise<void> {
  const { merchantId } = demoMerchant;
  await inTransaction(context.database, async (client) => {
    await client.query(
      `update price set revision = $2, online_confirmed_at_ms = $3::int8 - 60000 *
              case when dice = 0 then 30000 when dice < 3 then 5000 else 10 + dice end
         from (select sku_id, get_byte(sha256(sku_id::bytea), 0) % 16 as dice from price where merchant_id = $1) d
        where merchant_id = $1 and price.sku_id = d.sku_id and online_price_minor is not null`,
      [merchantId, await bumpChain(client, merchantId), context.nowMs()],
    );
  });
}

async function addSuppliers(context: ServerContext): Promise<void> {
  const { merchantId } = demoMerchant;
  const [known] = await context.database.orm
    .select()
    .from(supplier)
    .where(eq(supplier.merchantId, merchantId))
    .limit(1);
  if (known) return;
  await inTransaction(context.database, async (client) => {
    const revision = await bumpChain(client, merchantId);
    const addedAtMs = context.nowMs();
    const rows = demoSuppliers.map(({ supplierId, name, glnBody }) => {
      const gln = `${glnBody}${checkDigit(glnBody)}`;
      return { merchantId, supplierId, name, gln, addedAtMs, revision };
    });
    await drizzle(client).insert(supplier).values(rows);
  });
}

/** Somebody for a supplier's portal; a person who was taken out, or has left, stays so. */
async function letSupplierIn(context: ServerContext): Promise<void> {
  const { operatorId, supplierId, ...person } = demoSupplierPerson;
  const { pool } = context.database;
  const { rowCount } = await pool.query(
    `select 1 from operator where merchant_id = $1 and operator_id = $2
     union all select 1 from supplier where merchant_id = $1 and supplier_id = $3 and ended_at_ms is not null`,
    [demoMerchant.merchantId, operatorId, supplierId],
  );
  const [store] = demoStores;
  if (rowCount !== 0 || !store) return;
  const { storeId } = store;
  await createOperator(context, { storeId, operatorId, supplierId, role: 'supplier-admin', ...person });
}

async function addPrices(context: ServerContext): Promise<void> {
  const { merchantId } = demoMerchant;
  const { orm } = context.database;
  const [known] = await orm.select().from(priceList).where(eq(priceList.merchantId, merchantId)).limit(1);
  if (known) return;
  await inTransaction(context.database, async (client) => {
    const revision = await bumpChain(client, merchantId);
    const rest = { merchantId, changedAtMs: context.nowMs(), revision };
    const tx = drizzle(client);
    await tx.insert(priceList).values(demoPriceLists.map((row) => ({ ...rest, priceListId: row.priceListId, row })));
    await tx.insert(promotion).values(demoPromotions.map((row) => ({ ...rest, promotionId: row.promotionId, row })));
    const always = -1;
    await tx.insert(priceEntry).values(demoPriceEntries.map((row) => ({ ...row, merchantId, validFromMs: always })));
    const skuIds = demoPriceEntries.map(({ skuId }) => skuId);
    await refreshSkuPrices(client, merchantId, skuIds, revision);
    await keepPriceVersions(client, merchantId, revision, context.nowMs());
  });
}

/** How the scales write their labels, and what items' pages tell. Before the products, which say that both were done. */
async function addLabels({ database }: ServerContext): Promise<void> {
  const { merchantId } = demoMerchant;
  await database.orm.insert(inStoreCodes).values({ merchantId, patterns: demoInStoreCodes }).onConflictDoNothing();
  const told = demoStories.flatMap(({ skuIds, story, origin }) =>
    skuIds.map((skuId) => ({ merchantId, skuId, story, origin })),
  );
  await database.orm.insert(skuStory).values(told).onConflictDoNothing();
}

async function addMembers(context: ServerContext, storeId: string): Promise<void> {
  const [known] = await context.database.orm.select().from(member).where(eq(member.storeId, storeId)).limit(1);
  if (known) return;
  await inTransaction(context.database, async (client) => {
    const revision = await bumpStore(client, storeId);
    const rows = demoMembers.map((row) => ({ storeId, ...row, revision }));
    await drizzle(client).insert(member).values(rows);
    await markAllMembers(client, demoMerchant.merchantId);
  });
  context.changes.publish(storeId);
}

/** One back-office entry with all that stands on the shelves at the opening, which was some days ago. */
async function openStock(context: ServerContext, store: DemoStore): Promise<void> {
  const { storeId } = store;
  const { orm } = context.database;
  const ofBackOffice = and(eq(journal.storeId, storeId), eq(journal.tillNumber, 0));
  const [known] = await orm.select({ hash: journal.hash }).from(journal).where(ofBackOffice).limit(1);
  if (known) return;
  const skus = await readSkus(context);
  const body: StockAdjusted = {
    reason: 'opening',
    note: 'Opening stock of the demo',
    lines: skus.flatMap(({ skuId, tracking, gtin14 }) => openingLine(store, skuId, tracking === 'item', gtin14)),
    approvals: [],
  };
  await writeAsManager(ago(context, demoOpenedAgoMs), store, 'stock-adjusted', body);
}

function readSkus(context: ServerContext) {
  return context.database.orm
    .select({ skuId: sku.skuId, tracking: sku.tracking, gtin14: gtin.gtin14 })
    .from(sku)
    .innerJoin(gtin, and(eq(gtin.merchantId, sku.merchantId), eq(gtin.skuId, sku.skuId)))
    .where(eq(sku.merchantId, demoMerchant.merchantId))
    .orderBy(sku.skuId);
}

/** So that there is something to receive. */
async function announceDeliveries(context: ServerContext, store: DemoStore): Promise<void> {
  const { rows } = await context.database.pool.query<{ announced: number }>(
    'select count(*)::int as announced from journal where store_id = $1 and till_number = 0 and kind = $2',
    [store.storeId, 'delivery-announced'],
  );
  const deliveries = demoDeliveries(store, await readSkus(context), context.nowMs());
  for (const body of deliveries.slice(rows[0]?.announced)) {
    await writeAsManager(context, store, 'delivery-announced', body);
  }
}

async function writeAsManager(
  context: ServerContext,
  { storeId, operators }: DemoStore,
  kind: string,
  body: StockAdjusted | DeliveryAnnounced,
): Promise<void> {
  const operatorId = operators.find(({ role }) => role === 'store-manager')?.operatorId;
  assert(operatorId, 'a demo store has a manager');
  const written = await writeBackOfficeEntry(context, storeId, { kind, body, operatorId });
  assert(written.ok, `the demo's ${kind} can be posted: ${written.ok ? '' : JSON.stringify(written.error)}`);
}

/** How much of a SKU a store opens with: the same at every seeding, different in each store, here and there nothing. */
function openingLine(store: DemoStore, skuId: string, isItemCoded: boolean, gtin14: string): PlacedLine[] {
  const [dice = 0] = createHash('sha256').update(`${store.storeId} ${skuId}`).digest();
  const quantity = isItemCoded ? (dice % 5) + 1 : dice < 8 ? 0 : 4 + (dice % 44);
  if (quantity === 0) return [];
  const serials = isItemCoded
    ? Array.from({ length: quantity }, (_, at) => `${store.serialLetter}${String(at + 1).padStart(4, '0')}`)
    : [];
  return [{ skuId, gtin14: isItemCoded ? gtin14 : null, quantity, serials, placeId: firstPlaceId }];
}
