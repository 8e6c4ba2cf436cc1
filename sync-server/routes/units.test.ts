import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type UnitLife, unitLifeSchema, unitListSchema } from '#schemas/api/units.ts';
import { counted, opened } from '../journal/test-counts.ts';
import { createOperator } from '../people/new-operator.ts';
import type { TestChain } from '../people/test-chain.ts';
import { announced, goods, gtin14, livesTill, openLives, packed, received, sold } from '../trace/test-lives.ts';

const sscc = '395060001343521237';
const password = 'correct horse battery';
const jobId = '3f4a4a0d-7d0f-4f0a-9f38-0b8f2c520b8f';
let chain: TestChain;
let saleId: string;

beforeAll(async () => {
  chain = await openLives();
  const [office, a, b] = [
    await livesTill(chain, 'store-a', 9),
    await livesTill(chain, 'store-a'),
    await livesTill(chain, 'store-b', 1, Date.UTC(2026, 10, 22, 11, 30)),
  ];
  const deliveryId = await office.write(
    'delivery-announced',
    announced([packed(['7K3M9QWZ', '7K3MAAAA'], { batch: 'L1', expiresOn: '2027-01-31' }, sscc)]),
  );
  await a.write('units-commissioned', {
    lines: [{ ...goods(['NEW-1']), placeId: 'floor', batch: 'N/1', expiresOn: null }],
    approvals: [],
  });
  const labels = { jobId, reprintOf: null, reason: '', lines: [goods(['7K3M9QWZ'])], approvals: [] };
  await a.write('labels-printed', labels);
  await a.write('labels-printed', { ...labels, jobId: jobId.replace('3f', '4f'), reprintOf: jobId, reason: 'smeared' });
  await a.write('goods-received', received([{ ...goods(['7K3M9QWZ', '7K3MAAAA']), sscc, batch: 'L1' }], deliveryId));
  const move = { ...goods(['7K3M9QWZ']), fromPlaceId: 'floor', toPlaceId: 'back' };
  await a.write('goods-moved', { note: 'to the back', lines: [move], approvals: [] });
  await office.write('count-opened', { ...opened({ name: 'Autumn' }) });
  const { quantity, ...unit } = goods(['7K3M9QWZ']);
  const scan = (placeId: string, ofThem = quantity) =>
    a.write('goods-counted', { ...counted([{ ...unit, quantity: ofThem, agosMs: [3], how: 'scan' }], { placeId }) });
  // Scanned on the floor by mistake, and twice where it lies.
  for (const [placeId, ofThem] of [['floor'], ['floor', -1], ['back'], ['back']] as const) await scan(placeId, ofThem);
  saleId = await a.write('retail-transaction', sold('7K3M9QWZ', 'm1'));
  await a.write('retail-transaction', sold('7K3M9QWZ'), 'nobody-known');
  const transferId = await a.write('transfer-sent', {
    toStoreId: 'store-b',
    toStoreName: 'store-b',
    note: 'for Saturday',
    lines: [{ ...goods(['7K3MAAAA']), placeId: 'floor', sscc: null, batch: 'L1', expiresOn: null }],
    approvals: [],
  });
  const source = { type: 'transfer', storeId: 'store-a', name: 'store-a', entryId: transferId };
  const incoming = await b.write('delivery-announced', announced([packed(['7K3MAAAA'])], source));
  await b.write('goods-received', received([goods(['7K3MAAAA'])], incoming, true));
  await b.write('retail-transaction', sold('7K3MAAAA', 'm2'));
});
afterAll(() => chain.close());

const lifePath = (serial: string) => `stores/store-a/units/${gtin14}/${encodeURIComponent(serial)}`;
async function life(who: string, serial: string, path = lifePath(serial)): Promise<UnitLife> {
  return unitLifeSchema.parse((await chain.ask(who, path))[1]);
}
async function list(q: string, more = '') {
  const [status, body] = await chain.ask('mia', `stores/store-a/units?q=${encodeURIComponent(q)}${more}`);
  expect(status).toBe(200);
  return unitListSchema.parse(body);
}
const serials = async (q: string, more = '') => (await list(q, more)).units.map(({ serial }) => serial);

