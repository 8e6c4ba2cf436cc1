import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type RecallPreview,
  type RecallScope,
  recallAnswerSchema,
  recallBuyersSchema,
  recallDeliveriesSchema,
  recallDetailSchema,
  recallListSchema,
  recallPreviewSchema,
  recallUnitsSchema,
} from '#schemas/api/recalls.ts';
import { addTill, type TestTill } from '../feed/feed-test-shop.ts';
import type { TestChain } from '../people/test-chain.ts';
import {
  announced,
  goods,
  gtin14,
  livesTill,
  openLives,
  packed,
  received,
  sold,
  supplier,
} from '../trace/test-lives.ts';

const jam = '09506000134352';
let chain: TestChain;
let till: TestTill;
let deliveryId: string;

beforeAll(async () => {
  chain = await openLives();
  const a = await livesTill(chain, 'store-a');
  const b = await livesTill(chain, 'store-b');
  deliveryId = await a.write(
    'delivery-announced',
    announced([packed(['A1', 'A2', 'A3'], { batch: 'L1' }), jars(12)], supplier('Orchard & Co')),
  );
  await a.write('goods-received', received([{ ...goods(['A1', 'A2']), batch: 'L1' }, jars(10)], deliveryId));
  await b.write('goods-received', received([{ ...goods(['B1']), batch: 'L2' }, goods(['B2'])]));
  await a.write('retail-transaction', sold('A1', 'm1'));
  await b.write('retail-transaction', sold('B1', 'm2'));
  await b.write('retail-transaction', sold('B2'));
  till = await addTill(chain.context, 'store-a', 7);
});
afterAll(() => chain.close());

function jars(quantity: number) {
  return { skuId: 'jam', gtin14: jam, quantity, serials: [], batch: null, expiresOn: null, sscc: null };
}

const scope = (named: Partial<RecallScope>): RecallScope => ({
  gtins: [],
  batches: [],
  codes: [],
  deliveries: [],
  ...named,
});

async function preview(named: Partial<RecallScope>): Promise<RecallPreview> {
  const [status, body] = await chain.ask('olga', 'recalls/preview', scope(named));
  expect([status, body]).toEqual([200, expect.anything()]);
  return recallPreviewSchema.parse(body);
}
const statesOf = ({ stores }: Pick<RecallPreview, 'stores'>) =>
  Object.fromEntries(stores.map(({ storeId, states }) => [storeId, states]));

async function open(named: Partial<RecallScope>, title = 'Glass in it'): Promise<string> {
  const request = { ...scope(named), title, advice: 'Put it aside.' };
  const [status, body] = await chain.ask('olga', 'recalls', request);
  expect([status, body]).toEqual([200, expect.anything()]);
  const [recallId] = recallAnswerSchema.parse(body).recallIds;
  return recallId ?? '';
}

