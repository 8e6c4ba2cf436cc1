import { clockDoubtMs } from '#schemas/journal/clock-spans.ts';
import type { ServerContext } from '../context.ts';
import { markAccountsOf } from '../customer-accounts/account-marks.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { markMembersOf } from '../members/standing-marks.ts';
import { markSalesDaysOf, salesScope } from '../reports/sales-due.ts';
import { releaseApprovals } from './attested-approvals.ts';
import { raiseExceptions } from './exceptions.ts';
import { type JudgedPlace, judgeEntries, judgesOf } from './judge-entries.ts';
import { isOfEntries } from './lane.ts';
import { lockCounter, setRevision } from './post-batch.ts';
import { postMeanings } from './post-meanings.ts';
import { memberIdsIn, merchantOf, refoldMembers } from './post-members.ts';
import { unpostedScope } from './posted-memory.ts';
import { markEntries, readStoredEntries, type StoredEntry } from './stored-entries.ts';

/** Tables that posting alone writes and that the journal can make again. */
export const derivedTables = [
  'retail_transaction',
  'line_item',
  'tender',
  'applied_promotion',
  'basket_step',
  'credit_step',
  'stock',
  'unit_step',
  'unit',
  'delivery',
  'carton',
  'receipt',
  'transfer',
  'transfer_delivery',
  'sent_back',
  'shift',
  'stock_movement',
  'stock_count',
  'count_act',
  'count_batch',
  'count_unit',
  'count_quantity',
  'count_unknown',
  'count_line',
  'approval_signature',
  'member_act',
  'points_step',
  'exception',
] as const;

/** Of those, the ones that tills are sent. */
const feedTables = ['stock', 'unit', 'delivery', 'carton', 'receipt', 'stock_count'] as const;

const batchEntries = 1_000;

/**
 * [P2] Throws a store's derived tables away and posts its journal again, in one transaction: readers see the old rows
 * until the new ones are there, and the store's tills wait. Rows that come out as they were keep their revision, so tills
 * are sent what changed alone. Rows that do not come back are in no delta; the pages are cut anew, without them.
 * Answers the number of entries.
 */
export async function rebuildStore(context: ServerContext, storeId: string): Promise<number> {
  const entries = await inTransaction(context.database, async (transaction) => {
    const counter = await lockCounter(transaction, storeId);
    const revision = counter.revision + 1;
    const store = await judgesOf(context).prices.storeAt(transaction, storeId);
    const place = { store, staffRevision: counter.staffRevision };
    for (const table of feedTables) {
      await transaction.query(`create temp table old_${table} (like ${table}) on commit drop`);
      await transaction.query(`insert into old_${table} select * from ${table} where store_id = $1`, [storeId]);
    }
    const memberIds = await memberIdsIn(transaction, storeId);
    await markMembersOf(transaction, store);
    await markAccountsOf(transaction, store);
    await markSalesDaysOf(transaction, storeId);
    for (const table of derivedTables) await transaction.query(`delete from ${table} where store_id = $1`, [storeId]);
    await releaseApprovals(transaction, storeId);
    const posted = await postJournal({ context, transaction, storeId, place, revision });
    await refoldMembers(
      transaction,
      { merchantId: await merchantOf(transaction, storeId), storeId },
      memberIds,
      revision,
    );
    await findBrokenLinks(transaction, storeId);
    await findClockChanges(transaction, storeId);
    await keepRevisions(transaction, storeId);
    await dropPagesOfVanishedRows(transaction, storeId);
    await setRevision(transaction, storeId, revision);
    return posted;
  });
  // An entry may have been posted before and not now: what was remembered is forgotten before anybody is woken.
  context.changes.publish(unpostedScope(storeId));
  context.changes.publish(storeId);
  context.changes.publish(salesScope);
  return entries;
}

type Rebuilding = {
  context: ServerContext;
  transaction: Queryable;
  storeId: string;
  place: JudgedPlace;
  revision: number;
};

async function postJournal(rebuilding: Rebuilding): Promise<number> {
  const { transaction, storeId } = rebuilding;
  let posted = 0;
  let after = 0;
  for (;;) {
    const batch = await readStoredEntries(transaction, storeId, after, batchEntries, 'all');
    const last = batch.at(-1);
    if (last === undefined) return posted;
    await postOrSplit(rebuilding, batch);
    posted += batch.length;
    after = last.journalSeq;
  }
}

/** [P3] A batch that our code fails on is posted entry by entry; what fails alone is kept unposted. */
async function postOrSplit(rebuilding: Rebuilding, batch: readonly StoredEntry[]): Promise<void> {
  const { context, transaction, storeId, place, revision } = rebuilding;
  await transaction.query('savepoint batch');
  try {
    await markEntries(transaction, storeId, batch);
    const exceptions = await judgeEntries(transaction, place, batch, judgesOf(context));
    await raiseExceptions(transaction, storeId, exceptions);
    const { prices } = judgesOf(context);
    await postMeanings(transaction, { store: place.store, prices }, batch, revision);
    await transaction.query('release savepoint batch');
  } catch (error) {
    if (!(error instanceof Error) || !isOfEntries(error)) throw error;
    await transaction.query('rollback to savepoint batch');
    const [only] = batch;
    if (batch.length > 1) {
      for (const entry of batch) await postOrSplit(rebuilding, [entry]);
    } else if (only) {
      context.log.error({ storeId, entryId: only.entryId, error: error.message }, 'an entry could not be posted again');
      await markEntries(transaction, storeId, [{ ...only, meaning: { postable: false, code: 'internal' } }]);
    }
  }
}

