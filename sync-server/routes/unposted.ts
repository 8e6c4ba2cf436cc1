import { Hono } from 'hono';
import type { Unposted } from '#schemas/api/unposted.ts';
import { entryId } from '#schemas/journal/envelope.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';

type Kept = Omit<Unposted['kept'][number], 'entryId'> & { sequence: number };

/** `GET …/unposted`: what waits for a newer server, and what was refused. */
export function unpostedRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('read-reports'), async (c) => {
    const storeId = c.get('storeId');
    const { pool } = context.database;
    const [kept, refused] = await Promise.all([
      pool.query<Kept>(
        `select till_number as "tillNumber", sequence, kind, unpostable as code, occurred_at_ms as "occurredAtMs",
                recorded_at_ms as "recordedAtMs"
           from journal where store_id = $1 and unpostable is not null order by journal_seq desc limit 500`,
        [storeId],
      ),
      pool.query<Unposted['refused'][number]>(
        `select till_number as "tillNumber", document_id as "documentId", code, refused_at_ms as "refusedAtMs"
           from refused_document where store_id = $1 order by refused_at_ms desc, document_hash limit 500`,
        [storeId],
      ),
    ]);
    return c.json<Unposted>({
      kept: kept.rows.map(({ sequence, ...row }) => ({ entryId: entryId(row.tillNumber, sequence), ...row })),
      refused: refused.rows,
    });
  });
}