describe('before anything is done, a preview says how many units stand how', () => {
  test('of a GTIN; of batches of it, those whose batch nobody knows told apart', async () => {
    const all = await preview({ gtins: ['5012345678900'] });
    expect(statesOf(all)).toEqual({ 'store-a': { expected: 1, 'in-stock': 1, sold: 1 }, 'store-b': { sold: 2 } });
    expect(all).toMatchObject({ soldCount: 3, memberCount: 2, named: { gtins: [{ gtin14, skuId: 'coat' }] } });
    const one = await preview({ gtins: [gtin14], batches: ['L2'] });
    expect(statesOf(one)).toEqual({ 'store-a': {}, 'store-b': { sold: 2 } });
    expect(one.stores.map(({ uncertain }) => uncertain)).toEqual([0, 1]);
  });

  test('of a batch of whatever GTIN', async () => {
    expect(statesOf(await preview({ batches: ['L1'] }))['store-a']).toEqual({ expected: 1, 'in-stock': 1, sold: 1 });
  });

  test('of a list of codes in any form; what is none is named by its line', async () => {
    const codes = [
      'gtin,serial',
      `https://x.example/01/${gtin14}/21/A1`,
      '',
      '5012345678900;B1',
      '5012345678900',
      'junk',
    ];
    const read = await preview({ codes });
    expect(statesOf(read)).toEqual({ 'store-a': { sold: 1 }, 'store-b': { sold: 1 } });
    expect(read.problems.map(({ line, code }) => [line, code])).toEqual([
      [5, 'no-unit'],
      [6, 'no-unit'],
    ]);
    expect(await chain.outcome('olga', 'recalls', { ...scope({ codes }), title: 'x', advice: '' })).toBe(
      '400 bad-request',
    );
  });

  test("of all that a supplier's delivery brought; goods that cannot be told from others are said", async () => {
    const [, found] = await chain.ask('olga', 'recalls/deliveries?q=orchard');
    expect(recallDeliveriesSchema.parse(found).deliveries).toMatchObject([
      { storeId: 'store-a', deliveryId, sourceName: 'Orchard & Co', pieces: 15 },
    ]);
    const read = await preview({ deliveries: [{ storeId: 'store-a', deliveryId }] });
    expect(read.named.unitCount).toBe(3);
    expect(read.leftOut).toMatchObject([{ skuId: 'jam', quantity: 12 }]);
  });

  test('a supplier of the list is offered its deliveries, by id and by its name of before there was a list', async () => {
    await chain.addSupplier('orchard', 'orchard & co');
    await chain.addSupplier('other', 'Other');
    const brought = announced([jars(1)], { type: 'supplier', supplierId: 'other', name: 'Orchard & Co' });
    const otherId = await (await livesTill(chain, 'store-b', 2)).write('delivery-announced', brought);
    const of = async (query: string) =>
      recallDeliveriesSchema
        .parse((await chain.ask('olga', `recalls/deliveries?${query}`))[1])
        .deliveries.map((delivery) => delivery.deliveryId);
    expect(await of('supplier=orchard')).toEqual([deliveryId]);
    expect(await of('supplier=other')).toEqual([otherId]);
    expect(await of('supplier=nobody')).toEqual([]);
    expect((await of('q=orchard')).toSorted()).toEqual([deliveryId, otherId].toSorted());
  });

  test('of goods without codes: what is on hand', async () => {
    const read = await preview({ gtins: [jam] });
    expect(read.stores.map(({ goods: own }) => own)).toEqual([
      [{ skuId: 'jam', names: { en: 'Jam' }, onHand: 10 }],
      [],
    ]);
  });
});

test('a recall reaches the tills of every store with the next delta, and is gone from them when it is ended', async () => {
  const delta = async (since: number) => {
    const path = `/feed/store-a/delta?chain=${since}&store=0&waitMs=0`;
    const { createApp } = await import('../app.ts');
    const response = await createApp(chain.context, {}).request(path, {
      headers: { authorization: `Bearer ${till.token}` },
    });
    return (await response.json()) as { cursor: { chain: number }; rows: { recall?: [string, unknown][] } };
  };
  const before = (await delta(0)).cursor.chain;
  const published: string[] = [];
  const publish = chain.context.changes.publish.bind(chain.context.changes);
  chain.context.changes.publish = (scopeId) => {
    published.push(scopeId);
    publish(scopeId);
  };
  const recallId = await open({ gtins: [gtin14], batches: ['L1'], codes: [`(01)${gtin14}(21)B1`] });
  expect(published).toContain('chain');
  const row = { recallId, title: 'Glass in it', gtins: [gtin14], batches: ['L1'], units: [`${gtin14}.B1`] };
  expect((await delta(before)).rows.recall).toMatchObject([[recallId, row]]);
  expect(await chain.outcome('olga', `recalls/${recallId}/end`, {})).toBe('200');
  expect((await delta(before)).rows.recall).toEqual([[recallId, null]]);
  expect(await chain.outcome('olga', `recalls/${recallId}/end`, {})).toBe('404 not-found');
  const [, detail] = await chain.ask('mia', `stores/store-a/recalls/${recallId}`);
  expect(recallDetailSchema.parse(detail).history).toMatchObject([
    { action: 'recall-opened', actorName: 'Olga' },
    { action: 'recall-ended', actorName: 'Olga' },
  ]);
});

