import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announceAnswerSchema } from '#schemas/api/deliveries.ts';
import { newKeyAnswerSchema } from '#schemas/api/keys.ts';
import { staffListSchema } from '#schemas/api/staff.ts';
import { supplyListSchema, supplyNoteSchema } from '#schemas/api/supplies.ts';
import { derivedRows } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { inStore, TestChain, withSupplier } from '../people/test-chain.ts';

let chain: TestChain;
const own = 'supplies/acme';
const ownDeliveries = `${own}/stores/store-a/deliveries`;
const office = 'stores/store-a/deliveries';
const lines = [{ skuId: 'TEA', quantity: 5 }];
/** People by what they are; user names are ids that the server made. */
const people: Record<string, string> = {};
const keys: Record<string, string> = {};
let bolts: string;

beforeAll(async () => {
  chain = await TestChain.open();
  await chain.addSupplier('acme', 'Acme');
  await chain.addSupplier('bolt', 'Bolt');
  await chain.addSupplier('zinc', 'Zinc', 'rival');
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"Tea"}', 'standard', 'quantity', 1), ('chain', 'CUP', '{"en":"Cup"}', 'standard', 'item', 1)`,
  );
  await chain.sql(
    `insert into gtin (merchant_id, gtin14, sku_id, revision) values ('chain', '04006381333931', 'CUP', 1)`,
  );
  for (const [name, supplier, role] of [
    ['ada', 'acme', 'supplier-admin'],
    ['cal', 'acme', 'supplier-clerk'],
    ['bea', 'bolt', 'supplier-admin'],
  ] as const) {
    people[name] = await chain.add('olga', { name, pin: null, grants: [withSupplier(role, supplier)] }, 'staff');
    await chain.openAccount(people[name]);
  }
  const key = async (changes: object) => {
    const wanted = { name: 'Robot', lifetimeDays: null, requestsPerMinute: 6_000, ...changes };
    const [status, answer] = await chain.ask('olga', 'keys', wanted);
    expect([status, answer]).toEqual([200, answer]);
    return newKeyAnswerSchema.parse(answer).key;
  };
  keys.store = await key({ scopeType: 'store', scopeId: 'store-a', rights: ['announce-delivery'] });
  keys.supplier = await key({ scopeType: 'supplier', scopeId: 'acme', rights: ['read-supplies', 'edit-supplies'] });
  bolts = await announce('bea', 'supplies/bolt/stores/store-a/deliveries', { reference: 'B-1' });
});
afterAll(() => chain.close());

