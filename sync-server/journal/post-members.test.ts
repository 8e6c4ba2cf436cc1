import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { memberCodeBytes, memberCodeOf } from '#schemas/members/member-code.ts';
import { type Person, sealPerson } from '#schemas/members/sealed-person.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { addStore } from '../feed/feed-test-shop.ts';
import { drainOutbox } from '../transfers/drain-outbox.ts';
import { derivedRows, post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { makeTill, openTestContext, type TestTill } from './test-journal.ts';
import { giveRole } from './test-staff.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let chains = 0;
let merchantId: string;
let [here, there]: TestTill[] = [];
const codes = { ann: codeOf(1), bob: codeOf(2), cat: codeOf(3) };
type Who = keyof typeof codes;

function codeOf(byte: number): string {
  return memberCodeOf(new Uint8Array(memberCodeBytes).fill(byte));
}

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});
beforeEach(nextChain);

/** As a till holds them: given out before the entry. */
async function sealed(till: TestTill, memberId: string, person: Person) {
  const key = { keyId: crypto.randomUUID(), key: randomBytes(32).toString('base64url') };
  await sql(
    `insert into personal_key (merchant_id, key_id, key, store_id, till_number, made_at_ms) values ($1, $2, $3, $4, $5, 0)`,
    [merchantId, key.keyId, key.key, till.storeId, till.tillNumber],
  );
  return sealPerson(key, Uint8Array.from(randomBytes(12)), memberId, person);
}
async function enrol(till: TestTill, memberId: Who, person: Person): Promise<Entry> {
  const body = { memberId, code: codes[memberId], person: await sealed(till, memberId, person), consents: [] };
  return till.next('member-enrolled', { ...body, approvals: [] });
}
async function edit(till: TestTill, memberId: Who, person: Person): Promise<Entry> {
  const body = { memberId, person: await sealed(till, memberId, person), newCode: null, consents: [] };
  return till.next('member-edited', { ...body, approvals: [] });
}
const merge = (till: TestTill, memberId: Who, otherId: Who) =>
  till.next('members-merged', { memberId, otherId, note: '', approvals: [] });
const say = (till: TestTill, kind: 'member-left' | 'member-erased', memberId: Who) =>
  till.next(kind, { memberId, approvals: [] });

async function sql(text: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await context.database.pool.query(text, values)).rows;
}
function tillRows(storeId: string) {
  return sql(
    `select member_id as id, name, phone, merged_into as into, deleted from member where store_id = $1 order by 1`,
    [storeId],
  );
}
async function accounts() {
  const rows = await sql('select * from member_account where merchant_id = $1 order by member_id', [merchantId]);
  return rows.map(({ merchant_id: _, ...row }) => JSON.stringify(row).replace(/(here|there)-\d+/g, '$1'));
}
/** What tills are sent: a row that was emptied and one that never was are the same to them. */
async function liveRows(storeId: string) {
  return (await tillRows(storeId)).filter(({ deleted }) => !deleted);
}
function tillsOf(): [TestTill, TestTill] {
  if (!here || !there) throw new Error('a test has two tills');
  return [here, there];
}

test('[MB8] an enrolment becomes an account and a row for the store’s tills; the name stands in no entry and no act [MB7]', async () => {
  const [till] = tillsOf();
  await post(context, till, [await enrol(till, 'ann', { name: 'Ottilie Brand', phone: '+447700900101' })]);
  expect(await tillRows(till.storeId)).toEqual([
    { id: 'ann', name: 'Ottilie Brand', phone: '+447700900101', into: null, deleted: false },
  ]);
  for (const table of ['journal', 'member_act']) {
    expect(
      await sql(`select 1 from ${table} t where store_id = $1 and t::text like '%Ottilie%'`, [till.storeId]),
    ).toEqual([]);
  }
  expect(await sql('select code from exception where store_id = $1', [till.storeId])).toEqual([]);
});

test('[MB11] merged by one store, sold to by another: both cards lead to who goes on, in every store that holds them', async () => {
  const [one, other] = tillsOf();
  await post(context, one, [await enrol(one, 'ann', { name: 'Ann', phone: '+441234567' })]);
  other.orderedAtMs += 100;
  await post(context, other, [
    await enrol(other, 'bob', { name: 'Ann B.', email: 'ann@example.org' }),
    await merge(other, 'bob', 'ann'),
  ]);
  await drainOutbox(context);
  const rows = [
    { id: 'ann', name: 'Ann B.', phone: '+441234567', into: null, deleted: false },
    { id: 'bob', name: 'Ann B.', phone: null, into: 'ann', deleted: false },
  ];
  expect(await tillRows(other.storeId)).toEqual(rows);
  // Here they had the one alone.
  expect(await tillRows(one.storeId)).toEqual(rows);
});

