import type { Queryable } from '../db/database.ts';
import { write } from '../db/pipelined.ts';

/** Something posted that contradicts the books, for the manager. `subject`: which unit; empty for the whole entry. */
export type Exception = { code: string; entryId: string; subject: string; detail: string };

/** The exception of an entry that names another predecessor than the journal has. */
export function chainBroken(entryId: string): Exception {
  return { code: 'chain-broken', entryId, subject: '', detail: 'previous hash' };
}

/** The exception of an entry before which its till's clock was set. */
export function clockSet(entryId: string, byMs: number): Exception {
  return { code: 'clock-set', entryId, subject: '', detail: String(byMs) };
}

export async function removeExceptions(
  transaction: Queryable,
  storeId: string,
  gone: readonly Exception[],
): Promise<void> {
  if (gone.length === 0) return;
  await write(transaction, {
    name: 'remove exceptions',
    text: `delete from exception x using unnest($2::text[], $3::text[], $4::text[]) k(entry_id, code, subject)
            where x.store_id = $1 and x.entry_id = k.entry_id and x.code = k.code and x.subject = k.subject`,
    values: [storeId, gone.map((one) => one.entryId), gone.map((one) => one.code), gone.map((one) => one.subject)],
  });
}

/** Writes exceptions; when they happened is the entry's time, read from the journal. */
export async function raiseExceptions(
  transaction: Queryable,
  storeId: string,
  raised: readonly Exception[],
): Promise<void> {
  if (raised.length === 0) return;
  await write(transaction, {
    name: 'raise exceptions',
    text: `insert into exception (store_id, entry_id, code, subject, detail, occurred_at_ms)
           select $1, k.entry_id, k.code, k.subject, k.detail, j.occurred_at_ms
             from unnest($2::text[], $3::text[], $4::text[], $5::text[]) k(entry_id, code, subject, detail)
             join journal j on j.store_id = $1 and j.till_number = left(k.entry_id, 4)::int4
                           and j.sequence = substr(k.entry_id, 6)::int8
           on conflict (store_id, entry_id, code, subject) do update set detail = excluded.detail`,
    values: [
      storeId,
      raised.map((one) => one.entryId),
      raised.map((one) => one.code),
      raised.map((one) => one.subject),
      raised.map((one) => one.detail),
    ],
  });
}
