import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import {
  type AccountException,
  accountAt,
  accountExceptionCodes,
  judgeAccount,
  owedMinorOf,
} from '#schemas/payment/account-ledger.ts';
import { creditSubject } from '#schemas/payment/credit.ts';
import { type AccountVersion, type CustomerAccountRow, holdsIn } from '#schemas/payment/customer-account.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import type { customerAccountStanding } from '../db/tables-customer-accounts.ts';
import { bumpStore } from '../feed/revision.ts';
import { type Exception, raiseExceptions, removeExceptions } from '../journal/exceptions.ts';
import { type ChainStore, type NumberedMove, readMoves, readVersions, storesOf } from './account-moves.ts';

const batchAccounts = 100;

type Due = Pick<typeof customerAccountStanding.$inferSelect, 'merchantId' | 'number' | 'marks'>;
/** What an account is in one store: its row (null: it does not hold there), and what contradicts it. */
type StorePart = { number: string; marks: number; row: CustomerAccountRow | null; exceptions: Exception[] };

/**
 * Works out every account for which it is due: what is owed in the whole chain goes to the tills of all stores where it holds, and
 * what contradicts it is told in the store of its ticket. Idempotent, from the set of all moves (P1, P2). Answers how many.
 */
export async function refreshAccounts(context: ServerContext, signal?: AbortSignal): Promise<number> {
  let done = 0;
  while (!signal?.aborted) {
    const { rows } = await context.database.pool.query<Due>({
      name: 'due accounts',
      text: `select merchant_id as "merchantId", number, marks from customer_account_standing
              where is_due order by merchant_id, number limit ${batchAccounts}`,
    });
    for (const [merchantId, due] of Map.groupBy(rows, (row) => row.merchantId)) {
      await refreshChain(context, merchantId, due);
    }
    done += rows.length;
    if (rows.length < batchAccounts) break;
  }
  return done;
}

async function refreshChain(context: ServerContext, merchantId: string, due: readonly Due[]): Promise<void> {
  const { pool } = context.database;
  const numbers = due.map(({ number }) => number);
  const stores = await storesOf(pool, merchantId);
  // After the marks were read: what is posted from here on marks again.
  const [versions, moves] = [
    await readVersions(pool, merchantId, numbers),
    await readMoves(pool, merchantId, stores, numbers),
  ];
  const byStore = new Map<string, StorePart[]>();
  for (const { number, marks } of due) {
    const parts = partsOf(number, stores, moves.get(number) ?? [], versions.get(number) ?? []);
    for (const [storeId, part] of parts) byStore.set(storeId, [...(byStore.get(storeId) ?? []), { ...part, marks }]);
  }
  for (const [storeId, parts] of byStore) await writeStore(context, { merchantId, storeId }, parts);
  await pool.query({
    name: 'keep accounts',
    text: `update customer_account_standing s set is_due = false from unnest($2::text[], $3::int8[]) k(number, marks)
            where s.merchant_id = $1 and s.number = k.number and s.marks = k.marks`,
    values: [merchantId, numbers, due.map(({ marks }) => marks)],
  });
}

function partsOf(
  number: string,
  stores: readonly ChainStore[],
  moves: readonly NumberedMove[],
  versions: readonly AccountVersion[],
): Map<string, Omit<StorePart, 'marks'>> {
  const facts = accountAt(versions, Number.MAX_SAFE_INTEGER);
  const owedMinor = facts === null ? 0 : owedMinorOf(moves, facts.currency);
  const exceptions = Map.groupBy(judgeAccount(moves, versions), ({ storeId }) => storeId);
  return new Map(
    stores.map((store): [string, Omit<StorePart, 'marks'>] => {
      const { storeId } = store;
      const own = (exceptions.get(storeId) ?? []).map((one) => exceptionOf(number, one));
      if (facts === null || !holdsIn(facts, store)) return [storeId, { number, row: null, exceptions: own }];
      const { name, limitMinor, signers, blockedReason } = facts;
      const row = { number, name, limitMinor, signers, blockedReason, owedMinor, upTo: upToOf(moves, storeId) };
      return [storeId, { number, row, exceptions: own }];
    }),
  );
}

