import type { Tender, TenderType } from '../transaction/retail-transaction.ts';

/** Tenders that name something whose worth is kept: what a store owes its bearer, or, of an account, what a customer owes. */
export const creditKinds = ['store-credit', 'gift-card', 'voucher', 'account', 'deposit'] as const;
export type CreditKind = (typeof creditKinds)[number];

export function isCreditKind(type: TenderType): type is CreditKind {
  return (creditKinds as readonly string[]).includes(type);
}

/**
 * Exceptions of tenders (SPEC.md TE8–TE11). `credit-overdrawn`: more was taken of a credit than was ever put on it;
 * `credit-unknown`: nothing was put on it here; `credit-blocked`: taken while the office had stopped it; `voucher-twice`, `payment-twice`, `coupon-twice`: on two tickets;
 * `points-misvalued`: points that by no rule of the chain's were worth so much;
 * `tier-unfounded`: prices of a tier that no till was ever told the member has (schemas/members/SPEC.md, MT6);
 * `coupon-unknown`: a code that nobody had given out;
 * `deposit-used-twice`, `deposit-unknown`: as the first two, of what was paid on a basket (DP4);
 * `gift-card-twice`: a new card, sold as new before; `gift-card-misread`: sold by what is no number of ours.
 */
export const creditExceptionCodes = [
  'credit-overdrawn',
  'credit-unknown',
  'voucher-twice',
  'credit-blocked',
  'gift-card-twice',
  'deposit-used-twice',
  'deposit-unknown',
] as const;
export const tenderExceptionCodes = [
  ...creditExceptionCodes,
  'gift-card-misread',
  'payment-twice',
  'coupon-twice',
  'coupon-unknown',
  'over-offline-limit',
  'points-misvalued',
  'tier-unfounded',
] as const;
export type TenderExceptionCode = (typeof tenderExceptionCodes)[number];
/** `subject`: what it is about; `detail`: the entry before, or nothing. */
export type TenderException = { code: TenderExceptionCode; entryId: string; subject: string; detail: string };

/** What a ticket did to a credit: put on it (positive) or took of it. */
export type CreditStep = {
  entryId: string;
  orderedAtMs: number;
  /** Of the tenders of one ticket, in their order. */
  stepNumber: number;
  amountMinor: number;
  currency: string;
  /** A gift card counts from this on; negative: it does not any more. */
  activates?: boolean;
};

/** The number of a credit as it is kept: capitals, without the spaces and hyphens that people put between. */
export function creditCodeOf(reference: string): string {
  return reference.replace(/[\s-]+/g, '').toUpperCase();
}

/** Which credit a tender speaks of; null: of none, or it names none. */
export function creditOf({ type, reference }: Pick<Tender, 'type' | 'reference'>): {
  kind: CreditKind;
  code: string;
} | null {
  if (!isCreditKind(type) || reference === null) return null;
  const code = creditCodeOf(reference);
  return code === '' ? null : { kind: type, code };
}

export function creditSubject(kind: CreditKind, code: string): string {
  return `${kind} ${code}`;
}

/** What is left of a credit; of an account, negative: so much is owed. */
export function creditBalance(
  steps: readonly Pick<CreditStep, 'amountMinor' | 'currency'>[],
  currency: string,
): number {
  return steps.reduce((sum, step) => sum + (step.currency === currency ? step.amountMinor : 0), 0);
}

function compareSteps(a: CreditStep, b: CreditStep): number {
  const byEntry = a.entryId < b.entryId ? -1 : a.entryId > b.entryId ? 1 : 0;
  return a.orderedAtMs - b.orderedAtMs || byEntry || a.stepNumber - b.stepNumber;
}

/**
 * What contradicts a credit, from the set of all its steps in whatever order they are given: the later taking in the journal's
 * order is the one that is too much. What was put on it counts at whatever time: a clock that is off makes nobody poor.
 */
export function foldCredit(kind: CreditKind, code: string, steps: readonly CreditStep[]): TenderException[] {
  if (kind === 'account') return [];
  const isIssued = steps.some(({ amountMinor }) => amountMinor > 0);
  // A paper voucher, or a gift card of before: its worth is written on it, and it is good once.
  const isPaper = kind === 'voucher' || (kind === 'gift-card' && !isIssued);
  const found = new Map<string, TenderException>();
  for (const [, ofCurrency] of Map.groupBy(steps, ({ currency }) => currency)) {
    const sorted = [...ofCurrency].sort(compareSteps);
    for (const one of isPaper ? usedTwice(sorted) : overdrawn(kind, sorted)) {
      const subject = creditSubject(kind, code);
      found.set(one.entryId, { ...one, subject });
    }
  }
  const twice = soldTwice([...steps].sort(compareSteps)).map((one) => ({ ...one, subject: creditSubject(kind, code) }));
  return [...found.values(), ...twice];
}

