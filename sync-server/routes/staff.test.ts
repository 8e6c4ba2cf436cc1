import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { badgeAnswerSchema, inviteAnswerSchema } from '#schemas/api/staff.ts';
import { hashPin } from '../catalogue/pins.ts';
import { readStaff } from '../people/staff-rows.ts';
import { inChain, inStore, newPerson, TestChain, withSupplier } from '../people/test-chain.ts';

let chain: TestChain;
const staff = 'stores/store-a/staff';

beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(() => chain.close());

/** What the tills of a store know of a person. */
async function atTill(operatorId: string, storeId = 'store-a') {
  const rows = await readStaff(chain.context.database.pool, storeId, chain.nowMs);
  return rows.find((row) => row.operatorId === operatorId);
}
async function revisionOf(storeId: string): Promise<number> {
  const [row] = await chain.sql<{ staff_revision: number }>(
    'select staff_revision from store_counter where store_id = $1',
    [storeId],
  );
  return row?.staff_revision ?? -1;
}
async function auditOf(subjectId: string): Promise<string[]> {
  const rows = await chain.sql<{ action: string }>(
    'select action from audit_entry where subject_id = $1 order by audit_id',
    [subjectId],
  );
  return rows.map(({ action }) => action);
}

describe('a manager and their people', () => {
  test('adds a clerk with a PIN, whom tills have at once', async () => {
    const before = await revisionOf('store-a');
    const hours = [{ storeId: 'store-a', weekday: 1, from: '09:00', until: '17:30' }];
    const id = await chain.add('mia', { name: '  Nova Reed ', languages: ['en', 'fr'], workingHours: hours });
    expect(await revisionOf('store-a')).toBe(before + 1);
    const row = await atTill(id);
    const pin = await hashPin('4826', Buffer.from(row?.pin?.salt ?? '', 'base64url'));
    expect(row).toMatchObject({ name: 'Nova Reed', roleId: 'clerk', workingHours: hours, pin: { hash: pin.pinHash } });
    expect(await chain.person('mia', id)).toMatchObject({
      hasPin: true,
      hasBadge: false,
      hasAccount: false,
      hasSecondFactor: false,
      mayEdit: true,
    });
    const [grant] = await chain.sql<{ from_ms: number }>('select from_ms from role_grant where operator_id = $1', [id]);
    expect(grant?.from_ms).toBe(0);
    expect(await auditOf(id)).toEqual(['staff-added']);
  });

  test('changes only what is sent, and in one store only its hours', async () => {
    const hour = (storeId: string) => ({ storeId, weekday: 2, from: '22:00', until: '06:00' });
    const grants = [inStore('clerk'), inStore('clerk', 'store-b')];
    const id = await chain.add('olga', { grants, workingHours: [hour('store-a'), hour('store-b')] }, 'staff');
    expect(await chain.outcome('olga', `${staff}/${id}`, { name: 'New Name', workingHours: [] })).toBe('200');
    const person = await chain.person('olga', id, 'staff');
    expect(person).toMatchObject({ name: 'New Name', locale: 'en', workingHours: [hour('store-b')] });
    expect(await chain.outcome('olga', `${staff}/${id}`, { workingHours: [hour('store-b')] })).toBe('403 forbidden');
    expect(await chain.outcome('olga', `staff/${id}`, { workingHours: [hour('store-r')] })).toBe('403 forbidden');
    expect((await atTill(id, 'store-b'))?.workingHours).toEqual([hour('store-b')]);
  });

  test('a new PIN is in the next feed; a badge is said once, kept as its hash, and ends the one before', async () => {
    const id = await chain.add('mia');
    const old = (await atTill(id))?.pin?.hash;
    const before = await revisionOf('store-a');
    expect(await chain.outcome('mia', `${staff}/${id}/pin`, { pin: '99881' })).toBe('200');
    expect((await atTill(id))?.pin?.hash).not.toBe(old);
    const { code } = badgeAnswerSchema.parse((await chain.ask('mia', `${staff}/${id}/badge`, {}))[1]);
    const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');
    expect((await atTill(id))?.badgeHash).toBe(hashOf(code));
    const second = badgeAnswerSchema.parse((await chain.ask('mia', `${staff}/${id}/badge`, {}))[1]);
    expect(second.code).not.toBe(code);
    expect((await atTill(id))?.badgeHash).toBe(hashOf(second.code));
    expect(await revisionOf('store-a')).toBe(before + 3);
    expect(await chain.outcome('mia', `${staff}/${id}/badge/end`, {})).toBe('200');
    expect((await atTill(id))?.badgeHash).toBeNull();
    expect(await chain.outcome('mia', `${staff}/${id}/pin`, { pin: null })).toBe('200');
    expect(await atTill(id)).toBeUndefined();
    const [kept] = await chain.sql<{ all: string }>('select string_agg(a::text, $1) as all from audit_entry a', ['']);
    expect(kept?.all).not.toContain(code);
  });

  test('a waiting till is woken by each change', async () => {
    const id = await chain.add('mia');
    const woken = chain.context.changes.wait(['store-a'], 5_000);
    await chain.ask('mia', `${staff}/${id}/pin`, { pin: '777123' });
    expect(await woken).toBe('changed');
  });

  test('[A1] who leaves is out everywhere: roles, sessions, PIN, badge, links; and comes back with none of them', async () => {
    const id = await chain.add('mia');
    await chain.ask('mia', `${staff}/${id}/badge`, {});
    await chain.ask('mia', `${staff}/${id}/invite`, { email: null });
    expect(await chain.outcome('mia', `${staff}/${id}/leave`, {})).toBe('200');
    expect(await atTill(id)).toBeUndefined();
    const [row] = await chain.sql('select pin_hash, pin_salt, badge_hash from operator where operator_id = $1', [id]);
    expect(row).toEqual({ pin_hash: null, pin_salt: null, badge_hash: null });
    const open = 'select 1 from invitation where operator_id = $1 and revoked_at_ms is null';
    expect(await chain.sql(open, [id])).toEqual([]);
    expect(await chain.person('mia', id)).toBeUndefined();
    const gone = await chain.person('mia', id, `${staff}?left=1`);
    expect(gone).toMatchObject({ leftAtMs: chain.nowMs, grants: [], mayEdit: true });
    for (const path of ['pin', 'badge', 'grants', 'invite']) {
      const body = { pin: '1234', email: null, ...inStore('clerk') };
      expect([path, await chain.outcome('mia', `${staff}/${id}/${path}`, body)]).toEqual([
        path,
        expect.stringMatching(/^40/),
      ]);
    }
    chain.nowMs += 1_000;
    expect(await chain.outcome('mia', `${staff}/${id}/return`, {})).toBe('200');
    expect(await chain.outcome('mia', `${staff}/${id}/grants`, inStore('clerk'))).toBe('200');
    expect(await chain.person('mia', id)).toMatchObject({ leftAtMs: null, hasPin: false, hasBadge: false });
    const actions = ['staff-added', 'badge-issued', 'invitation-made', 'staff-left', 'staff-returned', 'role-granted'];
    expect((await auditOf(id)).toSorted()).toEqual(actions.toSorted());
  });

  test("[A1] a leaver's web session ends with them, and their password lets nobody in", async () => {
    expect((await chain.ask('nat', 'stores/store-b/overview'))[0]).toBe(200);
    expect(await chain.outcome('olga', 'staff/nat/leave', {})).toBe('200');
    expect((await chain.ask('nat', 'stores/store-b/overview'))[0]).toBe(401);
    expect(await chain.signIn('nat')).toBe(401);
    expect(await chain.outcome('olga', 'staff/nat/return', {})).toBe('200');
    expect(await chain.outcome('olga', 'staff/nat/grants', inStore('store-manager', 'store-b'))).toBe('200');
    expect(await chain.signIn('nat')).toBe(200);
  });

  describe('[A1] a lost second factor', () => {
    const off = (who: string, id: string, path = 'staff') => chain.outcome(who, `${path}/${id}/second-factor/off`, {});
    async function turnOn(id: string) {
      const on = `update account_user set two_factor_enabled = true where operator_id = $1 returning id`;
      const [user] = await chain.sql<{ id: string }>(on, [id]);
      await chain.sql(
        `insert into account_two_factor (id, secret, backup_codes, user_id) values ($1, 'sealed', 'sealed', $1)`,
        [user?.id],
      );
    }

    test('is switched off by who may change the person; their sessions end, and it is on record who did it', async () => {
      await turnOn('nat');
      expect(await chain.person('olga', 'nat', 'staff')).toMatchObject({ hasSecondFactor: true });
      expect((await chain.ask('nat', 'stores/store-b/overview'))[0]).toBe(200);
      expect(await off('olga', 'nat')).toBe('200');
      expect((await chain.ask('nat', 'stores/store-b/overview'))[0]).toBe(401);
      expect(await chain.person('olga', 'nat', 'staff')).toMatchObject({ hasSecondFactor: false });
      expect(await chain.sql('select 1 from account_two_factor')).toEqual([]);
      const rows = await chain.sql(
        `select actor_id from audit_entry where subject_id = 'nat' and action = 'two-factor-off'`,
      );
      expect(rows).toEqual([{ actor_id: 'olga' }]);
      expect(await off('olga', 'nat')).toBe('409 conflict');
      expect(await chain.signIn('nat')).toBe(200);
    });

    test("stays on for everybody else: one's own, an owner's, another store's, another chain's; and is not told", async () => {
      for (const id of ['olga', 'adam', 'nat']) {
        await chain.signIn(id);
        await turnOn(id);
      }
      expect(await off('adam', 'adam')).toBe('409 own-access');
      expect(await off('adam', 'olga')).toBe('403 forbidden');
      expect(await off('mia', 'adam', staff)).toBe('403 forbidden');
      expect(await off('mia', 'nat', staff)).toBe('404 not-found');
      expect(await off('mia', 'nat', 'stores/store-b/staff')).toBe('403 forbidden');
      expect(await off('rex', 'nat')).toBe('404 not-found');
      expect(await off('cleo', 'mia', staff)).toBe('403 forbidden');
      expect(await chain.person('mia', 'adam')).toMatchObject({ hasSecondFactor: false });
      const on = await chain.sql('select 1 from account_user where two_factor_enabled');
      expect(on).toHaveLength(3);
      await chain.sql('update account_user set two_factor_enabled = false');
      await chain.sql('delete from account_two_factor');
    });
  });

  test('an invitation is a link, for who has no account', async () => {
    const id = await chain.add('mia');
    const answer = inviteAnswerSchema.parse((await chain.ask('mia', `${staff}/${id}/invite`, { email: null }))[1]);
    expect(answer.url).toMatch(/^http:\/\/localhost\/invite/);
    expect(await chain.person('mia', id)).toMatchObject({ invitedUntilMs: answer.expiresAtMs });
    expect(await chain.outcome('mia', `${staff}/cleo/invite`, { email: null })).toBe('409 conflict');
  });
});

