import type { PutAside, PutAsideList } from '#schemas/api/put-aside.ts';
import { type Entry, entryId as entryIdOf } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { type BasketStep, foldParked } from '#schemas/parking/fold-parked.ts';
import { creditCodeOf } from '#schemas/payment/credit.ts';
import type { Queryable } from '../db/database.ts';

const mostListed = 300;

/** Quotes and goods for a deposit that nobody has fetched, and what is owed for them. `today`: the store's day. */
export async function listPutAside(database: Queryable, storeId: string, today: string): Promise<PutAsideList> {
  const [totals, steps] = await Promise.all([readTotals(database, storeId), readSteps(database, storeId)]);
  const held = await readHeld(database, storeId, [...steps.keys()]);
  const names = await readNames(database, storeId);
  const baskets = [...steps.values()].flatMap((known): PutAside[] => {
    const heldMinor = held.get(creditCodeOf(known[0]?.transactionId ?? '')) ?? 0;
    return asideOf(known, heldMinor, today, names) ?? [];
  });
  const isUrgent = ({ isOverdue, state, heldMinor }: PutAside) =>
    isOverdue || (heldMinor !== 0 && (state === 'sold' || state === 'thrown-away'));
  return { totals, baskets: baskets.sort((a, b) => Number(isUrgent(b)) - Number(isUrgent(a)) || b.atMs - a.atMs) };
}

function asideOf(
  steps: readonly BasketStep[],
  heldMinor: number,
  today: string,
  names: ReadonlyMap<string, string>,
): PutAside[] | null {
  const standing = foldParked(steps);
  if (standing === null || standing.parked === null) return null;
  const { state, parked } = standing;
  const { body, entryId, tillNumber, operatorId, atMs, transactionId } = parked;
  const isEnded = state === 'sold' || state === 'thrown-away';
  const isDeposit = body.deposit !== null || heldMinor !== 0;
  if (isEnded ? heldMinor === 0 : body.quote === null && !isDeposit) return null;
  const { dueOn = null, quote, label, note, currency, totalMinor, lines } = body;
  const validThrough = quote === null || quote.validThrough.startsWith('9999') ? null : quote.validThrough;
  const lastDay = isDeposit ? dueOn : validThrough;
  return [
    {
      ...{ transactionId, entryId, state, isDeposit, label, note, tillNumber, operatorId, atMs },
      operatorName: names.get(operatorId) ?? null,
      names: lines.slice(0, 5).map(({ name }) => name),
      pieces: lines.reduce((sum, { quantity }) => sum + Math.abs(quantity), 0),
      ...{ currency, totalMinor, heldMinor, validThrough, dueOn },
      isOverdue: !isEnded && lastDay !== null && lastDay < today,
    },
  ];
}

async function readTotals(database: Queryable, storeId: string): Promise<PutAsideList['totals']> {
  const { rows } = await database.query<PutAsideList['totals'][number]>(
    `select currency, sum(left_minor)::int8 as "heldMinor", count(*)::int4 as count
       from (select code, currency, sum(amount_minor) as left_minor from credit_step
              where store_id = $1 and kind = 'deposit' group by code, currency) c
      where left_minor > 0 group by currency order by currency`,
    [storeId],
  );
  return rows;
}

async function readHeld(
  database: Queryable,
  storeId: string,
  basketIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await database.query<{ code: string; heldMinor: number }>(
    `select code, sum(amount_minor)::int8 as "heldMinor" from credit_step
      where store_id = $1 and kind = 'deposit' and code = any($2::text[]) group by code`,
    [storeId, basketIds.map(creditCodeOf)],
  );
  return new Map(rows.map(({ code, heldMinor }) => [code, heldMinor]));
}

async function readNames(database: Queryable, storeId: string): Promise<Map<string, string>> {
  const { rows } = await database.query<{ operatorId: string; name: string }>(
    `select operator_id as "operatorId", operator.name from operator join store using (merchant_id) where store_id = $1`,
    [storeId],
  );
  return new Map(rows.map(({ operatorId, name }) => [operatorId, name]));
}

type StepRow = {
  basketId: string;
  tillNumber: number;
  sequence: number;
  atMs: number;
  orderedAtMs: number;
  /** Of a sale: none is needed. */
  document: string | null;
};

/** All steps of the baskets that promise something or have money, by basket: those that were put aside last. */
async function readSteps(database: Queryable, storeId: string): Promise<Map<string, BasketStep[]>> {
  const { rows } = await database.query<StepRow>(
    `with latest as (
       select b.basket_id from basket_step b
        where b.store_id = $1 and b.is_kept
          and (not exists (select from retail_transaction t where t.store_id = $1 and t.transaction_id = b.basket_id)
               or (select coalesce(sum(c.amount_minor), 0) from credit_step c
                    where c.store_id = $1 and c.kind = 'deposit' and c.code = upper(replace(b.basket_id, '-', ''))) <> 0)
        group by b.basket_id order by max(b.ordered_at_ms) desc limit ${mostListed})
     select b.basket_id as "basketId", b.till_number as "tillNumber", b.sequence, b.at_ms as "atMs",
            b.ordered_at_ms as "orderedAtMs", j.document
       from latest join basket_step b on b.store_id = $1 and b.basket_id = latest.basket_id
       join journal j on j.store_id = $1 and j.till_number = b.till_number and j.sequence = b.sequence
      union all
     select t.transaction_id, t.till_number, t.sequence, j.ordered_at_ms, j.ordered_at_ms, null
       from latest join retail_transaction t on t.store_id = $1 and t.transaction_id = latest.basket_id
       join journal j on j.store_id = $1 and j.till_number = t.till_number and j.sequence = t.sequence`,
    [storeId],
  );
  return Map.groupBy(rows.flatMap(stepOf), ({ transactionId }) => transactionId);
}

function stepOf({ basketId: transactionId, tillNumber, sequence, atMs, orderedAtMs, document }: StepRow): BasketStep[] {
  const base = { transactionId, tillNumber, atMs, orderedAtMs, entryId: entryIdOf(tillNumber, sequence) };
  if (document === null) return [{ ...base, operatorId: '', type: 'sold' }];
  const entry = JSON.parse(document) as Entry;
  const { operatorId } = entry;
  const fact = factOf(entry);
  if (!fact.ok) return [];
  if (fact.value.kind === 'basket-parked') return [{ ...base, operatorId, type: 'parked', body: fact.value.body }];
  return fact.value.kind === 'basket-taken' ? [{ ...base, operatorId, type: 'taken', body: fact.value.body }] : [];
}
