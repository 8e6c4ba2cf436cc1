import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import type { Result } from '../result.ts';
import { fail, ok } from '../result.ts';
import { key } from '../text.ts';

/** Where a sale is made. A sale to staff is one at the counter by lists of its own. */
export const salesChannels = ['online', 'store', 'staff'] as const;
export type SalesChannel = (typeof salesChannels)[number];

/** Milliseconds since 1970, to the second: prices change on whole seconds. */
const secondSchema = z.number().int().min(0).multipleOf(1_000);
const unlessEmpty = <Schema extends z.ZodType>(schema: Schema, max: number) =>
  z.array(schema).min(1).max(max).nullable();

/**
 * A price list: for whom, where and when its entries count. `null` is "all" or "unlimited". Valid from `validFromMs`, and
 * no longer at `validUntilMs`.
 */
export const priceListSchema = z
  .object({
    priceListId: key(40),
    /** `member`: for members on every channel. */
    channel: z.enum([...salesChannels, 'member']),
    storeIds: unlessEmpty(key(40), 5_000),
    /** Only for members of these tiers. */
    memberTiers: unlessEmpty(z.string().max(30), 50),
    currency: currencySchema,
    /** The higher decides, whatever its price. */
    precedence: z.number().int().min(-1_000).max(1_000),
    validFromMs: secondSchema.nullable(),
    validUntilMs: secondSchema.nullable(),
    /** The online price is the price, where there is one; else the list's own. */
    followsOnline: z.boolean(),
  })
  .refine((list) => isInterval(list), 'ends after it begins')
  .refine((list) => !(list.channel === 'online' && list.followsOnline), 'the online list cannot follow itself');
export type PriceList = z.infer<typeof priceListSchema>;

export const priceEntrySchema = z
  .object({
    priceListId: key(40),
    skuId: key(40),
    /** From so many pieces of the SKU in the ticket on. */
    minQuantity: z.number().int().min(1).max(1_000_000),
    /** Of a piece, or of a kilogram. */
    priceMinor: minorSchema.min(0),
    validFromMs: secondSchema.nullable(),
    validUntilMs: secondSchema.nullable(),
    /** When an outside shop was last seen to ask this price; null for prices of our own. */
    confirmedAtMs: z.number().int().min(0).nullable(),
  })
  .refine((entry) => isInterval(entry), 'ends after it begins');
export type PriceEntry = z.infer<typeof priceEntrySchema>;

/** What a price depends on besides the SKU and its quantity. */
export const priceContextSchema = z.object({
  channel: z.enum(salesChannels),
  storeId: key(40),
  /** null: no member. */
  memberTier: z.string().max(30).nullable(),
  currency: currencySchema,
  /** By the corrected clock. */
  atMs: z.number().int().min(0),
});
export type PriceContext = z.infer<typeof priceContextSchema>;

export type ListPrice = {
  priceMinor: number;
  priceListId: string;
  /** What the web shop asks at that time, and since when that is known; null when it does not sell the SKU. */
  online: { priceMinor: number; sinceMs: number | null } | null;
};
export type NoPrice = { code: 'no-price' | 'other-currency'; skuId: string };

type Interval = { validFromMs: number | null; validUntilMs: number | null };
type CompiledEntry = { entry: PriceEntry; list: PriceList };
/** Entries of a SKU stand list by list, and the first valid one of a list is the one that counts. */
export type PriceLists = {
  readonly entriesOf: ReadonlyMap<string, readonly CompiledEntry[]>;
  readonly followers: readonly PriceList[];
};

function isInterval({ validFromMs, validUntilMs }: Interval): boolean {
  return validFromMs === null || validUntilMs === null || validFromMs < validUntilMs;
}

/** Indexes lists by SKU, once for many look-ups. Entries of a list that is not given are left out. */
export function compilePriceLists(lists: readonly PriceList[], entries: Iterable<PriceEntry>): PriceLists {
  const listOf = new Map(lists.map((list) => [list.priceListId, list]));
  const entriesOf = new Map<string, CompiledEntry[]>();
  for (const entry of entries) {
    const list = listOf.get(entry.priceListId);
    if (list === undefined) continue;
    const known = entriesOf.get(entry.skuId);
    if (known) known.push({ entry, list });
    else entriesOf.set(entry.skuId, [{ entry, list }]);
  }
  for (const known of entriesOf.values()) if (known.length > 1) known.sort(compareEntries);
  return { entriesOf, followers: [...listOf.values()].filter(({ followsOnline }) => followsOnline) };
}

