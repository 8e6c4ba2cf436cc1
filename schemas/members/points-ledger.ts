import type { RetailTransaction } from '../transaction/retail-transaction.ts';
import { pointsOf } from './burn.ts';
import { type EarningLine, earnedPoints, type PointsRules, type PointsStep, reversedPoints } from './points.ts';
import type { TierEvent } from './tiers.ts';

const dayMs = 86_400_000;
/** More than a ticket has lines. */
const tenderSteps = 3_000;

export const ledgerKinds = ['earned', 'taken-back', 'adjusted', 'spent', 'given-back'] as const;
export type LedgerKind = (typeof ledgerKinds)[number];

/** What an entry gives a member or takes from them. With a lot: what it takes back first, a line of the same store. */
export type LedgerStep = {
  entryId: string;
  /** The line's number; 0 of what no line gave; from 3,001 on the tenders'. */
  stepNumber: number;
  memberId: string;
  kind: LedgerKind;
  atMs: number;
  /** What counts for tiers. */
  spendMinor: number;
  visits: number;
  points: number;
  availableAtMs: number;
  expiresAtMs: number | null;
  lotEntryId: string | null;
  lotNumber: number | null;
};

export type LedgerTicket = {
  entryId: string;
  memberId: string;
  /** When it was made, no later than it was recorded: by a clock that is ahead nobody waits longer. */
  atMs: number;
  body: Pick<RetailTransaction, 'lines' | 'memberTier' | 'voids' | 'tenders'>;
};

/**
 * [MP1] What a member's ticket earns, line by line, by the rules of its moment (null: no points, the spend counts all the same). What
 * comes back without a receipt takes back what the same would earn now. Lines that name a receipt are stepsBack's.
 */
export function stepsOfTicket(
  ticket: LedgerTicket,
  rules: PointsRules | null,
  categoriesOf: (skuId: string) => string[],
): LedgerStep[] {
  const { entryId, memberId, atMs, body } = ticket;
  const own = body.lines.filter(({ returned }) => returned === null);
  const earning = own.map(
    ({ lineNumber, totalMinor, skuId, discounts }): EarningLine => ({
      lineNumber,
      totalMinor: Math.abs(totalMinor),
      categoryIds: skuId === null || rules === null || rules.categories.length === 0 ? [] : categoriesOf(skuId),
      promotionIds: discounts.flatMap((one) => (one.by === 'promotion' ? [one.promotionId] : [])),
    }),
  );
  const isSold = new Set(own.filter(({ quantity }) => quantity > 0).map(({ lineNumber }) => lineNumber));
  const byPointsMinor = body.tenders.reduce(
    (sum, { type, amountMinor }) => sum + (type === 'points' ? Math.max(0, amountMinor) : 0),
    0,
  );
  const earnedBy = (sold: boolean) =>
    rules === null
      ? new Map<number, number>()
      : earnedPoints(
          earning.filter(({ lineNumber }) => isSold.has(lineNumber) === sold),
          rules,
          body.memberTier ?? '',
          sold ? byPointsMinor : 0,
        );
  const [given, taken] = [earnedBy(true), earnedBy(false)];
  const firstSold = body.voids === null ? own.find(({ quantity }) => quantity > 0)?.lineNumber : undefined;
  return own.map(({ lineNumber, totalMinor }) => ({
    ...{ entryId, stepNumber: lineNumber, memberId, kind: 'earned', atMs },
    spendMinor: totalMinor,
    visits: lineNumber === firstSold ? 1 : 0,
    points: isSold.has(lineNumber) ? (given.get(lineNumber) ?? 0) : 0 - (taken.get(lineNumber) ?? 0),
    ...timesOf(atMs, rules),
    ...{ lotEntryId: null, lotNumber: null },
  }));
}

function timesOf(atMs: number, rules: PointsRules | null): Pick<LedgerStep, 'availableAtMs' | 'expiresAtMs'> {
  const expiryDays = rules?.expiryDays ?? null;
  return {
    availableAtMs: atMs + (rules?.pendingDays ?? 0) * dayMs,
    expiresAtMs: expiryDays === null ? null : atMs + expiryDays * dayMs,
  };
}

