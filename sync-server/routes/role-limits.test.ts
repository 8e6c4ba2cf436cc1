import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { roleListSchema } from '#schemas/api/roles.ts';
import type { RoleLimits } from '#schemas/policy/limits.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { readStaff } from '../people/staff-rows.ts';
import { inChain, inStore, TestChain } from '../people/test-chain.ts';

let chain: TestChain;

beforeAll(async () => {
  chain = await TestChain.open();
});
beforeEach(() => {
  chain.nowMs += 60_000;
});
afterAll(() => chain.close());

const limit = (who: string, roleId: string, limits: unknown) =>
  chain.outcome(who, `roles/${roleId}/limits`, { limits });
const known = async (who: string, roleId: string) =>
  roleListSchema.parse((await chain.ask(who, 'roles'))[1]).roles.find((role) => role.roleId === roleId);
const rowOf = async (operatorId: string) =>
  (await readStaff(chain.context.database.pool, 'store-a', chain.nowMs)).find((row) => row.operatorId === operatorId);

test('an owner sets how much a role may do alone; it is told, on record, and on the tills with the staff', async () => {
  expect((await rowOf('cleo'))?.limits).toMatchObject({ discountBasisPoints: 1_000, priceCutBasisPoints: 0 });
  expect((await rowOf('mia'))?.limits).toMatchObject({ discountBasisPoints: 10_000, openItemMinor: null });
  expect(await limit('olga', 'clerk', { discountBasisPoints: 500, freeItem: { EUR: 300 } })).toBe('200');
  // Twice within a millisecond: rows follow each other all the same, and the last holds.
  const second = { discountBasisPoints: 1_500, freeItem: { EUR: 300 } };
  expect(await limit('olga', 'clerk', second)).toBe('200');
  chain.nowMs += 10;
  expect((await rowOf('cleo'))?.limits).toMatchObject({ discountBasisPoints: 1_500, freeItemMinor: 300 });
  expect(await known('olga', 'clerk')).toMatchObject({
    limits: { discountBasisPoints: 1_500, freeItem: { EUR: 300 } },
    mayLimit: true,
  });
  const rows = await chain.sql<{ from_ms: number; until_ms: number | null }>(
    `select from_ms, until_ms from role_limit where role_id = 'clerk' order by from_ms`,
  );
  expect(rows.map(({ until_ms }) => until_ms)).toEqual([rows[1]?.from_ms, null]);
  const audited = await chain.sql<{ after: unknown }>(`select after from audit_entry where action = 'role-limited'`);
  expect(audited).toHaveLength(2);
  expect(audited).toContainEqual({ after: expect.objectContaining(second) });
  expect(await limit('olga', 'clerk', {})).toBe('200');
});

test('[A1] owners and administrators have none, suppliers neither, and another chain is not reached', async () => {
  for (const id of ['owner', 'administrator', 'supplier-admin', '__proto__', 'nothing']) {
    expect([id, await limit('olga', id, { discountBasisPoints: 0 })]).toEqual([id, '404 not-found']);
  }
  expect((await known('olga', 'owner'))?.mayLimit).toBe(false);
  for (const who of ['mia', 'cleo', 'nobody']) {
    expect([who, await limit(who, 'clerk', {})]).toEqual([
      who,
      who === 'nobody' ? '401 unauthorized' : '403 forbidden',
    ]);
  }
  expect(await limit('rex', 'clerk', { discountBasisPoints: 0 })).toBe('200');
  expect((await rowOf('cleo'))?.limits?.discountBasisPoints).toBe(1_000);
  expect((await known('olga', 'clerk'))?.limits).toEqual({});
});

test('what is no limit is refused, and nothing changes', async () => {
  for (const bad of [
    { discountBasisPoints: 10_001 },
    { discountBasisPoints: -1 },
    { priceCutBasisPoints: 1.5 },
    { openItem: { pounds: 1 } },
    { openItem: { GBP: -1 } },
    { openItem: { GBP: 1e15 } },
    { openItem: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`A${String.fromCharCode(65 + i)}A`, 1])) },
    { everything: null },
    null,
    [],
  ]) {
    expect([bad, await limit('olga', 'clerk', bad)]).toEqual([bad, '400 bad-request']);
  }
  expect((await known('olga', 'clerk'))?.limits).toEqual({});
});

