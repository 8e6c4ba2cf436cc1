import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { missingSequences, postedOf } from './journal-state.ts';
import { type DocumentResult, postDocuments } from './posting.ts';
import { derivedTables } from './rebuild.ts';
import { goods, received } from './test-goods.ts';
import { asDocument, line, makeStore, makeTill, openTestContext, saleBody, type TestTill } from './test-journal.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let ownerUrl: string;
let storeId: string;
let till: TestTill;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop, ownerUrl } = made);
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});
beforeEach(async () => {
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
});

async function post(documents: Record<string, unknown>[], author = till.author): Promise<DocumentResult[]> {
  const posted = await postDocuments(context, storeId, author, documents);
  if (!posted.ok) throw new Error(posted.error.code);
  return posted.value;
}

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  return (await context.database.pool.query(sql, [storeId])).rows;
}

async function codeOf(document: Record<string, unknown>, author = till.author): Promise<string> {
  const [result] = await post([document], author);
  return result?.ok === false ? result.refusal.code : 'taken';
}

const stockSql = 'select sku_id, received, returned, sold, adjusted from stock where store_id = $1 order by sku_id';

describe('posting', () => {
  test('a sale becomes a ticket, its lines, its tender and less stock, in one revision', async () => {
    const entry = await till.sale([line('tea', 2), line('mug', 1)]);
    expect(await post([asDocument(entry)])).toEqual([
      { id: entry._id, rev: asDocument(entry)._rev, ok: true, known: false },
    ]);
    expect(await rows('select line_count, total_minor from retail_transaction where store_id = $1')).toEqual([
      { line_count: 2, total_minor: 3_750 },
    ]);
    expect(await rows('select sku_id, quantity, total_minor from line_item where store_id = $1 order by 1')).toEqual([
      { sku_id: 'mug', quantity: 1, total_minor: 1_250 },
      { sku_id: 'tea', quantity: 2, total_minor: 2_500 },
    ]);
    expect(await rows('select type, amount_minor from tender where store_id = $1')).toEqual([
      { type: 'cash', amount_minor: 3_750 },
    ]);
    expect(await rows(stockSql)).toEqual([
      { sku_id: 'mug', received: 0, returned: 0, sold: 1, adjusted: 0 },
      { sku_id: 'tea', received: 0, returned: 0, sold: 2, adjusted: 0 },
    ]);
    expect(await rows('select revision, journal_seq from store_counter where store_id = $1')).toEqual([
      { revision: 1, journal_seq: 1 },
    ]);
  });

  test('[T5] [S1] a GTIN that became another SKU’s: its units go over with their next step, sold by a basket of before or after', async () => {
    const named = (skuId: string, serials: string[]) => received([{ ...goods('phone', serials), skuId }]);
    await post([asDocument(await till.next('goods-received', named('phone-old', ['a', 'b', 'c'])))]);
    // One basket was open while the catalogue changed.
    await post([
      asDocument(await till.sale([line('phone-old', 1, 'a')])),
      asDocument(await till.sale([line('phone', 1, 'b')])),
    ]);
    expect(await rows(stockSql)).toEqual([
      { sku_id: 'phone', received: 1, returned: 0, sold: 1, adjusted: 0 },
      { sku_id: 'phone-old', received: 2, returned: 0, sold: 1, adjusted: 0 },
    ]);
    const units = 'select serial, sku_id, state from unit where store_id = $1 order by serial';
    expect((await rows(units)).map((unit) => Object.values(unit).join(' '))).toEqual([
      'a phone-old sold',
      'b phone sold',
      'c phone-old in-stock',
    ]);
    expect(await rows('select code from exception where store_id = $1')).toEqual([]);
  });

  test('[P1] an entry posted twice, in two requests or in one, counts once', async () => {
    const document = asDocument(await till.sale([line('tea', 2)]));
    expect((await post([document, document])).map((result) => result.ok && result.known)).toEqual([false, true]);
    expect((await post([document])).map((result) => result.ok && result.known)).toEqual([true]);
    expect(await rows(stockSql)).toMatchObject([{ sku_id: 'tea', sold: 2 }]);
    expect(await rows('select journal_seq, revision from store_counter where store_id = $1')).toEqual([
      { journal_seq: 1, revision: 1 },
    ]);
  });

  test('[P3] an entry of an unknown kind, version or body is kept, marked, and blocks nothing', async () => {
    const documents = [
      await till.next('moon-landing', { crew: 3 }),
      await till.next('retail-transaction', saleBody([line('tea')]), { version: 99 }),
      await till.next('retail-transaction', { lines: [] }),
      await till.next('retail-transaction', { ...saleBody([line('tea')]), totalMinor: 1 }),
      await till.sale([line('tea', 3)]),
    ].map((entry) => asDocument(entry));
    expect((await post(documents)).every((result) => result.ok)).toBe(true);
    expect(await rows('select sequence, unpostable from journal where store_id = $1 order by 1')).toEqual([
      { sequence: 1, unpostable: 'unknown-kind' },
      { sequence: 2, unpostable: 'unknown-version' },
      { sequence: 3, unpostable: 'invalid-body' },
      { sequence: 4, unpostable: 'sums-differ' },
      { sequence: 5, unpostable: null },
    ]);
    expect(await rows(stockSql)).toMatchObject([{ sku_id: 'tea', sold: 3 }]);
    expect(await postedOf(context, storeId, 1)).toEqual({ through: 0, beyond: [[5, 5]] });
  });

  test('[J3] a missing sequence is named and holds nothing up', async () => {
    const documents: Record<string, unknown>[] = [];
    for (let count = 0; count < 9; count++) documents.push(asDocument(await till.sale([line('tea')])));
    await post([0, 1, 4, 8].map((at) => documents[at] ?? {}));
    expect(await missingSequences(context, storeId, 1)).toEqual([
      [3, 4],
      [6, 8],
    ]);
    expect(await postedOf(context, storeId, 1)).toEqual({
      through: 2,
      beyond: [
        [5, 5],
        [9, 9],
      ],
    });
    expect(await rows(stockSql)).toMatchObject([{ sold: 4 }]);
    await post([3, 2, 5, 6, 7].map((at) => documents[at] ?? {}));
    expect(await missingSequences(context, storeId, 1)).toEqual([]);
    expect(await postedOf(context, storeId, 1)).toEqual({ through: 9, beyond: [] });
    expect(await rows('select count(*) as n from exception where store_id = $1')).toEqual([{ n: 0 }]);
  });
});

