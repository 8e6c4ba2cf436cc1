import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AccountMove, ageingOf, judgeAccount, owedMinorOf } from './account-ledger.ts';
import { boundsBeyond, knownOwedMinor } from './account-standing.ts';
import { type AccountFacts, type AccountVersion, accountNumberSchema, readAccountNumber } from './customer-account.ts';
import { tenderRuleOf } from './tender-rules.ts';

const dayMs = 86_400_000;
const facts: AccountFacts = {
  ...{ name: 'Harbour Café', contact: '', taxNumber: '', currency: 'GBP', limitMinor: 10_000, termsDays: 30 },
  ...{ storeIds: null, signers: [], blockedReason: null, notes: '' },
};
const versions: AccountVersion[] = [{ fromMs: 0, facts }];

function sale(
  atMs: number,
  owedMinor: number,
  more: { storeId?: string; currency?: string; isAllowed?: boolean } = {},
): AccountMove {
  const { storeId = 'west', currency = 'GBP', isAllowed = false } = more;
  const entryId = `0001-${String(atMs).padStart(9, '0')}`;
  return { atMs, id: `~${storeId} ${entryId}`, owedMinor, currency, ticket: { storeId, currency, entryId, isAllowed } };
}
const paid = (atMs: number, amountMinor: number): AccountMove => ({
  ...{ atMs, id: `p${atMs}`, owedMinor: 0 - amountMinor, currency: 'GBP', ticket: null },
});

const codes = (moves: AccountMove[], of = versions) =>
  judgeAccount(moves, of).map(({ code, entryId }) => `${code} ${Number(entryId.slice(5))}`);

test('[AC5] two sales that are each within the limit and together above it: the later one is too much', () => {
  expect(codes([sale(2, 6_000), sale(1, 6_000)])).toEqual(['account-over-limit 2']);
  expect(codes([sale(1, 6_000), paid(2, 2_000), sale(3, 6_000)])).toEqual([]);
  expect(codes([sale(1, 6_000), sale(2, 6_000, { isAllowed: true })])).toEqual([]);
  // Giving back is never too much.
  expect(codes([sale(1, 6_000), sale(2, 6_000, { isAllowed: true }), sale(3, -100)])).toEqual([]);
});

test('[AC6] a sale is judged by what the office said at its moment, however late it comes', () => {
  const blocked: AccountVersion = { fromMs: 10, facts: { ...facts, blockedReason: 'Not paid' } };
  const open: AccountVersion = { fromMs: 20, facts: { ...facts, limitMinor: 500 } };
  const all = [open, ...versions, blocked];
  expect(codes([sale(9, 100)], all)).toEqual([]);
  expect(codes([sale(10, 100), sale(19, 100)], all)).toEqual(['account-blocked 10', 'account-blocked 19']);
  expect(codes([sale(21, 501)], all)).toEqual(['account-over-limit 21']);
});

test('[AC6] an account that nobody made, or that holds elsewhere or in another currency, is unknown there', () => {
  expect(codes([sale(1, 100)], [])).toEqual(['account-unknown 1']);
  const ofEast = [{ fromMs: 5, facts: { ...facts, storeIds: ['east'] } }];
  expect(codes([sale(6, 100), sale(7, 100, { storeId: 'east' })], ofEast)).toEqual(['account-unknown 6']);
  expect(codes([sale(6, 100, { currency: 'EUR' })])).toEqual(['account-unknown 6']);
  // A till's clock was slow: the account was there.
  expect(codes([sale(1, 100, { storeId: 'east' })], ofEast)).toEqual([]);
});

const anyMove = fc
  .record({
    atMs: fc.integer({ min: 1, max: 400 }),
    owedMinor: fc.integer({ min: -5_000, max: 5_000 }).filter((minor) => minor !== 0),
    storeId: fc.constantFrom('west', 'east'),
    isPaid: fc.boolean(),
    isAllowed: fc.boolean(),
  })
  .map(({ atMs, owedMinor, isPaid, ...more }) =>
    isPaid ? paid(atMs, Math.abs(owedMinor)) : sale(atMs, owedMinor, more),
  );
const anyMoves = fc.uniqueArray(anyMove, { maxLength: 30, selector: ({ id }) => id });

