import { type Entry, entryId as entryIdOf, parseEntryId } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { Queryable } from '../db/database.ts';
import type { PostableEntry } from './document-check.ts';
import { type Exception, raiseExceptions } from './exceptions.ts';
import { insertColumns } from './insert-columns.ts';

/** A ticket at the prices of a quote that nobody gave so. Subject: nothing; detail: the entry that it names. */
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
  storeId: string,
  entries: readonly PostableEntry[],
): Promise<void> {
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
  const named = entries.flatMap(({ entryId, meaning }) => {
    const body = meaning.postable && meaning.fact.kind === 'retail-transaction' ? meaning.fact.body : null;
    return body?.promise && body.voids === null ? [{ entryId, body }] : [];
  });
  const quotes = steps.flatMap(({ entry, isKept }) => (isKept ? [entry.entryId] : []));
  await judgePromises(transaction, storeId, [...named, ...(await blamedFor(transaction, storeId, quotes))]);
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

type Named = { entryId: string; body: Pick<RetailTransaction, 'transactionId' | 'promise'> };

/** Tickets that were blamed because their quote was not here yet. */
async function blamedFor(transaction: Queryable, storeId: string, quotes: readonly string[]): Promise<Named[]> {
  if (quotes.length === 0) return [];
  const { rows } = await transaction.query<{ entryId: string; document: string }>({
    name: 'tickets blamed for their quotes',
    text: `select x.entry_id as "entryId", j.document from exception x
             join journal j on j.store_id = x.store_id and j.till_number = left(x.entry_id, 4)::int4
                           and j.sequence = substr(x.entry_id, 6)::int8
            where x.store_id = $1 and x.code = $2 and x.detail = any($3::text[])`,
    values: [storeId, promiseExceptionCode, quotes],
  });
  return rows.flatMap(({ entryId, document }) => {
    const fact = factOf(JSON.parse(document) as Entry);
    return fact.ok && fact.value.kind === 'retail-transaction' ? [{ entryId, body: fact.value.body }] : [];
  });
}

async function judgePromises(transaction: Queryable, storeId: string, tickets: readonly Named[]): Promise<void> {
  if (tickets.length === 0) return;
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
  const raised = tickets.flatMap(({ entryId, body }): Exception[] =>
    given.has(claimOf(body)) ? [] : [{ code: promiseExceptionCode, entryId, subject: '', detail: detailOf(body) }],
  );
  await transaction.query({
    name: 'drop promise exceptions',
    text: 'delete from exception where store_id = $1 and code = $2 and entry_id = any($3::text[])',
    values: [storeId, promiseExceptionCode, tickets.map(({ entryId }) => entryId)],
  });
  await raiseExceptions(transaction, storeId, raised);
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
