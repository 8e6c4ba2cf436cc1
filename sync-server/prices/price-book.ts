import { assert } from '#schemas/assert.ts';
import { baseEntries, baseLists } from '#schemas/pricing/base-lists.ts';
import { compilePromotions, type Promotions } from '#schemas/pricing/compile-promotions.ts';
import { compilePriceLists, type PriceEntry, type PriceList, type PriceLists } from '#schemas/pricing/price-list.ts';
import { defaultPricingRules } from '#schemas/pricing/pricing-rules.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import type { TaxRules } from '#schemas/pricing/tax.ts';
import type { TicketTaxRules } from '#schemas/pricing/ticket-tax.ts';
import type { PriceRow } from '#schemas/rows/rows.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';

/** What pricing must know of a SKU. */
export type PricedSku = { categoryIds: string[]; brand: string | null; taxClass: string };

/** All that a ticket of a store depends on, as `quote` takes it. */
export type PriceBook = {
  storeId: string;
  currency: string;
  timeZone: string;
  prices: PriceLists;
  promotions: Promotions;
  taxRules: TicketTaxRules;
  skus: ReadonlyMap<string, PricedSku>;
};

type Chain = { name: string; lists: readonly PriceList[]; promotions: Promotions };
type Store = Pick<PriceBook, 'storeId' | 'currency' | 'timeZone'> & { taxRules: TicketTaxRules };

/** Chains whose promotions are kept ready. */
const maxChains = 100;

/** Opens price books from the server's rows. Promotions are compiled once for each change of them; one per server. */
export class PriceBooks {
  readonly #context: ServerContext;
  readonly #chains = new Map<string, Chain>();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** The book of a store with the prices of these SKUs, or of all. Rows are those of one snapshot for each chain and SKU. */
  async open(merchantId: string, storeId: string, skuIds: readonly string[] | 'all'): Promise<PriceBook> {
    const { pool } = this.#context.database;
    const [store, { lists, promotions }, goods] = await Promise.all([
      readStore(pool, merchantId, storeId),
      this.#chainOf(merchantId),
      readGoods(pool, merchantId, skuIds === 'all' ? null : skuIds),
    ]);
    const prices = compilePriceLists([...baseLists(store.currency), ...lists], goods.entries);
    return { ...store, prices, promotions, skus: goods.skus };
  }

  async #chainOf(merchantId: string): Promise<Chain> {
    const { pool } = this.#context.database;
    // The latest change of either table is its name: revisions rise with each (F1).
    const { rows } = await pool.query<{ name: string }>(
      `select coalesce((select max(revision) from price_list where merchant_id = $1), 0) || '/' ||
              coalesce((select max(revision) from promotion where merchant_id = $1), 0) as name`,
      [merchantId],
    );
    const name = rows[0]?.name ?? '';
    const known = this.#chains.get(merchantId);
    if (known?.name === name) return known;
    const chain = { name, ...(await readChain(pool, merchantId)) };
    if (this.#chains.size >= maxChains) this.#chains.clear();
    this.#chains.set(merchantId, chain);
    return chain;
  }
}

async function readChain(database: Queryable, merchantId: string): Promise<Omit<Chain, 'name'>> {
  const [lists, promotions] = await Promise.all([
    database.query<{ row: PriceList }>('select row from price_list where merchant_id = $1 and not deleted', [
      merchantId,
    ]),
    database.query<{ row: Promotion }>('select row from promotion where merchant_id = $1 and not deleted', [
      merchantId,
    ]),
  ]);
  return {
    lists: lists.rows.map(({ row }) => row),
    promotions: compilePromotions(promotions.rows.map(({ row }) => row)),
  };
}

async function readStore(database: Queryable, merchantId: string, storeId: string): Promise<Store> {
  const { rows } = await database.query<{
    currency: string;
    timeZone: string;
    taxRules: TaxRules;
    pricing: typeof defaultPricingRules | null;
  }>(
    `select currency, time_zone as "timeZone", tax_rules as "taxRules", pricing
       from store where store_id = $1 and merchant_id = $2`,
    [storeId, merchantId],
  );
  const [store] = rows;
  assert(store, 'a price book is of a store of the chain');
  const { currency, timeZone, taxRules, pricing } = store;
  const { rounding } = pricing ?? defaultPricingRules;
  return { storeId, currency, timeZone, taxRules: { ...taxRules, rounding } };
}

type Goods = { skus: Map<string, PricedSku>; entries: PriceEntry[] };
type GoodsRow = PriceRow & {
  categoryId: string | null;
  brand: string | null;
  taxClass: string;
  own: PriceEntry[] | null;
  hasPrice: boolean;
};

async function readGoods(database: Queryable, merchantId: string, skuIds: readonly string[] | null): Promise<Goods> {
  const { rows } = await database.query<GoodsRow>(
    `select s.sku_id as "skuId", s.category_id as "categoryId", s.brand, s.tax_class as "taxClass",
            p.sku_id is not null as "hasPrice", p.price_minor as "priceMinor",
            p.online_price_minor as "onlinePriceMinor",
            greatest(p.online_confirmed_at_ms, p.online_seen_at_ms) as "onlineConfirmedAtMs",
            o.row -> 'entries' as own
       from sku s
       left join price p on p.merchant_id = s.merchant_id and p.sku_id = s.sku_id and not p.deleted
       left join sku_price o on o.merchant_id = s.merchant_id and o.sku_id = s.sku_id and not o.deleted
      where s.merchant_id = $1 and not s.deleted and ($2::text[] is null or s.sku_id = any ($2))`,
    [merchantId, skuIds],
  );
  const skus = new Map<string, PricedSku>();
  const entries: PriceEntry[] = [];
  for (const { categoryId, brand, taxClass, own, hasPrice, ...price } of rows) {
    skus.set(price.skuId, { categoryIds: categoryId === null ? [] : [categoryId], brand, taxClass });
    if (hasPrice) entries.push(...baseEntries(price));
    if (own !== null) entries.push(...own);
  }
  return { skus, entries };
}