describe("a unit's life", () => {
  test('every step with when, where, who and by which entry; labels and reprints too', async () => {
    const { steps, ...unit } = await life('mia', '7K3M9QWZ');
    expect(unit).toMatchObject({ skuId: 'coat', names: { en: 'Rain coat' }, batch: 'L1', expiresOn: '2027-01-31' });
    expect(unit.digitalLink).toBe(`https://id.example/01/${gtin14}/21/7K3M9QWZ`);
    expect(unit.standings).toMatchObject([{ storeId: 'store-a', state: 'sold', placeId: 'floor' }]);
    expect(steps.map(({ type, after }) => [type, after])).toEqual([
      ['announced', 'expected'],
      ['label-printed', null],
      ['label-reprinted', null],
      ['received', 'in-stock'],
      ['moved', 'in-stock'],
      ['counted', null],
      ['sold', 'sold'],
      ['sold', 'sold'],
    ]);
    const [notice, , reprint, receipt, move, count, sale, again] = steps;
    const delivery = { reference: 'DN 881', sourceName: 'Northern Mills' };
    expect(notice).toMatchObject({ sscc, delivery, batch: 'L1', operatorName: 'Mia', timeZoneOffset: '+00:00' });
    expect(reprint).toMatchObject({ reason: 'smeared', placeId: null });
    expect(receipt).toMatchObject({ sscc, delivery, tillNumber: 1, tillName: 'till 1', kind: 'goods-received' });
    expect(move).toMatchObject({ placeNames: { en: 'Stock room' }, reason: 'to the back' });
    expect(count).toMatchObject({ placeNames: { en: 'Stock room' }, countName: 'Autumn', tillName: 'till 1' });
    expect(sale).toMatchObject({ entryId: saleId, sale: { totalMinor: 9_900, currency: 'GBP', hasMember: true } });
    expect(sale?.sale?.member).toEqual({ memberId: 'm1', name: '=Ada' });
    expect(again).toMatchObject({ contradiction: 'unit-sold-twice', operatorName: null, sale: { member: null } });
  });

  test('over all stores, in the order of the hybrid logical clock', async () => {
    const { steps, standings, elsewhere } = await life('olga', '7K3MAAAA');
    expect(steps.map(({ storeId, type }) => `${storeId} ${type}`)).toEqual([
      'store-a announced',
      'store-a received',
      'store-a sent',
      'store-b announced',
      'store-b arrived',
      'store-b sold',
    ]);
    expect(steps[2]?.otherStore).toMatchObject({ storeId: 'store-b' });
    expect(steps[4]?.otherStore).toMatchObject({ storeId: 'store-a' });
    expect(standings.map(({ storeId, state }) => `${storeId} ${state}`)).toEqual([
      'store-b sold',
      'store-a in-transit',
    ]);
    expect(elsewhere).toEqual([]);
  });

  test('[A1] of a store whose reports one may not read: the state alone; of another chain: nothing', async () => {
    const { steps, elsewhere } = await life('mia', '7K3MAAAA');
    expect(new Set(steps.map(({ storeId }) => storeId))).toEqual(new Set(['store-a']));
    expect(elsewhere).toEqual([{ storeId: 'store-b', storeName: 'store-b', state: 'sold' }]);
    const foreign = await life('rob', '7K3MAAAA', lifePath('7K3MAAAA').replace('store-a', 'store-r'));
    expect(foreign).toMatchObject({ skuId: null, steps: [], standings: [], elsewhere: [] });
    expect(await chain.outcome('rob', lifePath('7K3MAAAA'))).toBe('403 forbidden');
    expect(await chain.outcome('cleo', lifePath('7K3MAAAA'))).toBe('403 forbidden');
  });

  test('a member is named to who may read personal data there, and to nobody else', async () => {
    const accountant = { storeId: 'store-a', operatorId: 'ann', name: 'Ann', role: 'accountant', password } as const;
    await createOperator(chain.context, accountant);
    await chain.signIn('ann');
    const seen = (await life('ann', '7K3M9QWZ')).steps.find(({ type }) => type === 'sold');
    expect(seen?.sale).toMatchObject({ hasMember: true, member: null });
    const ofB = await life('nat', '7K3MAAAA', lifePath('7K3MAAAA').replace('store-a', 'store-b'));
    expect(ofB.steps.at(-1)?.sale).toMatchObject({ hasMember: true, member: { name: 'Bo' } });
  });

  test('a unit that nobody has heard of has no steps, and a code that is none is refused', async () => {
    expect(await life('mia', 'NOWHERE')).toMatchObject({ skuId: 'coat', steps: [], standings: [], recalls: [] });
    expect(await chain.outcome('mia', lifePath('with space'))).toBe('400 bad-request');
  });

  test('as EPCIS: an EPCISDocument in JSON-LD, labels left out', async () => {
    const [status, body] = await chain.ask('mia', `${lifePath('7K3M9QWZ')}/epcis`);
    expect(status).toBe(200);
    const { type, epcisBody } = body as { type: string; epcisBody: { eventList: { bizStep: string }[] } };
    expect(type).toBe('EPCISDocument');
    expect(epcisBody.eventList.map(({ bizStep }) => bizStep)).toEqual(
      'packing shipping receiving unpacking storing cycle_counting retail_selling retail_selling'.split(' '),
    );
  });
});

