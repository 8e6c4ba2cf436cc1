import { assert } from '#schemas/assert.ts';
import { compilePromotions, type Promotions } from '#schemas/pricing/compile-promotions.ts';
import type { PriceHistory, SkuVersion, Told } from '#schemas/pricing/price-history.ts';
import type { PriceList } from '#schemas/pricing/price-list.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';

/** A store and the revision that its chain has now. */
export type PricedStore = { storeId: string; merchantId: string; timeZone: string; priceRevision: number };
/** What tickets name. */
export type PriceNames = { skuIds: ReadonlySet<string>; promotionIds: ReadonlySet<string> };

type Kind = 'sku' | 'promotion';
type Item = readonly Told<unknown>[];
type Chain = {
  /** What is remembered is as new as this at least. */
  revision: number;
  items: Map<string, Item>;
  lists: readonly (readonly Told<PriceList>[])[] | null;
  compiled: Map<string, Promotions>;
};
type VersionRow = { kind: string; id: string; revision: number; toldAtMs: number; row: unknown };

/** Of a chain; beyond, all of it is forgotten and read again as it is asked for. */
const maxItems = 50_000;
const maxChanged = 5_000;
const columns = 'kind, id, revision, told_at_ms as "toldAtMs", "row"';

/**
 * What the chains of this process told their tills of prices. Read once for each SKU and promotion that is sold, and again when it has
 * changed: a batch of tickets usually asks the database nothing.
 */
export class PriceHistories {
  readonly #chains = new Map<string, Chain>();
  readonly #stores = new Map<string, { merchantId: string; timeZone: string }>();

  /** The store with the revision of its chain that is committed now. */
  async storeAt(tx: Queryable, storeId: string): Promise<PricedStore> {
    const store = this.#stores.get(storeId) ?? (await readStore(tx, storeId));
    this.#stores.set(storeId, store);
    const { rows } = await tx.query<{ revision: number }>({
      name: 'revision of chain',
      text: 'select revision from merchant_counter where merchant_id = $1',
      values: [store.merchantId],
    });
    return { storeId, ...store, priceRevision: rows[0]?.revision ?? 0 };
  }

  /** All that these tickets can be judged by, whichever revision they were recorded at up to the store's of now. */
  async read(tx: Queryable, store: PricedStore, { skuIds, promotionIds }: PriceNames): Promise<PriceReader> {
    const chain = await this.#chainOf(tx, store);
    const { revision } = chain;
    const names = [
      ...[...skuIds].map((id) => nameOf('sku', id)),
      ...[...promotionIds].map((id) => nameOf('promotion', id)),
    ];
    const missing = names.filter((name) => !chain.items.has(name));
    const items = new Map(names.flatMap((name) => itemIn(chain.items, name)));
    const read = await readItems(tx, store.merchantId, missing);
    for (const name of missing) items.set(name, read.get(name) ?? []);
    const lists = chain.lists ?? (await readLists(tx, store.merchantId));
    // Another transaction may have learnt of a newer revision meanwhile.
    if (chain.revision === revision) {
      if (chain.items.size + missing.length > maxItems) chain.items.clear();
      for (const name of missing) chain.items.set(name, items.get(name) ?? []);
      chain.lists = lists;
    }
    return new PriceReader(store, items, lists, chain.compiled);
  }

  async #chainOf(tx: Queryable, { merchantId, priceRevision }: PricedStore): Promise<Chain> {
    const known = this.#chains.get(merchantId);
    if (known === undefined) {
      const chain: Chain = { revision: priceRevision, items: new Map(), lists: null, compiled: new Map() };
      this.#chains.set(merchantId, chain);
      return chain;
    }
    if (known.revision >= priceRevision) return known;
    const { rows } = await tx.query<{ kind: string; id: string }>({
      name: 'changed prices',
      text: `select distinct kind, id from price_version where merchant_id = $1 and revision > $2 limit ${maxChanged}`,
      values: [merchantId, known.revision],
    });
    if (rows.length === maxChanged) known.items.clear();
    for (const { kind, id } of rows) {
      if (kind === 'list') known.lists = null;
      else known.items.delete(`${kind} ${id}`);
    }
    if (rows.length === maxChanged) known.lists = null;
    known.revision = Math.max(known.revision, priceRevision);
    return known;
  }
}