test('[MB12] erased: keys, names and rows are gone, and what an offline till says later finds no one [J2]', async () => {
  const [till, other] = tillsOf();
  const enrolled = await enrol(till, 'ann', { name: 'Wilhelmina Brand', phone: '+447700900101' });
  const late = await edit(till, 'ann', { name: 'Wilhelmina Smith' });
  await post(context, till, [enrolled]);
  await post(context, other, [await edit(other, 'ann', { note: 'Wilhelmina likes tea' })]);
  await drainOutbox(context);
  await post(context, other, [await say(other, 'member-erased', 'ann')]);
  await drainOutbox(context);
  await post(context, till, [late]);
  await drainOutbox(context);
  for (const { storeId } of [till, other]) {
    expect(await tillRows(storeId)).toEqual([{ id: 'ann', name: '—', phone: null, into: null, deleted: true }]);
  }
  const tables = ['journal', 'member_act', 'member', 'member_account', 'personal_key'];
  for (const table of tables)
    expect(await sql(`select 1 from ${table} t where t::text like '%Wilhelmina%'`, [])).toEqual([]);
  expect(await sql('select 1 from personal_key where merchant_id = $1', [merchantId])).toEqual([]);
});

test('[A1] a till opens and loses nothing by a key that was given to another', async () => {
  const [till, other] = tillsOf();
  const first = await enrol(till, 'ann', { name: 'Ann' });
  await post(context, till, [first]);
  const person = (first.body as { person: object }).person;
  const stolen = { memberId: 'bob', code: codes.bob, person, consents: [], approvals: [] };
  await post(context, other, [await other.next('member-enrolled', stolen), await say(other, 'member-erased', 'bob')]);
  expect(
    await sql('select name from member_account where merchant_id = $1 and state <> $2', [merchantId, 'erased']),
  ).toEqual([{ name: 'Ann' }]);
  expect(await sql('select 1 from personal_key where merchant_id = $1', [merchantId])).toHaveLength(1);
});

test('[MB8] who came by an import is there from before: an edit changes what it speaks of, and the card stays', async () => {
  const [till] = tillsOf();
  await sql(
    `insert into member (store_id, member_id, name, phone, code, tier, revision) values ($1, 'ann', 'Ann', '+441', 'LL-1', 'gold', 0)`,
    [till.storeId],
  );
  await post(context, till, [await edit(till, 'ann', { phone: null })]);
  expect(await sql('select name, phone, code, tier, deleted from member where store_id = $1', [till.storeId])).toEqual([
    { name: 'Ann', phone: null, code: 'LL-1', tier: 'gold', deleted: false },
  ]);
  const before = [await accounts(), await tillRows(till.storeId)];
  await rebuildStore(context, till.storeId);
  expect([await accounts(), await tillRows(till.storeId)]).toEqual(before);
});

test('[P1] [P2] entries of two stores give the same accounts and rows in any order, and when they are posted again', async () => {
  const plans = fc.array(
    fc.record({
      isHere: fc.boolean(),
      what: fc.constantFrom('enrol', 'edit', 'merge', 'left', 'erase'),
      who: fc.constantFrom<Who>('ann', 'bob', 'cat'),
      other: fc.constantFrom<Who>('ann', 'bob', 'cat'),
      at: fc.nat(20),
    }),
    { minLength: 2, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(plans, fc.boolean(), async (plan, isTurned) => {
      const results: unknown[] = [];
      for (const turned of [false, isTurned]) {
        await nextChain();
        const tills = tillsOf();
        const byTill: Entry[][] = [[], []];
        for (const [index, { isHere, what, who, other, at }] of plan.entries()) {
          const till = tills[isHere ? 0 : 1];
          till.orderedAtMs = 1_790_000_000_000 + at * 10 + index;
          const entry = await entryOf(till, what, who, other, index);
          if (entry) byTill[isHere ? 0 : 1]?.push(entry);
        }
        const order = turned ? [1, 0] : [0, 1];
        for (const at of order) {
          const [till, entries] = [tills[at], byTill[at] ?? []];
          if (till && entries.length > 0) await post(context, till, turned ? entries.toReversed() : entries);
        }
        await drainOutbox(context);
        const read = async () => [
          await accounts(),
          ...(await Promise.all(tills.map(({ storeId }) => liveRows(storeId)))),
        ];
        const after = await read();
        results.push(after);
        const derived = await derivedRows(context, tills[0].storeId);
        await rebuildStore(context, tills[0].storeId);
        expect(await derivedRows(context, tills[0].storeId)).toEqual(derived);
        expect(await read()).toEqual(after);
      }
      expect(results[1]).toEqual(results[0]);
    }),
    { numRuns: 12 },
  );
});

async function nextChain(): Promise<void> {
  chains += 1;
  merchantId = `chain-${chains}`;
  const made: TestTill[] = [];
  for (const storeId of [`here-${chains}`, `there-${chains}`]) {
    await addStore(context, merchantId, storeId);
    await giveRole(context, storeId, 'amy', 'store-manager');
    made.push(await makeTill(context, storeId, 1));
  }
  [here, there] = made;
}

function entryOf(till: TestTill, what: string, who: Who, other: Who, index: number): Promise<Entry> | null {
  switch (what) {
    case 'enrol':
      return enrol(till, who, { name: `N${index}`, phone: `+4412345${index}` });
    case 'edit':
      return edit(till, who, { name: `E${index}` });
    case 'merge':
      return who === other ? null : merge(till, who, other);
    case 'left':
      return say(till, 'member-left', who);
    default:
      return say(till, 'member-erased', who);
  }
}
