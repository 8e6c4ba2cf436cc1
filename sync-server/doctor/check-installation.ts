import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { appliedMigrations } from '../backup/write-backup.ts';
import type { ServerContext } from '../context.ts';
import { appRoleName, mayChangeTables } from '../db/app-role.ts';
import { knownMigrations } from '../db/migrate.ts';
import { type Finding, trouble, warning, well } from './finding.ts';

const wantedMajor = 16;
const clockLimitMs = 2_000;
const dayMs = 86_400_000;
const gigabyte = 1_000_000_000;

/** The database itself: its version, its tables' version, whether what it says is on disk is, and who may rewrite the past. */
export async function checkDatabase({ database }: ServerContext, ownerUrl: string): Promise<Finding[]> {
  const { pool } = database;
  const { rows } = await pool.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings
      where name in ('server_version_num', 'server_version', 'fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums')`,
  );
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]));
  const findings: Finding[] = [];
  if (Number(settings.get('server_version_num')) < wantedMajor * 10_000) {
    const message = `PostgreSQL ${settings.get('server_version')} is older than ${wantedMajor}.`;
    findings.push(trouble('database', message, `Upgrade it to ${wantedMajor} or newer.`));
  }
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if (settings.get(name) !== 'off') continue;
    const message = `${name} is off: a power cut loses sales that tills were told are safe.`;
    findings.push(trouble('database', message, `Turn ${name} on in postgresql.conf.`));
  }
  const { rows: failures } = await pool.query<{ count: number | null }>(
    'select checksum_failures::int as count from pg_stat_database where datname = current_database()',
  );
  if ((failures[0]?.count ?? 0) > 0) {
    const message = `PostgreSQL found ${failures[0]?.count} damaged pages: the disk fails.`;
    findings.push(
      trouble('database', message, 'Take a backup now, replace the disk, and restore the latest backup that verifies.'),
    );
  }
  findings.push(...(await checkMigrations(pool)));
  if (await isRolePowerful(pool, appRoleName(ownerUrl))) {
    const advice = 'Start the server once: it takes away what its role does not need. Or see SECURITY.md.';
    findings.push(warning('database', 'The role that the server works as may change what is on record.', advice));
  }
  if (findings.length > 0) return findings;
  const checksums = settings.get('data_checksums') === 'on' ? 'with' : 'without';
  return [
    well(
      'database',
      `PostgreSQL ${settings.get('server_version')} answers, durable, ${checksums} checksums, tables up to date.`,
    ),
  ];
}

async function checkMigrations(pool: ServerContext['database']['pool']): Promise<Finding[]> {
  const [applied, known] = [await appliedMigrations(pool), knownMigrations()];
  if (applied === known) return [];
  return applied < known
    ? [
        warning(
          'database',
          `${known - applied} changes of the tables are not made yet.`,
          'Start the server once: it makes them.',
        ),
      ]
    : [trouble('database', 'The tables are of a newer version than this one.', 'Start the newer version again.')];
}

async function isRolePowerful(pool: ServerContext['database']['pool'], role: string): Promise<boolean> {
  const { rowCount } = await pool.query('select from pg_roles where rolname = $1', [role]);
  return rowCount === 1 && (await mayChangeTables(pool, role));
}

/** The database's clock is ours, or nearly. */
export async function checkClock({ database, nowMs }: ServerContext): Promise<Finding> {
  const askedAtMs = nowMs();
  const { rows } = await database.pool.query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  );
  const offMs = Math.round((rows[0]?.ms ?? 0) - (askedAtMs + nowMs()) / 2);
  if (Math.abs(offMs) <= clockLimitMs) return well('clock', `The database's clock is ${Math.abs(offMs)} ms from ours.`);
  return warning('clock', `The database's clock is ${offMs} ms from ours.`, 'Let both machines set their time by NTP.');
}

/** Room on the disk that holds the data. */
export function checkDisk(dataDir: string): Finding {
  if (!existsSync(dataDir)) return well('disk', 'There is no data folder here: the database is elsewhere.');
  const { bavail, bsize, blocks } = statfsSync(dataDir);
  const free = bavail * bsize;
  const text = `${(free / gigabyte).toFixed(1)} GB are free of ${((blocks * bsize) / gigabyte).toFixed(0)} GB.`;
  const advice = 'Free some space: a server without any takes nothing in, and tills keep what they have.';
  if (free < gigabyte / 2) return trouble('disk', text, advice);
  return free < 2 * gigabyte ? warning('disk', text, advice) : well('disk', text);
}

/** The certificates that tablets trust. */
export function checkCertificates(dataDir: string, nowMs: number): Finding[] {
  return ['authority', 'server'].flatMap((name) => {
    const file = join(dataDir, 'tls', `${name}.cert.pem`);
    if (!existsSync(file)) return [];
    const untilMs = Date.parse(new X509Certificate(readFileSync(file)).validTo);
    const days = Math.floor((untilMs - nowMs) / dayMs);
    const subject = 'certificates';
    if (days < 0) {
      return [
        trouble(
          subject,
          `The ${name}'s certificate ended ${-days} days ago.`,
          'Start the server again: it makes another.',
        ),
      ];
    }
    const text = `The ${name}'s certificate is good for ${days} days.`;
    return [days < 14 ? warning(subject, text, 'Start the server again: it makes another.') : well(subject, text)];
  });
}
