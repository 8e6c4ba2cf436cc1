import { unreachable } from '#schemas/assert.ts';
import { type Entry, parseEntryId } from '#schemas/journal/envelope.ts';
import { type Fact, factOf } from '#schemas/journal/kinds.ts';
import type { Queryable } from '../db/database.ts';

/** An entry of a life, by its store and id. */
export type LifeEntry = {
  storeId: string;
  entryId: string;
  atMs: number;
  recordedAtMs: number;
  orderedAtMs: number;
  tillNumber: number;
  tillName: string | null;
  operatorId: string;
  operatorName: string | null;
  fact: Fact;
};

type Row = Omit<LifeEntry, 'fact' | 'operatorId'> & { document: string };

const columns = `j.store_id as "storeId", j.occurred_at_ms as "atMs", j.recorded_at_ms as "recordedAtMs",
  lpad(j.till_number::text, 4, '0') || '-' || lpad(j.sequence::text, 9, '0') as "entryId",
  j.ordered_at_ms as "orderedAtMs", j.till_number as "tillNumber", t.name as "tillName", o.name as "operatorName",
  j.document`;
const people = `left join till t on t.store_id = j.store_id and t.till_number = j.till_number
  left join operator o on o.merchant_id = $1 and o.operator_id = j.document ->> 'operatorId'`;

/** Entries by their keys. */
export async function readEntries(
  database: Queryable,
  merchantId: string,
  wanted: readonly { storeId: string; entryId: string }[],
): Promise<LifeEntry[]> {
  const ids = wanted.flatMap(({ storeId, entryId }) => {
    const id = parseEntryId(entryId);
    return id ? [{ storeId, ...id }] : [];
  });
  const { rows } = await database.query<Row>(
    `select ${columns} from unnest($2::text[], $3::int[], $4::int8[]) k(store_id, till_number, sequence)
       join journal j using (store_id, till_number, sequence) ${people}`,
    [merchantId, ids.map((id) => id.storeId), ids.map((id) => id.tillNumber), ids.map((id) => id.sequence)],
  );
  return rows.flatMap(entryOf);
}

/** The entries by which labels of a unit were printed: found by its serial, which the index `journal_labels` holds. */
export async function readLabelEntries(
  database: Queryable,
  merchantId: string,
  storeIds: readonly string[],
  { gtin14, serial }: { gtin14: string; serial: string },
): Promise<LifeEntry[]> {
  const { rows } = await database.query<Row>(
    `select ${columns} from journal j ${people}
      where j.kind = 'labels-printed' and j.unpostable is null and j.store_id = any ($2)
        and jsonb_path_query_array(j.document::jsonb, '$.body.lines[*].serials[*]') ? $3`,
    [merchantId, storeIds, serial],
  );
  return rows.flatMap(entryOf).filter(({ fact }) => labelLine(fact, gtin14, serial) > 0);
}

/** Which line of a print names the unit, from 1; 0: none. */
export function labelLine(fact: Fact, gtin14: string, serial: string): number {
  if (fact.kind !== 'labels-printed') return 0;
  return fact.body.lines.findIndex((line) => line.gtin14 === gtin14 && line.serials.includes(serial)) + 1;
}

function entryOf({ document, ...row }: Row): LifeEntry[] {
  const entry = JSON.parse(document) as Entry;
  const fact = factOf(entry);
  return fact.ok ? [{ ...row, operatorId: entry.operatorId, fact: fact.value }] : [];
}

/** What the line of an entry tells beside the step itself and its why (`stepNoteOf`). */
export type LifeDetail = {
  sscc: string | null;
  /** The notice by which goods came. */
  deliveryId: string | null;
  otherStore: { storeId: string; storeName: string } | null;
  sale: { totalMinor: number; currency: string; memberId: string | null } | null;
  /** The stock-take. */
  countId: string | null;
};

const plain: LifeDetail = { sscc: null, deliveryId: null, otherStore: null, sale: null, countId: null };

export function detailOf({ fact, entryId }: Pick<LifeEntry, 'fact' | 'entryId'>, lineNumber: number): LifeDetail {
  switch (fact.kind) {
    case 'retail-transaction': {
      const { lines, currency, memberId } = fact.body;
      const line = lines.find((one) => one.lineNumber === lineNumber);
      return { ...plain, sale: line ? { totalMinor: line.totalMinor, currency, memberId } : null };
    }
    case 'delivery-announced': {
      const { source, lines } = fact.body;
      const otherStore = source.type === 'transfer' ? { storeId: source.storeId, storeName: source.name } : null;
      return { ...plain, sscc: lines[lineNumber - 1]?.sscc ?? null, deliveryId: entryId, otherStore };
    }
    case 'goods-received': {
      const line = fact.body.lines[lineNumber - 1];
      return { ...plain, sscc: line?.sscc ?? null, deliveryId: fact.body.deliveryId };
    }
    case 'transfer-sent': {
      const { toStoreId, toStoreName, lines } = fact.body;
      const otherStore = { storeId: toStoreId, storeName: toStoreName };
      return { ...plain, sscc: lines[lineNumber - 1]?.sscc ?? null, otherStore };
    }
    case 'transfer-delivered':
      return { ...plain, otherStore: { storeId: fact.body.toStoreId, storeName: '' } };
    case 'goods-counted':
    case 'count-approved':
      return { ...plain, countId: fact.body.countId };
    case 'goods-sent-back':
    case 'stock-adjusted':
    case 'goods-moved':
    case 'units-set':
    case 'labels-printed':
    case 'count-opened':
    case 'place-counted':
    case 'recount-asked':
    case 'count-cancelled':
    case 'receipt-copied':
    case 'units-commissioned':
    case 'delivery-closed':
    case 'shift-opened':
    case 'cash-moved':
    case 'shift-closed':
    case 'basket-parked':
    case 'basket-taken':
    case 'payment-open':
    case 'payment-settled':
    case 'member-enrolled':
    case 'member-edited':
    case 'members-merged':
    case 'member-left':
    case 'member-erased':
    case 'points-adjusted':
      return plain;
    default:
      return unreachable(fact);
  }
}
