import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { raiseExceptions } from './exceptions.ts';
import { judgeEntries, judgesOf } from './judge-entries.ts';
import { isOfEntries } from './lane.ts';
import { lockCounter, setRevision } from './post-batch.ts';
import { postMeanings } from './post-meanings.ts';
import { markEntries, readStoredEntries, type StoredEntry } from './stored-entries.ts';

const batchEntries = 500;

/**
 * Posts entries that an earlier version kept unposted and this one understands; for the start after an upgrade. One that
 * still fails stays as it is and blocks nothing (P3). Answers how many were posted.
 */
export async function retryUnpostable(context: ServerContext, storeId: string): Promise<number> {
  let posted = 0;
  let after = 0;
  for (;;) {
    const batch = await readStoredEntries(context.database.pool, storeId, after, batchEntries, 'unposted');
    const last = batch.at(-1);
    if (last === undefined) break;
    after = last.journalSeq;
    for (const entry of batch) {
      if (entry.meaning.postable && (await postAgain(context, storeId, entry))) posted += 1;
    }
  }
  if (posted > 0) context.changes.publish(storeId);
  return posted;
}

/** One entry, one transaction: they are few, and one that fails must not take others with it. */
async function postAgain(context: ServerContext, storeId: string, entry: StoredEntry): Promise<boolean> {
  try {
    return await inTransaction(context.database, async (transaction) => {
      const counter = await lockCounter(transaction, storeId);
      // Another server may have posted it between our reading and our lock.
      const [still] = await readStoredEntries(transaction, storeId, entry.journalSeq - 1, 1, 'unposted');
      if (still?.journalSeq !== entry.journalSeq) return false;
      await markEntries(transaction, storeId, [entry]);
      const judges = judgesOf(context);
      const store = await judges.prices.storeAt(transaction, storeId);
      const place = { store, staffRevision: counter.staffRevision };
      const exceptions = await judgeEntries(transaction, place, [entry], judges);
      await raiseExceptions(transaction, storeId, exceptions);
      await postMeanings(transaction, { store, prices: judges.prices }, [entry], counter.revision + 1);
      await setRevision(transaction, storeId, counter.revision + 1);
      return true;
    });
  } catch (error) {
    if (!(error instanceof Error) || !isOfEntries(error)) throw error;
    context.log.error({ storeId, entryId: entry.entryId, error: error.message }, 'an entry still cannot be posted');
    return false;
  }
}
