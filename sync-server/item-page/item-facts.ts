import { defaultItemPageSettings, type ItemPageSettings, itemPageSettingsSchema } from '#schemas/api/item-page.ts';
import { assert } from '#schemas/assert.ts';
import type { RecallRow } from '#schemas/stock/delivery.ts';
import type { Names } from '#schemas/text.ts';
import type { ServerContext } from '../context.ts';
import type { PageChain } from './chains.ts';
import { type KnownUnit, tellUnit, type UnitTold } from './unit-told.ts';

/** An article, as the public may know it. */
export type PageGoods = {
  skuId: string;
  names: Names;
  brand: string | null;
  variant: Names | null;
  priceMinor: number | null;
  onlinePriceMinor: number | null;
  story: Names | null;
  origin: Names | null;
};

/** What holds for all pages of a chain. */
type ChainFacts = { settings: ItemPageSettings; recalls: RecallRow[] };

export type ItemFacts = ChainFacts & {
  /** Null: no article of this chain. */
  goods: PageGoods | null;
  /** Null where no serial was asked for. */
  unit: UnitTold | null;
};

type Remembered = { revision: number; chain: ChainFacts; goods: Map<string, PageGoods> };

/** Articles remembered of a chain. */
const mostGoods = 20_000;

const unitSql = `select c.revision, u.units from merchant_counter c left join lateral (
    select jsonb_agg(jsonb_build_object('state', u.state, 'batch', u.batch, 'expiresOn', u.expires_on,
             'orderedAtMs', u.ordered_at_ms, 'soldOn', case when u.state = 'sold' then (
               select s.on_day from unit_step s
                where s.store_id = u.store_id and s.gtin14 = u.gtin14 and s.serial = u.serial and s.type = 'sold'
                order by s.ordered_at_ms desc, s.entry_id desc limit 1) end)) as units
      from unit u where u.store_id = any ($2) and u.gtin14 = $3 and u.serial = $4) u on true
  where c.merchant_id = $1`;

const goodsSql = `select k.sku_id as "skuId", k.names, k.brand, k.variant, p.price_minor as "priceMinor",
         p.online_price_minor as "onlinePriceMinor", s.story, s.origin
    from gtin g
    join sku k on k.merchant_id = g.merchant_id and k.sku_id = g.sku_id and not k.deleted
    left join price p on p.merchant_id = k.merchant_id and p.sku_id = k.sku_id and not p.deleted
    left join sku_story s on s.merchant_id = k.merchant_id and s.sku_id = k.sku_id
   where g.merchant_id = $1 and g.gtin14 = $2 and not g.deleted`;

const chainSql = `select (select settings from item_page where merchant_id = $1) as settings, array(
    select jsonb_build_object('recallId', recall_id, 'title', title, 'advice', advice, 'gtins', gtins,
                              'batches', batches, 'units', units, 'openedAtMs', opened_at_ms)
      from recall where merchant_id = $1 and not deleted and ended_at_ms is null) as recalls`;

/**
 * What is known of an item. Each request asks for the unit and the chain's revision, one look-up by key; the catalogue,
 * stories, settings and recalls are remembered as of that revision, which every change of them raises.
 */
export class FactKeeper {
  readonly #context: ServerContext;
  readonly #remembered = new Map<string, Remembered>();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  async of(chain: PageChain, gtin14: string, serial: string | null): Promise<ItemFacts> {
    const { pool } = this.#context.database;
    const { merchantId, storeIds } = chain;
    const { rows } = await pool.query<{ revision: number; units: KnownUnit[] | null }>({
      name: 'item-page-unit',
      text: unitSql,
      // No unit has an empty serial.
      values: [merchantId, serial === null ? [] : storeIds, gtin14, serial ?? ''],
    });
    const [row] = rows;
    assert(row, 'a chain has a counter row');
    const remembered = await this.#asOf(merchantId, row.revision);
    const goods = await this.#goods(merchantId, gtin14, remembered);
    return { ...remembered.chain, goods, unit: serial === null ? null : tellUnit(row.units ?? []) };
  }

  /** What is remembered of a chain, read anew when it has changed. What is read later than the revision is newer at most. */
  async #asOf(merchantId: string, revision: number): Promise<Remembered> {
    const known = this.#remembered.get(merchantId);
    if (known?.revision === revision) return known;
    const { rows } = await this.#context.database.pool.query<{ settings: unknown; recalls: RecallRow[] }>({
      name: 'item-page-chain',
      text: chainSql,
      values: [merchantId],
    });
    const chain = { settings: readSettings(rows[0]?.settings), recalls: rows[0]?.recalls ?? [] };
    const remembered: Remembered = { revision, chain, goods: new Map() };
    this.#remembered.set(merchantId, remembered);
    return remembered;
  }

  async #goods(merchantId: string, gtin14: string, { goods }: Remembered): Promise<PageGoods | null> {
    const known = goods.get(gtin14);
    if (known !== undefined) return known;
    const { rows } = await this.#context.database.pool.query<PageGoods>({
      name: 'item-page-goods',
      text: goodsSql,
      values: [merchantId, gtin14],
    });
    const [found] = rows;
    if (found === undefined) return null;
    if (goods.size >= mostGoods) goods.clear();
    goods.set(gtin14, found);
    return found;
  }
}

/** As they were stored, with today's defaults for what an older version did not know. */
export function readSettings(stored: unknown): ItemPageSettings {
  const read = itemPageSettingsSchema.safeParse({ ...defaultItemPageSettings, ...(stored as object | null) });
  return read.success ? read.data : defaultItemPageSettings;
}
