import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { assert } from '#schemas/assert.ts';
import { idSchema } from '#schemas/journal/envelope.ts';
import type { TaxRules } from '#schemas/pricing/tax.ts';
import type { Place } from '#schemas/stock/place.ts';
import type { ServerContext } from '#sync-server/context.ts';
import { inTransaction } from '#sync-server/db/database.ts';
import { place } from '#sync-server/db/tables-goods.ts';
import { merchant, merchantCounter, store, storeCounter } from '#sync-server/db/tables-merchant.ts';

export type NewMerchant = { merchantId?: string; name: string; digitalLinkDomain?: string };

export type NewStore = {
  storeId?: string;
  merchantId: string;
  name: string;
  address?: string;
  currency: string;
  timeZone: string;
  taxRules: TaxRules;
};

/** The place that a new store's counter sells from. */
export const firstPlaceId = 'floor';

/** Places of a new store. */
export const firstPlaces = [
  {
    placeId: firstPlaceId,
    names: { en: 'Shop floor', 'zh-Hans': '卖场', 'zh-Hant': '賣場' },
    kind: 'sales-floor',
  },
  { placeId: 'back', names: { en: 'Stock room', 'zh-Hans': '后仓', 'zh-Hant': '後倉' }, kind: 'stock-room' },
  { placeId: 'set-aside', names: { en: 'Set aside', 'zh-Hans': '暂存区', 'zh-Hant': '暫存區' }, kind: 'set-aside' },
] as const satisfies readonly Place[];

/** Adds a chain and its revision counter; answers its id. In the caller's transaction when `client` is given. */
export async function createMerchant(context: ServerContext, input: NewMerchant, client?: pg.PoolClient) {
  const merchantId = input.merchantId ?? newId(context);
  assert(idSchema.safeParse(merchantId).success, 'a merchant id is an id');
  await within(context, client, async (tx) => {
    const orm = drizzle(tx);
    await orm.insert(merchant).values({
      merchantId,
      name: input.name,
      digitalLinkDomain: input.digitalLinkDomain ?? 'https://id.example',
      createdAtMs: context.nowMs(),
    });
    await orm.insert(merchantCounter).values({ merchantId });
  });
  return merchantId;
}

/** Adds a store with its places and its counter; answers its id. In the caller's transaction when `client` is given. */
export async function createStore(context: ServerContext, input: NewStore, client?: pg.PoolClient) {
  const storeId = input.storeId ?? newId(context);
  assert(idSchema.safeParse(storeId).success, 'a store id is an id');
  const { merchantId, name, currency, timeZone, taxRules } = input;
  await within(context, client, async (tx) => {
    const orm = drizzle(tx);
    await orm.insert(store).values({
      storeId,
      merchantId,
      name,
      address: input.address ?? '',
      currency,
      timeZone,
      taxRules,
      salesPlaceId: firstPlaceId,
      createdAtMs: context.nowMs(),
    });
    await orm.insert(place).values(firstPlaces.map((row) => ({ storeId, ...row })));
    const journalUuid = Buffer.from(context.randomBytes(16)).toString('hex');
    await orm.insert(storeCounter).values({ storeId, journalUuid });
  });
  return storeId;
}

/** In the caller's transaction when there is one, else in one of its own. */
export function within(
  context: ServerContext,
  client: pg.PoolClient | undefined,
  work: (client: pg.PoolClient) => Promise<void>,
): Promise<void> {
  return client ? work(client) : inTransaction(context.database, work);
}

/** Twelve characters of Crockford's base 32: sixty random bits, short enough to read out. */
export function newId(context: ServerContext): string {
  return Array.from(context.randomBytes(12), (byte) => '0123456789abcdefghjkmnpqrstvwxyz'[byte % 32]).join('');
}
