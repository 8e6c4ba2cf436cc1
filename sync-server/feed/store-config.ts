import { createHash } from 'node:crypto';
import { assert } from '#schemas/assert.ts';
import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import { defaultTenderRules } from '#schemas/payment/tender-rules.ts';
import { defaultPricingRules } from '#schemas/pricing/pricing-rules.ts';
import { plainReceiptDesign } from '#schemas/receipt/receipt-design.ts';
import { defaultReturnRules } from '#schemas/returns/return-rules.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import { defaultShiftRules } from '#schemas/shift/shift-rules.ts';
import type { AuthenticatedTill } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { readOverCampaigns } from '../coupons/held-coupons.ts';
import { exportKeyOf } from '../export/export-key.ts';
import { chainKeyOf } from '../members/chain-key.ts';
import { currentMemberRules } from '../members/member-rules.ts';
import { readStaff, type StaffFacts, staffRow } from '../people/staff-rows.ts';
import { readPickLists } from '../supplier-returns/read-returns.ts';
import { readOpenPlaces } from './store-places.ts';

/** How long the store's facts are believed without asking again; a change of staff reaches tills this much later. */
const cacheMs = 1_000;

export type VersionedConfig = { version: string; config: StoreConfig };

type Facts = { store: Omit<StoreConfig, 'staff'>; operators: StaffFacts[]; readAtMs: number };

/** Makes each till's own configuration: the staff's PIN verifiers are bound to the till's key. */
export class StoreConfigs {
  readonly #context: ServerContext;
  readonly #facts = new Map<string, Promise<Facts>>();
  readonly #pinKeys = new Map<string, Promise<string>>();
  readonly #built = new WeakMap<Facts, Map<number, VersionedConfig>>();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  async of(till: AuthenticatedTill): Promise<VersionedConfig> {
    const facts = await this.#factsOf(till);
    const built = this.#built.get(facts) ?? new Map<number, VersionedConfig>();
    this.#built.set(facts, built);
    const known = built.get(till.tillNumber);
    if (known) return known;
    const made = build(facts, await this.#pinKeyOf(till));
    built.set(till.tillNumber, made);
    return made;
  }

  /** Shared by requests that come within a second; a failed read is not kept. */
  async #factsOf({ merchantId, storeId }: AuthenticatedTill): Promise<Facts> {
    const cached = this.#facts.get(storeId);
    if (cached) {
      const facts = await cached;
      if (Math.abs(this.#context.nowMs() - facts.readAtMs) < cacheMs) return facts;
    }
    const current = this.#facts.get(storeId);
    if (current && current !== cached) return current;
    const reading = readFacts(this.#context, merchantId, storeId);
    this.#facts.set(storeId, reading);
    reading.catch(() => this.#facts.delete(storeId));
    return reading;
  }

  /** A till's key never changes. */
  #pinKeyOf({ storeId, tillNumber }: AuthenticatedTill): Promise<string> {
    const name = `${storeId}/${tillNumber}`;
    const known = this.#pinKeys.get(name);
    if (known) return known;
    const reading = readPinKey(this.#context, storeId, tillNumber);
    this.#pinKeys.set(name, reading);
    reading.catch(() => this.#pinKeys.delete(name));
    return reading;
  }
}

function build(facts: Facts, pinKey: string): VersionedConfig {
  const config: StoreConfig = { ...facts.store, staff: facts.operators.map((operator) => staffRow(operator, pinKey)) };
  const version = createHash('sha256').update(canonicalJson(config)).digest('hex').slice(0, 32);
  return { version, config };
}

/** What holds where a store has set none, in the order of its query. */
const defaults = [defaultShiftRules, defaultPricingRules, defaultReturnRules, defaultTenderRules, plainReceiptDesign];

async function readFacts(context: ServerContext, merchantId: string, storeId: string): Promise<Facts> {
  const readAtMs = context.nowMs();
  const { pool } = context.database;
  const [exportKey, chainKey, memberRules, couponsOver, stores, categories, places, others, operators, pickLists] =
    await Promise.all([
      exportKeyOf(context, storeId),
      chainKeyOf(context, merchantId),
      currentMemberRules(pool, merchantId),
      readOverCampaigns(pool, merchantId),
      pool.query<
        Omit<StoreConfig, 'staff' | 'categories' | 'exportKey' | 'chainKey' | 'places' | 'otherStores' | 'pickLists'>
      >(
        `select m.merchant_id as "merchantId", m.name as "merchantName", s.store_id as "storeId", s.name as "storeName",
              s.address, s.currency, s.time_zone as "timeZone", s.tax_rules as "taxRules",
              s.sales_place_id as "salesPlaceId", m.digital_link_domain as "digitalLinkDomain",
              coalesce(i.patterns, '[]') as "inStoreCodes",
              coalesce(s.shift_rules, $2::jsonb) as "shiftRules", coalesce(s.pricing, $3::jsonb) as pricing,
              coalesce(s.return_rules, $4::jsonb) as "returnRules", coalesce(s.tender_rules, $5::jsonb) as "tenderRules",
              coalesce(s.receipt_design, $6::jsonb) as "receiptDesign"
         from store s join merchant m using (merchant_id) left join in_store_codes i using (merchant_id)
        where s.store_id = $1`,
        [storeId, ...defaults.map((rules) => JSON.stringify(rules))],
      ),
      pool.query<StoreConfig['categories'][number]>(
        `select c.category_id as "categoryId", c.names from category c join store s using (merchant_id)
        where s.store_id = $1 order by c.category_id limit 2000`,
        [storeId],
      ),
      readOpenPlaces(pool, storeId),
      pool.query<StoreConfig['otherStores'][number]>(
        `select o.store_id as "storeId", o.name from store o join store s using (merchant_id)
        where s.store_id = $1 and o.store_id <> $1 order by o.name, o.store_id limit 5000`,
        [storeId],
      ),
      readStaff(pool, storeId, readAtMs),
      readPickLists(pool, storeId),
    ]);
  const [store] = stores.rows;
  assert(store, 'a paired till has a store');
  const lists = { categories: categories.rows, places, otherStores: others.rows, pickLists };
  const known = { exportKey, chainKey, ...(memberRules.points && { points: memberRules.points }), couponsOver };
  return { store: { ...store, ...lists, ...known }, operators, readAtMs };
}

async function readPinKey(context: ServerContext, storeId: string, tillNumber: number): Promise<string> {
  const { rows } = await context.database.pool.query<{ pin_key: string | null }>(
    'select pin_key from till where store_id = $1 and till_number = $2',
    [storeId, tillNumber],
  );
  const [till] = rows;
  assert(till?.pin_key, 'a paired till has a key for PINs');
  return till.pin_key;
}