describe('an open recall is read store by store', () => {
  let recallId: string;
  beforeAll(async () => {
    recallId = await open({ gtins: [gtin14, jam] }, 'All coats');
  });
  const path = (rest = '') => `stores/store-a/recalls/${recallId}${rest}`;

  test('[A1] a manager sees the stores whose reports they may read; the owner all; another chain none', async () => {
    const [, body] = await chain.ask('mia', path());
    expect(recallDetailSchema.parse(body)).toMatchObject({ title: 'All coats', openedByName: 'Olga', endedAtMs: null });
    expect(Object.keys(statesOf(recallDetailSchema.parse(body)))).toEqual(['store-a']);
    const [, all] = await chain.ask('olga', path());
    expect(Object.keys(statesOf(recallDetailSchema.parse(all)))).toEqual(['store-a', 'store-b']);
    expect(await chain.outcome('rex', `stores/store-r/recalls/${recallId}`)).toBe('404 not-found');
    const [, foreign] = await chain.ask('rex', 'stores/store-r/recalls');
    expect(recallListSchema.parse(foreign).recalls).toEqual([]);
    expect(await chain.outcome('rex', `recalls/${recallId}/end`, {})).toBe('404 not-found');
  });

  test('[A1] only who may recall goods in the chain opens, previews or ends one', async () => {
    for (const who of ['mia', 'cleo']) {
      expect(await chain.outcome(who, 'recalls/preview', scope({ gtins: [gtin14] }))).toBe('403 forbidden');
      expect(await chain.outcome(who, 'recalls', { ...scope({ gtins: [gtin14] }), title: 'x', advice: '' })).toBe(
        '403 forbidden',
      );
      expect(await chain.outcome(who, `recalls/${recallId}/end`, {})).toBe('403 forbidden');
    }
    expect(await chain.outcome('cleo', path())).toBe('403 forbidden');
    const foreign = await chain.ask(
      'rex',
      'recalls/preview',
      scope({ deliveries: [{ storeId: 'store-a', deliveryId }] }),
    );
    expect(recallPreviewSchema.parse(foreign[1]).named.unitCount).toBe(0);
  });

  test('unit by unit, by state and page by page', async () => {
    const units = async (query: string, who = 'mia') => {
      const [, body] = await chain.ask(who, path(`/units?${query}`));
      const read = recallUnitsSchema.parse(body);
      return [read.units.map(({ serial, state }) => `${serial} ${state}`), read.next];
    };
    expect(await units('of=store-a')).toEqual([['A1 sold', 'A2 in-stock', 'A3 expected'], null]);
    expect(await units('of=store-a&state=in-stock')).toEqual([['A2 in-stock'], null]);
    expect(await units('of=store-a&limit=2')).toEqual([['A1 sold', 'A2 in-stock'], `${gtin14}.A2`]);
    expect(await units(`of=store-a&limit=2&after=${gtin14}.A2`)).toEqual([['A3 expected'], null]);
    expect(await chain.outcome('mia', path('/units?of=store-b'))).toBe('404 not-found');
  });

  test('who bought one: by name where personal data may be read, as CSV that no spreadsheet runs', async () => {
    const [, body] = await chain.ask('olga', path('/buyers'));
    const { buyers } = recallBuyersSchema.parse(body);
    expect(buyers.map(({ storeId, unit, member }) => [storeId, unit?.serial, member?.name])).toEqual([
      ['store-a', 'A1', '=Ada'],
      ['store-b', 'B1', 'Bo'],
    ]);
    const [, ofA] = await chain.ask('mia', path('/buyers'));
    expect(recallBuyersSchema.parse(ofA).buyers.map(({ storeId }) => storeId)).toEqual(['store-a']);
    const csv = await chain.csv('mia', path('/buyers.csv'));
    expect(csv).toContain(`"'=Ada","'+447700900001"`);
    expect(csv).not.toContain('Bo');
    const logged = await chain.sql(
      "select 1 from audit_entry where action = 'personal-data-exported' and subject_id = $1",
      [recallId],
    );
    expect(logged.length).toBe(1);
  });

  test('a unit says which recalls it falls under', async () => {
    const [, life] = await chain.ask('mia', `stores/store-a/units/${gtin14}/A2`);
    expect((life as { recalls: object[] }).recalls).toMatchObject([{ recallId, title: 'All coats', isCertain: true }]);
  });
});

test('more codes than a row of the feed takes are several rows, opened together', async () => {
  const codes = Array.from({ length: 10_001 }, (_, at) => `${gtin14},Z${at}`);
  const [status, body] = await chain.ask('olga', 'recalls', { ...scope({ codes }), title: 'Many', advice: '' });
  expect([status, recallAnswerSchema.parse(body).recallIds.length]).toEqual([200, 2]);
  const [, list] = await chain.ask('mia', 'stores/store-a/recalls');
  const many = recallListSchema.parse(list).recalls.filter(({ title }) => title.startsWith('Many'));
  expect(many.map(({ title, named }) => [title, named.unitCount]).toSorted()).toEqual([
    ['Many (1/2)', 10_000],
    ['Many (2/2)', 1],
  ]);
});
