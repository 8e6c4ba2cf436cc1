import type { AccountFacts, AccountVersion } from './customer-account.ts';
import { holdsIn } from './customer-account.ts';

/** Exceptions of sales on account (SPEC.md AC5, AC6): no such account there; stopped by the office then; above what may be owed. */
export const accountExceptionCodes = ['account-unknown', 'account-blocked', 'account-over-limit'] as const;
export type AccountExceptionCode = (typeof accountExceptionCodes)[number];

export type AccountStore = { storeId: string; currency: string };

/** What moved an account: a tender of a ticket in some store, or a payment that the office put on record. */
export type AccountMove = {
  /** In the order of the journal; of a payment, when it was put on record. */
  atMs: number;
  /** Sorts what is of one moment, the same everywhere. */
  id: string;
  /** Positive: owed from now on. */
  owedMinor: number;
  currency: string;
  /** Of a ticket. `isAllowed`: who had the right said yes to it. */
  ticket: (AccountStore & { entryId: string; isAllowed: boolean }) | null;
};

export type AccountException = {
  code: AccountExceptionCode;
  storeId: string;
  entryId: string;
  /** The ticket before it, where there is one; nothing of another store's. */
  detail: string;
};

/** What is owed, by all moves of the account's currency (AC1). */
export function owedMinorOf(moves: readonly AccountMove[], currency: string): number {
  return moves.reduce((sum, move) => sum + (move.currency === currency ? move.owedMinor : 0), 0);
}

function inOrder(moves: readonly AccountMove[]): AccountMove[] {
  return [...moves].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** The version of a moment; before the first, the first: a till with a slow clock knows no account that is not there. */
export function accountAt(versions: readonly AccountVersion[], atMs: number): AccountFacts | null {
  const sorted = [...versions].sort((a, b) => a.fromMs - b.fromMs);
  return (sorted.findLast(({ fromMs }) => fromMs <= atMs) ?? sorted[0])?.facts ?? null;
}

/**
 * [P1] [AC5] What contradicts an account, from the set of all its moves in whatever order they are given: the later sale in the
 * journal's order is the one that is too much. It is judged by the version of its moment, however late it arrives.
 */
export function judgeAccount(moves: readonly AccountMove[], versions: readonly AccountVersion[]): AccountException[] {
  const found = new Map<string, AccountException>();
  const lastOf = new Map<string, string>();
  let owedMinor = 0;
  for (const { atMs, owedMinor: movedMinor, currency, ticket } of inOrder(moves)) {
    const facts = accountAt(versions, atMs);
    const isOfAccount = currency === facts?.currency;
    if (isOfAccount) owedMinor += movedMinor;
    if (ticket === null) continue;
    const { storeId, entryId, isAllowed } = ticket;
    const before = lastOf.get(storeId) ?? '';
    const add = (code: AccountExceptionCode) => {
      const key = `${code} ${storeId} ${entryId}`;
      if (!found.has(key)) found.set(key, { code, storeId, entryId, detail: before === entryId ? '' : before });
    };
    if (facts === null || !holdsIn(facts, { ...ticket, currency })) add('account-unknown');
    else if (movedMinor > 0 && !isAllowed) {
      if (facts.blockedReason !== null) add('account-blocked');
      if (owedMinor > facts.limitMinor) add('account-over-limit');
    }
    if (movedMinor > 0) lastOf.set(storeId, entryId);
  }
  return [...found.values()];
}

const dayMs = 86_400_000;
/** Days after which what is owed goes into the next bucket. */
const bucketDays = [30, 60, 90] as const;

export type Ageing = {
  /** 0–30, 31–60, 61–90 and more days old. */
  bucketsMinor: [number, number, number, number];
  /** Of these, past its terms. */
  overdueMinor: number;
  /** Paid, and nothing is left for it to pay. */
  aheadMinor: number;
};

/**
 * [AC7] How old what is owed is at a moment: payments and refunds pay the oldest first. The buckets less what is paid ahead are the balance.
 */
export function ageingOf(
  moves: readonly Pick<AccountMove, 'atMs' | 'id' | 'owedMinor'>[],
  termsDays: number,
  asOfMs: number,
): Ageing {
  const counted = moves.filter(({ atMs }) => atMs <= asOfMs);
  let leftMinor = counted.reduce((sum, { owedMinor }) => sum + Math.max(0, 0 - owedMinor), 0);
  const bucketsMinor: Ageing['bucketsMinor'] = [0, 0, 0, 0];
  let overdueMinor = 0;
  for (const { atMs, owedMinor } of counted.filter((one) => one.owedMinor > 0).sort((a, b) => a.atMs - b.atMs)) {
    const paidMinor = Math.min(leftMinor, owedMinor);
    leftMinor -= paidMinor;
    const days = Math.floor((asOfMs - atMs) / dayMs);
    const index = bucketDays.filter((most) => days > most).length as 0 | 1 | 2 | 3;
    bucketsMinor[index] += owedMinor - paidMinor;
    if (days > termsDays) overdueMinor += owedMinor - paidMinor;
  }
  return { bucketsMinor, overdueMinor, aheadMinor: leftMinor };
}
