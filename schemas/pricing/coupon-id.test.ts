import fc from 'fast-check';
import { expect, test } from 'vitest';
import { key } from '../text.ts';
import { campaignCodeOf, campaignIdSchema, campaignTrigger, codeOf, isOpenedBy, mostCodes } from './coupon-id.ts';

test('[CP1] each code of a campaign opens its promotion and no other; the trigger itself opens nothing', () => {
  const named = [campaignTrigger('spring'), 'WELCOME'];
  expect(isOpenedBy(named, codeOf('spring', 1))).toBe(true);
  expect(isOpenedBy(named, codeOf('springs', 1))).toBe(false);
  expect(isOpenedBy(named, 'WELCOME')).toBe(true);
  for (const none of ['spring/', 'spring', 'spring/0', 'spring/01', 'WELCOME/1', 'spring/1/1', '']) {
    expect(isOpenedBy(named, none)).toBe(false);
  }
});

test('[CP1] a code is read back as it was made, and is a key that a ticket can hold', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[0-9a-z-]{4,20}$/),
      fc.integer({ min: 1, max: mostCodes }),
      (campaignId, serial) => {
        expect(campaignIdSchema.safeParse(campaignId).success).toBe(true);
        const code = codeOf(campaignId, serial);
        expect(campaignCodeOf(code)).toEqual({ campaignId, serial });
        expect(key(40).safeParse(code).success).toBe(true);
      },
    ),
  );
});
