import { z } from 'zod';
import { assert } from '../assert.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { fail, ok, type Result } from '../result.ts';
import { text } from '../text.ts';

export const depositMoves = ['frozen', 'released', 'deducted', 'given-back'] as const;
export type DepositMove = (typeof depositMoves)[number];
export const mostMovements = 10_000;

/** What the buyer books by hand; what is deducted and given back follows from complaints (FP5). */
export const depositWordSchema = z.object({
  move: z.enum(['frozen', 'released']),
  amountMinor: minorSchema.min(1),
  note: text(500).default(''),
});
export type DepositWord = z.infer<typeof depositWordSchema>;

/** One row of a deposit's ledger, never changed. Amounts are positive; which way they go is said by `move`. */
export const depositMovementSchema = z.object({
  number: z.number().int().min(1),
  move: z.enum(depositMoves),
  amountMinor: minorSchema.min(1),
  currency: currencySchema,
  /** The complaint that it follows from. */
  complaintId: z.string().nullable(),
  note: text(500),
  atMs: z.number().int(),
});
export type DepositMovement = z.infer<typeof depositMovementSchema>;

export type Deposit = {
  /** Rows so far. */
  number: number;
  /** Of the first row; null: nothing was frozen yet. */
  currency: string | null;
  sums: Record<DepositMove, number>;
  /** Deducted and not given back, by complaint. */
  taken: Record<string, number>;
};
export type DepositFault = { code: 'too-much' | 'other-currency' };

export const noDeposit: Deposit = {
  ...{ number: 0, currency: null, taken: {} },
  sums: { frozen: 0, released: 0, deducted: 0, 'given-back': 0 },
};

/** [DE1] What is frozen now: the sum of its rows, never below 0. */
export function depositHeld({ sums }: Pick<Deposit, 'sums'>): number {
  return sums.frozen - sums.released - sums.deducted + sums['given-back'];
}

/** [DE1] [DE2] [DE3] The deposit after one more row; a row that cannot be is an error and changes nothing. `agreedMinor`: by the contract. */
export function moveDeposit(
  deposit: Deposit,
  movement: Pick<DepositMovement, 'move' | 'amountMinor' | 'currency' | 'complaintId'>,
  { agreedMinor }: { agreedMinor: number },
): Result<Deposit, DepositFault> {
  const { move, amountMinor, currency, complaintId } = movement;
  if (deposit.currency !== null && deposit.currency !== currency) return fail({ code: 'other-currency' });
  if (amountMinor > mostOf(deposit, { move, complaintId }, agreedMinor)) return fail({ code: 'too-much' });
  const held = complaintId === null ? 0 : (deposit.taken[complaintId] ?? 0);
  const change = move === 'deducted' ? amountMinor : move === 'given-back' ? -amountMinor : 0;
  const next: Deposit = {
    ...{ number: deposit.number + 1, currency },
    sums: { ...deposit.sums, [move]: deposit.sums[move] + amountMinor },
    taken: complaintId === null ? deposit.taken : { ...deposit.taken, [complaintId]: held + change },
  };
  assert(depositHeld(next) >= 0 && Number.isSafeInteger(depositHeld(next)), 'a deposit is never below nothing');
  return ok(next);
}

/** How much can go by a move now. */
export function mostOf(
  deposit: Deposit,
  { move, complaintId }: Pick<DepositMovement, 'move' | 'complaintId'>,
  agreedMinor: number,
): number {
  if (move === 'frozen') return Math.max(0, agreedMinor - depositHeld(deposit));
  if (move === 'given-back') return complaintId === null ? 0 : (deposit.taken[complaintId] ?? 0);
  if (move === 'deducted' && complaintId === null) return 0;
  return depositHeld(deposit);
}