/** Inside a list: the larger quantity first, then the price set later, the lower one, the one confirmed last. */
function compareEntries(left: CompiledEntry, right: CompiledEntry): number {
  if (left.list !== right.list) return left.list.priceListId < right.list.priceListId ? -1 : 1;
  const [a, b] = [left.entry, right.entry];
  if (a.minQuantity !== b.minQuantity) return b.minQuantity - a.minQuantity;
  const [aFrom, bFrom] = [a.validFromMs ?? -1, b.validFromMs ?? -1];
  if (aFrom !== bFrom) return bFrom - aFrom;
  return a.priceMinor - b.priceMinor || (b.confirmedAtMs ?? -1) - (a.confirmedAtMs ?? -1);
}

/**
 * The price of a piece when `quantity` of them are in the ticket. Of the lists that apply, the one of the highest precedence
 * decides, of equals the lowest price, of equals the first id: never the order of arrival.
 */
export function priceOf(
  lists: PriceLists,
  context: PriceContext,
  skuId: string,
  quantity: number,
): Result<ListPrice, NoPrice> {
  const entries = lists.entriesOf.get(skuId) ?? [];
  const online = onlinePriceOf(lists, context, skuId, quantity);
  // A list that follows does not ask its own price where there is one online.
  const own = bestEntry(entries, context, quantity, (list) => online === null || !list.followsOnline);
  let best = own && priced(own);
  for (const list of online ? lists.followers : []) {
    if (!online || !appliesTo(list, context)) continue;
    const following = { priceMinor: online.priceMinor, list };
    if (best === null || isBefore(following, best)) best = following;
  }
  if (best) return ok({ priceMinor: best.priceMinor, priceListId: best.list.priceListId, online });
  const isElsewhere = entries.some(({ list }) => list.currency !== context.currency);
  return fail({ code: isElsewhere ? 'other-currency' : 'no-price', skuId });
}

/** [PL4] What the web shop asks for a piece at that time; null when it does not sell the SKU. */
export function onlinePriceOf(
  lists: PriceLists,
  context: PriceContext,
  skuId: string,
  quantity: number,
): ListPrice['online'] {
  const entries = lists.entriesOf.get(skuId) ?? [];
  const best = bestEntry(entries, { ...context, channel: 'online' }, quantity, ({ channel }) => channel === 'online');
  return best && { priceMinor: best.entry.priceMinor, sinceMs: knownSinceMs(best) };
}

function bestEntry(
  entries: readonly CompiledEntry[],
  context: PriceContext,
  quantity: number,
  isAsked: (list: PriceList) => boolean,
): CompiledEntry | null {
  let best: CompiledEntry | null = null;
  let listDone: PriceList | null = null;
  for (const candidate of entries) {
    const { entry, list } = candidate;
    if (list === listDone || !isAsked(list) || !appliesTo(list, context)) continue;
    if (entry.minQuantity > quantity || !isValidAt(entry, context.atMs)) continue;
    listDone = list;
    if (best === null || isBefore(priced(candidate), priced(best))) best = candidate;
  }
  return best;
}

function priced({ entry, list }: CompiledEntry): Priced {
  return { priceMinor: entry.priceMinor, list };
}

type Priced = { priceMinor: number; list: PriceList };

function isBefore(left: Priced, right: Priced): boolean {
  if (left.list.precedence !== right.list.precedence) return left.list.precedence > right.list.precedence;
  if (left.priceMinor !== right.priceMinor) return left.priceMinor < right.priceMinor;
  return left.list.priceListId < right.list.priceListId;
}

function appliesTo(list: PriceList, context: PriceContext): boolean {
  if (list.currency !== context.currency || !isValidAt(list, context.atMs)) return false;
  if (!isForChannel(list.channel, context)) return false;
  if (list.storeIds !== null && !list.storeIds.includes(context.storeId)) return false;
  return list.memberTiers === null || (context.memberTier !== null && list.memberTiers.includes(context.memberTier));
}

function isForChannel(channel: PriceList['channel'], context: PriceContext): boolean {
  if (channel === 'member') return context.memberTier !== null;
  return channel === context.channel || (channel === 'store' && context.channel === 'staff');
}

function isValidAt({ validFromMs, validUntilMs }: Interval, atMs: number): boolean {
  return (validFromMs === null || atMs >= validFromMs) && (validUntilMs === null || atMs < validUntilMs);
}

function knownSinceMs({ entry, list }: CompiledEntry): number | null {
  if (entry.confirmedAtMs !== null) return entry.confirmedAtMs;
  const fromMs = Math.max(entry.validFromMs ?? -1, list.validFromMs ?? -1);
  return fromMs < 0 ? null : fromMs;
}
