import { expect, test } from 'vitest';
import { defaultTenderRules, ruledTenders, tenderRefusal, tenderRuleOf, tenderRulesSchema } from './tender-rules.ts';
import { walletOfCode } from './wallet-code.ts';

const card = { ...tenderRuleOf(undefined, 'card'), offlineLimitMinor: 5_000 };

test('[TE5] a tender is taken by the rule of the store: at all, offline, up to its limit, back', () => {
  expect(tenderRefusal(card, 9_000, false)).toBeNull();
  expect(tenderRefusal(card, 5_000, true)).toBeNull();
  expect(tenderRefusal(card, 5_001, true)).toBe('over-offline-limit');
  expect(tenderRefusal({ ...card, isTakenOffline: false }, 1, true)).toBe('not-offline');
  expect(tenderRefusal({ ...card, isTaken: false }, 1, false)).toBe('not-taken');
  expect(tenderRefusal({ ...card, isRefunded: false }, -1, false)).toBe('no-refund');
  expect(tenderRefusal({ ...card, type: 'cash', isTakenOffline: false }, 1, true)).toBeNull();
});

test('[TE5] the rules of a store: one for a tender, change for cash, none for what a terminal takes', () => {
  expect(tenderRulesSchema.parse(defaultTenderRules)).toEqual(defaultTenderRules);
  expect(defaultTenderRules.map(({ type }) => type)).toEqual([...ruledTenders]);
  const [cash] = defaultTenderRules;
  expect(tenderRulesSchema.safeParse([cash, cash]).success).toBe(false);
  expect(tenderRulesSchema.safeParse([{ ...cash, overpayment: 'refused' }]).success).toBe(false);
  expect(tenderRulesSchema.safeParse([{ ...card, overpayment: 'change' }]).success).toBe(false);
  expect(tenderRuleOf([], 'card').isTaken).toBe(false);
});

test('[TE6] the code of a wallet is told by its digits', () => {
  expect(walletOfCode('289431869362714645')).toBe('alipay');
  expect(walletOfCode('30'.padEnd(24, '7'))).toBe('alipay');
  expect(walletOfCode('135112298638468293')).toBe('wechat-pay');
  for (const code of ['9501234567890', '160000000000000000', '2512345678901234567890123', '13511229863846829', 'x'])
    expect(walletOfCode(code)).toBeNull();
});