test('[A1] nobody rises by limits: not by setting them, nor by giving or making a role with wider ones', async () => {
  const rights: Right[] = ['edit-roles', 'edit-staff', 'read-staff', 'sell', 'change-price', 'give-discount'];
  const [, made] = await chain.ask('olga', 'roles', { names: { en: 'Area lead' }, rights });
  const { roleId } = made as { roleId: string };
  const own: RoleLimits = { discountBasisPoints: 2_000, priceCutBasisPoints: 2_000, freeItem: { EUR: 500 } };
  expect(await limit('olga', roleId, own)).toBe('200');
  expect(await chain.outcome('olga', 'staff/cleo/grants', inChain(roleId))).toBe('200');
  chain.nowMs += 10;
  expect(await limit('cleo', roleId, { ...own, discountBasisPoints: 2_001 })).toBe('403 forbidden');
  expect(await limit('cleo', roleId, {})).toBe('403 forbidden');
  const wide = { names: { en: 'Wide' }, rights: ['sell', 'change-price'] };
  expect(await chain.outcome('cleo', 'roles', wide)).toBe('403 forbidden');
  const [, made2] = await chain.ask('olga', 'roles', wide);
  const { roleId: wideId } = made2 as { roleId: string };
  expect(await limit('cleo', wideId, own)).toBe('403 forbidden');
  expect(await chain.outcome('cleo', 'stores/store-a/staff/cleo/grants', inStore(wideId))).toBe('403 forbidden');
  expect(
    await limit('olga', wideId, { discountBasisPoints: 1_000, priceCutBasisPoints: 0, freeItem: { EUR: 0 } }),
  ).toBe('200');
  chain.nowMs += 10;
  expect(await limit('cleo', wideId, { ...own, freeItem: { EUR: 501 } })).toBe('403 forbidden');
  // All of it within their own, before and after.
  expect(await limit('cleo', wideId, own)).toBe('200');
});

test('[A1] a PIN that somebody with narrower limits set ends when a role is given wider ones', async () => {
  const narrow: RoleLimits = { discountBasisPoints: 1_000, priceCutBasisPoints: 1_000, freeItem: { EUR: 0 } };
  expect(await limit('olga', 'store-manager', narrow)).toBe('200');
  chain.nowMs += 60_000;
  const [, made] = await chain.ask('olga', 'roles', { names: { en: 'Buyer' }, rights: ['sell', 'change-price'] });
  const { roleId } = made as { roleId: string };
  expect(await limit('olga', roleId, narrow)).toBe('200');
  chain.nowMs += 60_000;
  const id = await chain.add('mia', { grants: [inStore(roleId)] });
  chain.nowMs += 60_000;
  const [, same] = await chain.ask('olga', `roles/${roleId}/limits`, {
    limits: { ...narrow, priceCutBasisPoints: 500 },
  });
  expect(same).toMatchObject({ ended: [] });
  chain.nowMs += 60_000;
  const [, more] = await chain.ask('olga', `roles/${roleId}/limits`, {
    limits: { ...narrow, priceCutBasisPoints: 3_000 },
  });
  expect(more).toMatchObject({ ended: [id] });
  expect(await limit('olga', 'store-manager', {})).toBe('200');
});

test('[A1] a request that goes beyond a manager’s own limits is not theirs to see or to decide', async () => {
  expect(await limit('olga', 'store-manager', { discountBasisPoints: 2_000 })).toBe('200');
  chain.nowMs += 10;
  const insert = (offMinor: number) => {
    const requestId = randomUUID();
    const measures = JSON.stringify([{ of: 'discount', offMinor, fromMinor: 100 }]);
    return chain
      .sql(
        `insert into approval_request (store_id, request_id, till_number, operator_id, "right", reason, detail, measures, asked_at_ms, expires_at_ms)
         values ('store-a', $1, 1, 'cleo', 'change-price', '', '[]', $2, $3, $4)`,
        [requestId, measures, chain.nowMs, chain.nowMs + 60_000],
      )
      .then(() => requestId);
  };
  const [small, large] = [await insert(20), await insert(21)];
  const shown = async (who: string) =>
    ((await chain.ask(who, 'stores/store-a/approvals'))[1] as { requests: { requestId: string }[] }).requests
      .map(({ requestId }) => requestId)
      .sort();
  expect([await shown('mia'), await shown('olga')]).toEqual([[small], [small, large].sort()]);
  const decide = (who: string, requestId: string) =>
    chain.outcome(who, `stores/store-a/approvals/${requestId}`, { decision: 'approved' });
  expect(await decide('mia', large)).toBe('404 not-found');
  expect([await decide('mia', small), await decide('olga', large)]).toEqual(['200', '200']);
});
