import { z } from 'zod';

export const cashDirections = ['in', 'out'] as const;
export type CashDirection = (typeof cashDirections)[number];

export const cashReasons = ['bank', 'change', 'expense', 'float', 'supplier', 'other'] as const;
export type CashReason = (typeof cashReasons)[number];
export const cashReasonSchema = z.enum(cashReasons);

/** Why cash is put into the drawer, or taken out of it. */
export const reasonsOfDirection = {
  in: ['change', 'float', 'other'],
  out: ['bank', 'expense', 'supplier', 'change', 'other'],
} as const satisfies Record<CashDirection, readonly CashReason[]>;

/** Why the drawer holds something else than it should, as the person at the drawer says. */
export const differenceReasons = ['unexplained', 'wrong-change', 'not-recorded', 'miscounted-float', 'other'] as const;
export type DifferenceReason = (typeof differenceReasons)[number];
