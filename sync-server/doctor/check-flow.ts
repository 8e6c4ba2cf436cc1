import type { ServerContext } from '../context.ts';
import { type Finding, some, trouble, warning, well } from './finding.ts';

const lateMs = 600_000;

/** What waits: entries that this version cannot post, words for other stores, print jobs; and a recording clock that went ahead. */
export async function checkFlow(context: ServerContext, storeId: string): Promise<Finding[]> {
  const findings = [
    await checkUnposted(context, storeId),
    await checkOutbox(context, storeId),
    await checkPrinting(context, storeId),
    await checkRecording(context, storeId),
  ].filter((finding) => finding !== null);
  return findings.length > 0 ? findings : [well('flow', 'Nothing waits that should have gone.')];
}

async function checkUnposted({ database }: ServerContext, storeId: string): Promise<Finding | null> {
  const { rows } = await database.pool.query<{ code: string; count: number }>(
    'select unpostable as code, count(*)::int as count from journal where store_id = $1 and unpostable is not null group by 1 order by 1',
    [storeId],
  );
  if (rows.length === 0) return null;
  const message = `Kept and not posted: ${rows.map(({ code, count }) => `${count} as ${code}`).join(', ')}.`;
  const isOurs = rows.some(({ code }) => code === 'internal');
  const advice = 'They are safe. Upgrade the server: they are posted at its start.';
  return isOurs
    ? trouble('posting', message, `${advice} "internal" is a fault of ours: send the log.`)
    : warning('posting', message, advice);
}

async function checkOutbox({ database, nowMs }: ServerContext, storeId: string): Promise<Finding | null> {
  const { rows } = await database.pool.query<{ count: number; attempts: number }>(
    `select count(*)::int as count, coalesce(max(o.attempts), 0) as attempts from outbox o
       join journal j on j.store_id = o.store_id and j.till_number = left(o.entry_id, 4)::int
                     and j.sequence = right(o.entry_id, 9)::int8
      where o.store_id = $1 and o.done_at_ms is null and j.recorded_at_ms < $2`,
    [storeId, nowMs() - lateMs],
  );
  const { count, attempts } = rows[0] ?? { count: 0, attempts: 0 };
  if (count === 0) return null;
  const advice = 'Is a server running? Look in its log for "another store cannot be told".';
  return warning(
    'outbox',
    `${count} words for other stores wait since ten minutes, after ${attempts} attempts.`,
    advice,
  );
}

async function checkPrinting({ database, nowMs }: ServerContext, storeId: string): Promise<Finding | null> {
  const { rows } = await database.pool.query<{ printer: string; trouble: string | null }>(
    `select distinct coalesce(p.name, j.printer_id) as printer, j.trouble from print_job j
       left join printer p on p.store_id = j.store_id and p.printer_id = j.printer_id
      where j.store_id = $1 and j.state in ('queued', 'printing', 'blocked', 'unknown') and j.changed_at_ms < $2 order by 1`,
    [storeId, nowMs() - lateMs],
  );
  if (rows.length === 0) return null;
  const names = rows.map(({ printer, trouble: why }) => (why ? `${printer} (${why})` : printer));
  return warning(
    'printers',
    `Jobs wait since ten minutes at ${some(names)}.`,
    'Look at paper, cover and cable; they print by themselves then.',
  );
}

/** Entries recorded later than now: the server's clock was ahead, and who had which right is judged by it. */
async function checkRecording({ database, nowMs }: ServerContext, storeId: string): Promise<Finding | null> {
  const { rows } = await database.pool.query<{ aheadMs: number }>(
    'select recorded_at_ms - $2::int8 as "aheadMs" from store_counter where store_id = $1',
    [storeId, nowMs()],
  );
  const aheadMs = rows[0]?.aheadMs ?? 0;
  if (aheadMs <= 60_000) return null;
  const message = `Entries were recorded ${Math.round(aheadMs / 60_000)} minutes later than it is now: the server's clock went back.`;
  return trouble('clock', message, "Set the server's time by NTP, and look when it was changed.");
}
