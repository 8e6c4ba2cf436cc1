import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  enrolMemberAnswerSchema,
  type MemberDetail,
  memberChangedSchema,
  memberDetailSchema,
  membersAnswerSchema,
} from '#schemas/api/members.ts';
import { TestChain } from '../people/test-chain.ts';
import { drainOutbox } from '../transfers/drain-outbox.ts';

let chain: TestChain;
const members = 'stores/store-a/members';

beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(() => chain.close());

async function enrol(over: object, who = 'mia') {
  const [status, body] = await chain.ask(who, members, over);
  expect(status).toBe(200);
  return enrolMemberAnswerSchema.parse(body);
}
async function find(who: string, q: string, store = 'store-a') {
  const [, body] = await chain.ask(who, `stores/${store}/members/find`, { q });
  return membersAnswerSchema.parse(body).members;
}
const idsOf = (found: readonly { memberId: string }[]) => found.map(({ memberId }) => memberId);
async function open(who: string, memberId: string): Promise<MemberDetail> {
  return memberDetailSchema.parse((await chain.ask(who, `${members}/${memberId}`))[1]);
}

test('[MB2] somebody is found by the end of a phone, a word of the name, address, card and code, in every store of the chain', async () => {
  const person = { name: 'Zoë Kestrel', phone: '(0) 20 7946 0958', email: 'Zoe@Example.org', cardNumber: 'K-17' };
  const { memberId, code } = await enrol(person);
  for (const q of ['0958', 'kest', 'KESTREL zoe', 'zoe@example.org', 'K-17', code.toLowerCase()]) {
    expect([q, idsOf(await find('mia', q))]).toEqual([q, [memberId]]);
  }
  expect(idsOf(await find('nat', 'kestrel', 'store-b'))).toEqual([memberId]);
  for (const q of ['58', 'estrel', 'nobody@example.org', `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`]) {
    expect([q, await find('mia', q)]).toEqual([q, []]);
  }
  // [A1] Another chain's people find nobody.
  const [, body] = await chain.ask('rob', 'stores/store-r/members/find', { q: 'kestrel' });
  expect(body).toEqual({ members: [], more: false });
});

test('[MB3] a clerk sees masks and enrols; a manager sees the whole, which is put on record', async () => {
  const { memberId, code } = await enrol({ name: 'Ottilie Brand', phone: '02079460101', birthday: '--03-14' }, 'cleo');
  const masked = await open('cleo', memberId);
  expect(masked).toMatchObject({ isMasked: true, name: 'O••• B•••', phone: '••••• 101', birthday: null, code: null });
  expect(JSON.stringify(masked)).not.toMatch(/Ottilie|0794601|03-14/);
  expect(JSON.stringify(await find('cleo', '0101'))).not.toContain('Ottilie');
  const shown = () =>
    chain.sql("select 1 from audit_entry where subject_id = $1 and action = 'personal-data-shown'", [memberId]);
  expect(await shown()).toHaveLength(0);
  expect(await open('mia', memberId)).toMatchObject({
    isMasked: false,
    name: 'Ottilie Brand',
    birthday: '--03-14',
    code,
  });
  expect(await shown()).toHaveLength(1);
  expect(await chain.outcome('cleo', `${members}/${memberId}`, { name: 'X' })).toBe('403 forbidden');
  expect(await chain.outcome('cleo', `${members}/${memberId}/merge`, { otherId: 'x' })).toBe('403 forbidden');
});

test('[MB8] [MB9] an edit changes what it speaks of; consents are kept with wording and time; a new card voids the old', async () => {
  const mail = { purpose: 'mail', isGiven: true, wording: 'mail-2026', locale: 'en' };
  const { memberId, code } = await enrol({ name: 'Ann', phone: '02079460102', consents: [mail] });
  const edit = { phone: null, note: 'likes tea', newCard: true, consents: [{ ...mail, isGiven: false }] };
  memberChangedSchema.parse((await chain.ask('mia', `${members}/${memberId}`, edit))[1]);
  const member = await open('mia', memberId);
  expect(member).toMatchObject({ name: 'Ann', phone: null, note: 'likes tea', state: 'enrolled' });
  expect(member.consents).toMatchObject([{ purpose: 'mail', isGiven: false, wording: 'mail-2026' }]);
  expect(member.acts.map(({ kind, operatorId }) => [kind, operatorId])).toEqual([
    ['member-edited', 'mia'],
    ['member-enrolled', 'mia'],
  ]);
  expect(idsOf(await find('mia', code))).toEqual([]);
  expect(await chain.outcome('mia', `${members}/${memberId}`, {})).toBe('400 bad-request');
  expect(await chain.outcome('mia', members, { name: 'Bo', phone: 'call me' })).toBe('400 bad-request');
});

test('[MB11] who is there twice is told, merged by a manager, and one person from then on', async () => {
  const first = await enrol({ name: 'Wei', phone: '02079460103' });
  const second = await enrol({ name: 'Wei Zhang', phone: '020 7946 0103', email: 'wei@example.org' });
  expect(second.duplicates).toEqual([first.memberId]);
  expect((await open('mia', first.memberId)).duplicates).toMatchObject([
    { memberId: second.memberId, same: ['phone'] },
  ]);
  const merge = await chain.ask('mia', `${members}/${second.memberId}/merge`, { otherId: first.memberId });
  expect(merge[1]).toMatchObject({ memberId: first.memberId });
  const whole = await open('mia', second.memberId);
  expect(whole).toMatchObject({
    memberId: first.memberId,
    name: 'Wei Zhang',
    email: 'wei@example.org',
    duplicates: [],
  });
  for (const q of ['0103', first.code, second.code]) expect(idsOf(await find('mia', q))).toEqual([first.memberId]);
  const again = await chain.outcome('mia', `${members}/${second.memberId}/merge`, { otherId: first.memberId });
  expect(again).toBe('400 bad-request');
  expect(await chain.outcome('mia', `${members}/${first.memberId}/merge`, { otherId: 'nobody' })).toBe('404 not-found');
});

test('[MB12] who left is still known; who is erased is in no table of the chain, and cannot be changed', async () => {
  const { memberId } = await enrol({ name: 'Sigismund Vale', phone: '02079460104', email: 'vale@example.org' });
  expect(await chain.outcome('mia', `${members}/${memberId}/leave`, {})).toBe('200');
  expect(await open('mia', memberId)).toMatchObject({ state: 'left', name: 'Sigismund Vale' });
  const erase = `stores/store-a/personal-data/members/${memberId}/erase`;
  expect(await chain.outcome('olga', erase, {})).toBe('200');
  await drainOutbox(chain.context);
  const tables = await chain.sql<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  for (const { name } of tables) {
    const rows = await chain.sql(`select 1 from ${name} t where t::text ~* 'sigismund|79460104|vale@' limit 1`);
    expect([name, rows.length]).toEqual([name, 0]);
  }
  expect(await chain.outcome('mia', `${members}/${memberId}`)).toBe('404 not-found');
  expect(await chain.outcome('mia', `${members}/${memberId}`, { name: 'Back' })).toBe('409 conflict');
  expect(idsOf(await find('mia', '0104'))).toEqual([]);
});
