import { z } from 'zod';
import { unreachable } from '../assert.ts';
import { entryIdSchema, idSchema } from '../journal/envelope.ts';
import type { Fact } from '../journal/kinds.ts';
import { key, text } from '../text.ts';
import { countIdSchema, countOpenedSchema, passSchema, recountAskedSchema } from './count-entries.ts';

/** `unopened`: goods were counted for it, and the entry that opens it has not come. */
export const countStates = ['unopened', 'open', 'approved', 'cancelled'] as const;
export type CountState = (typeof countStates)[number];

/**
 * A stock-take as a till reads it (row feed `stock-count`, key `countId`). Of one that is over, tills need no more than that: its
 * places and recounts are left out.
 */
export const countRowSchema = countOpenedSchema.omit({ approvals: true }).extend({
  countId: countIdSchema,
  /** Empty while it is `unopened`. */
  name: text(100),
  state: z.enum(countStates),
  openedBy: key(40).nullable(),
  /** By the clock that orders entries of all tills; null while it is `unopened`. */
  openedAtMs: z.number().int().nullable(),
  /** Sorted by place and pass. `closedAtMs`: the last time that somebody said so. */
  closedPlaces: z.array(
    z.object({ placeId: idSchema, pass: passSchema, closedAtMs: z.number().int(), operatorId: key(40) }),
  ),
  /** In the order in which they were asked. `recountId`: the entry that asks. */
  recounts: z.array(
    recountAskedSchema.omit({ countId: true, approvals: true }).extend({ recountId: entryIdSchema, askedBy: key(40) }),
  ),
});
export type CountRow = z.infer<typeof countRowSchema>;

/** Kinds whose entries make the row. Batches of scans do not: they come often, and say nothing about the plan. */
export const countRowKinds = [
  'count-opened',
  'place-counted',
  'recount-asked',
  'count-approved',
  'count-cancelled',
] as const;
export type CountRowFact = Extract<Fact, { kind: (typeof countRowKinds)[number] }>;

export function isCountRowFact(fact: Fact): fact is CountRowFact {
  return (countRowKinds as readonly string[]).includes(fact.kind);
}

/** An entry of a stock-take, with what orders it. */
export type CountAct = { entryId: string; orderedAtMs: number; operatorId: string; fact: CountRowFact };

/** The order among all tills: hybrid logical clock, then till and sequence. */
function inOrder(acts: readonly CountAct[]): CountAct[] {
  return [...acts].sort(
    (a, b) => a.orderedAtMs - b.orderedAtMs || (a.entryId < b.entryId ? -1 : Number(a.entryId > b.entryId)),
  );
}

/** [P1] The row from all entries of a stock-take, in whatever order they came. */
export function foldCount(countId: string, acts: readonly CountAct[]): CountRow {
  const row = emptyCount(countId);
  const closed = new Map<string, CountRow['closedPlaces'][number]>();
  for (const act of inOrder(acts)) step(row, closed, act);
  const isOver = row.state === 'approved' || row.state === 'cancelled';
  if (isOver) return { ...row, closedPlaces: [], recounts: [] };
  row.closedPlaces = [...closed.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
  return row;
}

function emptyCount(countId: string): CountRow {
  return {
    countId,
    name: '',
    scope: { placeIds: [], skuIds: [], categoryIds: [], brands: [] },
    isBlind: false,
    passes: 1,
    deadlineAtMs: null,
    operatorIds: [],
    reason: 'ad-hoc',
    state: 'unopened',
    openedBy: null,
    openedAtMs: null,
    closedPlaces: [],
    recounts: [],
  };
}

function step(row: CountRow, closed: Map<string, CountRow['closedPlaces'][number]>, act: CountAct): void {
  const { entryId, orderedAtMs, operatorId, fact } = act;
  switch (fact.kind) {
    case 'count-opened': {
      // Whoever opened it first did.
      if (row.openedAtMs !== null) return;
      const { approvals: _, ...plan } = fact.body;
      Object.assign(row, plan, { openedBy: operatorId, openedAtMs: orderedAtMs });
      if (row.state === 'unopened') row.state = 'open';
      return;
    }
    case 'place-counted': {
      const { placeId, pass } = fact.body;
      closed.set(`${placeId}|${String(pass).padStart(2, '0')}`, {
        ...{ placeId, pass, closedAtMs: orderedAtMs, operatorId },
      });
      return;
    }
    case 'recount-asked': {
      const { placeId, pass, skuIds, operatorId: by, note } = fact.body;
      row.recounts.push({
        ...{ placeId, pass, skuIds, operatorId: by, note },
        recountId: entryId,
        askedBy: operatorId,
      });
      return;
    }
    case 'count-approved':
      // What is approved changed the stock, whoever cancelled it meanwhile.
      if (fact.body.isWhole) row.state = 'approved';
      return;
    case 'count-cancelled':
      if (row.state !== 'approved') row.state = 'cancelled';
      return;
    default:
      unreachable(fact);
  }
}
