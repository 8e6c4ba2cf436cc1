import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { consentWordings, wordingsNow } from './consent-wordings.ts';
import { consentSchema } from './member-entries.ts';

/** What people agreed to. Never change one: add another. */
const onRecord: Record<string, string> = {
  'membership-1': '1b1540d92b8e1062',
  'sms-1': '093d8a8baa18c9d3',
  'mail-1': '0d87b4ba64dcee3d',
};

test('[MB9] a wording that was shown once never changes', () => {
  const now = consentWordings.map(({ wording, texts }) => [
    wording,
    createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16),
  ]);
  expect(Object.fromEntries(now)).toEqual(onRecord);
});

test('[MB9] each has a name of its own that an entry can hold, and membership is asked', () => {
  const names = consentWordings.map(({ wording }) => wording);
  expect(new Set(names).size).toBe(names.length);
  for (const { purpose, wording } of consentWordings) {
    expect(consentSchema.safeParse({ purpose, isGiven: true, wording, locale: 'en' }).success).toBe(true);
  }
  expect(wordingsNow.map(({ purpose }) => purpose)).toContain('membership');
});
