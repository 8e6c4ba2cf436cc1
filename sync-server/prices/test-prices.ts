import type { Cursor } from '#schemas/sync/feed.ts';
import { readDelta } from '../feed/delta-rows.ts';
import { addSkus, addTill, type TestTill } from '../feed/feed-test-shop.ts';
import { PostedMemory } from '../journal/posted-memory.ts';
import { TestChain } from '../people/test-chain.ts';

/** Of `tea-00001`. */
export const teaGtin = '5012345678900';

/** A chain with SKUs `tea-00001` to `tea-00006`, whose shelf prices are 1 to 6 cents. */
export async function openPricedChain(): Promise<TestChain> {
  const chain = await TestChain.open();
  await addSkus(chain.context, 'chain', 'tea', 6);
  await addSkus(chain.context, 'rival', 'cup', 1);
  await chain.sql(`insert into gtin (merchant_id, gtin14, sku_id, revision) values ('chain', $1, 'tea-00001', 1)`, [
    teaGtin.padStart(14, '0'),
  ]);
  return chain;
}

const always = { storeIds: null, memberTiers: null, validFromMs: null, validUntilMs: null, followsOnline: false };

/** A list of the counter, above the base prices. */
export function list(priceListId: string, changes: object = {}) {
  const names = { en: priceListId };
  return { priceListId, names, channel: 'store', currency: 'EUR', precedence: 1, ...always, ...changes };
}

/** What a till of store-a is told after a cursor of the chain. */
export class ToldTill {
  readonly #chain: TestChain;
  readonly #till: TestTill;
  #since: Cursor = { chain: 0, store: 0 };

  private constructor(chain: TestChain, till: TestTill) {
    this.#chain = chain;
    this.#till = till;
  }

  static async pair(chain: TestChain): Promise<ToldTill> {
    const told = new ToldTill(chain, await addTill(chain.context, 'store-a', 9));
    await told.next();
    return told;
  }

  /** Rows since the last time, by table and key. */
  async next(): Promise<Partial<Record<string, Record<string, unknown>>>> {
    const { database, changes } = this.#chain.context;
    const delta = await readDelta(database.pool, this.#till, this.#since, new PostedMemory(changes));
    this.#since = delta.cursor;
    return Object.fromEntries(
      Object.entries(delta.rows).map(([table, json]) => [table, Object.fromEntries(JSON.parse(json))]),
    );
  }
}
