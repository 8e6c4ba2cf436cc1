import { type Entry, entryId as entryIdOf, parseEntryId } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { partOf } from '#schemas/parking/promise.ts';
import { unfoundedPrices } from '#schemas/pricing/founded-prices.ts';
import { priceFaultDetail } from '#schemas/pricing/price-exceptions.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { Queryable } from '../db/database.ts';
import type { PostableEntry } from './document-check.ts';
import { type Exception, raiseExceptions } from './exceptions.ts';
import { insertColumns } from './insert-columns.ts';
import type { RecordedEntry } from './judge-entries.ts';
import type { PointsPlace } from './post-points.ts';

/**
 * A ticket at the prices of a quote that nobody gave so. Subject: nothing; detail: the entry that it names. And of each promised line
 * that its own day's lists ask something else for: subject its number, detail both numbers (priceFaultDetail).
 */
export const promiseExceptionCode = 'promise-unfounded';

type Step = {
  entry: PostableEntry;
  basketId: string;
  type: 'parked' | 'taken';
  validThrough: string | null;
  isKept: boolean;
};

/**
 * PK1, for the office: by which entries baskets were put aside and taken up. And PK13: a ticket that names a quote is compared with it,
 * whichever of the two arrives first (P1).
 */
export async function postBasketSteps(
  transaction: Queryable,
  place: PointsPlace,
  entries: readonly RecordedEntry[],
): Promise<void> {
  const { storeId } = place.store;
  const steps = entries.flatMap((entry) => stepOf(entry) ?? []);
  await insertColumns(transaction, 'basket_step', storeId, [
    ['basket_id', 'text', steps.map(({ basketId }) => basketId)],
    ['till_number', 'int4', steps.map(({ entry }) => entry.tillNumber)],
    ['sequence', 'int8', steps.map(({ entry }) => entry.sequence)],
    ['type', 'text', steps.map(({ type }) => type)],
    ['at_ms', 'int8', steps.map(({ entry }) => Math.max(0, entry.occurredAtMs))],
    ['ordered_at_ms', 'int8', steps.map(({ entry }) => entry.orderedAtMs)],
    ['valid_through', 'text', steps.map(({ validThrough }) => validThrough)],
    ['is_kept', 'bool', steps.map(({ isKept }) => isKept)],
  ]);
  const named = entries.flatMap((entry): Named[] => {
    const { meaning } = entry;
    const body = meaning.postable && meaning.fact.kind === 'retail-transaction' ? meaning.fact.body : null;
    return body?.promise && body.voids === null ? [{ ...entry, body }] : [];
  });
  const quotes = steps.flatMap(({ entry, isKept }) => (isKept ? [entry.entryId] : []));
  await judgePromises(transaction, place, [...named, ...(await blamedFor(transaction, storeId, quotes))]);
}

function stepOf(entry: PostableEntry): Step | null {
  const { meaning } = entry;
  if (!meaning.postable) return null;
  const { fact } = meaning;
  if (fact.kind === 'basket-taken') {
    return { entry, basketId: fact.body.transactionId, type: 'taken', validThrough: null, isKept: false };
  }
  if (fact.kind !== 'basket-parked') return null;
  const { transactionId, quote, deposit } = fact.body;
  const isKept = quote !== null || deposit !== null;
  return { entry, basketId: transactionId, type: 'parked', validThrough: quote?.validThrough ?? null, isKept };
}

type Named = Pick<RecordedEntry, 'entryId' | 'occurredAtMs' | 'recordedAtMs' | 'priceRevision'> & {
  body: RetailTransaction;
};