/** GC3: one number counts once. What took the sale back, at whatever time, makes room for another. */
function soldTwice(steps: readonly CreditStep[]): Trouble[] {
  const byTicket = [
    ...Map.groupBy(
      steps.filter(({ activates }) => activates),
      ({ entryId }) => entryId,
    ),
  ];
  const sales = byTicket.filter(([, all]) => all.some(({ amountMinor }) => amountMinor > 0));
  let backs = byTicket.length - sales.length;
  return sales.flatMap(([entryId], index): Trouble[] => {
    const before = sales[index - 1];
    if (before === undefined) return [];
    if (backs > 0) {
      backs -= 1;
      return [];
    }
    return [{ code: 'gift-card-twice', entryId, detail: before[0] }];
  });
}

/** While the office had stopped a credit; `untilMs` null: still. */
export type CreditBlock = { fromMs: number; untilMs: number | null };

/** TE12: what was taken of a credit while it was stopped. */
export function blockedTakings(
  kind: CreditKind,
  code: string,
  steps: readonly CreditStep[],
  blocks: readonly CreditBlock[],
): TenderException[] {
  const subject = creditSubject(kind, code);
  const taken = steps.filter(({ amountMinor, orderedAtMs }) => amountMinor < 0 && isBlockedAt(blocks, orderedAtMs));
  const entryIds = new Set(taken.map(({ entryId }) => entryId));
  return [...entryIds].map((entryId) => ({ code: 'credit-blocked', entryId, subject, detail: '' }));
}

function isBlockedAt(blocks: readonly CreditBlock[], atMs: number): boolean {
  return blocks.some(({ fromMs, untilMs }) => atMs >= fromMs && (untilMs === null || atMs < untilMs));
}

type Trouble = Omit<TenderException, 'subject'>;

const overdrawnCodes = { none: 'credit-unknown', above: 'credit-overdrawn' } as const;
const depositCodes = { none: 'deposit-unknown', above: 'deposit-used-twice' } as const;

function overdrawn(kind: CreditKind, steps: readonly CreditStep[]): Trouble[] {
  const codes = kind === 'deposit' ? depositCodes : overdrawnCodes;
  const issuedMinor = steps.reduce((sum, { amountMinor }) => sum + Math.max(0, amountMinor), 0);
  let takenMinor = 0;
  let before = '';
  const troubles: Trouble[] = [];
  for (const { entryId, amountMinor } of steps) {
    if (amountMinor >= 0) continue;
    takenMinor -= amountMinor;
    const code = issuedMinor === 0 ? codes.none : codes.above;
    if (takenMinor > issuedMinor) troubles.push({ code, entryId, detail: before });
    before = entryId;
  }
  return troubles;
}

/** A ticket that gives it back, a void for one, makes it good again. */
function usedTwice(steps: readonly CreditStep[]): Trouble[] {
  const byTicket = [...Map.groupBy(steps, ({ entryId }) => entryId)].map(([entryId, all]) => ({
    entryId,
    amountMinor: all.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
  }));
  let backs = byTicket.filter(({ amountMinor }) => amountMinor > 0).length;
  let before: string | null = null;
  const troubles: Trouble[] = [];
  for (const { entryId, amountMinor } of byTicket) {
    if (amountMinor >= 0) continue;
    if (before !== null && backs > 0) backs -= 1;
    else if (before !== null) troubles.push({ code: 'voucher-twice', entryId, detail: before });
    before = entryId;
  }
  return troubles;
}

/** A ticket that used something which is good on so many of them. */
export type Use = { entryId: string; orderedAtMs: number; uses: number };

/** The tickets beyond the uses that were allowed, the journal's later ones. `uses`: as the later ticket's rule had it. */
export function foldUses(
  code: 'coupon-twice' | 'payment-twice',
  subject: string,
  uses: readonly Use[],
): TenderException[] {
  const sorted = [...uses].sort((a, b) => compareSteps({ ...a, ...nothing }, { ...b, ...nothing }));
  return sorted.flatMap(({ entryId, uses: allowed }, index) => {
    const before = sorted[index - 1];
    return index >= allowed && before !== undefined ? [{ code, entryId, subject, detail: before.entryId }] : [];
  });
}

const nothing = { stepNumber: 0, amountMinor: 0, currency: '' };

/** What a ticket's tenders say against themselves: taken without asking above what the store allowed then (TE11). */
export function tenderFaults(entryId: string, tenders: readonly Tender[]): TenderException[] {
  return tenders.flatMap(({ type, amountMinor, isOffline, offlineLimitMinor, account }, index) => {
    const isOver = isOffline && offlineLimitMinor !== undefined && Math.abs(amountMinor) > offlineLimitMinor;
    // Who may allow it was asked (AC4): whether they may is judged by their right.
    return isOver && !account?.beyond?.includes('over-offline-limit')
      ? [{ code: 'over-offline-limit' as const, entryId, subject: `${type} ${index + 1}`, detail: '' }]
      : [];
  });
}
