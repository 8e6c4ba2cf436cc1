import { Hono } from 'hono';
import type { Overview } from '#schemas/api/overview.ts';
import { assert } from '#schemas/assert.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { isLogProtected } from '../db/app-role.ts';
import { businessDayAt } from './business-day.ts';

/** A till in contact within this counts as online; a waiting one asks anew every half minute. */
const onlineMs = 60_000;

type Counts = {
  count: number;
  totalMinor: number;
  paired: number;
  online: number;
  waitingEntries: number;
  exceptions: number;
  unposted: number;
};

/** `GET …/overview`: the store today. */
export function overviewRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('read-reports'), async (c) => {
    const { storeId, timeZone, currency } = c.get('store');
    const serverTimeMs = context.nowMs();
    const businessDay = businessDayAt(serverTimeMs, timeZone);
    const { rows } = await context.database.pool.query<Counts>(
      `with today as (select count(*) as n, coalesce(sum(net_minor + tax_minor + rounding_minor), 0)::int8 as total from retail_transaction
                       where store_id = $1 and business_day = $2),
            tills as (select count(*) as n, count(*) filter (where last_contact_at_ms > $3) as online,
                             coalesce(sum(waiting_entries), 0)::int8 as waiting
                        from till where store_id = $1 and till_number > 0 and revoked_at_ms is null)
       select today.n as count, today.total as "totalMinor", tills.n as paired, tills.online,
              tills.waiting as "waitingEntries",
              (select count(*) from exception where store_id = $1) as exceptions,
              (select count(*) from journal where store_id = $1 and unpostable is not null)
                + (select count(*) from refused_document where store_id = $1) as unposted
         from today, tills`,
      [storeId, businessDay, serverTimeMs - onlineMs],
    );
    const [counts] = rows;
    assert(counts, 'counts are one row');
    const { count, totalMinor, paired, online, waitingEntries, exceptions, unposted } = counts;
    return c.json<Overview>({
      serverTimeMs,
      businessDay,
      currency,
      transactions: { count, totalMinor },
      tills: { paired, online, waitingEntries },
      exceptions,
      unposted,
      isLogProtected: await isLogProtected(context.database.pool),
      backup: context.backups?.state() ?? null,
      archive: (await context.archive?.state()) ?? null,
    });
  });
}