/** Tickets that were blamed because their quote was not here yet. */
async function blamedFor(transaction: Queryable, storeId: string, quotes: readonly string[]): Promise<Named[]> {
  if (quotes.length === 0) return [];
  const { rows } = await transaction.query<Omit<Named, 'body'> & { document: string }>({
    name: 'tickets blamed for their quotes',
    text: `select x.entry_id as "entryId", j.occurred_at_ms as "occurredAtMs", j.recorded_at_ms as "recordedAtMs",
                  j.price_revision as "priceRevision", j.document
             from exception x
             join journal j on j.store_id = x.store_id and j.till_number = left(x.entry_id, 4)::int4
                           and j.sequence = substr(x.entry_id, 6)::int8
            where x.store_id = $1 and x.code = $2 and x.subject = '' and x.detail = any($3::text[])`,
    values: [storeId, promiseExceptionCode, quotes],
  });
  return rows.flatMap(({ document, ...entry }): Named[] => {
    const fact = factOf(JSON.parse(document) as Entry);
    return fact.ok && fact.value.kind === 'retail-transaction' ? [{ ...entry, body: fact.value.body }] : [];
  });
}

async function judgePromises(transaction: Queryable, place: PointsPlace, tickets: readonly Named[]): Promise<void> {
  if (tickets.length === 0) return;
  const { storeId } = place.store;
  const places = tickets.map(({ body }) => parseEntryId(body.promise?.entryId ?? ''));
  const { rows } = await transaction.query<Given>({
    name: 'quotes that tickets name',
    text: `select b.basket_id as "basketId", b.till_number as "tillNumber", b.sequence, b.at_ms as "atMs",
                  b.valid_through as "validThrough"
             from unnest($2::int4[], $3::int8[], $4::text[]) q(till_number, sequence, basket_id)
             join basket_step b on b.store_id = $1 and b.basket_id = q.basket_id and b.till_number = q.till_number
                               and b.sequence = q.sequence and b.type = 'parked'`,
    values: [
      storeId,
      places.map((place) => place?.tillNumber ?? 0),
      places.map((place) => place?.sequence ?? 0),
      tickets.map(({ body }) => body.transactionId),
    ],
  });
  const given = new Set(rows.map(keyOf));
  const unfounded = tickets.filter(({ body }) => !given.has(claimOf(body)));
  const raised = unfounded.map(({ entryId, body }) => blame(entryId, '', detailOf(body)));
  raised.push(...(await blamedLines(transaction, place, unfounded)));
  await transaction.query({
    name: 'drop promise exceptions',
    text: 'delete from exception where store_id = $1 and code = $2 and entry_id = any($3::text[])',
    values: [storeId, promiseExceptionCode, tickets.map(({ entryId }) => entryId)],
  });
  await raiseExceptions(transaction, storeId, raised);
}

/** What promised lines are sold for, where nobody promised it: judged as any line, by the prices of the ticket's own moment (PK13). */
async function blamedLines(
  transaction: Queryable,
  { store, prices }: PointsPlace,
  tickets: readonly Named[],
): Promise<Exception[]> {
  const judged = tickets.map((ticket) => ({ ...ticket, promised: partOf(ticket.body, true) }));
  const skuIds = new Set(judged.flatMap(({ promised }) => promised.lines.flatMap(({ skuId }) => skuId ?? [])));
  if (skuIds.size === 0) return [];
  const told = await prices.read(transaction, store, { skuIds, promotionIds: new Set() });
  return judged.flatMap(({ entryId, promised, occurredAtMs, recordedAtMs, priceRevision }) => {
    if (priceRevision === null) return [];
    const atMs = Math.max(0, Math.min(occurredAtMs, recordedAtMs));
    const faults = unfoundedPrices(promised, told.upTo(priceRevision), atMs);
    return faults.map((fault) => blame(entryId, fault.subject, priceFaultDetail(fault)));
  });
}

function blame(entryId: string, subject: string, detail: string): Exception {
  return { code: promiseExceptionCode, entryId, subject, detail };
}

type Given = { basketId: string; tillNumber: number; sequence: number; atMs: number; validThrough: string | null };

function keyOf({ basketId, tillNumber, sequence, atMs, validThrough }: Given): string {
  return [basketId, entryIdOf(tillNumber, sequence), atMs, validThrough].join(' ');
}

function claimOf({ transactionId, promise }: Named['body']): string {
  return [transactionId, promise?.entryId, promise?.quotedAtMs, promise?.validThrough].join(' ');
}

function detailOf({ promise }: Named['body']): string {
  return promise?.entryId ?? '';
}