const ask = (who: string, path: string, body?: unknown) => chain.ask(people[who] ?? who, path, body);
const outcome = (who: string, path: string, body?: unknown) => chain.outcome(people[who] ?? who, path, body);
async function announce(who: string, path: string, changes: object = {}): Promise<string> {
  const [status, answer] = await ask(who, path, { lines, ...changes });
  expect([status, answer]).toEqual([200, answer]);
  return announceAnswerSchema.parse(answer).deliveryIds[0] ?? '';
}
async function byKey(name: string, path: string, body?: object): Promise<[number, unknown]> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${keys[name]}`, 'content-type': 'application/json' };
  const response = await chain.app.request(`/api/${path}`, { ...init, headers });
  return [response.status, await response.json()];
}
const sourceOf = async (deliveryId: string) =>
  (
    await chain.sql(`select row -> 'source' as source from delivery where store_id = 'store-a' and delivery_id = $1`, [
      deliveryId,
    ])
  )[0];
const faults = () => chain.sql(`select code, detail from exception where store_id in ('store-a', 'store-b')`);
const list = async (who: string, path: string) => supplyListSchema.parse((await ask(who, path))[1]);

describe("a supplier's person", () => {
  test('is told who they are and where goods go; announces by JSON and file; posting finds the right to it', async () => {
    expect((await ask('cal', own))[1]).toMatchObject({
      name: 'Acme',
      merchantName: 'chain',
      stores: [{ storeId: 'store-a' }, { storeId: 'store-b' }],
    });
    const first = await announce('cal', ownDeliveries, { reference: 'A-1' });
    const second = await announce('ada', `${own}/stores/store-b/deliveries`, {
      reference: 'A-2',
      expectedOn: '2026-12-01',
    });
    expect(await sourceOf(first)).toEqual({ source: { type: 'supplier', supplierId: 'acme', name: 'Acme' } });
    const { deliveries } = await list('cal', `${own}/deliveries`);
    expect(deliveries.map(({ deliveryId, reference, storeId }) => [deliveryId, reference, storeId]).toSorted()).toEqual(
      [
        [first, 'A-1', 'store-a'],
        [second, 'A-2', 'store-b'],
      ].toSorted(),
    );
    expect(await faults()).toEqual([]);
    await rebuildStore(chain.context, 'store-a');
    expect(await faults()).toEqual([]);
  });

  test('reads its notes as far as they are its business', async () => {
    const id = await announce('cal', ownDeliveries, { reference: 'A-note' });
    expect(await outcome('olga', `${office}/${id}/close`, { note: 'between us: late again' })).toBe('200');
    const [, answer] = await ask('cal', `${ownDeliveries}/${id}`);
    expect(supplyNoteSchema.parse(answer)).toMatchObject({
      state: 'closed',
      short: 5,
      skus: [{ skuId: 'TEA', difference: -5 }],
    });
    expect(JSON.stringify(answer)).not.toMatch(/between us|Olga|olga|operator|unknown/);
    expect((await list('cal', `${own}/deliveries?state=closed`)).deliveries).toMatchObject([
      { deliveryId: id, short: 5 },
    ]);
  });

  test('pages go on where the last one ended, over all stores', async () => {
    for (let at = 0; at < 4; at++)
      await announce('cal', `${own}/stores/store-${'ab'[at % 2]}/deliveries`, { reference: `P-${at}` });
    const all = (await list('cal', `${own}/deliveries?limit=50`)).deliveries.map(
      ({ storeId, deliveryId }) => storeId + deliveryId,
    );
    const paged: string[] = [];
    let before = '';
    do {
      const page = await list('cal', `${own}/deliveries?limit=2${before}`);
      paged.push(...page.deliveries.map(({ storeId, deliveryId }) => storeId + deliveryId));
      before = page.next === null ? '' : `&before=${page.next}`;
    } while (before !== '');
    expect(paged).toEqual(all);
  });
});

describe('[A1] from the side of a supplier who tries', () => {
  test("another's supplier, deliveries and cartons are not there", async () => {
    for (const who of ['ada', 'cal']) {
      for (const path of [
        'supplies/bolt',
        'supplies/bolt/deliveries',
        'supplies/zinc',
        'supplies/nowhere',
        'supplies/bolt/staff',
      ]) {
        expect([who, path, await outcome(who, path)]).toEqual([who, path, '403 forbidden']);
      }
      expect(await outcome(who, `supplies/bolt/stores/store-a/deliveries/${bolts}`)).toBe('403 forbidden');
      // Its own door, the other's id.
      expect(await outcome(who, `${ownDeliveries}/${bolts}`)).toBe('404 not-found');
      expect(await outcome(who, `${own}/stores/store-r/deliveries/${bolts}`)).toBe('403 forbidden');
    }
    const text = JSON.stringify([
      await ask('ada', own),
      await ask('ada', `${own}/deliveries`),
      await ask('ada', 'session'),
    ]);
    expect(text).not.toMatch(/bolt/i);
  });

  test("nothing is announced in another's name, to another chain's store, or to a place of the store's", async () => {
    const before = await chain.sql('select count(*) from delivery');
    expect(await outcome('cal', 'supplies/bolt/stores/store-a/deliveries', { lines })).toBe('403 forbidden');
    expect(await outcome('cal', `${own}/stores/store-r/deliveries`, { lines })).toBe('403 forbidden');
    expect(await outcome('cal', ownDeliveries, { lines, supplierId: 'bolt' })).toBe('400 bad-request');
    expect(await outcome('cal', ownDeliveries, { lines, from: 'Bolt' })).toBe('400 bad-request');
    expect(await outcome('cal', ownDeliveries, { lines, placeId: 'back' })).toBe('400 bad-request');
    expect(await outcome('cal', `${ownDeliveries}/csv?supplierId=bolt`, {})).toBe('400 bad-request');
    expect(await outcome('cal', office, { lines, supplierId: 'acme' })).toBe('403 forbidden');
    expect(await chain.sql('select count(*) from delivery')).toEqual(before);
  });

  test('the pages of the office are closed', async () => {
    for (const path of [
      office,
      `${office}/${bolts}`,
      'stores/store-a/overview',
      'stores/store-a/stock',
      'stores/store-a/staff',
      'stores/store-a/suppliers',
      'staff',
      'suppliers',
      'keys',
      'roles',
      'audit',
      'recalls/deliveries',
      'recalls/suppliers',
    ]) {
      expect([path, await outcome('ada', path)]).toEqual([path, '403 forbidden']);
    }
  });

  test('it is not told which codes the store has or awaits from others', async () => {
    const unit = { gtin: '4006381333931', quantity: 1, serials: ['S-1'], sscc: '106141412345678908' };
    await announce('bea', 'supplies/bolt/stores/store-a/deliveries', { lines: [unit], reference: 'SAME' });
    const [, told] = await ask('cal', ownDeliveries, { lines: [unit], reference: 'SAME' });
    expect(announceAnswerSchema.parse(told).warnings).toEqual([]);
    const [, again] = await ask('cal', ownDeliveries, { lines, reference: 'SAME' });
    expect(announceAnswerSchema.parse(again).warnings).toMatchObject([{ code: 'reference-used', count: 1 }]);
    const [, known] = await ask('olga', office, { lines: [unit], supplierId: 'bolt' });
    expect(announceAnswerSchema.parse(known).warnings.map(({ code }) => code)).toContain('units-expected');
  });
});

describe("[A1] a supplier's administrator", () => {
  const staff = `${own}/staff`;
  const person = (grants: object[]) => ({ name: 'Ned', locale: null, grants });
  const named = async (who: string, path: string) =>
    staffListSchema
      .parse((await ask(who, path))[1])
      .people.map(({ name }) => name)
      .toSorted();

  test('sees and lets in their own people, and a clerk does not', async () => {
    expect(await named('ada', staff)).toEqual(['ada', 'cal']);
    const { places, customRoles } = staffListSchema.parse((await ask('ada', staff))[1]);
    expect(places.map(({ scopeId, roleIds }) => [scopeId, roleIds])).toEqual([
      ['acme', ['supplier-admin', 'supplier-clerk']],
    ]);
    expect(customRoles).toEqual([]);
    expect(await outcome('cal', staff)).toBe('403 forbidden');
    const [, added] = await ask('ada', staff, person([withSupplier('supplier-clerk')]));
    const id = (added as { operatorId: string }).operatorId;
    expect((await ask('ada', `${staff}/${id}/invite`, { email: null }))[1]).toMatchObject({
      url: expect.stringContaining('/invite#'),
    });
    expect(await named('ada', staff)).toEqual(['Ned', 'ada', 'cal']);
    const grantId = staffListSchema.parse((await ask('ada', staff))[1]).people.find(({ name }) => name === 'Ned')
      ?.grants[0]?.grantId;
    expect(await outcome('ada', `${staff}/${id}/grants/${grantId}/end`, {})).toBe('200');
    expect(await named('ada', staff)).toEqual(['ada', 'cal']);
    // Who is no longer theirs is nobody to them.
    expect(await outcome('ada', `${staff}/${id}/invite`, { email: null })).toBe('404 not-found');
  });

  test('gives no role elsewhere, and takes nobody of elsewhere', async () => {
    for (const grants of [
      [withSupplier('supplier-clerk', 'bolt')],
      [inStore('clerk')],
      [withSupplier('supplier-clerk'), inStore('clerk')],
    ]) {
      expect([grants, await outcome('ada', staff, person(grants))]).toEqual([grants, '403 forbidden']);
    }
    expect(await outcome('ada', staff, { ...person([withSupplier('supplier-clerk')]), pin: '1234' })).toBe(
      '400 bad-request',
    );
    for (const id of [people.bea, 'mia', 'cleo', 'olga']) {
      expect(await outcome('ada', `${staff}/${id}/grants`, withSupplier('supplier-clerk'))).toBe('404 not-found');
      expect(await outcome('ada', `${staff}/${id}/invite`, { email: null })).toBe('404 not-found');
      expect(await outcome('ada', `staff/${id}/pin`, { pin: '1234' })).toBe('403 forbidden');
    }
    const both = await chain.add(
      'olga',
      { grants: [withSupplier('supplier-clerk'), inStore('store-manager')] },
      'staff',
    );
    expect(await outcome('ada', `${staff}/${both}/invite`, { email: null })).toBe('403 forbidden');
    expect(await named('ada', staff)).toContain('Nova Reed');
    const report = staffListSchema
      .parse((await ask('ada', staff))[1])
      .people.find(({ operatorId }) => operatorId === both);
    expect(report?.grants.map(({ scopeType }) => scopeType)).toEqual(['supplier']);
  });
});

describe('another system by its key', () => {
  test('announces where its right is, and posting finds it, also when it posts again after the key has ended', async () => {
    const [status, answer] = await byKey('store', office, { lines, supplierId: 'bolt', reference: 'K-1' });
    expect([status, await sourceOf(announceAnswerSchema.parse(answer).deliveryIds[0] ?? '')]).toEqual([
      200,
      { source: { type: 'supplier', supplierId: 'bolt', name: 'Bolt' } },
    ]);
    expect((await byKey('supplier', ownDeliveries, { lines, reference: 'K-2' }))[0]).toBe(200);
    expect(await faults()).toEqual([]);
    chain.nowMs += 60_000;
    for (const { id } of await chain.sql<{ id: string }>('select key_id as id from api_key')) {
      expect(await outcome('olga', `keys/${id}/revoke`, {})).toBe('200');
    }
    expect((await byKey('store', office, { lines, supplierId: 'bolt' }))[0]).toBe(401);
    const before = await derivedRows(chain.context, 'store-a');
    await rebuildStore(chain.context, 'store-a');
    expect(await derivedRows(chain.context, 'store-a')).toEqual(before);
    expect(await faults()).toEqual([]);
  });
});

test('[A1] a delivery of a supplier that is unknown, of another chain, or ended is not announced', async () => {
  await chain.sql(`update supplier set ended_at_ms = 1 where supplier_id = 'bolt'`);
  for (const supplierId of ['nowhere', 'zinc', 'bolt']) {
    const [status, answer] = await ask('olga', office, { lines, supplierId });
    expect([supplierId, status, announceAnswerSchema.parse(answer).failure?.code]).toEqual([
      supplierId,
      422,
      'supplier-unknown',
    ]);
  }
  expect(await outcome('bea', 'supplies/bolt')).toBe('403 forbidden');
});