function exceptionOf(number: string, { code, entryId, detail }: AccountException): Exception {
  return { code, entryId, subject: creditSubject('account', number), detail };
}

/** The last ticket of each of the store's tills that is in the sum. */
function upToOf(moves: readonly NumberedMove[], storeId: string): CustomerAccountRow['upTo'] {
  const last = new Map<number, number>();
  for (const { ticket, till } of moves) {
    if (ticket?.storeId !== storeId || till === null) continue;
    last.set(till.tillNumber, Math.max(till.sequence, last.get(till.tillNumber) ?? 0));
  }
  return [...last].sort(([a], [b]) => a - b).slice(0, 1_000);
}

type StorePlace = { merchantId: string; storeId: string };

/** One store in a transaction of its own (D1), and only if something of it differs. */
async function writeStore(
  context: ServerContext,
  { merchantId, storeId }: StorePlace,
  parts: readonly StorePart[],
): Promise<void> {
  const before = await changesOf(context.database.pool, storeId, parts);
  if (before.rows.length + before.raised.length + before.gone.length === 0) return;
  await inTransaction(context.database, async (tx) => {
    const revision = await bumpStore(tx, storeId);
    // What was posted or said meanwhile is worked out again: an older answer must not come after a newer one.
    const { rows: current } = await tx.query<Due>(
      `select number, marks from customer_account_standing where merchant_id = $1 and number = any($2::text[]) for share`,
      [merchantId, parts.map(({ number }) => number)],
    );
    const marks = new Map(current.map((row) => [row.number, row.marks]));
    const fresh = parts.filter((part) => marks.get(part.number) === part.marks);
    const { rows, raised, gone } = await changesOf(tx, storeId, fresh);
    await tx.query(
      `insert into customer_account as a (store_id, number, row, revision, deleted)
       select $1, k.number, coalesce(k.row, '{}'), $4, k.row is null from unnest($2::text[], $3::jsonb[]) k(number, row)
       on conflict (store_id, number) do update
          set row = case when excluded.deleted then a.row else excluded.row end, revision = $4, deleted = excluded.deleted`,
      [storeId, rows.map(({ number }) => number), rows.map(({ row }) => row && JSON.stringify(row)), revision],
    );
    await removeExceptions(tx, storeId, gone);
    await raiseExceptions(tx, storeId, raised);
  });
  context.changes.publish(storeId);
}

type Changes = { rows: StorePart[]; raised: Exception[]; gone: Exception[] };

/** What of it is not in the store's tables yet, and what there is that does not hold any more. */
async function changesOf(database: Queryable, storeId: string, parts: readonly StorePart[]): Promise<Changes> {
  const numbers = parts.map(({ number }) => number);
  const { rows: known } = await database.query<{ number: string; row: CustomerAccountRow; deleted: boolean }>(
    'select number, row, deleted from customer_account where store_id = $1 and number = any($2::text[])',
    [storeId, numbers],
  );
  const { rows: told } = await database.query<Exception>(
    `select code, entry_id as "entryId", subject, detail from exception
      where store_id = $1 and code = any($2::text[]) and subject = any($3::text[])`,
    [storeId, accountExceptionCodes, numbers.map((number) => creditSubject('account', number))],
  );
  const exceptions = parts.flatMap((part) => part.exceptions);
  const rowBefore = new Map(known.map((one) => [one.number, one.deleted ? null : one.row]));
  return {
    rows: parts.filter(({ number, row }) => canonicalJson(rowBefore.get(number) ?? null) !== canonicalJson(row)),
    raised: without(exceptions, told),
    gone: without(told, exceptions).filter((one) => !exceptions.some((other) => keyOf(other) === keyOf(one))),
  };
}

function keyOf({ code, entryId, subject }: Exception): string {
  return `${code} ${entryId} ${subject}`;
}

function without(all: readonly Exception[], others: readonly Exception[]): Exception[] {
  const known = new Set(others.map((one) => `${keyOf(one)} ${one.detail}`));
  return all.filter((one) => !known.has(`${keyOf(one)} ${one.detail}`));
}
