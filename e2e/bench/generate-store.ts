import { makeInStoreGtin } from '#schemas/item-code/gtin.ts';
import { createMerchant, createStore } from '#sync-server/catalogue/new-store.ts';
import type { ServerContext } from '#sync-server/context.ts';
import { inTransaction, type Queryable } from '#sync-server/db/database.ts';
import { bumpChain, bumpStore } from '#sync-server/feed/revision.ts';
import { createOperator } from '#sync-server/people/new-operator.ts';
import { generatedNames, generatedVariant } from './generated-names.ts';
import { dice, promotionOf } from './pricing-shop.ts';

/** `promotions`: open all the time, of every kind; none where it is not given. */
export type GeneratedSize = { skus: number; units: number; members: number; promotions?: number };
/** A store at the size that a till has to hold (design, §5). */
export const fullSize: GeneratedSize = { skus: 100_000, units: 1_000_000, members: 200_000, promotions: 500 };

export type GeneratedStore = {
  merchantId: string;
  storeId: string;
  operatorId: string;
  pin: string;
  managerName: string;
  password: string;
};

const chunk = 10_000;
/** A fifth of the SKUs is item-coded; a delivery brings ten units of each of some two hundred SKUs. */
const itemCodedEvery = 5;
const piecesOfDelivery = 10;
const groupsOfSkus = 100;
const brandsOfStore = 200;

export function skuIdOf(index: number): string {
  return `G${String(index).padStart(6, '0')}`;
}

/** In-store prefix 20, so that no real product is meant. */
export function gtinOf(index: number): string {
  return makeInStoreGtin(20, index);
}

/**
 * Fills a new merchant and store with rows, the same at every run: names in three languages, a GTIN and a price each,
 * stock that equals the units, members with phones. It writes the tables, not the journal: for measuring, not for selling on.
 */
export async function generateStore(
  context: ServerContext,
  size: GeneratedSize = fullSize,
  ids: { merchantId: string; storeId: string } = { merchantId: 'bench', storeId: 'bench-store' },
): Promise<GeneratedStore> {
  const { merchantId, storeId } = ids;
  const taxRules = {
    pricesIncludeTax: true,
    classes: [{ taxClass: 'standard', rateBasisPoints: 2_000 }],
    cashStepMinor: 1,
  };
  await createMerchant(context, { merchantId, name: 'Bench' });
  const place = { currency: 'GBP', timeZone: 'Europe/London', taxRules };
  await createStore(context, { storeId, merchantId, name: 'Bench store', ...place });
  const [pin, managerName, password] = ['1234', 'bench-manager', 'bench-password'];
  const operator = {
    storeId,
    operatorId: 'bench-manager',
    name: managerName,
    role: 'store-manager',
    pin,
    password,
  } as const;
  const operatorId = await createOperator(context, operator);
  await inTransaction(context.database, async (tx) => {
    const revision = await bumpChain(tx, merchantId);
    for (let from = 0; from < size.skus; from += chunk) {
      await insertProducts(tx, merchantId, revision, from, Math.min(chunk, size.skus - from));
    }
    await insertPromotions(tx, merchantId, revision, size);
  });
  await inTransaction(context.database, async (tx) => {
    const revision = await bumpStore(tx, storeId);
    await insertUnits(tx, ids, revision, size);
    await insertStock(tx, ids, revision);
    await insertMembers(tx, storeId, revision, size.members);
  });
  await context.database.pool.query('analyze sku, gtin, price, unit, stock, member');
  context.changes.publish(merchantId);
  context.changes.publish(storeId);
  return { merchantId, storeId, operatorId, pin, managerName, password };
}

async function insertProducts(tx: Queryable, merchantId: string, revision: number, from: number, count: number) {
  const indexes = Array.from({ length: count }, (_, at) => from + at);
  const skuIds = indexes.map(skuIdOf);
  await tx.query(
    `insert into sku (merchant_id, sku_id, names, category_id, brand, tax_class, tracking, variant, revision)
     select $1, s, n::jsonb, null, 'Brand ' || (i % ${brandsOfStore}), 'standard',
            case when i % ${itemCodedEvery} = 0 then 'item' else 'quantity' end, v::jsonb, $6
       from unnest($2::text[], $3::text[], $4::text[], $5::int[]) as g(s, n, v, i)`,
    [
      merchantId,
      skuIds,
      indexes.map((index) => JSON.stringify(generatedNames(index))),
      indexes.map((index) => JSON.stringify(generatedVariant(index))),
      indexes,
      revision,
    ],
  );
  await tx.query(
    `insert into gtin (merchant_id, gtin14, sku_id, revision)
     select $1, g, s, $4 from unnest($2::text[], $3::text[]) as p(g, s)`,
    [merchantId, indexes.map(gtinOf), skuIds, revision],
  );
  await tx.query(
    `insert into price (merchant_id, sku_id, price_minor, online_price_minor, revision)
     select $1, s, 99 + 100 * (i::int8 * 7919 % 250), 99 + 100 * (i::int8 * 7919 % 250), $4 from unnest($2::text[], $3::int[]) as p(s, i)`,
    [merchantId, skuIds, indexes, revision],
  );
}

