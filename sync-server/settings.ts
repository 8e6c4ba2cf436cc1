import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#schemas/result.ts';
import { TrustedProxies } from './auth/client-address.ts';
import { type BackupPlan, parseBackupPlan } from './backup/backup-plan.ts';
import type { ScheduledOrder } from './backup/scheduled-backup.ts';
import { readTraces, type TraceSettings } from './watching/trace-settings.ts';
import type { WatchOptions } from './watching/watch-server.ts';

export type Settings = {
  host: string;
  port: number;
  /** Folder of the embedded PostgreSQL. */
  dataDir: string;
  /** Folder where the embedded PostgreSQL puts its write-ahead log, for going back to a moment; null: nowhere. */
  logArchive: string | null;
  /** Backups that the server takes by itself (backup/backup-worker.ts). */
  backups: PlannedBackups;
  /** An outside PostgreSQL instead of the embedded one. */
  databaseUrl: string | null;
  /** The same as a role that owns nothing, made by hand; needed where the other may not make one. */
  databaseAppUrl: string | null;
  /** The installation's secret; null: the key file in the data folder. */
  secret: string | null;
  /** `smtp://name:password@mail.example:587`; null: links are passed on by hand. */
  smtpUrl: string | null;
  /** The address that mail comes from. */
  mailFrom: string;
  /** `console`, or the address of a gateway of text messages; null: none, but the demo prints them. */
  sms: string | null;
  /** Webhooks may go to addresses that are not public. */
  privateHooks: boolean;
  /** Start without the demo. */
  empty: boolean;
  /** `https://till.shop.example`: how tablets reach this server, when a proxy stands before it. */
  publicAddress: string | null;
  /** Proxies whose word on where a request came from is believed; null: nobody's. */
  trustedProxies: TrustedProxies | null;
  /** Speak https with a certificate of our own making. `httpPort` is where the way to trust it is shown in plain http. */
  tls: { httpPort: number } | null;
  logLevel: string;
  /** Where metrics and the status page are shown; null: nowhere. */
  watch: WatchOptions | null;
  /** Where each entry is traced from the first scan to the posting; null: nowhere. */
  traces: TraceSettings | null;
};

/** `plan` is null where the server takes none by itself; the folder is that of backups by hand too. */
export type PlannedBackups = Omit<ScheduledOrder, 'nowMs'> & { plan: BackupPlan | null };

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  empty: { type: 'boolean' },
  tls: { type: 'boolean' },
  'http-port': { type: 'string' },
} as const;
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Reads the command line, then the environment, then defaults. A failure's message is for a person. */
export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<Settings, { code: 'bad-setting'; message: string }> {
  const bad = (message: string) => fail({ code: 'bad-setting' as const, message });
  let given: { host?: string; port?: string; empty?: boolean; tls?: boolean; 'http-port'?: string };
  try {
    given = parseArgs({ args: [...args], options }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return bad(`${error.message} Known are --host ADDRESS, --port NUMBER, --tls, --http-port NUMBER and --empty.`);
  }
  const portText = given.port ?? (env.ONECODE_PORT || '4710');
  const httpPortText = given['http-port'] ?? (env.ONECODE_HTTP_PORT || portAfter(portText));
  for (const text of [portText, httpPortText]) {
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) continue;
    return bad(`"${text}" is no port. Give a number from 1 to 65535, such as --port 4711.`);
  }
  const port = Number(portText);
  const isTls = given.tls ?? isYes(env.ONECODE_TLS);
  const trustText = env.ONECODE_TRUST_PROXY || null;
  const trustedProxies = trustText === null ? null : TrustedProxies.parse(trustText);
  if (trustText !== null && trustedProxies === null) {
    return bad(
      `ONECODE_TRUST_PROXY is "${trustText}". Give your proxy's address or network, such as 10.0.0.0/8, or "loopback".`,
    );
  }
  const publicAddress = env.ONECODE_ADDRESS?.replace(/\/+$/, '') || null;
  if (publicAddress !== null && !/^https?:\/\/[^/]+$/.test(publicAddress)) {
    return bad(`ONECODE_ADDRESS is "${publicAddress}". Give it as https://till.shop.example, without a path.`);
  }
  const smtpUrl = env.SMTP_URL || null;
  if (smtpUrl !== null && (!/^smtps?:/.test(smtpUrl) || !URL.canParse(smtpUrl))) {
    return bad('SMTP_URL is no address of a mail server. Give it as smtp://name:password@mail.example:587.');
  }
  const sms = env.ONECODE_SMS || null;
  if (sms !== null && sms !== 'console' && (!/^https?:/.test(sms) || !URL.canParse(sms))) {
    return bad('ONECODE_SMS is no address. Give your gateway as https://name:password@sms.example/send, or "console".');
  }
  const logLevel = env.ONECODE_LOG || 'warn';
  if (!logLevels.includes(logLevel)) return bad(`ONECODE_LOG is "${logLevel}". Known are ${logLevels.join(', ')}.`);
  const backups = readBackups(env);
  if (!backups.ok) return bad(backups.error.message);
  const watch = readWatch(env);
  if (!watch.ok) return bad(watch.error.message);
  const traces = readTraces(env);
  if (!traces.ok) return bad(traces.error.message);
  return ok({
    host: given.host ?? (env.ONECODE_HOST || '127.0.0.1'),
    port,
    dataDir: dataDirOf(env),
    logArchive: env.ONECODE_LOG_ARCHIVE || null,
    backups: backups.value,
    databaseUrl: env.DATABASE_URL || null,
    databaseAppUrl: env.DATABASE_APP_URL || null,
    secret: env.ONECODE_SECRET || null,
    smtpUrl,
    mailFrom: env.ONECODE_MAIL_FROM || 'Onecode <onecode@localhost>',
    sms,
    privateHooks: isYes(env.ONECODE_PRIVATE_HOOKS),
    empty: given.empty ?? isYes(env.ONECODE_EMPTY),
    trustedProxies,
    tls: isTls ? { httpPort: Number(httpPortText) } : null,
    publicAddress,
    logLevel,
    watch: watch.value,
    traces: traces.value,
  });
}