/** What brokenLinks finds entry by entry, for the whole journal. */
async function findBrokenLinks(transaction: Queryable, storeId: string): Promise<void> {
  await transaction.query(
    `insert into exception (store_id, entry_id, code, subject, detail, occurred_at_ms)
     select $1, lpad(till_number::text, 4, '0') || '-' || lpad(sequence::text, 9, '0'), 'chain-broken', '', 'previous hash',
            occurred_at_ms
       from (select till_number, sequence, occurred_at_ms, previous_hash,
                    case when sequence = 1
                         then encode(sha256(convert_to('onecode/1/' || $1 || '/' || till_number, 'UTF8')), 'hex')
                         when lag(sequence) over chain = sequence - 1 then lag(hash) over chain end as expected
               from journal where store_id = $1
             window chain as (partition by till_number order by sequence)) linked
      where expected <> previous_hash`,
    [storeId],
  );
}

/** What clockChanges finds entry by entry, for the whole journal. */
async function findClockChanges(transaction: Queryable, storeId: string): Promise<void> {
  await transaction.query(
    `insert into exception (store_id, entry_id, code, subject, detail, occurred_at_ms)
     select $1, lpad(till_number::text, 4, '0') || '-' || lpad(sequence::text, 9, '0'), 'clock-set', '', by_ms::text,
            occurred_at_ms
       from (select till_number, sequence, occurred_at_ms,
                    case when lag(sequence) over chain = sequence - 1 then offset_ms - lag(offset_ms) over chain end as by_ms
               from (select till_number, sequence, occurred_at_ms,
                            coalesce((document ->> 'clockOffsetMs')::int8, 0) as offset_ms
                       from journal where store_id = $1) told
             window chain as (partition by till_number order by sequence)) linked
      where abs(by_ms) > $2`,
    [storeId, clockDoubtMs],
  );
}

async function keepRevisions(transaction: Queryable, storeId: string): Promise<void> {
  await transaction.query(
    `update stock s set revision = o.revision from old_stock o
      where s.store_id = $1 and o.store_id = s.store_id and o.place_id = s.place_id and o.sku_id = s.sku_id
        and (o.received, o.returned, o.moved_in, o.sold, o.moved_out, o.adjusted, o.counted_at_ms)
            is not distinct from
            (s.received, s.returned, s.moved_in, s.sold, s.moved_out, s.adjusted, s.counted_at_ms)`,
    [storeId],
  );
  await transaction.query(
    `update unit u set revision = o.revision from old_unit o
      where u.store_id = $1 and o.store_id = u.store_id and o.gtin14 = u.gtin14 and o.serial = u.serial
        and (o.sku_id, o.place_id, o.state, o.entry_id, o.ordered_at_ms, o.batch, o.expires_on)
            is not distinct from (u.sku_id, u.place_id, u.state, u.entry_id, u.ordered_at_ms, u.batch, u.expires_on)`,
    [storeId],
  );
  for (const [table, sameKey] of [
    ['delivery', 'o.delivery_id = t.delivery_id'],
    ['carton', 'o.sscc = t.sscc and o.delivery_id = t.delivery_id'],
    ['receipt', 'o.delivery_id = t.delivery_id and o.entry_id = t.entry_id'],
    ['stock_count', 'o.count_id = t.count_id'],
  ] as const) {
    await transaction.query(
      `update ${table} t set revision = o.revision from old_${table} o
        where t.store_id = $1 and o.store_id = t.store_id and ${sameKey} and o."row" = t."row"`,
      [storeId],
    );
  }
}

async function dropPagesOfVanishedRows(transaction: Queryable, storeId: string): Promise<void> {
  await transaction.query(
    `delete from feed_manifest
      where scope_id = 'store/' || $1
        and (exists (select from old_stock o left join stock s using (store_id, place_id, sku_id) where s.sku_id is null)
          or exists (select from old_unit o left join unit u using (store_id, gtin14, serial) where u.sku_id is null)
          or exists (select from old_delivery o left join delivery d using (store_id, delivery_id) where d."row" is null)
          or exists (select from old_carton o left join carton c using (store_id, sscc, delivery_id)
                      where c."row" is null)
          or exists (select from old_receipt o left join receipt r using (store_id, delivery_id, entry_id)
                      where r."row" is null)
          or exists (select from old_stock_count o left join stock_count n using (store_id, count_id)
                      where n."row" is null))`,
    [storeId],
  );
}