/** At any hour and for everybody, so that as many are open whenever the bench runs. */
async function insertPromotions(tx: Queryable, merchantId: string, revision: number, size: GeneratedSize) {
  const roll = dice(7);
  const skuIds = Array.from({ length: size.skus }, (_, index) => skuIdOf(index));
  const goods = { skuIds, categories: 0, brands: brandsOfStore, brand: (n: number) => `Brand ${n}` };
  const promotions = Array.from({ length: size.promotions ?? 0 }, (_, index) => {
    const promotion = promotionOf(index, goods, roll);
    const always = { storeIds: null, validFromMs: null, validUntilMs: null, weekdays: null, timeWindows: null };
    const open = { members: { kind: 'anyone' as const }, couponIds: null, ...always };
    return { ...promotion, conditions: { ...promotion.conditions, ...open } };
  });
  await tx.query(
    `insert into promotion (merchant_id, promotion_id, row, changed_at_ms, revision)
     select $1, p ->> 'promotionId', p, 0, $3 from jsonb_array_elements($2::jsonb) p`,
    [merchantId, JSON.stringify(promotions), revision],
  );
}

type Ids = { merchantId: string; storeId: string };

/** Every tenth unit is sold, by an entry of its own; what one delivery brought of a SKU differs in its codes alone. */
async function insertUnits(tx: Queryable, { merchantId, storeId }: Ids, revision: number, size: GeneratedSize) {
  const coded = Math.max(1, Math.ceil(size.skus / itemCodedEvery));
  await tx.query(
    `insert into unit (store_id, gtin14, serial, sku_id, place_id, state, entry_id, ordered_at_ms, revision)
     select $1, p.gtin14, 'U' || lpad(to_hex(n), 7, '0'), p.sku_id, 'floor', case when sold then 'sold' else 'in-stock' end,
            case when sold then '0001-' || lpad((n + 1)::text, 9, '0') else '0000-' || lpad(delivery::text, 9, '0') end,
            1750000000000 + case when sold then n * 1000::int8 else delivery * 3600000::int8 end, $5
       from (select n, n % $4::int as place, n / $4::int % ${piecesOfDelivery} = 0 as sold,
                    n / $4::int / ${piecesOfDelivery} * ${groupsOfSkus} + n % $4::int % ${groupsOfSkus} + 1 as delivery
               from generate_series(0, $3::int - 1) n) u
       join (select sku_id, gtin14, row_number() over (order by sku_id) - 1 as place
               from sku k join gtin using (merchant_id, sku_id) where merchant_id = $2 and k.tracking = 'item') p
         on p.place = u.place`,
    [storeId, merchantId, size.units, coded, revision],
  );
}

/** What S1 asks: for an item-coded SKU, on hand is the number of its units. */
async function insertStock(tx: Queryable, { merchantId, storeId }: Ids, revision: number) {
  await tx.query(
    `insert into stock (store_id, place_id, sku_id, received, returned, moved_in, sold, moved_out, adjusted, revision)
     select $1, 'floor', k.sku_id, coalesce(u.received, 40), 0, 0, coalesce(u.sold, 4), 0, 0, $3
       from sku k
       left join (select sku_id, count(*) as received, count(*) filter (where state = 'sold') as sold
                    from unit where store_id = $1 group by sku_id) u on u.sku_id = k.sku_id
      where k.merchant_id = $2 and (k.tracking <> 'item' or u.sku_id is not null)`,
    [storeId, merchantId, revision],
  );
}

async function insertMembers(tx: Queryable, storeId: string, revision: number, count: number) {
  await tx.query(
    `insert into member (store_id, member_id, name, phone, code, tier, revision)
     select $1, 'm' || lpad(n::text, 8, '0'),
            (array['Ada','Bo','Chen','Dana','Eli','Femi','Gita','Hugo','Ines','Jun'])[n % 10 + 1] || ' ' ||
            (array['Archer','Brook','Castle','Dale','Ember','Field','Grove'])[n / 10 % 7 + 1] || ' ' || n,
            '+447' || lpad((n::int8 * 7919 % 1000000000)::text, 9, '0'), 'C' || lpad(n::text, 9, '0'),
            (array['none','silver','gold'])[n % 3 + 1], $3
       from generate_series(1, $2::int) n`,
    [storeId, count, revision],
  );
}