/** [MP6] [MP7] What a ticket's tenders take of members' points and give back to them, at once: whoever they are, whoever it is sold to. */
export function stepsOfTenders(
  {
    entryId,
    atMs,
    body: { tenders },
  }: Omit<LedgerTicket, 'memberId' | 'body'> & { body: Pick<RetailTransaction, 'tenders'> },
  rules: PointsRules | null,
): LedgerStep[] {
  return tenders.flatMap((tender, index): LedgerStep[] => {
    const taken = pointsOf(tender);
    if (taken === null) return [];
    const { memberId, points } = taken;
    const kind = points > 0 ? 'spent' : 'given-back';
    return [
      {
        ...{ entryId, stepNumber: tenderSteps + index + 1, memberId, kind, atMs, spendMinor: 0, visits: 0 },
        ...{ points: 0 - points, ...timesOf(atMs, rules), availableAtMs: atMs, lotEntryId: null, lotNumber: null },
      },
    ];
  });
}

/** A line that earned, and how many pieces it sold. */
export type EarnedLine = LedgerStep & { quantity: number };
/** A line that takes pieces of it back; below zero: it voids a return, and gives them back. */
export type LineBack = {
  entryId: string;
  lineNumber: number;
  /** The line of the sale. */
  soldNumber: number;
  pieces: number;
  orderedAtMs: number;
  atMs: number;
  /** All of the ticket goes back, the visit too. */
  isVoid: boolean;
};

/** [MP2] What all lines that name a receipt take back of it, from the set of them in any order [P1]. */
export function stepsBack(sale: readonly EarnedLine[], backs: readonly LineBack[]): LedgerStep[] {
  return sale.flatMap((line) => {
    const own = backs
      .filter(({ soldNumber }) => soldNumber === line.stepNumber)
      .toSorted(
        (a, b) =>
          a.orderedAtMs - b.orderedAtMs ||
          (a.entryId < b.entryId ? -1 : Number(a.entryId > b.entryId)) ||
          a.lineNumber - b.lineNumber,
      );
    // A line of the other sign is none of the goods that were sold.
    const pieces = own.map((back) => back.pieces * Math.sign(line.quantity));
    const share = (whole: number) => reversedPoints(whole, Math.abs(line.quantity), pieces);
    const [points, spend] = [share(line.points), share(line.spendMinor)];
    const firstVoid = own.findIndex(({ isVoid }) => isVoid);
    return own.map((back, at): LedgerStep => {
      const { memberId, availableAtMs, expiresAtMs, entryId: lotEntryId, stepNumber: lotNumber } = line;
      return {
        ...{ entryId: back.entryId, stepNumber: back.lineNumber, memberId, kind: 'taken-back', atMs: back.atMs },
        spendMinor: 0 - (spend[at] ?? 0),
        visits: at === firstVoid ? 0 - line.visits : 0,
        points: 0 - (points[at] ?? 0),
        ...{ availableAtMs, expiresAtMs, lotEntryId, lotNumber },
      };
    });
  });
}

/** What the office gives or takes by hand: at once, and no longer than what is earned. It counts for no tier. */
export function adjustedStep(
  { entryId, atMs }: { entryId: string; atMs: number },
  { memberId, points }: { memberId: string; points: number },
  rules: PointsRules | null,
): LedgerStep {
  return {
    ...{ entryId, stepNumber: 0, memberId, kind: 'adjusted', atMs, spendMinor: 0, visits: 0, points },
    ...{ ...timesOf(atMs, rules), availableAtMs: atMs, lotEntryId: null, lotNumber: null },
  };
}

/** Steps of a chain: entry ids are each store's own. */
export type StoredStep = LedgerStep & { storeId: string };

export function pointsStepOf(step: StoredStep): PointsStep {
  const { storeId, entryId, stepNumber, atMs, points, availableAtMs, expiresAtMs, lotEntryId, lotNumber } = step;
  return {
    ...{ stepId: stepId(storeId, entryId, stepNumber), atMs, points, availableAtMs, expiresAtMs },
    lotId: lotEntryId === null ? null : stepId(storeId, lotEntryId, lotNumber ?? 0),
  };
}

function stepId(storeId: string, entryId: string, stepNumber: number): string {
  return `${storeId}|${entryId}|${String(stepNumber).padStart(4, '0')}`;
}

/** What counts for tiers is what was bought: neither what was given by hand nor what points paid. */
const uncounted: readonly LedgerKind[] = ['adjusted', 'spent', 'given-back'];

/** For tiers, one event a ticket. */
export function tierEventsOf(steps: readonly StoredStep[]): TierEvent[] {
  const events = new Map<string, TierEvent>();
  for (const { storeId, entryId, kind, atMs, spendMinor, visits, points } of steps) {
    if (uncounted.includes(kind)) continue;
    const eventId = `${storeId}|${entryId}`;
    const event = events.get(eventId) ?? { eventId, atMs, spendMinor: 0, visits: 0, points: 0 };
    event.spendMinor += spendMinor;
    event.visits += visits;
    event.points += points;
    events.set(eventId, event);
  }
  return [...events.values()];
}
