import { z } from 'zod';
import { unreachable } from '../assert.ts';
import { idSchema } from '../journal/envelope.ts';
import { key } from '../text.ts';
import { gtin14Schema, serialSchema } from '../transaction/retail-transaction.ts';
import type { StockColumn } from './stock-row.ts';

export const unitStates = ['in-stock', 'sold', 'gone'] as const;
export type UnitState = (typeof unitStates)[number];

export const unitStepTypes = ['received', 'sold', 'returned', 'written-off', 'found'] as const;
export type UnitStepType = (typeof unitStepTypes)[number];

/** One step of a unit's life; each names the entry that made it (S2). */
export type UnitStep = {
  type: UnitStepType;
  placeId: string;
  entryId: string;
  orderedAtMs: number;
  /** Order within the entry: the line's index. */
  lineNumber: number;
};

/** A unit as a till reads it. The SKU is the one its GTIN names. */
export const unitRowSchema = z.object({
  gtin14: gtin14Schema,
  serial: serialSchema,
  skuId: key(40),
  placeId: idSchema,
  state: z.enum(unitStates),
  entryId: z.string(),
  orderedAtMs: z.number().int(),
});
export type UnitRow = z.infer<typeof unitRowSchema>;

/** What contradicts the books; posted all the same, and shown to the manager. */
export type UnitContradiction =
  | 'unit-sold-twice'
  | 'unit-unknown'
  | 'unit-received-twice'
  | 'unit-returned-unsold'
  | 'unit-gone';

/** What one step does: the next state, what each stock column of a place gains, and what it contradicts. */
export type UnitMove = {
  state: UnitState;
  placeId: string;
  stock: { placeId: string; column: StockColumn; quantity: number }[];
  contradiction: UnitContradiction | null;
};

type Standing = { state: UnitState; placeId: string } | null;

/** What the step itself counts, and whether the unit is in stock after it. */
function ownMovement(type: UnitStepType): {
  column: StockColumn;
  quantity: number;
  after: UnitState;
} {
  switch (type) {
    case 'received':
      return { column: 'received', quantity: 1, after: 'in-stock' };
    case 'returned':
      return { column: 'returned', quantity: 1, after: 'in-stock' };
    case 'found':
      return { column: 'adjusted', quantity: 1, after: 'in-stock' };
    case 'sold':
      return { column: 'sold', quantity: 1, after: 'sold' };
    case 'written-off':
      return { column: 'adjusted', quantity: -1, after: 'gone' };
    default:
      return unreachable(type);
  }
}

function contradictionOf(before: Standing, type: UnitStepType): UnitContradiction | null {
  if (type === 'sold') {
    if (before === null) return 'unit-unknown';
    return before.state === 'sold' ? 'unit-sold-twice' : before.state === 'gone' ? 'unit-gone' : null;
  }
  if (type === 'received') return before === null ? null : 'unit-received-twice';
  if (type === 'returned')
    return before?.state === 'sold' ? null : before === null ? 'unit-unknown' : 'unit-returned-unsold';
  if (type === 'written-off') return before === null ? 'unit-unknown' : before.state === 'gone' ? 'unit-gone' : null;
  return null;
}

/**
 * One step of a unit from where it stands. Reality wins over the books: the step always happens, and where it contradicts
 * them an adjustment keeps the stock equal to the number of units there (S1).
 */
export function moveUnit(before: Standing, step: Pick<UnitStep, 'type' | 'placeId'>): UnitMove {
  const own = ownMovement(step.type);
  const stock = [{ placeId: step.placeId, column: own.column, quantity: own.quantity }];
  const wasInStock = before?.state === 'in-stock';
  const isInStock = own.after === 'in-stock';
  const booked = new Map<string, number>([[step.placeId, isInStock ? 1 : -1]]);
  const real = new Map<string, number>();
  if (isInStock) real.set(step.placeId, 1);
  if (wasInStock && before) real.set(before.placeId, (real.get(before.placeId) ?? 0) - 1);
  for (const placeId of new Set([...booked.keys(), ...real.keys()])) {
    const gap = (real.get(placeId) ?? 0) - (booked.get(placeId) ?? 0);
    if (gap !== 0) stock.push({ placeId, column: 'adjusted', quantity: gap });
  }
  return {
    state: own.after,
    placeId: step.placeId,
    stock,
    contradiction: contradictionOf(before, step.type),
  };
}

/** The order of steps among all tills: hybrid logical clock, then till and sequence (in the entry id), then line. */
export function compareSteps(a: UnitStep, b: UnitStep): number {
  if (a.orderedAtMs !== b.orderedAtMs) return a.orderedAtMs - b.orderedAtMs;
  if (a.entryId !== b.entryId) return a.entryId < b.entryId ? -1 : 1;
  return a.lineNumber - b.lineNumber;
}

export type UnitLife = {
  standing: {
    state: UnitState;
    placeId: string;
    entryId: string;
    orderedAtMs: number;
  } | null;
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
    life.standing = {
      state: move.state,
      placeId: move.placeId,
      entryId: step.entryId,
      orderedAtMs: step.orderedAtMs,
    };
  }
  life.stock = [...sums.values()].filter((sum) => sum.quantity !== 0);
  return life;
}

/** `gtin14.serial`: one key, sorted by GTIN, then serial. */
export function unitKey(gtin14: string, serial: string): string {
  return `${gtin14}.${serial}`;
}