describe('[A1] what nobody can do to rise', () => {
  test('give a role with a right that they lack, or in a place that is not theirs', async () => {
    const id = await chain.add('mia');
    const give = (who: string, grant: object, path = staff) => chain.outcome(who, `${path}/${id}/grants`, grant);
    expect(await give('mia', inChain('owner'))).toBe('403 forbidden');
    expect(await give('mia', inChain('clerk'))).toBe('403 forbidden');
    expect(await give('mia', inStore('clerk', 'store-b'))).toBe('403 forbidden');
    expect(await give('mia', inStore('clerk', 'store-r'))).toBe('403 forbidden');
    expect(await give('mia', inStore('clerk', 'no-such-store'))).toBe('403 forbidden');
    expect(await give('mia', inStore('owner'))).toBe('400 bad-request');
    expect(await give('mia', inStore('supplier-admin'))).toBe('400 bad-request');
    expect(await give('mia', inStore('toString'))).toBe('400 bad-request');
    expect(await give('mia', withSupplier('supplier-admin', 'no-such-supplier'))).toBe('403 forbidden');
    expect(await give('cleo', inStore('store-manager'))).toBe('403 forbidden');
    expect(await give('olga', inStore('clerk', 'store-r'), 'staff')).toBe('403 forbidden');
    // The chain's id in a body is not looked at: it is the asker's own chain.
    expect(await give('olga', inChain('accountant', 'rival'), 'staff')).toBe('200');
    expect(await chain.sql(`select 1 from role_grant where scope_id = 'rival' and operator_id = $1`, [id])).toEqual([]);
    expect(await chain.outcome('mia', staff, newPerson({ grants: [inChain('owner')] }))).toBe('403 forbidden');
    expect(await chain.outcome('mia', staff, newPerson({ grants: [] }))).toBe('400 bad-request');
  });

  test('a person half added is not there', async () => {
    const count = async () => (await chain.sql('select 1 from operator')).length;
    const before = await count();
    const grants = [inStore('clerk'), inStore('clerk', 'store-b')];
    expect(await chain.outcome('mia', staff, newPerson({ grants }))).toBe('403 forbidden');
    expect(await count()).toBe(before);
  });

  test('act as somebody with more rights, through their PIN, badge, link or name', async () => {
    const bodies: Record<string, object> = {
      '': { name: 'Mine now' },
      '/pin': { pin: '1111' },
      '/badge': {},
      '/badge/end': {},
      '/leave': {},
      '/invite': { email: 'mia@example.com' },
    };
    for (const [path, body] of Object.entries(bodies)) {
      for (const target of ['olga', 'adam']) {
        expect([path, target, await chain.outcome('mia', `${staff}/${target}${path}`, body)]).toEqual([
          path,
          target,
          '403 forbidden',
        ]);
      }
      expect([path, await chain.outcome('adam', `staff/olga${path}`, body)]).toEqual([path, '403 forbidden']);
    }
    // Rights in another store are rights that a manager lacks, too.
    const both = await chain.add('olga', { grants: [inStore('clerk'), inStore('clerk', 'store-b')] }, 'staff');
    expect(await chain.outcome('mia', `${staff}/${both}/pin`, { pin: '1111' })).toBe('403 forbidden');
    expect(await chain.person('mia', both)).toMatchObject({ mayEdit: false, grants: [{ scopeId: 'store-a' }] });
  });

  test('keep a link to somebody who gets more rights later', async () => {
    const id = await chain.add('mia');
    const isOpen = async () => (await chain.person('mia', id))?.invitedUntilMs !== null;
    await chain.ask('mia', `${staff}/${id}/invite`, { email: null });
    expect(await chain.outcome('olga', `staff/${id}/grants`, inStore('store-manager'))).toBe('200');
    expect(await isOpen()).toBe(true);
    expect(await chain.outcome('olga', `staff/${id}/grants`, inStore('clerk', 'store-b'))).toBe('200');
    expect(await isOpen()).toBe(false);
  });

  test('make or unmake an owner without being one', async () => {
    const id = await chain.add('mia');
    expect(await chain.outcome('adam', `staff/${id}/grants`, inChain('owner'))).toBe('403 forbidden');
    const [grant] = (await chain.person('adam', 'olga', 'staff'))?.grants ?? [];
    expect(grant).toMatchObject({ roleId: 'owner', mayEnd: false });
    expect(await chain.outcome('adam', `staff/olga/grants/${grant?.grantId}/end`, {})).toBe('403 forbidden');
  });

  test('end a grant through the path of another person or store', async () => {
    const id = await chain.add('olga', { grants: [inStore('clerk', 'store-b')] }, 'staff');
    const [grant] = (await chain.person('olga', id, 'staff'))?.grants ?? [];
    const end = (who: string, path: string) => chain.outcome(who, `${path}/grants/${grant?.grantId}/end`, {});
    expect(await end('mia', `${staff}/${id}`)).toBe('404 not-found');
    expect(await end('mia', `${staff}/cleo`)).toBe('404 not-found');
    expect(await end('rex', `staff/${id}`)).toBe('404 not-found');
    expect(await end('olga', `staff/${id}`)).toBe('200');
    expect(await chain.person('mia', id)).toBeUndefined();
  });
});

