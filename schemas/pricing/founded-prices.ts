import type { LineItem, RetailTransaction } from '../transaction/retail-transaction.ts';
import { baseEntries, baseLists, takenListId } from './base-lists.ts';
import type { PriceFault } from './price-exceptions.ts';
import {
  behindMs,
  heldMs,
  type PriceHistory,
  type SkuVersion,
  type Told,
  toldAt,
  toldMoments,
} from './price-history.ts';
import {
  compilePriceLists,
  onlinePriceOf,
  type PriceContext,
  type PriceEntry,
  type PriceList,
  priceOf,
} from './price-list.ts';

type Ticket = Pick<RetailTransaction, 'lines' | 'channel' | 'memberTier' | 'currency'>;

/**
 * Lines at a price that no till of the store can have been told: sold, or taken back without a receipt, for something else
 * than the lists asked then, and nobody said so. Goods of which no price was ever told are not judged, nor is what the label of
 * a weighed pack asks. Pure.
 */
export function unfoundedPrices(ticket: Ticket, history: PriceHistory, atMs: number): PriceFault[] {
  const quantities = listQuantities(ticket.lines);
  return ticket.lines.flatMap((line): PriceFault[] => {
    const { skuId, lineNumber, name, priceOverride } = line;
    const claim = claimOf(line);
    if (skuId === null || claim === null) return [];
    const told = history.sku(skuId);
    if (told.length === 0 || isByLabel(line, told)) return [];
    const quantity = quantities.get(kindOf(line)) ?? 1;
    const isTaken = line.priceListId === takenListId;
    const asked = askedFor({ ticket, history, atMs, skuId, told, quantity, isTaken }, claim);
    if (asked === claim) return [];
    const code = priceOverride === null ? 'price-unfounded' : 'list-price-untrue';
    const { currency } = ticket;
    return [{ code, subject: String(lineNumber), saidMinor: claim, holdsMinor: asked, currency, name }];
  });
}

/** What the line says that a list asked for a piece; null: it says nothing of the kind. */
function claimOf({ unitPriceMinor, priceOverride, listPriceMinor, returned }: LineItem): number | null {
  if (returned !== null) return null;
  if (priceOverride === null) return unitPriceMinor;
  return listPriceMinor === null ? null : priceOverride.listPriceMinor;
}

/** A pack of weighed goods asks what its label says. */
export function isByLabel({ listPriceMinor }: LineItem, told: readonly Told<SkuVersion>[]): boolean {
  return listPriceMinor === null && told.at(-1)?.row?.isWeighed === true;
}

type Asking = {
  ticket: Ticket;
  history: PriceHistory;
  atMs: number;
  skuId: string;
  told: readonly Told<SkuVersion>[];
  quantity: number;
  /** Sold for what the web shop asks, which the store's rule allows. */
  isTaken: boolean;
};

/** The claimed price if a list asked it; else what holds by the latest that tills were told, null when nothing does. */
function askedFor(
  { ticket, history, atMs, skuId, told, quantity, isTaken }: Asking,
  claimMinor: number,
): number | null {
  const { channel, memberTier, currency } = ticket;
  const { storeId, lists } = history;
  if (lists.length === 0 && !isTaken && isPlain(told.at(-1), claimMinor, atMs)) return claimMinor;
  const context = { channel, storeId, memberTier, currency };
  let latest: number | null | undefined;
  for (const momentMs of toldMoments([told, ...lists], atMs)) {
    // Of goods that are newer than the till's clock says, the first price is as good as one that was told in time.
    const row = (toldAt(told, momentMs) ?? told[0])?.row ?? null;
    const entries = row === null ? [] : entriesOf(skuId, row);
    const inForce = lists.flatMap((one) => toldAt(one, momentMs)?.row ?? []);
    const compiled = compilePriceLists([...baseLists(currency), ...inForce], entries);
    const asked = (contextAtMs: number): number | null => {
      const when = { ...context, atMs: contextAtMs } satisfies PriceContext;
      if (isTaken) return onlinePriceOf(compiled, when, skuId, quantity)?.priceMinor ?? null;
      const price = priceOf(compiled, when, skuId, quantity);
      return price.ok ? price.value.priceMinor : null;
    };
    const now = asked(atMs);
    if (latest === undefined) latest = now;
    if (now === claimMinor) return claimMinor;
    if (turningPoints(inForce, entries, atMs).some((turnMs) => asked(turnMs) === claimMinor)) return claimMinor;
  }
  return latest ?? null;
}

/** Nearly every line: sold for what the shelf asks, which is all that the latest says. */
function isPlain(latest: Told<SkuVersion> | undefined, claimMinor: number, atMs: number): boolean {
  if (latest === undefined || latest.toldAtMs > atMs + behindMs) return false;
  return latest.row?.shelf === claimMinor && latest.row.entries.length === 0;
}

/** When another price begins or ends in the time that a till's clock and a slow customer are granted. */
function turningPoints(lists: readonly PriceList[], entries: readonly PriceEntry[], atMs: number): number[] {
  const ends = [...lists, ...entries].flatMap(({ validFromMs, validUntilMs }) => [
    ...(validFromMs === null ? [] : [validFromMs]),
    ...(validUntilMs === null ? [] : [validUntilMs, validUntilMs - 1]),
  ]);
  const near = ends.filter((endMs) => endMs > atMs - heldMs && endMs <= atMs + behindMs);
  return near.length === 0 ? [] : [...near, atMs - heldMs, atMs + behindMs];
}

function entriesOf(skuId: string, { shelf, online, entries }: SkuVersion): PriceEntry[] {
  const own = entries.map((entry) => ({ ...entry, confirmedAtMs: null }));
  if (shelf === null) return own;
  return [...baseEntries({ skuId, priceMinor: shelf, onlinePriceMinor: online }), ...own];
}

/** Pieces at list price, sold and taken back apart, as quantity breaks count them (QT). */
function listQuantities(lines: readonly LineItem[]): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const line of lines) {
    if (line.priceOverride !== null || line.returned !== null) continue;
    quantities.set(kindOf(line), (quantities.get(kindOf(line)) ?? 0) + Math.abs(line.quantity));
  }
  return quantities;
}

function kindOf({ skuId, quantity }: LineItem): string {
  return `${quantity < 0 ? '-' : '+'}${skuId}`;
}
