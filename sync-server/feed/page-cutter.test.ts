import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowOfPage } from '#schemas/rows/page-value.ts';
import type { UnitRow } from '#schemas/stock/unit.ts';
import type { PageRef } from '#schemas/sync/feed.ts';
import { PageReader } from '#schemas/sync/page-format.ts';
import { inTransaction, openDatabase } from '../db/database.ts';
import { addSkus, addStore, openTestShop, setStock, type TestShop } from './feed-test-shop.ts';
import { cutScope } from './page-cutter.ts';
import { PageKeeper } from './page-keeper.ts';
import type { Scope } from './page-tables.ts';
import { bumpStore } from './revision.ts';

let shop: TestShop;
let nowMs = 1_000_000;
let stores = 0;

beforeAll(async () => {
  shop = await openTestShop({ nowMs: () => nowMs });
});
afterAll(() => shop.close());

async function newScope(): Promise<Scope> {
  const id = `store-${++stores}`;
  await addStore(shop.context, 'chain', id);
  return { kind: 'store', id };
}

async function putUnits(scope: Scope, units: readonly (readonly [gtin: number, serial: string])[], entryId = 'e') {
  await inTransaction(shop.context.database, async (tx) => {
    const revision = await bumpStore(tx, scope.id);
    await tx.query(
      `insert into unit (store_id, gtin14, serial, sku_id, place_id, state, entry_id, ordered_at_ms, revision)
       select $1, lpad(g::text, 14, '0'), s, 'sku-' || g, 'floor', 'in-stock', $4, 5, $5
         from unnest($2::int8[], $3::text[]) as u(g, s)
       on conflict (store_id, gtin14, serial) do update set entry_id = excluded.entry_id, revision = excluded.revision`,
      [scope.id, units.map(([gtin]) => gtin), units.map(([, serial]) => serial), entryId, revision],
    );
  });
}

async function refsOf(scope: Scope, table: string): Promise<PageRef[]> {
  const { rows } = await shop.context.database.pool.query<{ pages: string }>(
    'select pages from feed_manifest where scope_id = $1 and table_name = $2',
    [`${scope.kind}/${scope.id}`, table],
  );
  return JSON.parse(rows[0]?.pages ?? '[]') as PageRef[];
}

async function pageOf(scope: Scope, hash: string): Promise<PageReader> {
  const { rows } = await shop.context.database.pool.query<{ gzip: Buffer }>(
    'select gzip from feed_page where scope_id = $1 and hash = $2',
    [`store/${scope.id}`, hash],
  );
  return new PageReader(new Uint8Array(gunzipSync(rows[0]?.gzip ?? Buffer.alloc(0))).buffer);
}

async function unitsOf(scope: Scope): Promise<UnitRow[]> {
  const units: UnitRow[] = [];
  for (const { hash } of await refsOf(scope, 'unit')) {
    const page = await pageOf(scope, hash);
    for (let at = 0; at < page.rows; at++) units.push(rowOfPage('unit', page.keyAt(at), page.valueAt(at)));
  }
  return units;
}

async function cut(scope: Scope) {
  const client = await shop.context.database.pool.connect();
  try {
    return await cutScope(client, scope);
  } finally {
    client.release();
  }
}