describe('[J3] a chain that does not hold', () => {
  const broken = () => rows('select entry_id, code from exception where store_id = $1 order by entry_id');

  test('is posted, and raises its exception on the later entry, whichever came first', async () => {
    const first = asDocument(await till.sale([line('tea')]));
    till.previousHash = 'f'.repeat(64);
    const second = asDocument(await till.sale([line('tea')]));
    const third = asDocument(await till.sale([line('tea')]));
    for (const order of [
      [first, second, third],
      [third, second, first],
      [second, third, first],
    ]) {
      await runSql(ownerUrl, 'delete from journal where store_id = $1', [storeId]);
      for (const table of derivedTables) {
        await context.database.pool.query(`delete from ${table} where store_id = $1`, [storeId]);
      }
      for (const document of order) expect((await post([document]))[0]?.ok).toBe(true);
      expect(await broken()).toEqual([{ entry_id: '0001-000000002', code: 'chain-broken' }]);
      expect(await rows(stockSql)).toMatchObject([{ sold: 3 }]);
    }
  });

  test('a first entry that does not begin at the genesis of its store and till', async () => {
    till.previousHash = '0'.repeat(64);
    await post([asDocument(await till.sale([line('tea')]))]);
    expect(await broken()).toEqual([{ entry_id: '0001-000000001', code: 'chain-broken' }]);
  });
});

