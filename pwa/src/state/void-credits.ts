import { creditBalance } from '#schemas/payment/credit.ts';
import { readCreditCode } from '#schemas/payment/credit-code.ts';
import { creditStepsOf } from '#schemas/payment/ticket-credits.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { Till } from '../db/till-types.ts';
import { isWaiting, stepsOf } from './credit-desk.svelte.ts';
import { heldTickets } from './held-receipts.ts';

/**
 * What became of the gift cards, store credits and deposits that a ticket put money on. `spent`: less is left on one than the ticket
 * put there; `unasked`: nothing held here was taken of it, and the server cannot be asked what others know.
 */
export type PutStanding = 'whole' | 'spent' | 'unasked';

/** Whether all that a ticket put on credits is still there, so that it can be voided (schemas/returns/SPEC.md RT14). */
export async function putStanding(till: Till, body: RetailTransaction): Promise<PutStanding> {
  const puts = new Map<string, number>();
  for (const { kind, code, amountMinor } of creditStepsOf(body)) {
    const isOurs = kind === 'gift-card' || kind === 'store-credit';
    if (isOurs && amountMinor > 0) puts.set(code, (puts.get(code) ?? 0) + amountMinor);
  }
  const standings = await Promise.all(
    [...puts].map(([code, putMinor]) => standingOf(till, code, putMinor, body.currency)),
  );
  if (standings.includes('spent') || (await isDepositSpent(till, body))) return 'spent';
  return standings.includes('unasked') ? 'unasked' : 'whole';
}

async function standingOf(till: Till, code: string, putMinor: number, currency: string): Promise<PutStanding> {
  const isAsked = till.status.online && readCreditCode(code) !== null;
  const answer = isAsked ? await till.credit(code) : null;
  const told = answer?.ok === true ? answer.value : null;
  const tickets = await heldTickets(till);
  // What the server has told counts; beside it, what this tablet has not sent yet.
  const counted = told ? tickets.filter(({ entry }) => isWaiting(till, entry)) : tickets;
  const heldMinor = creditBalance(
    counted.flatMap((ticket) => stepsOf(code, ticket.body)),
    currency,
  );
  if ((told?.balanceMinor ?? 0) + heldMinor < putMinor) return 'spent';
  return answer?.ok === true ? 'whole' : 'unasked';
}

/** A deposit that paid its goods, or was given back, is on its basket no more; every till of the store knows of it alike. */
async function isDepositSpent(till: Till, { deposit }: RetailTransaction): Promise<boolean> {
  if (deposit === undefined || deposit.amountMinor <= 0) return false;
  const standing = await till.parking.of(deposit.basketId);
  return standing !== null && standing.heldMinor < deposit.amountMinor;
}
