import { Hono } from 'hono';
import type { RevokeAnswer, TillList, TillReport } from '#schemas/api/tills.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { clockTroubles, missingSequences, postedOf, tillJournals } from '../journal/journal-state.ts';
import { apiError } from './answers.ts';

/** Gaps that are named; the count tells of more. */
const namedGaps = 20;

type TillRow = Omit<TillReport, 'postedThrough' | 'postedCount' | 'missing' | 'missingRanges' | 'misdatedEntries'>;

/** `GET …/tills` and `POST …/tills/:number/revoke`. */
export function tillRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();

  routes.get('/', office.require('read-reports'), async (c) => {
    const storeId = c.get('storeId');
    const serverTimeMs = context.nowMs();
    const [{ rows }, journals, misdated] = await Promise.all([
      context.database.pool.query<TillRow>(
        `select till_number as "tillNumber", name, paired_at_ms as "pairedAtMs", revoked_at_ms as "revokedAtMs",
                last_contact_at_ms as "lastContactAtMs", waiting_entries as "waitingEntries",
                clock_offset_ms as "clockOffsetMs", app_version as "appVersion"
           from till where store_id = $1 and till_number > 0 order by till_number`,
        [storeId],
      ),
      tillJournals(context, storeId),
      clockTroubles(context, storeId),
    ]);
    const tills: TillReport[] = [];
    for (const row of rows) {
      const journal = journals.find(({ tillNumber }) => tillNumber === row.tillNumber);
      const missing = journal ? journal.lastSequence - journal.entries : 0;
      const { through } = await postedOf(context, storeId, row.tillNumber);
      tills.push({
        ...row,
        postedThrough: through,
        postedCount: journal ? journal.entries - journal.unposted : 0,
        missing,
        missingRanges: missing > 0 ? await missingSequences(context, storeId, row.tillNumber, namedGaps) : [],
        misdatedEntries: misdated.find(({ tillNumber }) => tillNumber === row.tillNumber)?.entries ?? 0,
      });
    }
    return c.json<TillList>({ serverTimeMs, tills });
  });

  routes.post('/:number/revoke', office.require('control-till'), async (c) => {
    const storeId = c.get('storeId');
    const number = c.req.param('number');
    if (!/^[1-9]\d{0,3}$/.test(number)) return apiError(c, 404, 'not-found');
    const tillNumber = Number(number);
    const { merchantId } = c.get('store');
    const atMs = context.nowMs();
    const revoked = await inTransaction(context.database, async (tx) => {
      const { rows } = await tx.query<{ revokedAtMs: number; isNew: boolean }>(
        `update till set revoked_at_ms = coalesce(till.revoked_at_ms, $3)
           from (select revoked_at_ms from till where store_id = $1 and till_number = $2 for update) as old
          where store_id = $1 and till_number = $2
         returning till.revoked_at_ms as "revokedAtMs", old.revoked_at_ms is null as "isNew"`,
        [storeId, tillNumber, atMs],
      );
      const subject = { subjectType: 'till', subjectId: String(tillNumber) };
      if (rows[0]?.isNew) {
        await recordAudit(tx, context, auditActor(c), { merchantId, storeId, action: 'till-revoked', ...subject });
      }
      return rows[0];
    });
    if (!revoked) return apiError(c, 404, 'not-found');
    // A till that waits at the feed is told at once.
    context.changes.publish(storeId);
    return c.json<RevokeAnswer>({ tillNumber, revokedAtMs: revoked.revokedAtMs });
  });

  return routes;
}
