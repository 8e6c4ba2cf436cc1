import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { badgeAnswerSchema, grantAnswerSchema, type TillSecret } from '#schemas/api/staff.ts';
import { readStaff } from '../people/staff-rows.ts';
import { inChain, inStore, TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let id: string;
const staff = 'stores/store-a/staff';

beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(() => chain.close());
beforeEach(() => {
  chain.nowMs += 60_000;
});

/** Gives a role; what ended with it. */
async function promote(operatorId: string, grant = inChain('administrator')): Promise<TillSecret[]> {
  const [status, body] = await chain.ask('olga', `staff/${operatorId}/grants`, grant);
  expect(status).toBe(200);
  return grantAnswerSchema.parse(body).ended;
}
/** Whether tills of the store take a PIN and a badge of a person. */
async function atTill(operatorId: string) {
  const rows = await readStaff(chain.context.database.pool, 'store-a', chain.nowMs);
  const row = rows.find((one) => one.operatorId === operatorId);
  return { pin: row?.pin != null, badge: row?.badgeHash != null };
}

describe('[A1] somebody who set or saw a PIN or badge of a person who then rises', () => {
  test('does not hold the keys of more than they may do: both end, on record, at the next feed', async () => {
    id = await chain.add('mia');
    badgeAnswerSchema.parse((await chain.ask('mia', `${staff}/${id}/badge`, {}))[1]);
    expect(await atTill(id)).toEqual({ pin: true, badge: true });
    chain.nowMs += 60_000;
    expect(await promote(id)).toEqual(['pin', 'badge']);
    expect(await atTill(id)).toEqual({ pin: false, badge: false });
    expect(await chain.person('olga', id, 'staff')).toMatchObject({ hasPin: false, hasBadge: false });
    const log = await chain.sql<{ action: string; after: object }>(
      'select action, after from audit_entry where subject_id = $1 order by at_ms desc, action limit 3',
      [id],
    );
    expect(log).toContainEqual({ action: 'staff-pin-set', after: { hasPin: false } });
    expect(log).toContainEqual({ action: 'badge-issued', after: { hasBadge: false } });
    // The lesser manager cannot set another one; who may, can, and that one holds.
    expect(await chain.outcome('mia', `${staff}/${id}/pin`, { pin: '1357' })).toBe('403 forbidden');
    expect(await chain.outcome('olga', `staff/${id}/pin`, { pin: '2468' })).toBe('200');
    expect(await promote(id, inStore('store-manager', 'store-b'))).toEqual([]);
    expect(await atTill(id)).toEqual({ pin: true, badge: false });
  });

  test('… in another store that they have nothing to say in', async () => {
    id = await chain.add('mia');
    expect(await promote(id, inStore('clerk', 'store-b'))).toEqual(['pin']);
  });

  test('… though they rose themselves in between and fell again', async () => {
    id = await chain.add('mia');
    chain.nowMs += 60_000;
    await promote('mia', inStore('store-manager', 'store-b'));
    expect(await promote(id, inStore('clerk', 'store-b'))).toEqual(['pin']);
    await chain.ask('mia', `${staff}/${id}/pin`, { pin: '9753' });
    const grants = (await chain.person('olga', 'mia', 'staff'))?.grants ?? [];
    const there = grants.find(({ scopeId }) => scopeId === 'store-b');
    // Set with the right to it, which is lost when the person gains it.
    const other = await chain.add('mia');
    chain.nowMs += 60_000;
    expect(await chain.outcome('olga', `staff/mia/grants/${there?.grantId}/end`, {})).toBe('200');
    chain.nowMs += 60_000;
    expect(await promote(other, inStore('clerk', 'store-b'))).toEqual(['pin']);
  });

  test('… through a role of the chain that is given more', async () => {
    const role = (rights: string[]) => ({ names: { en: 'Counter' }, rights });
    const [, made] = await chain.ask('olga', 'roles', role(['sell']));
    const { roleId } = made as { roleId: string };
    id = await chain.add('mia', { grants: [inStore(roleId)] });
    const [, same] = await chain.ask('olga', `roles/${roleId}`, role(['sell', 'take-back']));
    expect(same).toMatchObject({ ended: [] });
    expect(await atTill(id)).toMatchObject({ pin: true });
    chain.nowMs += 60_000;
    const [, more] = await chain.ask('olga', `roles/${roleId}`, role(['sell', 'take-back', 'edit-keys']));
    // It is of use in the whole chain only, and judged all the same: nobody has to think of where a right counts.
    expect(more).toMatchObject({ ended: [id] });
  });

  test('… or nobody knows who set it', async () => {
    id = await chain.add('olga', {}, 'staff');
    await chain.sql('update operator set pin_set_by = null where operator_id = $1', [id]);
    expect(await promote(id, inStore('shift-leader'))).toEqual(['pin']);
  });
});

describe('a PIN or badge holds on', () => {
  test('when who set it had, and has, each right that is gained', async () => {
    id = await chain.add('mia');
    await chain.ask('mia', `${staff}/${id}/badge`, {});
    expect(await promote(id, inStore('shift-leader'))).toEqual([]);
    expect(await promote(id, inStore('shift-leader'))).toEqual([]);
    expect(await atTill(id)).toEqual({ pin: true, badge: true });
  });

  test('when the person chose it', async () => {
    expect(await chain.outcome('nat', 'stores/store-b/staff/nat/pin', { pin: '8642' })).toBe('200');
    expect(await promote('nat')).toEqual([]);
  });
});
