import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditListSchema } from '#schemas/api/audit.ts';
import { newKeyAnswerSchema } from '#schemas/api/keys.ts';
import { sessionSchema } from '#schemas/api/session.ts';
import { supplierAnswerSchema, supplierChoicesSchema, supplierListSchema } from '#schemas/api/suppliers.ts';
import { inStore, newPerson, TestChain, withSupplier } from '../people/test-chain.ts';

let chain: TestChain;
const goodGln = '4000001000005';

beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(() => chain.close());

async function add(name: string, gln: string | null = null): Promise<string> {
  const [status, answer] = await chain.ask('olga', 'suppliers', { name, gln });
  expect([status, answer]).toEqual([200, answer]);
  return supplierAnswerSchema.parse(answer).supplierId;
}
async function listed(query = '') {
  return supplierListSchema.parse((await chain.ask('olga', `suppliers${query}`))[1]).suppliers;
}
const addPerson = (grants: object[], who = 'olga') => chain.add(who, { grants, pin: null }, 'staff');

test('a supplier is added, found by name and GLN, renamed, and each change is on record', async () => {
  const id = await add(' Meadow Lane Drinks ', goodGln);
  expect(await listed('?q=lane')).toMatchObject([
    { supplierId: id, name: 'Meadow Lane Drinks', gln: goodGln, people: 0 },
  ]);
  expect(await listed('?q=40000010')).toHaveLength(1);
  expect(await listed('?q=nobody')).toEqual([]);
  expect(await chain.outcome('olga', `suppliers/${id}`, { name: 'Meadow Drinks', gln: null })).toBe('200');
  const audit = auditListSchema.parse((await chain.ask('olga', `audit?subject=${id}`))[1]);
  // Both may be of one millisecond: which is told first is not asked here.
  const told = audit.items.map(({ action, subjectName, before, after }) => ({ action, subjectName, before, after }));
  const [first, renamed] = [
    { name: 'Meadow Lane Drinks', gln: goodGln },
    { name: 'Meadow Drinks', gln: null },
  ];
  expect(told.toSorted((left, right) => (left.action < right.action ? -1 : 1))).toEqual([
    { action: 'supplier-added', subjectName: 'Meadow Drinks', before: null, after: first },
    { action: 'supplier-changed', subjectName: 'Meadow Drinks', before: first, after: renamed },
  ]);
  const [counter] = await chain.sql<{ revision: number }>(
    `select revision from merchant_counter where merchant_id = 'chain'`,
  );
  expect(await chain.sql('select revision from supplier where supplier_id = $1', [id])).toEqual([counter]);
});

test('no two suppliers of the list have one name or GLN; a wrong check digit is none', async () => {
  const id = await add('Twin & Sons', '4000001000012');
  const again = (name: string, gln: string | null) => chain.outcome('olga', 'suppliers', { name, gln });
  expect(await again('TWIN & SONS', null)).toBe('409 name-taken');
  expect(await again('Other', '4000001000012')).toBe('409 conflict');
  expect(await again('Other', '4000001000013')).toBe('400 bad-request');
  expect(await again('Other', '400000100001')).toBe('400 bad-request');
  expect(await again('', null)).toBe('400 bad-request');
  expect(await again('Over\u202eturned', null)).toBe('400 bad-request');
  const other = await add('Other');
  expect(await chain.outcome('olga', `suppliers/${other}`, { name: 'twin & sons', gln: null })).toBe('409 name-taken');
  expect(await chain.outcome('olga', `suppliers/${id}`, { name: 'Twin & sons', gln: null })).toBe('200');
  expect(await chain.outcome('olga', `suppliers/${id}/end`, {})).toBe('200');
  expect(await chain.outcome('olga', `suppliers/${id}`, { name: 'Twins', gln: null })).toBe('409 conflict');
  expect(await again('Twin & Sons', null)).toBe('200');
});

test('[A1] the list is kept by who has the right in the chain; a chain knows its own alone', async () => {
  const id = await add('Ours Only');
  for (const [who, outcome] of [
    ['mia', '403 forbidden'],
    ['cleo', '403 forbidden'],
    ['rex', '404 not-found'],
  ]) {
    expect(await chain.outcome(who ?? '', `suppliers/${id}`, { name: 'Mine', gln: null })).toBe(outcome);
    expect(await chain.outcome(who ?? '', `suppliers/${id}/end`, {})).toBe(outcome);
  }
  expect((await chain.ask('rex', 'suppliers'))[1]).toMatchObject({ suppliers: [] });
  const choices = supplierChoicesSchema.parse((await chain.ask('mia', 'stores/store-a/suppliers'))[1]);
  expect(choices.suppliers.find(({ supplierId }) => supplierId === id)).toMatchObject({ name: 'Ours Only' });
  const recalls = supplierChoicesSchema.parse((await chain.ask('olga', 'recalls/suppliers'))[1]);
  expect(recalls.suppliers.some(({ isEnded }) => isEnded)).toBe(true);
  expect(choices.suppliers.some(({ isEnded }) => isEnded)).toBe(false);
});