/** The histories that some tickets ask for, as of any revision up to the one at which they were read. */
export class PriceReader {
  readonly #store: PricedStore;
  readonly #items: ReadonlyMap<string, Item>;
  readonly #lists: readonly (readonly Told<PriceList>[])[];
  readonly #compiled: Map<string, Promotions>;

  constructor(
    store: PricedStore,
    items: ReadonlyMap<string, Item>,
    lists: readonly (readonly Told<PriceList>[])[],
    compiled: Map<string, Promotions>,
  ) {
    this.#store = store;
    this.#items = items;
    this.#lists = lists;
    this.#compiled = compiled;
  }

  /** What had been told when the chain was at this revision. */
  upTo(revision: number): PriceHistory {
    const { storeId, timeZone } = this.#store;
    const item = (kind: Kind, id: string) => known(this.#items.get(nameOf(kind, id)) ?? [], revision);
    return {
      storeId,
      timeZone,
      lists: this.#lists.map((told) => known(told, revision)),
      // The kind was asked for.
      sku: (skuId) => item('sku', skuId) as readonly Told<SkuVersion>[],
      promotion: (promotionId) => item('promotion', promotionId) as readonly Told<Promotion>[],
      compile: (promotions) => this.#compile(promotions),
    };
  }

  #compile(promotions: readonly Promotion[]): Promotions {
    const name = promotions.map((promotion) => idOf(promotion)).join(' ');
    const done = this.#compiled.get(name) ?? compilePromotions(promotions);
    if (this.#compiled.size >= 200) this.#compiled.clear();
    this.#compiled.set(name, done);
    return done;
  }
}

/** A number for each row that was read: two versions of a promotion are two rows. */
const ids = new WeakMap<Promotion, number>();
let lastId = 0;

function idOf(promotion: Promotion): number {
  const id = ids.get(promotion);
  if (id !== undefined) return id;
  lastId += 1;
  ids.set(promotion, lastId);
  return lastId;
}

function known<Row>(told: readonly Told<Row>[], revision: number): readonly Told<Row>[] {
  const last = told.at(-1);
  return last === undefined || last.revision <= revision ? told : told.filter((one) => one.revision <= revision);
}

function nameOf(kind: Kind, id: string): string {
  return `${kind} ${id}`;
}

function itemIn(items: ReadonlyMap<string, Item>, name: string): [string, Item][] {
  const item = items.get(name);
  return item === undefined ? [] : [[name, item]];
}

async function readStore(tx: Queryable, storeId: string): Promise<{ merchantId: string; timeZone: string }> {
  const { rows } = await tx.query<{ merchantId: string; timeZone: string }>(
    'select merchant_id as "merchantId", time_zone as "timeZone" from store where store_id = $1',
    [storeId],
  );
  const [store] = rows;
  assert(store, 'what is posted is posted in a store');
  return store;
}

async function readItems(tx: Queryable, merchantId: string, names: readonly string[]): Promise<Map<string, Item>> {
  if (names.length === 0) return new Map();
  const split = names.map((name) => [name.slice(0, name.indexOf(' ')), name.slice(name.indexOf(' ') + 1)] as const);
  const { rows } = await tx.query<VersionRow>({
    name: 'read price versions',
    text: `select v.kind, v.id, v.revision, v.told_at_ms as "toldAtMs", v."row"
             from unnest($2::text[], $3::text[]) n(kind, id)
             join price_version v on v.merchant_id = $1 and v.kind = n.kind and v.id = n.id
            order by v.kind, v.id, v.revision`,
    values: [merchantId, split.map(([kind]) => kind), split.map(([, id]) => id)],
  });
  return Map.groupBy(rows, ({ kind, id }) => `${kind} ${id}`);
}

async function readLists(tx: Queryable, merchantId: string): Promise<Told<PriceList>[][]> {
  const { rows } = await tx.query<VersionRow & { row: PriceList | null }>({
    name: 'read list versions',
    text: `select ${columns} from price_version where merchant_id = $1 and kind = 'list' order by id, revision`,
    values: [merchantId],
  });
  return [...Map.groupBy(rows, ({ id }) => id).values()];
}

const historiesByContext = new WeakMap<ServerContext, PriceHistories>();

export function priceHistoriesOf(context: ServerContext): PriceHistories {
  const known = historiesByContext.get(context) ?? new PriceHistories();
  historiesByContext.set(context, known);
  return known;
}
