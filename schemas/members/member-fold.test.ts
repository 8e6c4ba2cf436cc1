import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Consent } from './member-entries.ts';
import { foldMember, type MemberAct, mergedWith } from './member-fold.ts';
import type { Person } from './sealed-person.ts';

const person = { keyId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11', nonce: 'AAAAAAAAAAAAAAAA', text: 'AAAA' };
const told = { approvals: [] };
const consent = (isGiven: boolean, wording = 'v1'): Consent => ({ purpose: 'mail', isGiven, wording, locale: 'en' });
let count = 0;
function act(orderedAtMs: number, fact: MemberAct['fact'], said: Person | null = null, storeId = 'store-a'): MemberAct {
  count += 1;
  return { storeId, entryId: `0001-${String(count).padStart(9, '0')}`, orderedAtMs, fact, person: said };
}
const enrolled = (memberId: string, atMs: number, said: Person, consents: Consent[] = [], code = `MB${memberId}`) =>
  act(atMs, { kind: 'member-enrolled', body: { ...told, memberId, code, person, consents } }, said);
const edited = (memberId: string, atMs: number, said: Person | null, consents: Consent[] = []) =>
  act(atMs, { kind: 'member-edited', body: { ...told, memberId, person, newCode: null, consents } }, said);
const left = (memberId: string, atMs: number) => act(atMs, { kind: 'member-left', body: { ...told, memberId } });
const erased = (memberId: string, atMs: number) => act(atMs, { kind: 'member-erased', body: { ...told, memberId } });
const merged = (memberId: string, otherId: string, atMs = 50) =>
  act(atMs, { kind: 'members-merged', body: { ...told, memberId, otherId, note: '' } });

test('[MB8] each field is what the latest entry that speaks of it says', () => {
  const acts = [
    enrolled('a', 10, { name: 'Ada', phone: '+441' }),
    edited('a', 30, { phone: null }),
    edited('a', 20, { name: 'Ada L', phone: '+442' }),
  ];
  expect(foldMember(['a'], acts)).toMatchObject({
    ...{ state: 'enrolled', enrolledAtMs: 10, codes: [{ memberId: 'a', code: 'MBa' }] },
    person: { name: 'Ada L', phone: null, email: null },
  });
});

test('[MB9] a consent is what was said last, with its wording and when', () => {
  const acts = [enrolled('a', 10, { name: 'Ada' }, [consent(true)]), edited('a', 20, null, [consent(false, 'v2')])];
  expect(foldMember(['a'], acts).consents).toEqual({
    mail: { isGiven: false, wording: 'v2', locale: 'en', atMs: 20 },
  });
});

test('[MB8] who left is gone until they come back; an edit by an offline till does not bring them back', () => {
  const acts = [enrolled('a', 10, { name: 'Ada' }), left('a', 20), edited('a', 30, { name: 'A' })];
  expect(foldMember(['a'], acts).state).toBe('left');
  expect(foldMember(['a'], [...acts, enrolled('a', 40, { name: 'Ada' })]).state).toBe('enrolled');
});

test('[MB12] who is erased stays erased, whatever an offline till says later', () => {
  const acts = [erased('a', 20), enrolled('a', 10, { name: 'Ada', phone: '+441' }), edited('a', 99, { name: 'Again' })];
  const member = foldMember(['a'], acts, [{ memberId: 'a', name: 'Ada', phone: '+441', code: 'MBa' }]);
  expect(member.state).toBe('erased');
  expect(JSON.stringify(member)).not.toMatch(/Ada|Again|\+441|MBa/);
});

test('[MB11] of two who are one whoever enrolled first goes on; nothing of either is lost, both cards lead there', () => {
  const acts = [
    enrolled('z', 10, { name: 'Ada', email: 'a@b.c' }),
    enrolled('a', 20, { name: 'Ada L', phone: '+441' }),
    merged('a', 'z'),
  ];
  const member = foldMember(mergedWith('a', [{ memberId: 'a', otherId: 'z' }]), acts);
  expect(member).toMatchObject({ memberId: 'z', memberIds: ['a', 'z'], enrolledAtMs: 10 });
  expect(member.person).toMatchObject({ name: 'Ada L', email: 'a@b.c', phone: '+441' });
  expect(member.codes).toEqual([
    { memberId: 'a', code: 'MBa' },
    { memberId: 'z', code: 'MBz' },
  ]);
});

test('[MB8] what is known from before the journal counts less than any entry', () => {
  const bases = [{ memberId: 'a', name: 'Old', phone: '+440', code: 'LL-1' }];
  expect(foldMember(['a'], [], bases)).toMatchObject({ state: 'base', person: { name: 'Old', phone: '+440' } });
  expect(foldMember(['a'], [edited('a', 1, { name: 'New' })], bases).person).toMatchObject({
    name: 'New',
    phone: '+440',
  });
});

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const pairs = fc.array(fc.record({ memberId: ids, otherId: ids }), { maxLength: 8 });

test('[MB11] merging is associative, commutative and idempotent', () => {
  fc.assert(
    fc.property(pairs, ids, (some, one) => {
      const group = mergedWith(one, some);
      const turned = some.map(({ memberId, otherId }) => ({ memberId: otherId, otherId: memberId }));
      expect(mergedWith(one, turned.toReversed())).toEqual(group);
      expect(mergedWith(one, [...some, ...some])).toEqual(group);
      for (const other of group) expect(mergedWith(other, some)).toEqual(group);
    }),
  );
});

const said: fc.Arbitrary<Person> = fc.record(
  { name: fc.constantFrom('Ada', 'Bo'), phone: fc.constantFrom('+441', null), email: fc.constantFrom('a@b.c', null) },
  { requiredKeys: [] },
);
const anyAct = fc.oneof(
  fc.tuple(ids, fc.nat(9), said).map(([id, at, who]) => enrolled(id, at, who)),
  fc.tuple(ids, fc.nat(9), said, fc.boolean()).map(([id, at, who, isGiven]) => edited(id, at, who, [consent(isGiven)])),
  fc.tuple(ids, fc.nat(9)).map(([id, at]) => left(id, at)),
);

test('[P1] [MB8] a member follows from the set of entries, in whatever order they came', () => {
  const shuffled = fc
    .array(anyAct, { maxLength: 8 })
    .chain((acts) => fc.tuple(fc.constant(acts), fc.shuffledSubarray(acts, { minLength: acts.length })));
  fc.assert(
    fc.property(shuffled, ([acts, others]) => {
      expect(foldMember(['a', 'b', 'c', 'd', 'e'], others)).toEqual(foldMember(['a', 'b', 'c', 'd', 'e'], acts));
    }),
  );
});