test('[A1] a role with a supplier is given by who keeps the list, for an open supplier of the chain', async () => {
  const id = await add('Role Mill');
  const [rival] = await chain.sql<{ id: string }>(
    `insert into supplier (merchant_id, supplier_id, name, added_at_ms, revision) values ('rival', 'theirs', 'T', 0, 0)
     returning supplier_id as id`,
  );
  const give = (who: string, grants: object[], path = 'staff') =>
    chain.outcome(who, path, newPerson({ grants, pin: null }));
  expect(await give('adam', [withSupplier('supplier-clerk', id)])).toBe('200');
  expect(await give('mia', [withSupplier('supplier-clerk', id)], 'stores/store-a/staff')).toBe('403 forbidden');
  expect(await give('olga', [withSupplier('supplier-clerk', rival?.id ?? '')])).toBe('403 forbidden');
  expect(await give('olga', [withSupplier('clerk', id)])).toBe('400 bad-request');
  expect(await give('olga', [withSupplier('owner', id)])).toBe('400 bad-request');
  expect(await give('olga', [inStore('supplier-clerk')])).toBe('400 bad-request');
  // Nobody of the store changes who is also a supplier's.
  const both = await addPerson([withSupplier('supplier-clerk', id), inStore('clerk')]);
  expect(await chain.outcome('mia', `stores/store-a/staff/${both}`, { name: 'X' })).toBe('403 forbidden');
  expect(await chain.outcome('olga', `staff/${both}`, { name: 'Both' })).toBe('200');
  expect((await chain.person('olga', both, 'staff'))?.grants.map(({ scopeName }) => scopeName)).toContain('Role Mill');
  expect((await chain.person('mia', both))?.grants.map(({ roleId }) => roleId)).toEqual(['clerk']);
});

test('[A1] a supplier that is ended is out: roles, sessions, links, keys; who works here too stays', async () => {
  const id = await add('Soon Gone');
  const alone = await addPerson([withSupplier('supplier-admin', id)]);
  const invited = await addPerson([withSupplier('supplier-clerk', id)]);
  const both = await addPerson([withSupplier('supplier-clerk', id), inStore('clerk')]);
  await chain.openAccount(alone);
  await chain.openAccount(both);
  const [, link] = await chain.ask('olga', `staff/${invited}/invite`, { email: null });
  const token = String((link as { url: string }).url).split('#')[1];
  const wanted = { scopeType: 'supplier', scopeId: id, rights: ['read-supplies'], lifetimeDays: null };
  const [, made] = await chain.ask('olga', 'keys', { name: 'Robot', requestsPerMinute: 600, ...wanted });
  const { key } = newKeyAnswerSchema.parse(made);
  const byKey = () =>
    Promise.resolve(chain.app.request(`/api/supplies/${id}`, { headers: { authorization: `Bearer ${key}` } }));
  const session = sessionSchema.parse((await chain.ask(alone, 'session'))[1]);
  expect(session).toMatchObject({ stores: [], merchantRights: [], suppliers: [{ supplierId: id, name: 'Soon Gone' }] });
  expect([await chain.outcome(alone, `supplies/${id}`), (await byKey()).status]).toEqual(['200', 200]);
  expect((await chain.ask('nobody', 'invitations/open', { token }))[1]).toMatchObject({
    roles: [{ place: 'Soon Gone' }],
  });
  expect(await listed('?q=soon')).toMatchObject([{ people: 3, keys: 1 }]);

  expect(await chain.outcome('olga', `suppliers/${id}/end`, {})).toBe('200');
  expect(await chain.outcome('olga', `suppliers/${id}/end`, {})).toBe('200');
  expect([await chain.outcome(alone, `supplies/${id}`), (await byKey()).status]).toEqual(['401 unauthorized', 401]);
  expect(await chain.signIn(alone)).toBe(401);
  expect(await chain.outcome('nobody', 'invitations/open', { token })).toBe('404 not-found');
  expect(await chain.outcome(both, `supplies/${id}`)).toBe('403 forbidden');
  expect(sessionSchema.parse((await chain.ask(both, 'session'))[1])).toMatchObject({ suppliers: [], stores: [{}] });
  expect(await chain.outcome('olga', 'staff', newPerson({ grants: [withSupplier('supplier-clerk', id)] }))).toBe(
    '403 forbidden',
  );
  expect(await chain.outcome('olga', 'keys', { name: 'Again', requestsPerMinute: 600, ...wanted })).toBe(
    '403 forbidden',
  );
  expect(await listed('?ended=1&q=soon')).toMatchObject([{ people: 0, keys: 0 }]);
});
