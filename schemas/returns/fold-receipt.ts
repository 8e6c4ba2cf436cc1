import { differenceDetail } from '../shift/shift-exceptions.ts';
import type { LineItem, RetailTransaction } from '../transaction/retail-transaction.ts';
import { voidDifference } from './post-void.ts';
import { RefundedTenders } from './refund-tenders.ts';
import { isWithinDays } from './return-rules.ts';

type BookedLine = Pick<
  LineItem,
  | 'lineNumber'
  | 'skuId'
  | 'gtin14'
  | 'serial'
  | 'quantity'
  | 'grams'
  | 'unitPriceMinor'
  | 'netMinor'
  | 'taxMinor'
  | 'totalMinor'
  | 'returned'
>;

/** What of a ticket matters to its returns; a `RetailTransaction` is one. */
export type BookedTicket = Pick<
  RetailTransaction,
  'businessDay' | 'currency' | 'netMinor' | 'taxMinor' | 'roundingMinor' | 'totalMinor' | 'changeMinor'
> & {
  voids: { entryId: string } | null;
  lines: readonly BookedLine[];
  /** `insteadOf`: given back this way on purpose, although it was paid another way. */
  tenders: readonly { type: string; amountMinor: number; insteadOf?: string | null | undefined }[];
  /** Of the rules that held then: so many days after the sale it comes back without asking. */
  returnTerms?: { days: number | null } | undefined;
};

export type BookedEntry = { entryId: string; orderedAtMs: number; ticket: BookedTicket };

/**
 * What contradicts a receipt. `returned-unknown`: the receipt, or that line of it, is not in the journal; `returned-twice`: more
 * pieces came back than were sold; `refund-above-paid`; `refund-above-tender`: one way to pay gave back more than it had
 * brought; `returned-late`: and not marked so; `voided-twice`; `void-differs`: not the exact negative.
 */
export const returnExceptionCodes = [
  'returned-unknown',
  'returned-twice',
  'refund-above-paid',
  'refund-above-tender',
  'returned-late',
  'voided-twice',
  'void-differs',
] as const;
export type ReturnExceptionCode = (typeof returnExceptionCodes)[number];

/** `subject`: the receipt, with ` <line number>` when it is about one. */
export type ReturnException = { code: ReturnExceptionCode; entryId: string; subject: string; detail: string };

/** What came back of a line. */
export type LineReturned = {
  quantity: number;
  /** Paid back in the currency of the receipt, ≥ 0 but for hostile entries. */
  refundedMinor: number;
  /** The entry that took the last pieces. */
  lastEntryId: string;
};

export type ReceiptFold = {
  /** By line number; lines of which nothing came back are absent. */
  returned: ReadonlyMap<number, LineReturned>;
  voidedBy: string | null;
  exceptions: ReturnException[];
};

/** The journal's order: by the hybrid logical clock, then by till and sequence (H2). */
export function compareBooked(a: BookedEntry, b: BookedEntry): number {
  return a.orderedAtMs - b.orderedAtMs || (a.entryId < b.entryId ? -1 : a.entryId > b.entryId ? 1 : 0);
}

/** A line's part may be off by so much: net and tax are both rounded. */
const roundingSlackMinor = 2;

/**
 * What became of a receipt, from the set of all entries that return or void anything of it, in whatever order they are given:
 * the later one in the journal's order is the one that contradicts (RT6–RT9). `sold` is null while the receipt is not known.
 */
export function foldReceipt(receiptId: string, sold: BookedTicket | null, uses: readonly BookedEntry[]): ReceiptFold {
  const fold = new Folding(receiptId, sold);
  for (const use of [...uses].sort(compareBooked)) fold.take(use);
  return { returned: fold.returned, voidedBy: fold.voidedBy, exceptions: [...fold.exceptions.values()] };
}

type Trouble = [code: ReturnExceptionCode, detail: string];

class Folding {
  readonly returned = new Map<number, LineReturned>();
  readonly exceptions = new Map<string, ReturnException>();
  voidedBy: string | null = null;
  readonly #receiptId: string;
  readonly #sold: BookedTicket | null;
  readonly #lines: ReadonlyMap<number, BookedLine>;
  readonly #back = new RefundedTenders();

  constructor(receiptId: string, sold: BookedTicket | null) {
    this.#receiptId = receiptId;
    this.#sold = sold;
    this.#lines = new Map(sold?.lines.map((line) => [line.lineNumber, line]));
  }

