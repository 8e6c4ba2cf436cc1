import { fail, ok, type Result } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { writeBackOfficeEntries } from '../journal/back-office.ts';
import { refreshMembers } from '../members/refresh-members.ts';
import { refreshAwaitedCartons } from './awaited-cartons.ts';
import { type DeliveryNews, messageOf, type OutboxItem, type OutboxTrouble } from './outbox-message.ts';
import { tellOfDelivery } from './tell-of-delivery.ts';

const firstRetryMs = 1_000;
const maxRetryMs = 3_600_000;
/** What is not known after so long (half a day) never was: nothing is waited for any more. */
const maxAttempts = 24;

/** Drains what is due; ends early when `signal` aborts. Throws when the database is away; then nothing is lost. */
export async function drainOutbox(context: ServerContext, signal?: AbortSignal): Promise<number> {
  let drained = 0;
  while (!signal?.aborted && (await drainOne(context))) drained += 1;
  return drained;
}

type Row = OutboxItem & { attempts: number };

/**
 * One row, locked while the other store's journal is written: other servers take other rows. The two writes are not one
 * transaction, as that would lock two stores. After a crash between them the row is still open, and what is there already
 * is not written again; a lock that was lost meanwhile does no harm either, see `unless` of writeBackOfficeEntries.
 */
function drainOne(context: ServerContext): Promise<boolean> {
  return inTransaction(context.database, async (transaction) => {
    const row = await takeRow(transaction, context.nowMs());
    if (row === null) return false;
    const sent = await send(context, row);
    if (sent.ok && sent.value) await tellOfDelivery(transaction, context, row.storeId, sent.value);
    const trouble = sent.ok ? null : sent.error;
    if (trouble) context.log.warn({ ...row, trouble: trouble.detail }, 'another store cannot be told');
    const isDone = trouble === null || trouble.code === 'never' || row.attempts + 1 >= maxAttempts;
    await settle(transaction, row, context.nowMs(), isDone, trouble);
    return true;
  });
}

async function takeRow(transaction: Queryable, nowMs: number): Promise<Row | null> {
  const { rows } = await transaction.query<Row>({
    name: 'take from outbox',
    text: `select store_id as "storeId", entry_id as "entryId", attempts from outbox
            where done_at_ms is null and next_try_at_ms <= $1
            order by next_try_at_ms, store_id, entry_id limit 1 for update skip locked`,
    values: [nowMs],
  });
  return rows[0] ?? null;
}

/** Writes the entry unless it is there; answers what systems outside have to hear. An error of our own code concerns this row alone (P3). */
async function send(context: ServerContext, item: OutboxItem): Promise<Result<DeliveryNews | null, OutboxTrouble>> {
  try {
    const message = await messageOf(context.database.pool, item);
    if (!message.ok) return message;
    if (message.value === null) return ok(null);
    if (message.value === 'members') {
      await refreshMembers(context, item);
      return ok(null);
    }
    if ('step' in message.value) {
      if (message.value.step === 'announced') await refreshAwaitedCartons(context, item.storeId);
      return ok(message.value);
    }
    const { storeId, draft, isThere } = message.value;
    const written = await writeBackOfficeEntries(context, storeId, [draft], { unless: isThere });
    if (written.ok) return ok(null);
    const { code, detail } = written.error;
    return fail({ detail: `${code}: ${detail}`, code: 'not-yet' });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fail({ detail: error.message, code: 'not-yet' });
  }
}

async function settle(
  transaction: Queryable,
  { storeId, entryId, attempts }: Row,
  nowMs: number,
  isDone: boolean,
  trouble: OutboxTrouble | null,
): Promise<void> {
  const retryMs = Math.min(firstRetryMs * 2 ** attempts, maxRetryMs);
  await transaction.query({
    name: 'settle outbox',
    text: `update outbox set done_at_ms = $3, attempts = attempts + 1, next_try_at_ms = $4, trouble = $5
            where store_id = $1 and entry_id = $2`,
    values: [storeId, entryId, isDone ? nowMs : null, nowMs + retryMs, trouble?.detail.slice(0, 500) ?? null],
  });
}
