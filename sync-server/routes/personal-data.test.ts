import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eraseAnswerSchema, memberListSchema, personalDataSchema } from '#schemas/api/personal-data.ts';
import { inTransaction } from '../db/database.ts';
import { cutScope } from '../feed/page-cutter.ts';
import { addAccount, storePassword } from '../people/new-operator.ts';
import { readStaff } from '../people/staff-rows.ts';
import { inChain, inStore, TestChain } from '../people/test-chain.ts';
import { TestBrowser } from './test-browser.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(() => chain.close());

/** Every table of the database, the feed's pages unpacked, where a text stands. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await chain.sql<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await chain.sql(`select 1 from ${name} t where position($1 in t::text) > 0 limit 1`, [text]);
    if (rows.length > 0) found.push(name);
  }
  const pages = await chain.sql<{ gzip: Buffer }>('select gzip from feed_page');
  if (pages.some(({ gzip }) => gunzipSync(gzip).toString('utf8').includes(text))) found.push('feed_page');
  return found;
}

async function addWithAccount(name: string, email: string): Promise<string> {
  const operatorId = await chain.add('mia', { name, languages: ['cy'] });
  const storedPassword = await storePassword(chain.context, 'correct horse battery');
  const person = { merchantId: 'chain', operatorId, name, email, username: operatorId, storedPassword };
  await inTransaction(chain.context.database, (tx) => addAccount(chain.context, tx, person));
  await chain.signIn(operatorId);
  return operatorId;
}

describe('[J2] personal data of the staff', () => {
  test('is shown and handed over whole, without secrets, and both are on record', async () => {
    const id = await addWithAccount('Wilhelmina Ashgrove', 'mina@example.org');
    const shown = await chain.ask('mia', `stores/store-a/personal-data/people/${id}`);
    const data = personalDataSchema.parse(shown[1]);
    expect(data).toMatchObject({ personId: id, kind: 'person', name: 'Wilhelmina Ashgrove' });
    const text = JSON.stringify(data);
    for (const part of ['Wilhelmina Ashgrove', 'mina@example.org', 'staff-added', '"has_pin":true']) {
      expect(text).toContain(part);
    }
    for (const secret of ['scrypt', 'pin_salt', 'pin_hash', 'token', 'sealed']) expect(text).not.toContain(secret);
    expect((await chain.ask('mia', `stores/store-a/personal-data/people/${id}/export`))[0]).toBe(200);
    const actions = await chain.sql<{ action: string }>(
      "select action from audit_entry where subject_id = $1 and actor_id = 'mia' order by audit_id",
      [id],
    );
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['personal-data-shown', 'personal-data-exported']),
    );
  });

  test('[A1] is nobody’s business who lacks the right, or a right of that person', async () => {
    const path = (id: string, store = 'store-a') => `stores/${store}/personal-data/people/${id}`;
    expect(await chain.outcome('mia', path('olga'))).toBe('403 forbidden');
    expect(await chain.outcome('mia', `${path('olga')}/erase`, {})).toBe('403 forbidden');
    expect(await chain.outcome('mia', path('nat'))).toBe('404 not-found');
    expect(await chain.outcome('mia', path('rob'))).toBe('404 not-found');
    expect(await chain.outcome('mia', path('cleo', 'store-r'))).toBe('403 forbidden');
    expect(await chain.outcome('rex', 'personal-data/people/cleo/erase', {})).toBe('404 not-found');
    expect(await chain.outcome('olga', 'personal-data/people/olga/erase', {})).toBe('409 own-access');
    expect(await chain.outcome('mia', path('%00'))).toBe('404 not-found');
  });

  test('is in no table, page, export or log once it is erased; what was done stays under the id', async () => {
    const name = 'Persephone Quartermaine';
    const id = await addWithAccount(name, 'persephone@example.org');
    await chain.ask('mia', `stores/store-a/staff/${id}`, { name: `${name} II` });
    await chain.ask('mia', `stores/store-a/staff/${id}/grants`, inStore('stock-clerk'));
    expect(await tablesWith('Persephone')).toEqual(['account_user', 'operator']);
    expect(await chain.outcome(id, 'session')).toBe('200');
    await chain.sql(
      `insert into account_passkey (id, public_key, user_id, credential_id, counter, device_type, backed_up)
       select 'passkey-of-her', 'key', id, 'passkey-of-her', 0, 'singleDevice', false from account_user where operator_id = $1`,
      [id],
    );
    await chain.sql(
      `insert into approval_passkey (merchant_id, operator_id, credential_id, from_ms, public_key)
       values ('chain', $1, 'passkey-of-her', 0, 'key')`,
      [id],
    );

    const [status, answer] = await chain.ask('mia', `stores/store-a/personal-data/people/${id}/erase`, {});
    expect([status, eraseAnswerSchema.parse(answer).personId]).toEqual([200, id]);
    for (const text of ['Persephone', 'persephone', 'Quartermaine']) expect(await tablesWith(text)).toEqual([]);
    // [P2] Approvals of before are judged by it for ever; it signs nothing more.
    expect(
      await chain.sql('select until_ms <= $2 as "isOver" from approval_passkey where operator_id = $1', [
        id,
        chain.nowMs + 5_000,
      ]),
    ).toEqual([{ isOver: true }]);
    expect(await chain.outcome(id, 'session')).toBe('401 unauthorized');
    expect(await chain.signIn(id)).toBe(401);
    expect(
      (await readStaff(chain.context.database.pool, 'store-a', chain.nowMs)).map((row) => row.operatorId),
    ).not.toContain(id);

    const list = await chain.ask('mia', `stores/store-a/audit?subject=${id}&limit=200`);
    expect(JSON.stringify(list)).not.toContain('Persephone');
    expect(JSON.stringify(list)).toContain('"action":"staff-changed"');
    expect(JSON.stringify(list)).toContain('"erased":true');
    const browser = new TestBrowser(chain.app);
    await browser.ask('POST', '/api/session', { name: 'olga', password: 'correct horse battery' });
    const csv = await (await browser.send('GET', '/api/audit/export')).text();
    expect(csv).toContain(id);
    expect(csv).not.toContain('Persephone');
    expect(await chain.outcome('mia', `stores/store-a/personal-data/people/${id}`)).toBe('404 not-found');
    expect(await chain.outcome('mia', `stores/store-a/staff/${id}/return`, {})).toBe('404 not-found');
  });

  test('the last owner is not erased', async () => {
    const id = await chain.add('olga', { name: 'Second Owner', grants: [inChain('owner')] }, 'staff');
    expect(await chain.outcome('olga', `personal-data/people/${id}/erase`, {})).toBe('200');
    const [key] = await chain.sql('select 1 from person_key where person_id = $1', [id]);
    expect(key).toBe(undefined);
  });
});

describe('[J2] personal data of members', () => {
  async function addMember(storeId: string, memberId: string, name: string): Promise<void> {
    await chain.sql(
      `insert into member (store_id, member_id, name, phone, code, tier, revision)
       values ($1, $2, $3, '+447700900123', $4, 'gold', (select revision from store_counter where store_id = $1))`,
      [storeId, memberId, name, `CARD-${memberId}`],
    );
  }
  async function cut(storeId: string): Promise<void> {
    const client = await chain.context.database.pool.connect();
    await cutScope(client, { kind: 'store', id: storeId });
    client.release();
  }
  const find = async (q: string) =>
    memberListSchema.parse((await chain.ask('mia', 'stores/store-a/personal-data/members/find', { q }))[1]).members;

  test('is found by the beginning of name, phone or code, and handed over', async () => {
    await addMember('store-a', 'm-1', 'Ottoline Verge');
    for (const q of ['otto', '+4477', '4477', 'card-m-1', ''])
      expect(await find(q)).toMatchObject([{ memberId: 'm-1' }]);
    expect(await find('%')).toEqual([]);
    const [, body] = await chain.ask('mia', 'stores/store-a/personal-data/members/m-1');
    expect(personalDataSchema.parse(body)).toMatchObject({ kind: 'member', name: 'Ottoline Verge' });
    expect(await chain.outcome('nat', 'stores/store-b/personal-data/members/m-1')).toBe('404 not-found');
  });

  test('is in no table and no page once it is erased, and the till is told to forget the row', async () => {
    await addMember('store-a', 'm-2', 'Bartholomew Fenwick');
    await addMember('store-b', 'm-2', 'Bartholomew Fenwick');
    for (const storeId of ['store-a', 'store-b']) await cut(storeId);
    expect(await tablesWith('Bartholomew')).toEqual(['member', 'feed_page']);

    // A manager reaches their own store alone, and is told of the other.
    const [, mine] = await chain.ask('mia', 'stores/store-a/personal-data/members/m-2/erase', {});
    expect(mine).toMatchObject({ storesLeft: 1 });
    expect(await chain.outcome('mia', 'stores/store-a/personal-data/members/m-2')).toBe('404 not-found');
    expect(await chain.outcome('nat', 'stores/store-b/personal-data/members/m-2')).toBe('200');
    const [, rest] = await chain.ask('olga', 'stores/store-b/personal-data/members/m-2/erase', {});
    expect(rest).toMatchObject({ storesLeft: 0 });

    for (const text of ['Bartholomew', 'Fenwick', 'CARD-m-2']) expect(await tablesWith(text)).toEqual([]);
    await cut('store-a');
    expect(await tablesWith('Bartholomew')).toEqual([]);
    const [row] = await chain.sql<{ deleted: boolean; isNewest: boolean }>(
      `select m.deleted, m.revision = c.revision as "isNewest" from member m join store_counter c using (store_id)
        where store_id = 'store-a' and member_id = 'm-2'`,
    );
    expect(row).toEqual({ deleted: true, isNewest: true });
  });
});