/** Each night without a setting, where the database is our own: nobody else would take them. */
function readBackups(
  env: Readonly<Record<string, string | undefined>>,
): Result<PlannedBackups, { code: 'bad-setting'; message: string }> {
  const bad = (message: string) => fail({ code: 'bad-setting' as const, message });
  const plan = parseBackupPlan(env.ONECODE_BACKUP || (env.DATABASE_URL ? 'off' : '03:30'));
  if (!plan.ok) return bad(`ONECODE_BACKUP: ${plan.error.message}`);
  const keepText = env.ONECODE_BACKUP_KEEP || '7';
  if (!/^[1-9]\d{0,3}$/.test(keepText))
    return bad(`ONECODE_BACKUP_KEEP is "${keepText}". Give how many are kept, from 1.`);
  const named = env.ONECODE_BACKUP_FOLDER || null;
  const folder = named ?? join(dataDirOf(env), 'backups');
  return ok({ plan: plan.value, keep: Number(keepText), folder: resolve(folder), makesFolder: named === null });
}

function dataDirOf(env: Readonly<Record<string, string | undefined>>): string {
  return env.ONECODE_DATA || '.onecode/data';
}

/** ONECODE_METRICS_PORT turns it on. Beyond this machine a token is asked for. */
function readWatch(
  env: Readonly<Record<string, string | undefined>>,
): Result<WatchOptions | null, { code: 'bad-setting'; message: string }> {
  const bad = (message: string) => fail({ code: 'bad-setting' as const, message });
  const port = env.ONECODE_METRICS_PORT || null;
  if (port === null) return ok(null);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    return bad(`ONECODE_METRICS_PORT is "${port}", which is no port.`);
  const host = env.ONECODE_METRICS_HOST || '127.0.0.1';
  const token = env.ONECODE_METRICS_TOKEN || null;
  const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(host);
  if (token === null && !isLocal)
    return bad('ONECODE_METRICS_HOST is beyond this machine: set ONECODE_METRICS_TOKEN too.');
  return ok({ host, port: Number(port), token });
}

function isYes(text: string | undefined): boolean {
  return ['1', 'true', 'yes'].includes(text ?? '');
}

/** Any port for any port. */
function portAfter(port: string): string {
  return port === '0' ? '0' : String(Number(port) + 1);
}