describe('cutting', () => {
  test('whatever the serials are, pages hold every unit once, in byte order', async () => {
    const serial = fc.stringMatching(/^[!-{}~]{1,20}$/);
    const units = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), serial), {
      selector: ([gtin, text]) => `${gtin} ${text}`,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(units, async (given) => {
        const scope = await newScope();
        await putUnits(scope, given);
        await cut(scope);
        const found = (await unitsOf(scope)).map(({ gtin14, serial: text }) => `${gtin14}.${text}`);
        const wanted = given.map(([gtin, text]) => `${String(gtin).padStart(14, '0')}.${text}`);
        expect(found).toEqual(wanted.sort((a, b) => (a < b ? -1 : 1)));
      }),
      { numRuns: 15 },
    );
  });

  test('an insertion changes the pages about it and leaves the others', async () => {
    const scope = await newScope();
    await putUnits(
      scope,
      Array.from({ length: 30_000 }, (_, n) => [n % 50, `S${String(n).padStart(6, '0')}`] as const),
    );
    await cut(scope);
    const before = (await refsOf(scope, 'unit')).map(({ hash }) => hash);
    expect(before.length).toBeGreaterThan(4);
    await putUnits(scope, [[25, 'S000000-new']], 'later');
    await cut(scope);
    const after = (await refsOf(scope, 'unit')).map(({ hash }) => hash);
    expect(after.filter((hash) => !before.includes(hash)).length).toBeLessThanOrEqual(2);
    expect(await unitsOf(scope)).toHaveLength(30_001);
  });

  test('a table that did not change keeps its pages and takes the new revision', async () => {
    const scope = await newScope();
    await putUnits(scope, [[1, 'a']]);
    expect((await cut(scope)).kept).toEqual([]);
    await setStock(shop.context, scope.id, 'A-1', 3);
    const report = await cut(scope);
    expect(report).toMatchObject({
      cut: ['stock'],
      kept: ['unit', 'member', 'delivery', 'carton', 'receipt', 'stock-count', 'customer-account'],
    });
    const { rows } = await shop.context.database.pool.query(
      'select distinct revision from feed_manifest where scope_id = $1',
      [`store/${scope.id}`],
    );
    expect(rows).toEqual([{ revision: 2 }]);
  });

  test('places whose ids begin alike keep the order of the keys', async () => {
    const scope = await newScope();
    for (const placeId of ['a', 'a-b', 'ab']) {
      await shop.context.database.pool.query(
        `insert into stock (store_id, place_id, sku_id, received, returned, moved_in, sold, moved_out, adjusted, revision)
         values ($1, $2, 'x', 1, 0, 0, 0, 0, 0, 1)`,
        [scope.id, placeId],
      );
    }
    await cut(scope);
    expect((await refsOf(scope, 'stock'))[0]).toMatchObject({ firstKey: 'a-b|x', lastKey: 'a|x', rows: 3 });
  });

  test('a member’s page says what is known of them, and nothing of what is not', async () => {
    const scope = await newScope();
    await shop.context.database.pool.query(
      `insert into member (store_id, member_id, name, phone, code, tier, email, card_number, revision)
       values ($1, 'm1', 'Ada', '+4912345', 'c1', 'gold', 'a@b.c', 'L-1', 1), ($1, 'm2', 'Bo', null, 'c2', 'none', null, null, 1)`,
      [scope.id],
    );
    await cut(scope);
    const [ref] = await refsOf(scope, 'member');
    const page = await pageOf(scope, ref?.hash ?? '');
    expect(page.find('m1')).toEqual({
      name: 'Ada',
      phone: '+4912345',
      code: 'c1',
      tier: 'gold',
      email: 'a@b.c',
      cardNumber: 'L-1',
    });
    expect(page.find('m2')).toEqual({ name: 'Bo', phone: null, code: 'c2', tier: 'none' });
  });

  test('two servers that cut one scope at once give one manifest', async () => {
    const scope = await newScope();
    await putUnits(
      scope,
      Array.from({ length: 5_000 }, (_, n) => [n % 7, `T${n}`] as const),
    );
    const other = openDatabase(shop.context.database.pool.options.connectionString ?? '');
    const client = await other.pool.connect();
    const reports = await Promise.all([cut(scope), cutScope(client, scope)]);
    client.release();
    await other.close();
    expect(reports.map((report) => report.cut.length).sort()).toEqual([0, 8]);
    expect(await unitsOf(scope)).toHaveLength(5_000);
  });
});

describe('keeping', () => {
  test('cuts in a process of its own; those who ask meanwhile share it', async () => {
    const keeper = new PageKeeper(shop.context);
    await addSkus(shop.context, 'chain', 'K', 3_000);
    const scope: Scope = { kind: 'chain', id: 'chain' };
    const [first, second] = await Promise.all([keeper.cut(scope), keeper.cut(scope)]);
    expect(first).toBe(second);
    expect(first.cut).toEqual([
      'sku',
      'gtin',
      'price',
      'price-list',
      'sku-price',
      'promotion',
      'recall',
      'awaited-carton',
      'search',
    ]);
    expect((await keeper.cut(scope)).cut).toEqual([]);
    await keeper.close();
  });

  test('a scope whose store is gone fails that cut alone, with a reason', async () => {
    const keeper = new PageKeeper(shop.context);
    await expect(keeper.cut({ kind: 'store', id: 'nowhere' })).rejects.toThrow('has a counter row');
    await keeper.close();
  });

  test('in the background pages are cut when a twentieth has changed, not before', async () => {
    const keeper = new PageKeeper(shop.context, { inProcess: true });
    const scope = await newScope();
    await putUnits(
      scope,
      Array.from({ length: 3_000 }, (_, n) => [1, `U${n}`] as const),
    );
    const cutAfter = async () => {
      nowMs += 60_000;
      keeper.consider(scope);
      await expect.poll(() => keeper.changedRows(scope), { timeout: 30_000 }).toBe(0);
    };
    await cutAfter();
    const before = await refsOf(scope, 'unit');
    await putUnits(scope, [[1, 'U1']], 'sold');
    nowMs += 60_000;
    keeper.consider(scope);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await refsOf(scope, 'unit')).toEqual(before);
    expect(await keeper.changedRows(scope)).toBe(1);
    await putUnits(
      scope,
      Array.from({ length: 2_500 }, (_, n) => [1, `U${n}`] as const),
      'counted',
    );
    await cutAfter();
    expect(await refsOf(scope, 'unit')).not.toEqual(before);
    await keeper.close();
  });

  test('a page that no manifest names is kept for a quarter of an hour, then let go', async () => {
    const keeper = new PageKeeper(shop.context, { inProcess: true });
    const scope = await newScope();
    await putUnits(scope, [[1, 'a']]);
    await keeper.cut(scope);
    await putUnits(scope, [[1, 'b']]);
    await keeper.cut(scope);
    const pages = async () =>
      (await shop.context.database.pool.query('select 1 from feed_page where scope_id = $1', [`store/${scope.id}`]))
        .rowCount;
    expect(await pages()).toBe(2);
    expect(await keeper.sweep(scope)).toBe(0);
    nowMs += 14 * 60_000;
    expect(await keeper.sweep(scope)).toBe(0);
    nowMs += 2 * 60_000;
    expect(await keeper.sweep(scope)).toBe(1);
    expect(await pages()).toBe(1);
    expect(await unitsOf(scope)).toHaveLength(2);
    await keeper.close();
  });
});
