import { expect, test } from 'vitest';
import { changeOf, emptyMemberForm, type MemberForm, troubleIn } from './member-form.ts';

const ann: MemberForm = { ...emptyMemberForm, name: 'Ann', phone: '+442079460958', note: 'tea', given: ['membership'] };

test('[MB8] an edit speaks of what changed, takes back what was emptied, and is none when nothing did', () => {
  expect(changeOf(ann, { ...ann, name: ' Ann ' }, 'en')).toBeNull();
  const after = { ...ann, phone: '', email: 'ann@example.org', given: ['membership', 'mail'] as const };
  expect(changeOf(ann, { ...after, given: [...after.given] }, 'zh-Hans')).toEqual({
    ...{ phone: null, email: 'ann@example.org', newCard: false },
    consents: [{ purpose: 'mail', isGiven: true, wording: 'mail-1', locale: 'zh-Hans' }],
  });
  expect(changeOf(ann, { ...ann, given: [] }, 'en')?.consents).toMatchObject([
    { purpose: 'membership', isGiven: false },
  ]);
});

test('[MB1] a phone is taken in any writing; a name is asked for', () => {
  const none = { name: false, phone: false, email: false, birthday: false, position: false };
  expect(
    troubleIn({ ...ann, phone: '(0) 20 7946 0958', birthday: '--03-14', position: '51.5, -0.1' }, 'Europe/London'),
  ).toEqual(none);
  expect(
    troubleIn({ ...ann, name: ' ', phone: 'call', email: 'a@b', birthday: '14.3.', position: 'x' }, 'Europe/London'),
  ).toEqual({
    ...{ name: true, phone: true, email: true, birthday: true, position: true },
  });
});