describe('access is not lost', () => {
  test('nobody takes their own away, nor the last owner', async () => {
    const own = (await chain.person('olga', 'olga', 'staff'))?.grants[0];
    expect(await chain.outcome('olga', 'staff/olga/leave', {})).toBe('409 own-access');
    expect(await chain.outcome('olga', `staff/olga/grants/${own?.grantId}/end`, {})).toBe('409 own-access');
    expect(await chain.outcome('mia', `${staff}/mia/leave`, {})).toBe('409 own-access');
  });

  test('two owners who end each other at the same time leave one', async () => {
    expect(await chain.outcome('olga', 'staff/adam/grants', inChain('owner'))).toBe('200');
    const outcomes = await Promise.all([
      chain.outcome('olga', 'staff/adam/leave', {}),
      chain.outcome('adam', 'staff/olga/leave', {}),
    ]);
    // The second has no right any more when its turn comes.
    expect(outcomes.toSorted()).toEqual(['200', expect.stringMatching(/^40[13]/)]);
    const winner = outcomes[0] === '200' ? 'olga' : 'adam';
    const loser = winner === 'olga' ? 'adam' : 'olga';
    expect(await chain.outcome(winner, `staff/${loser}/return`, {})).toBe('200');
    expect(await chain.outcome(winner, `staff/${loser}/grants`, inChain('owner'))).toBe('200');
    expect(await chain.signIn(loser)).toBe(200);
    // As it was: olga the owner, adam an administrator.
    if (winner === 'adam') expect(await chain.outcome('olga', 'staff/adam/leave', {})).toBe('200');
    if (winner === 'adam') expect(await chain.outcome('olga', 'staff/adam/return', {})).toBe('200');
    const grants = (await chain.person('olga', 'adam', 'staff'))?.grants ?? [];
    for (const { grantId } of grants) await chain.ask('olga', `staff/adam/grants/${grantId}/end`, {});
    expect(await chain.outcome('olga', 'staff/adam/grants', inChain('administrator'))).toBe('200');
    expect(await chain.signIn('adam')).toBe(200);
  });
});

