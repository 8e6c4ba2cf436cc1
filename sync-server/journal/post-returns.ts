import { assert } from '#schemas/assert.ts';
import {
  type BookedEntry,
  type BookedTicket,
  foldReceipt,
  returnExceptionCodes,
} from '#schemas/returns/fold-receipt.ts';
import type { Queryable } from '../db/database.ts';
import type { PostableEntry } from './document-check.ts';
import { raiseExceptions } from './exceptions.ts';

/**
 * Judges what came back by its receipt, and post-voids. What is wrong with a receipt follows from the set of all entries that
 * name it, which is read again whenever one of them, or the receipt itself, arrives: so the order of arrival does not matter
 * (P1). A sale that nobody brings back costs one look at two indexes. The tickets' rows are written already.
 */
export async function postReturns(
  transaction: Queryable,
  storeId: string,
  entries: readonly PostableEntry[],
): Promise<void> {
  const named = new Set<string>();
  for (const { meaning, entryId } of entries) {
    if (!meaning.postable || meaning.fact.kind !== 'retail-transaction') continue;
    named.add(entryId);
    const { lines, voids } = meaning.fact.body;
    if (voids !== null) named.add(voids.entryId);
    for (const { returned } of lines) if (returned !== null) named.add(returned.entryId);
  }
  if (named.size === 0) return;
  const uses = await readUses(transaction, storeId, [...named]);
  if (uses.length === 0) return;
  const receiptIds = [...new Set(uses.map(({ receiptId }) => receiptId))];
  const booked = await readBooked(transaction, storeId, [
    ...new Set(uses.flatMap(({ receiptId, entryId }) => [receiptId, entryId])),
  ]);
  const folds = receiptIds.map((receiptId) => {
    const users = uses.filter((use) => use.receiptId === receiptId).map(({ entryId }) => booked.get(entryId));
    assert(
      users.every((user) => user !== undefined),
      'what names a receipt is a ticket',
    );
    return foldReceipt(receiptId, booked.get(receiptId)?.ticket ?? null, users);
  });
  await dropExceptions(transaction, storeId, uses);
  await raiseExceptions(
    transaction,
    storeId,
    folds.flatMap(({ exceptions }) => exceptions),
  );
}

/** An entry that takes something of a receipt back. */
type Use = { receiptId: string; entryId: string };

async function readUses(transaction: Queryable, storeId: string, receiptIds: readonly string[]): Promise<Use[]> {
  const id = `lpad(till_number::text, 4, '0') || '-' || lpad(sequence::text, 9, '0') as "entryId"`;
  const { rows } = await transaction.query<Use>({
    name: 'receipt uses',
    text: `select returned_entry_id as "receiptId", ${id} from line_item
            where store_id = $1 and returned_entry_id = any($2::text[])
            union
           select voids_entry_id, ${id} from retail_transaction
            where store_id = $1 and voids_entry_id = any($2::text[])`,
    values: [storeId, receiptIds],
  });
  return rows;
}

type Place = { tillNumber: number; sequence: number };
const keyed = `from unnest($2::int4[], $3::int8[]) k(till_number, sequence)`;
const sameEntry = (table: string) =>
  `${table}.store_id = $1 and ${table}.till_number = k.till_number and ${table}.sequence = k.sequence`;

/** The tickets of entries, as the tables have them. */
async function readBooked(
  transaction: Queryable,
  storeId: string,
  entryIds: readonly string[],
): Promise<Map<string, BookedEntry>> {
  const ids = entryIds.map((id) => ({ id, tillNumber: Number(id.slice(0, 4)), sequence: Number(id.slice(5)) }));
  const values = [storeId, ids.map(({ tillNumber }) => tillNumber), ids.map(({ sequence }) => sequence)];
  const read = async <Row extends object>(name: string, text: string) =>
    grouped((await transaction.query<Row & Place>({ name, text, values })).rows);
  type Header = Omit<BookedTicket, 'lines' | 'tenders' | 'voids'> & {
    orderedAtMs: number;
    voidsEntryId: string | null;
    returnDays: number | null;
  };
  type Line = Omit<BookedTicket['lines'][number], 'returned'> & {
    returnedEntryId: string | null;
    returnedLine: number;
    isLate: boolean;
  };
  const headers = await read<Header>(
    'booked tickets',
    `select k.till_number as "tillNumber", k.sequence, j.ordered_at_ms as "orderedAtMs", t.business_day as "businessDay", t.currency,
            t.net_minor as "netMinor", t.tax_minor as "taxMinor", t.rounding_minor as "roundingMinor",
            t.total_minor as "totalMinor", t.change_minor as "changeMinor", t.voids_entry_id as "voidsEntryId",
            t.return_days as "returnDays"
       ${keyed} join retail_transaction t on ${sameEntry('t')} join journal j on ${sameEntry('j')}`,
  );
  const lines = await read<Line>(
    'booked lines',
    `select k.till_number as "tillNumber", k.sequence, l.line_number as "lineNumber", l.sku_id as "skuId", l.gtin14, l.serial,
            l.quantity, l.grams, l.unit_price_minor as "unitPriceMinor", l.net_minor as "netMinor",
            l.tax_minor as "taxMinor", l.total_minor as "totalMinor", l.returned_entry_id as "returnedEntryId",
            l.returned_line_number as "returnedLine", l.returned_late as "isLate"
       ${keyed} join line_item l on ${sameEntry('l')} order by l.line_number`,
  );
  const tenders = await read<BookedTicket['tenders'][number]>(
    'booked tenders',
    `select k.till_number as "tillNumber", k.sequence, p.type, p.amount_minor as "amountMinor", p.instead_of as "insteadOf"
       ${keyed} join tender p on ${sameEntry('p')}`,
  );
  const booked = new Map<string, BookedEntry>();
  for (const { id, tillNumber, sequence } of ids) {
    const place = `${tillNumber} ${sequence}`;
    const [header] = headers.get(place) ?? [];
    if (header === undefined) continue;
    const { orderedAtMs, voidsEntryId, returnDays, ...figures } = header;
    booked.set(id, {
      entryId: id,
      orderedAtMs,
      ticket: {
        ...figures,
        voids: voidsEntryId === null ? null : { entryId: voidsEntryId },
        returnTerms: { days: returnDays },
        lines: (lines.get(place) ?? []).map(({ returnedEntryId, returnedLine, isLate, ...line }) => ({
          ...line,
          returned:
            returnedEntryId === null
              ? null
              : { entryId: returnedEntryId, lineNumber: returnedLine, ...(isLate ? { isLate } : {}) },
        })),
        tenders: tenders.get(place) ?? [],
      },
    });
  }
  return booked;
}

function grouped<Row extends Place>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ({ tillNumber, sequence }) => `${tillNumber} ${sequence}`);
}

/** What was said of these receipts before. */
async function dropExceptions(transaction: Queryable, storeId: string, uses: readonly Use[]): Promise<void> {
  await transaction.query({
    name: 'drop return exceptions',
    text: `delete from exception x using unnest($2::text[], $3::text[]) k(receipt_id, entry_id)
            where x.store_id = $1 and x.entry_id = k.entry_id and x.code = any($4::text[])
              and left(x.subject, 14) = k.receipt_id`,
    values: [
      storeId,
      uses.map(({ receiptId }) => receiptId),
      uses.map(({ entryId }) => entryId),
      [...returnExceptionCodes],
    ],
  });
}
