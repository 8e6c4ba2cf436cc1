import { type Entry, entryId, occurredAtMs } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type BookedEntry, foldReceipt, type ReceiptFold } from '#schemas/returns/fold-receipt.ts';
import { type Returnable, type ReturnWish, returnables, returnLines } from '#schemas/returns/return-lines.ts';
import { isWithinDays } from '#schemas/returns/return-rules.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { Till } from '../db/till-types.ts';
import type { BasketItem, Line } from './basket-lines.ts';
import { businessDayOf } from './transaction-body.ts';

/** A receipt whose entry this tablet holds, with all that came back of it by the entries held here. */
export type HeldReceipt = { entry: Entry; body: RetailTransaction; fold: ReceiptFold };

/** So many of the latest tickets are looked through, own and pulled; the server knows all when it posts. */
const lookedThrough = 2_000;

/** The number of a receipt in what was typed or scanned: `0002-000000007`, `2-7`, or an e-receipt's link; null: none. */
export function receiptIdOf(text: string): string | null {
  const [, till, sequence] = /(?:^|[/\s])(\d{1,4})-(\d{1,9})(?:$|[/?#\s])/.exec(text.trim()) ?? [];
  if (till === undefined || sequence === undefined || Number(sequence) < 1) return null;
  return entryId(Number(till), Number(sequence));
}

/** As `receiptIdOf`, of what a scanner read: the whole number or the link, so that no code of goods is taken for one. */
export function scannedReceiptId(raw: string): string | null {
  return /(?:^|\/)\d{4}-\d{9}(?:$|[/?#])/.test(raw.trim()) ? receiptIdOf(raw) : null;
}

/** What was read of entries once: they never change, and reading thousands anew keeps a till busy for a second. */
const readBefore = new WeakMap<Till, ReadonlyMap<string, RetailTransaction>>();

/** Tickets that the server was asked for, since this page was opened. */
const asked = new WeakMap<Till, ReadonlyMap<string, Entry>>();

/** Tickets held here, and those that were asked for, latest first. */
export async function heldTickets(till: Till): Promise<{ entry: Entry; body: RetailTransaction }[]> {
  const recent = await till.recentTransactions(lookedThrough);
  const known = new Set(recent.map(({ _id }) => _id));
  const more = [...(asked.get(till)?.values() ?? [])].filter(({ _id }) => !known.has(_id));
  const before = readBefore.get(till);
  const tickets = [...recent, ...more].flatMap((entry) => {
    const body = before?.get(entry._id) ?? ticketOf(entry);
    return body === null ? [] : [{ entry, body }];
  });
  readBefore.set(till, new Map(tickets.map(({ entry, body }) => [entry._id, body])));
  return tickets;
}

function ticketOf(entry: Entry): RetailTransaction | null {
  const fact = factOf(entry);
  return fact.ok && fact.value.kind === 'retail-transaction' ? fact.value.body : null;
}

/** The receipt of a sale that was made just now: nothing came of it yet. */
export function freshReceipt(entry: Entry): HeldReceipt | null {
  const body = ticketOf(entry);
  return body && { entry, body, fold: foldReceipt(entry._id, body, []) };
}

/**
 * A receipt that is held here, or else the server's (RT4). `failure`: the server has none of that number, or cannot be asked.
 * What it answers is known from then on, as if it were held.
 */
export async function lookUpReceipt(
  till: Till,
  receiptId: string,
): Promise<Result<HeldReceipt, { code: 'unknown' | 'unreachable' }>> {
  const held = await heldReceipt(till, receiptId);
  if (held !== null) return ok(held);
  const answer = till.status.online ? await till.receiptEntries(receiptId) : null;
  if (answer === null || !answer.ok) return fail({ code: 'unreachable' });
  asked.set(till, new Map([...(asked.get(till) ?? []), ...answer.value.map((entry) => [entry._id, entry] as const)]));
  const found = await heldReceipt(till, receiptId);
  return found === null ? fail({ code: 'unknown' }) : ok(found);
}

/** A receipt among the tickets held here; own ones that the server does not have yet count (RT4). */
export async function heldReceipt(till: Till, receiptId: string): Promise<HeldReceipt | null> {
  const tickets = await heldTickets(till);
  const sold = tickets.find(({ entry }) => entry._id === receiptId);
  if (sold === undefined) return null;
  const uses = tickets
    .filter(
      ({ body }) =>
        body.voids?.entryId === receiptId || body.lines.some((line) => line.returned?.entryId === receiptId),
    )
    .map(({ entry, body }): BookedEntry => ({ entryId: entry._id, orderedAtMs: entry.orderedAtMs, ticket: body }));
  return { ...sold, fold: foldReceipt(receiptId, sold.body, uses) };
}

/** What of a receipt can be put in the basket: what is left, less what is in it already. */
export function leftFor({ entry, body, fold }: HeldReceipt, basket: readonly Line[]): Returnable[] {
  return returnables({ entryId: entry._id, body }, fold).map((one) => {
    const isInBasket = basket.some((line) => isReturnOf(line, entry._id, one.line.lineNumber));
    return isInBasket ? { ...one, leftQuantity: 0, leftMinor: 0 } : one;
  });
}

function isReturnOf({ returned, quantity }: Line, receiptId: string, lineNumber: number): boolean {
  return quantity < 0 && returned?.entryId === receiptId && returned.line?.lineNumber === lineNumber;
}

/** Whether a receipt is older than the store takes back without asking. */
export function isLate(
  { body }: Pick<HeldReceipt, 'body'>,
  { returnRules, timeZone }: StoreConfig,
  nowMs: number,
): boolean {
  return returnRules !== undefined && !isWithinDays(returnRules, body.businessDay, businessDayOf(nowMs, timeZone));
}

/** Where what comes back is put: damaged goods where nothing is sold from, if the store has such a place (RT5a). */
export function placeFor({ salesPlaceId, places }: StoreConfig, condition: ReturnWish['condition']): string {
  const setAside = condition === 'damaged' ? places.find(({ kind }) => kind === 'set-aside') : undefined;
  return setAside?.placeId ?? salesPlaceId;
}

/** What comes back, as items for the basket; null: not as wished, since something else came back meanwhile. */
export function returnItems(
  { entry, body, fold }: HeldReceipt,
  wishes: readonly ReturnWish[],
  isLate = false,
): { item: BasketItem; pieces: number }[] | null {
  const back = returnLines({ entryId: entry._id, body }, fold, wishes, 1);
  if (!back.ok) return null;
  return back.value.lines.map((line) => ({
    pieces: 0 - line.quantity,
    item: {
      ...{ skuId: line.skuId, gtin14: line.gtin14, serial: line.serial, name: line.name, variant: null },
      ...{ taxClass: line.taxClass, grams: line.grams, categoryIds: [], brand: null },
      ...(line.reason === undefined ? {} : { reason: line.reason }),
      price: {
        from: 'receipt',
        taxRateBasisPoints: line.taxRateBasisPoints,
        taxMinor: line.taxMinor,
        totalMinor: line.totalMinor,
      },
      returned: {
        entryId: entry._id,
        soldAtMs: occurredAtMs(entry),
        line: {
          lineNumber: line.returned?.lineNumber ?? 0,
          unitPriceMinor: line.unitPriceMinor,
          condition: line.condition,
          placeId: line.placeId,
          ...(isLate ? { isLate } : {}),
        },
      },
    },
  }));
}