describe('[A1] another chain', () => {
  test('its people are nobody, and its stores no place', async () => {
    const id = await chain.add('mia');
    for (const path of ['', '/pin', '/badge', '/badge/end', '/leave', '/return', '/grants', '/invite']) {
      const body = { pin: '1234', email: null, ...inStore('clerk', 'store-r') };
      expect([path, await chain.outcome('rex', `staff/${id}${path}`, body)]).toEqual([path, '404 not-found']);
      expect([path, await chain.outcome('rob', `stores/store-r/staff/${id}${path}`, body)]).toEqual([
        path,
        '404 not-found',
      ]);
      expect([path, await chain.outcome('rob', `${staff}/${id}${path}`, body)]).toEqual([path, '403 forbidden']);
    }
    expect((await chain.staff('rex', 'staff')).people.map(({ operatorId }) => operatorId)).toEqual(['rex', 'rob']);
    expect((await chain.staff('rex', 'staff')).places.map(({ scopeId }) => scopeId)).toEqual(['rival', 'store-r']);
    expect((await chain.staff('rex', `staff?q=${id}`)).people).toEqual([]);
  });

  test('a store shows its own people and those of the chain', async () => {
    const seen = (await chain.staff('mia')).people.map(({ operatorId }) => operatorId);
    expect(seen).toEqual(expect.arrayContaining(['olga', 'adam', 'mia', 'cleo']));
    expect(seen).not.toContain('nat');
    expect(await chain.outcome('mia', 'staff')).toBe('403 forbidden');
    expect(await chain.outcome('cleo', staff)).toBe('403 forbidden');
  });
});

