import { expect, test } from 'vitest';
import { accountDraft, factsOfDraft } from './account-form.ts';

const draft = {
  ...{ ...accountDraft(null, 'GBP'), number: 'CAFE1', name: ' Harbour Café ', limit: '1,500.5' },
  signers: 'Ann Lee\n\n Bob \nAnn Lee',
};

test('[AC2] what is typed of an account becomes what is said of it, and back again', () => {
  const { facts, wrong } = factsOfDraft({ ...draft, limit: '1500.50' });
  expect(wrong).toEqual([]);
  expect(facts).toMatchObject({ name: 'Harbour Café', limitMinor: 150_050, termsDays: 30, storeIds: null });
  expect(facts).toMatchObject({ signers: ['Ann Lee', 'Bob'], blockedReason: null });
  if (facts === null) throw new Error('it holds');
  expect(factsOfDraft(accountDraft({ number: 'CAFE1', facts }, 'EUR')).facts).toEqual(facts);
});

test('[AC2] what is no amount, no number of days or no name is said at its field', () => {
  expect(factsOfDraft({ ...draft, name: ' ', limit: 'much', terms: '366' })).toEqual({
    ...{ facts: null, wrong: ['name', 'limit', 'terms'] },
  });
  expect(factsOfDraft({ ...draft, limit: '-1', terms: '' }).wrong).toEqual(['limit', 'terms']);
});
