import { z } from 'zod';
import { unreachable } from '../assert.ts';
import { idSchema } from '../journal/envelope.ts';
import { key } from '../text.ts';
import { batchSchema, gtin14Schema, serialSchema } from '../transaction/retail-transaction.ts';
import { type StockColumn, signOf } from './stock-row.ts';
import {
  cellOf,
  isPresent,
  type UnitContradiction,
  type UnitState,
  type UnitStepType,
  unitStates,
} from './unit-states.ts';

/** One step of a unit's life; each names the entry that made it (S2). */
export type UnitStep = {
  type: UnitStepType;
  placeId: string;
  entryId: string;
  orderedAtMs: number;
  /** Order within the entry: the line's index. */
  lineNumber: number;
  /** What the step tells of the unit; null: nothing. */
  batch: string | null;
  /** Last day on which it may be sold, `2026-11-22`. */
  expiresOn: string | null;
  /** The store's calendar day of a sale; null elsewhere. */
  onDay: string | null;
};

/** A unit as a till reads it. The SKU is the one its GTIN names. */
export const unitRowSchema = z.object({
  gtin14: gtin14Schema,
  serial: serialSchema,
  skuId: key(40),
  /** Where it is; where it was last when it is not in the store. */
  placeId: idSchema,
  state: z.enum(unitStates),
  entryId: z.string(),
  orderedAtMs: z.number().int(),
  /** Absent: not known. */
  batch: batchSchema.optional(),
  expiresOn: z.iso.date().optional(),
});
export type UnitRow = z.infer<typeof unitRowSchema>;

/** Where a unit stands, and what is known of it. */
export type UnitStanding = {
  state: UnitState;
  placeId: string;
  batch: string | null;
  expiresOn: string | null;
};

type Movement = { placeId: string; column: StockColumn; quantity: number };

/** What one step does: where the unit stands after it, what each stock column of a place gains, and what it contradicts. */
export type UnitMove = {
  standing: UnitStanding;
  stock: Movement[];
  contradiction: UnitContradiction | null;
};

/** What the step itself counts, in the column that it is known by. */
function ownMovements(type: UnitStepType, to: string, from: string | null): Movement[] {
  switch (type) {
    case 'received':
    case 'received-damaged':
      return [{ placeId: to, column: 'received', quantity: 1 }];
    case 'arrived':
    case 'arrived-damaged':
      return [{ placeId: to, column: 'movedIn', quantity: 1 }];
    case 'returned':
    case 'returned-damaged':
      return [{ placeId: to, column: 'returned', quantity: 1 }];
    case 'sold':
      return [{ placeId: to, column: 'sold', quantity: 1 }];
    case 'moved':
      if (from === null || from === to) return [];
      return [
        { placeId: from, column: 'movedOut', quantity: 1 },
        { placeId: to, column: 'movedIn', quantity: 1 },
      ];
    case 'sent':
    case 'sent-back':
      return [{ placeId: from ?? to, column: 'movedOut', quantity: 1 }];
    case 'written-off':
      return [{ placeId: to, column: 'adjusted', quantity: -1 }];
    case 'found':
      return [{ placeId: to, column: 'adjusted', quantity: 1 }];
    case 'commissioned':
    case 'announced':
    case 'delivered':
    case 'reserved':
    case 'set-aside':
    case 'missed':
      return [];
    default:
      return unreachable(type);
  }
}

/** Steps that tell of a unit which nobody has in hand: they do not say where it is. */
const tellingSteps: readonly UnitStepType[] = ['commissioned', 'announced', 'delivered', 'missed'];

/** Who counted at one place says nothing about a unit that was at another by then. */
function isMissedElsewhere(before: UnitStanding, step: Pick<UnitStep, 'type' | 'placeId'>): boolean {
  return step.type === 'missed' && isPresent(before.state) && before.placeId !== step.placeId;
}

/**
 * One step of a unit from where it stands. Reality wins over the books: the step always happens, and where it contradicts
 * them an adjustment keeps the stock equal to the number of units there (S1).
 */