  take(use: BookedEntry): void {
    const { entryId, ticket } = use;
    const isVoid = ticket.voids?.entryId === this.#receiptId;
    if (this.#sold === null || entryId === this.#receiptId) this.#raise(entryId, null, ['returned-unknown', '']);
    else if (isVoid) this.#raise(entryId, null, this.#void(use, this.#sold));
    else this.#returns(use, this.#sold);
  }

  #returns(use: BookedEntry, sold: BookedTicket): void {
    const { entryId, ticket } = use;
    const before = this.exceptions.size;
    for (const line of ticket.lines) {
      if (line.returned?.entryId !== this.#receiptId) continue;
      const { lineNumber } = line.returned;
      this.#raise(entryId, lineNumber, this.#return(use, line, lineNumber));
      if (isLateUnsaid(sold, ticket, line)) this.#raise(entryId, lineNumber, ['returned-late', '']);
    }
    // Where its lines are wrong, so is what was paid back for them: that is said once.
    if (this.exceptions.size > before) return;
    const aboveMinor = this.#back.take(this.#receiptId, sold, ticket);
    if (aboveMinor > 0) {
      this.#raise(entryId, null, ['refund-above-tender', differenceDetail(aboveMinor, ticket.currency)]);
    }
  }

  #void({ entryId, ticket }: BookedEntry, sold: BookedTicket): Trouble | null {
    if (this.voidedBy !== null) return ['voided-twice', this.voidedBy];
    this.voidedBy = entryId;
    const before = [...this.returned.values()].find(({ quantity }) => quantity > 0);
    if (before !== undefined) return ['void-differs', before.lastEntryId];
    const difference = voidDifference(sold, ticket);
    return difference === null ? null : ['void-differs', difference];
  }

  #return({ entryId, ticket }: BookedEntry, line: BookedLine, lineNumber: number): Trouble | null {
    const sold = this.#lines.get(lineNumber);
    // A ticket that gives pieces back to the customer is the void of a return.
    const isOdd = line.quantity > 0 && ticket.voids === null;
    if (sold === undefined || sold.quantity < 0 || isOdd || !isSameGoods(sold, line)) return ['returned-unknown', ''];
    const before = this.returned.get(lineNumber);
    const after = {
      quantity: (before?.quantity ?? 0) - line.quantity,
      refundedMinor: (before?.refundedMinor ?? 0) - (ticket.currency === this.#sold?.currency ? line.totalMinor : 0),
      lastEntryId: entryId,
    };
    this.returned.set(lineNumber, after);
    if (line.quantity > 0) return null;
    if (this.voidedBy !== null || after.quantity > sold.quantity) {
      return ['returned-twice', this.voidedBy ?? before?.lastEntryId ?? ''];
    }
    const aboveMinor = this.#aboveMinor(ticket.currency, sold, line, after);
    return aboveMinor > 0 ? ['refund-above-paid', differenceDetail(aboveMinor, ticket.currency)] : null;
  }

  /** What a return pays back beyond what its pieces were sold for; in another currency nothing was paid. */
  #aboveMinor(currency: string, sold: BookedLine, line: BookedLine, after: LineReturned): number {
    const refundMinor = 0 - line.totalMinor;
    if (currency !== this.#sold?.currency) return refundMinor;
    const beyondShareMinor = refundMinor - Math.ceil((sold.totalMinor * Math.abs(line.quantity)) / sold.quantity);
    const isRounding = beyondShareMinor <= roundingSlackMinor && Math.abs(line.quantity) < sold.quantity;
    return Math.max(isRounding ? 0 : beyondShareMinor, after.refundedMinor - sold.totalMinor);
  }

  #raise(entryId: string, lineNumber: number | null, trouble: Trouble | null): void {
    if (trouble === null) return;
    const [code, detail] = trouble;
    const subject = lineNumber === null ? this.#receiptId : `${this.#receiptId} ${lineNumber}`;
    this.exceptions.set(`${code} ${entryId} ${subject}`, { code, entryId, subject, detail });
  }
}

function isSameGoods(sold: BookedLine, line: BookedLine): boolean {
  return (
    sold.skuId === line.skuId && sold.gtin14 === line.gtin14 && sold.serial === line.serial && sold.grams === line.grams
  );
}

/** Later than the rules of that day, and not said to be. */
function isLateUnsaid(
  sold: BookedTicket,
  { voids, businessDay, returnTerms }: BookedTicket,
  line: BookedLine,
): boolean {
  if (voids !== null || line.quantity > 0 || line.returned?.isLate || returnTerms === undefined) return false;
  return !isWithinDays(returnTerms, sold.businessDay, businessDay);
}