describe('[J3] what is refused, in words, and kept for the manager', () => {
  test('an altered entry, whichever field was altered', async () => {
    const entry = await till.sale([line('tea')]);
    const others: Record<string, unknown> = {
      version: 2,
      kind: 'goods-received',
      previousHash: '0'.repeat(64),
      deviceAtMs: 1,
      clockOffsetMs: null,
      orderedAtMs: 5,
      operatorId: 'eve',
      body: { ...entry.body, totalMinor: 1 },
      hash: '1'.repeat(64),
      extra: true,
    };
    for (const [name, value] of Object.entries(others)) {
      expect(await codeOf({ ...asDocument(entry), [name]: value })).toBe('broken-hash');
    }
    expect(await rows('select count(*) as n from journal where store_id = $1')).toEqual([{ n: 0 }]);
    expect(await rows('select count(*) as n from refused_document where store_id = $1')).toEqual([{ n: 10 }]);
  });

  test('a forged entry: sealed with another key, or with the signature of another entry', async () => {
    const thief = await makeTill(context, storeId, 2);
    const entry = await till.sale([line('tea')]);
    const other = await till.sale([line('tea')]);
    expect(await codeOf({ ...asDocument(entry), signature: thief.sign(entry.hash) })).toBe('broken-signature');
    expect(await codeOf({ ...asDocument(entry), signature: other.signature })).toBe('broken-signature');
    expect(await codeOf({ ...asDocument(entry), signature: 'A'.repeat(86) })).toBe('broken-signature');
    expect(await codeOf(asDocument(entry))).toBe('taken');
  });

  test('[A1] an entry of another till or another store', async () => {
    const other = await makeTill(context, storeId, 2);
    const elsewhere = await makeTill(context, await makeStore(context), 1);
    expect(await codeOf(asDocument(await other.sale([line('tea')])))).toBe('wrong-till');
    expect(await codeOf(asDocument(await elsewhere.sale([line('tea')])))).toBe('wrong-store');
    expect(await codeOf(asDocument(await till.sale([line('tea')], { tillNumber: 2, _id: '0002-000000001' })))).toBe(
      'wrong-till',
    );
  });

  test('a sequence that goes back: another entry with a number that is taken', async () => {
    await post([asDocument(await till.sale([line('tea')]))]);
    till.sequence = 0;
    const second = await till.sale([line('mug')]);
    const [result] = await post([asDocument(second)]);
    expect(result).toMatchObject({ ok: false, refusal: { code: 'sequence-taken' } });
    expect(await rows(stockSql)).toMatchObject([{ sku_id: 'tea' }]);
    const again = await post([asDocument(second)]);
    expect(again[0]?.ok).toBe(false);
    expect(await rows('select code, document_id from refused_document where store_id = $1')).toEqual([
      { code: 'sequence-taken', document_id: '0001-000000001' },
    ]);
  });

  test('[J2] a second revision and a deletion', async () => {
    const entry = await till.sale([line('tea')]);
    await post([asDocument(entry)]);
    expect(await codeOf(asDocument(entry, `2-${'a'.repeat(32)}`))).toBe('immutable');
    expect(await codeOf({ ...asDocument(entry), _deleted: true })).toBe('immutable');
    expect(await codeOf({ _id: entry._id, _rev: `2-${'a'.repeat(32)}`, _deleted: true })).toBe('immutable');
    expect(await rows('select count(*) as n from journal where store_id = $1')).toEqual([{ n: 1 }]);
  });

  test('what is no entry: wrong id, wrong shape, unknown special member, NUL, too deep, too large', async () => {
    const entry = await till.sale([line('tea')]);
    let deep: unknown = 1;
    for (let depth = 0; depth < 3_000; depth++) deep = [deep];
    const wrong: Record<string, unknown>[] = [
      {},
      { _id: '_design/x', views: {} },
      { _id: { toString: null, valueOf: 1 } },
      { ...asDocument(entry), _id: '0001-000000002' },
      { ...asDocument(entry), _rev: undefined },
      { ...asDocument(entry), _attachments: {} },
      { ...asDocument(entry), operatorId: 'a\u0000b' },
      { ...asDocument(entry), sequence: 1.5 },
      { ...asDocument(entry), body: { deep } },
      { ...asDocument(entry), body: { nul: 'a\u0000' } },
      { ...asDocument(entry), body: { half: '\ud800' } },
      { ...asDocument(entry), body: [] },
    ];
    for (const document of wrong) expect(await codeOf(document)).toBe('not-an-entry');
    const large = await till.next('note', { text: 'x'.repeat(2_000_000) });
    expect(await codeOf(asDocument(large))).toBe('too-large');
  });

  test('no more than a thousand refusals of a till are kept', async () => {
    await post(Array.from({ length: 1_500 }, (_, at) => ({ _id: `no-entry-${at}` })));
    await post([{ _id: 'one-more' }]);
    expect(await rows('select count(*) as n from refused_document where store_id = $1')).toEqual([{ n: 1_000 }]);
  });
});