export function moveUnit(
  before: UnitStanding | null,
  step: Pick<UnitStep, 'type' | 'placeId' | 'batch' | 'expiresOn' | 'onDay'>,
): UnitMove {
  const { after, contradiction } =
    before !== null && isMissedElsewhere(before, step)
      ? { after: before.state, contradiction: null }
      : cellOf(before?.state ?? null, step.type);
  const from = before !== null && isPresent(before.state) ? before.placeId : null;
  const isTelling = tellingSteps.includes(step.type);
  const to = isTelling && before !== null ? before.placeId : step.placeId;
  const stock = ownMovements(step.type, to, from);
  const gaps = new Map<string, number>();
  const count = (placeId: string, pieces: number) => gaps.set(placeId, (gaps.get(placeId) ?? 0) + pieces);
  if (isPresent(after)) count(to, 1);
  if (from !== null) count(from, -1);
  for (const movement of stock) count(movement.placeId, -signOf(movement.column) * movement.quantity);
  for (const [placeId, quantity] of gaps) if (quantity !== 0) stock.push({ placeId, column: 'adjusted', quantity });
  const standing = {
    state: after,
    placeId: to,
    batch: step.batch ?? before?.batch ?? null,
    expiresOn: step.expiresOn ?? before?.expiresOn ?? null,
  };
  const isExpired =
    step.type === 'sold' && step.onDay !== null && standing.expiresOn !== null && standing.expiresOn < step.onDay;
  return { standing, stock, contradiction: contradiction ?? (isExpired ? 'unit-expired' : null) };
}

/** The order of steps among all tills: hybrid logical clock, then till and sequence (in the entry id), then line. */
export function compareSteps(a: UnitStep, b: UnitStep): number {
  if (a.orderedAtMs !== b.orderedAtMs) return a.orderedAtMs - b.orderedAtMs;
  if (a.entryId !== b.entryId) return a.entryId < b.entryId ? -1 : 1;
  return a.lineNumber - b.lineNumber;
}

export type UnitLife = {
  standing: (UnitStanding & { entryId: string; orderedAtMs: number }) | null;
  /** Sum of what all steps did, per place and column; zero sums left out. */
  stock: { placeId: string; column: StockColumn; quantity: number }[];
  contradictions: {
    code: UnitContradiction;
    entryId: string;
    lineNumber: number;
  }[];
};

/** [S2] A unit's life from all its steps, in whatever order they arrived (P1). */
export function foldUnit(steps: readonly UnitStep[]): UnitLife {
  const life: UnitLife = { standing: null, stock: [], contradictions: [] };
  const sums = new Map<string, { placeId: string; column: StockColumn; quantity: number }>();
  for (const step of [...steps].sort(compareSteps)) {
    const move = moveUnit(life.standing, step);
    for (const { placeId, column, quantity } of move.stock) {
      const sum = sums.get(`${placeId}|${column}`) ?? {
        placeId,
        column,
        quantity: 0,
      };
      sum.quantity += quantity;
      sums.set(`${placeId}|${column}`, sum);
    }
    if (move.contradiction) {
      life.contradictions.push({
        code: move.contradiction,
        entryId: step.entryId,
        lineNumber: step.lineNumber,
      });
    }
    life.standing = { ...move.standing, entryId: step.entryId, orderedAtMs: step.orderedAtMs };
  }
  life.stock = [...sums.values()].filter((sum) => sum.quantity !== 0);
  return life;
}

/** `gtin14.serial`: one key, sorted by GTIN, then serial. */
export function unitKey(gtin14: string, serial: string): string {
  return `${gtin14}.${serial}`;
}

/** What a unit's row says of where it stands. */
export function standingOf(row: Pick<UnitRow, 'state' | 'placeId' | 'batch' | 'expiresOn'>): UnitStanding {
  return { state: row.state, placeId: row.placeId, batch: row.batch ?? null, expiresOn: row.expiresOn ?? null };
}

/** A row leaves out what is not known: a million of them are in a snapshot. */
export function unitRowOf(
  unit: Pick<UnitRow, 'gtin14' | 'serial' | 'skuId' | 'entryId' | 'orderedAtMs'>,
  { state, placeId, batch, expiresOn }: UnitStanding,
): UnitRow {
  return {
    ...unit,
    placeId,
    state,
    ...(batch === null ? {} : { batch }),
    ...(expiresOn === null ? {} : { expiresOn }),
  };
}