test('[AC1] [P1] the balance is sales less refunds less payments; what is told does not depend on the order of arrival', () => {
  fc.assert(
    fc.property(anyMoves, fc.infiniteStream(fc.nat()), (moves, keys) => {
      const sum = (chosen: AccountMove[]) => chosen.reduce((total, { owedMinor }) => total + owedMinor, 0);
      const sales = moves.filter(({ ticket, owedMinor }) => ticket !== null && owedMinor > 0);
      const refunds = moves.filter(({ ticket, owedMinor }) => ticket !== null && owedMinor < 0);
      const payments = moves.filter(({ ticket }) => ticket === null);
      expect(owedMinorOf(moves, 'GBP')).toBe(sum(sales) + sum(refunds) + sum(payments));
      const shuffled = moves
        .map((move) => [keys.next().value ?? 0, move] as const)
        .sort(([a], [b]) => a - b)
        .map(([, move]) => move);
      expect(judgeAccount(shuffled, versions)).toEqual(judgeAccount(moves, versions));
    }),
  );
});

test('[AC7] the ages of what is owed sum to the balance; the oldest is paid first', () => {
  fc.assert(
    fc.property(anyMoves, (moves) => {
      const inDays = moves.map((move) => ({ ...move, atMs: move.atMs * dayMs }));
      const { bucketsMinor, aheadMinor, overdueMinor } = ageingOf(inDays, 30, 401 * dayMs);
      const owed = bucketsMinor.reduce((sum, minor) => sum + minor, 0);
      expect(owed - aheadMinor).toBe(owedMinorOf(moves, 'GBP'));
      expect(Math.min(...bucketsMinor, aheadMinor)).toBeGreaterThanOrEqual(0);
      expect(overdueMinor).toBe(owed - bucketsMinor[0]);
    }),
  );
  const moves = [sale(1, 1_000), sale(60, 500), sale(100, 200)].map((move) => ({ ...move, atMs: move.atMs * dayMs }));
  expect(ageingOf([...moves, { ...paid(1, 400), atMs: 50 * dayMs }], 30, 110 * dayMs)).toEqual({
    ...{ bucketsMinor: [200, 500, 0, 600], overdueMinor: 1_100, aheadMinor: 0 },
  });
});

test('[AC3] a till counts what the server has not: its own tickets and others of the store, and the open one', () => {
  const account = { number: 'CAFE1', owedMinor: 1_000, upTo: [[1, 7] as [number, number]] };
  const tender = (amountMinor: number, reference = 'cafe-1') => ({
    ...{ type: 'account' as const, amountMinor, reference, payment: null, isOffline: true },
  });
  const tickets = [
    { tillNumber: 1, sequence: 7, tenders: [tender(99)] },
    { tillNumber: 1, sequence: 8, tenders: [tender(500), tender(50, 'OTHER')] },
    { tillNumber: 2, sequence: 1, tenders: [tender(-200)] },
  ];
  expect(knownOwedMinor(account, tickets, [tender(30)])).toBe(1_330);
});

test('[AC4] what speaks against a sale: the block, the limit, the name that signs, and the line that is gone', () => {
  const rule = { ...tenderRuleOf(undefined, 'account'), isTaken: true };
  const wish = { amountMinor: 100, signedBy: ' ann  LEE', owedMinor: 9_900, rule, isOffline: false };
  const account = { ...facts, signers: ['Ann Lee'] };
  expect(boundsBeyond(account, wish)).toEqual([]);
  expect(boundsBeyond(account, { ...wish, owedMinor: 9_901 })).toEqual(['over-limit']);
  expect(boundsBeyond({ ...account, blockedReason: 'x' }, { ...wish, signedBy: 'Bob' })).toEqual([
    ...['blocked', 'signer-unlisted'],
  ]);
  expect(boundsBeyond(account, { ...wish, isOffline: true })).toEqual(['not-offline']);
  const limited = { ...rule, isTakenOffline: true, offlineLimitMinor: 50 };
  expect(boundsBeyond(account, { ...wish, rule: limited, isOffline: true })).toEqual(['over-offline-limit']);
  expect(boundsBeyond({ ...account, blockedReason: 'x' }, { ...wish, amountMinor: -100, isOffline: true })).toEqual([]);
});

test('[AC2] a number is read however it is written, and is never one of a gift card', () => {
  expect(readAccountNumber(' cafe-1 ')).toBe('CAFE1');
  expect(readAccountNumber('')).toBeNull();
  expect(readAccountNumber('A'.repeat(21))).toBeNull();
  expect(accountNumberSchema.safeParse('SC7K3M9QPTXW2D5').success).toBe(false);
});