describe('units are found', () => {
  test.each([
    ['its Digital Link', `https://shop.example/01/${gtin14}/21/7K3M9QWZ?17=270131`, ['7K3M9QWZ']],
    ['its element string', `]d201${gtin14}217K3M9QWZ`, ['7K3M9QWZ']],
    ['a GTIN', '5012345678900', ['7K3M9QWZ', '7K3MAAAA', 'NEW-1']],
    ['a carton', `(00)${sscc}`, ['7K3M9QWZ', '7K3MAAAA']],
    ['the beginning of a serial, in small letters', '7k3m9', ['7K3M9QWZ']],
    ['a part of a serial', '9qw', ['7K3M9QWZ']],
    ['a batch', 'L1', ['7K3M9QWZ', '7K3MAAAA']],
    ['a SKU', 'coat', ['7K3M9QWZ', '7K3MAAAA', 'NEW-1']],
    ['nothing', '', ['7K3M9QWZ', '7K3MAAAA', 'NEW-1']],
    ['what is no unit', 'zzzzz', []],
    ['a pattern', '%%%', []],
  ])('by %s', async (_, q, found) => {
    expect(await serials(q)).toEqual(found);
  });

  test('by state, and page by page', async () => {
    expect(await serials('coat', '&state=commissioned')).toEqual(['NEW-1']);
    const first = await list('', '&limit=2');
    expect(first.units.length).toBe(2);
    expect(first.next).toBe(`${gtin14}.7K3MAAAA`);
    expect(await serials('', `&limit=2&after=${first.next}`)).toEqual(['NEW-1']);
  });

  test('an item code is told even when this store does not have it; a misread one says why', async () => {
    const unknown = await list(`https://shop.example/01/${gtin14}/21/NOWHERE`);
    expect(unknown).toMatchObject({ units: [], exact: { gtin14, serial: 'NOWHERE' } });
    expect((await list('5012345678901')).problem).toBe('wrong-check-digit');
  });
});

test('a damaged unit has its reason and its photo, for who may read that store, and of no other unit', async () => {
  const photo = 'data:image/png;base64,iVBORw0KGgo=';
  const clerk = await livesTill(chain, 'store-a', 6);
  const line = { ...goods(['DENTED', 'DENTED-2']), condition: 'damaged', reason: 'dented', photo };
  const entryId = await clerk.write('goods-received', received([goods(['WHOLE']), line]));
  const step = (await life('mia', 'DENTED')).steps[0];
  expect(step).toMatchObject({ type: 'received-damaged', reason: 'dented', hasPhoto: true, entryId, lineNumber: 2 });
  expect((await life('mia', 'WHOLE')).steps[0]).toMatchObject({ reason: '', hasPhoto: false });
  const path = (serial: string, at: number) => `${lifePath(serial)}/photos/${entryId}/${at}`;
  const picture = await chain.fetch('mia', path('DENTED', 2));
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(Buffer.from(await picture.arrayBuffer()).toString('base64')).toBe(photo.split(',')[1]);
  for (const other of [path('DENTED', 1), path('WHOLE', 2), path('WHOLE', 1), path('DENTED', 9)])
    expect(await chain.outcome('mia', other)).toBe('404 not-found');
  expect(await chain.outcome('nat', path('DENTED', 2))).toBe('403 forbidden');
});

test('[P3] an entry that says nonsense of labels is kept like any other: the index over them refuses nothing', async () => {
  const till = await livesTill(chain, 'store-b', 5);
  const deep = JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`) as unknown;
  for (const serials of [{ a: 1e308 }, [[{ b: -0 }], 'x'.repeat(100_000)], deep, null, '\\u0000', ['é', '７']]) {
    await till.write('labels-printed', { lines: [{ serials }], approvals: [] });
  }
  const kept = await chain.sql(`select unpostable from journal where store_id = 'store-b' and till_number = 5`);
  expect(kept).toEqual(Array.from({ length: 6 }, () => ({ unpostable: 'invalid-body' })));
});
