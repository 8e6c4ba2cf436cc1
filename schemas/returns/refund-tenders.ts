import type { BookedTicket } from './fold-receipt.ts';

/** Credit is owed to whoever brings goods back, whatever they paid with: it is never too much by itself. */
const alwaysFine = 'store-credit';

/**
 * What each way to pay gave back for a receipt, ticket after ticket (RT12). A ticket that names other receipts too, or goods
 * without one, cannot be split between them with certainty: it is not judged, and its lines are (RT8).
 */
export class RefundedTenders {
  readonly #back = new Map<string, number>();

  /** Adds a ticket; answers by how much it gives back more by some way to pay than was paid so, in minor units; 0: by none. */
  take(receiptId: string, sold: BookedTicket, ticket: BookedTicket): number {
    const isOfThis = ticket.lines.every(({ quantity, returned }) => quantity > 0 || returned?.entryId === receiptId);
    if (ticket.currency !== sold.currency) return 0;
    if (ticket.voids !== null) return this.#takeVoid(ticket);
    if (!isOfThis) return 0;
    let aboveMinor = 0;
    const slackMinor = Math.abs(sold.roundingMinor) + Math.abs(ticket.roundingMinor);
    for (const { type, amountMinor, insteadOf } of ticket.tenders) {
      if (amountMinor >= 0 || type === alwaysFine || insteadOf) continue;
      const backMinor = (this.#back.get(type) ?? 0) - amountMinor;
      const excessMinor = backMinor - paidBy(sold, type);
      // What was too much already was said by the ticket before.
      aboveMinor += Math.max(0, Math.min(excessMinor - slackMinor, 0 - amountMinor));
      this.#back.set(type, backMinor);
    }
    return aboveMinor;
  }

  /** A return that was voided gave nothing back. */
  #takeVoid({ tenders }: BookedTicket): number {
    for (const { type, amountMinor } of tenders) {
      if (amountMinor > 0) this.#back.set(type, Math.max(0, (this.#back.get(type) ?? 0) - amountMinor));
    }
    return 0;
  }
}

/** What a way to pay brought to a ticket, with the change taken off the cash. */
function paidBy({ tenders, changeMinor }: BookedTicket, type: string): number {
  const sumMinor = tenders.reduce((sum, one) => sum + (one.type === type ? one.amountMinor : 0), 0);
  return type === 'cash' ? sumMinor - changeMinor : sumMinor;
}