describe('bad input', () => {
  const evil = `'); drop table operator; -- <script>alert(1)</script> =1+1 "\\`;

  test('names are kept and found as the text that they are', async () => {
    const id = await chain.add('mia', { name: evil });
    expect((await chain.person('mia', id))?.name).toBe(evil);
    expect((await chain.staff('mia', `${staff}?q=${encodeURIComponent(evil)}`)).people).toHaveLength(1);
    expect((await chain.staff('mia', `${staff}?q=${encodeURIComponent('%_')}`)).people).toEqual([]);
    expect((await atTill(id))?.name).toBe(evil);
  });

  test.for([
    ['a printer command in a name', { name: 'Eve\u001b@' }],
    ['text turned round', { name: 'Eve\u202eevE' }],
    ['an empty name', { name: '   ' }],
    ['NUL', { name: 'a\u0000b' }],
    ['half a character', { name: 'a\ud800' }],
    ['a long name', { name: 'x'.repeat(81) }],
    ['a language that is none', { languages: ['<b>'] }],
    ['a short PIN', { pin: '123' }],
    ['letters in a PIN', { pin: '12a4' }],
    ['a time of day that is none', { workingHours: [{ storeId: 'store-a', weekday: 8, from: '9', until: '25:00' }] }],
    ['a remote photo', { photo: 'https://evil.example/x.png' }],
    ['a drawing that runs script', { photo: `data:image/svg+xml;base64,${btoa('<svg onload="x"/>')}` }],
    ['a photo that is none', { photo: `data:image/png;base64,${btoa('<html>hello</html>')}` }],
    ['a photo of another kind', { photo: `data:image/jpeg;base64,${btoa('\x89PNG\r\n\x1a\n')}` }],
  ] as const)('%s is refused', async ([, changes]) => {
    expect(await chain.outcome('mia', staff, newPerson(changes))).toBe('400 bad-request');
  });

  test('an id in a path that is none is nobody', async () => {
    for (const id of ['%00', encodeURIComponent("' or 1=1 --"), '%F0%9F%98%80', '__proto__', 'constructor']) {
      expect([id, await chain.outcome('mia', `${staff}/${id}/leave`, {})]).toEqual([id, '404 not-found']);
    }
  });
});
