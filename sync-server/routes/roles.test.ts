import { afterAll, beforeAll, expect, test } from 'vitest';
import { roleListSchema } from '#schemas/api/roles.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { inChain, inStore, TestChain } from '../people/test-chain.ts';

let chain: TestChain;

beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(() => chain.close());

const role = (rights: Right[], en = 'Night desk') => ({ names: { en, 'zh-Hans': '夜班' }, rights });

async function make(who: string, rights: Right[]): Promise<string> {
  const [status, answer] = await chain.ask(who, 'roles', role(rights));
  expect(status).toBe(200);
  return (answer as { roleId: string }).roleId;
}
async function table(who: string, path = 'roles') {
  return roleListSchema.parse((await chain.ask(who, path))[1]).roles;
}

test('the table names every role with its rights and how many hold it', async () => {
  const roles = await table('olga');
  expect(roles.find(({ roleId }) => roleId === 'store-manager')).toMatchObject({ holders: 2, mayEdit: false });
  expect((await table('mia', 'stores/store-a/roles')).find(({ roleId }) => roleId === 'store-manager')?.holders).toBe(
    1,
  );
  expect(await chain.outcome('mia', 'roles')).toBe('403 forbidden');
  expect(await chain.outcome('mia', 'roles', role(['sell']))).toBe('403 forbidden');
});

test('an own role is made, given, changed for all who hold it, and ended when nobody does', async () => {
  const roleId = await make('olga', ['sell', 'read-reports', 'sell']);
  expect((await table('olga')).find((one) => one.roleId === roleId)).toMatchObject({
    rights: ['read-reports', 'sell'],
  });
  expect(await chain.outcome('mia', 'stores/store-a/staff/cleo/grants', inStore(roleId))).toBe('200');
  expect((await chain.ask('cleo', 'stores/store-a/overview'))[0]).toBe(200);
  expect((await chain.staff('mia')).customRoles).toEqual([{ roleId, names: role([]).names }]);
  expect(await chain.outcome('olga', `roles/${roleId}/end`, {})).toBe('409 role-in-use');
  // Twice within a millisecond: the rows of a role follow each other all the same.
  expect(await chain.outcome('olga', `roles/${roleId}`, role(['sell']))).toBe('200');
  chain.nowMs += 10;
  expect((await chain.ask('cleo', 'stores/store-a/overview'))[0]).toBe(403);
  const rows = await chain.sql<{ from_ms: number; until_ms: number | null }>(
    'select from_ms, until_ms from custom_role where role_id = $1 order by from_ms',
    [roleId],
  );
  expect(rows.map(({ until_ms }) => until_ms)).toEqual([rows[1]?.from_ms, null]);
  const grants = (await chain.person('mia', 'cleo'))?.grants ?? [];
  const { grantId } = grants.find((grant) => grant.roleId === roleId) ?? {};
  expect(await chain.outcome('mia', `stores/store-a/staff/cleo/grants/${grantId}/end`, {})).toBe('200');
  expect(await chain.outcome('olga', `roles/${roleId}/end`, {})).toBe('200');
  expect(await chain.outcome('mia', 'stores/store-a/staff/cleo/grants', inStore(roleId))).toBe('400 bad-request');
  const actions = await chain.sql<{ action: string }>('select action from audit_entry where subject_id = $1', [roleId]);
  expect(actions.map(({ action }) => action).toSorted()).toEqual(['role-changed', 'role-made', 'role-removed']);
});

test('[A1] nobody rises by a role: not by making one, nor by changing one that they or others hold', async () => {
  const lesser = await make('olga', ['edit-roles', 'read-staff', 'sell']);
  expect(await chain.outcome('olga', 'staff/cleo/grants', inChain(lesser))).toBe('200');
  expect((await chain.ask('cleo', 'roles'))[0]).toBe(200);
  expect(await chain.outcome('cleo', 'roles', role(['edit-staff']))).toBe('403 forbidden');
  expect(await chain.outcome('cleo', `roles/${lesser}`, role(['edit-roles', 'read-staff', 'sell', 'edit-keys']))).toBe(
    '403 forbidden',
  );
  expect(await chain.outcome('cleo', `roles/${lesser}`, role(['edit-roles', 'sell']))).toBe('409 own-access');
  const strong = await make('olga', ['edit-keys']);
  expect(await chain.outcome('cleo', `roles/${strong}`, role(['sell']))).toBe('403 forbidden');
  expect(await chain.outcome('cleo', `roles/${strong}/end`, {})).toBe('403 forbidden');
  expect((await table('cleo')).find(({ roleId }) => roleId === strong)?.mayEdit).toBe(false);
  expect(await chain.outcome('olga', 'roles', role(['edit-supplies']))).toBe('403 forbidden');
  expect(await chain.outcome('mia', 'stores/store-a/staff/mia/grants', inStore(strong))).toBe('403 forbidden');
});

test('[A1] built-in roles and those of another chain are not changed', async () => {
  const roleId = await make('olga', ['sell']);
  for (const id of ['clerk', 'owner', '__proto__', 'nothing']) {
    expect([id, await chain.outcome('olga', `roles/${id}`, role(['sell']))]).toEqual([id, '404 not-found']);
    expect([id, await chain.outcome('olga', `roles/${id}/end`, {})]).toEqual([id, '404 not-found']);
  }
  expect(await chain.outcome('rex', `roles/${roleId}`, role(['sell']))).toBe('404 not-found');
  expect(await chain.outcome('rex', `roles/${roleId}/end`, {})).toBe('404 not-found');
  expect(await chain.outcome('rex', 'staff/rob/grants', inStore(roleId, 'store-r'))).toBe('400 bad-request');
  expect((await table('rex')).some((one) => one.roleId === roleId)).toBe(false);
});

test('names of roles are text; rights are those that there are', async () => {
  const en = `<img src=x onerror=alert(1)> '; delete from custom_role`;
  const [, answer] = await chain.ask('olga', 'roles', role(['sell'], en));
  const { roleId } = answer as { roleId: string };
  expect((await table('olga')).find((one) => one.roleId === roleId)?.names?.en).toBe(en);
  for (const bad of [
    role([]),
    { ...role(['sell']), rights: ['everything'] },
    { names: { fr: 'x' }, rights: ['sell'] },
  ]) {
    expect(await chain.outcome('olga', 'roles', bad)).toBe('400 bad-request');
  }
});

test('[A1] a right that came after an own role is not in it, is told, and is there once its author adds it', async () => {
  const roleId = await make('olga', ['sell', 'take-back']);
  const own = async () => (await table('olga')).find((one) => one.roleId === roleId);
  expect((await own())?.later).toContain('return-without-receipt');
  expect((await table('olga')).filter(({ names, later }) => names === null && later.length > 0)).toEqual([]);
  chain.nowMs += 2 * 86_400_000;
  const rights: Right[] = ['sell', 'take-back', 'return-without-receipt'];
  expect(await chain.outcome('olga', `roles/${roleId}`, role(rights))).toBe('200');
  // Whoever wrote it since has seen them all, and left some out.
  expect(await own()).toMatchObject({ rights: rights.toSorted(), later: [] });
});
