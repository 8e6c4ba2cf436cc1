import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pino from 'pino';
import { createApp } from './app.ts';
import { type Mailer, smtpMailer } from './auth/mailer.ts';
import { createPairingCode } from './auth/pairing.ts';
import { keySealOf } from './auth/private-keys.ts';
import { readSecret } from './auth/secrets.ts';
import { consoleSms, type SmsSender, webSms } from './auth/sms.ts';
import { archiveStateOf, basePlan, basesKept } from './backup/archive-state.ts';
import { listBackups } from './backup/backup-folder.ts';
import { BackupWorker, inOwnProcess } from './backup/backup-worker.ts';
import { listBases } from './backup/base-backup.ts';
import type { Logger, ServerContext } from './context.ts';
import { type Database, openDatabase } from './db/database.ts';
import { startEmbeddedPostgres } from './db/embedded-postgres.ts';
import { EmbeddedPostgresError } from './db/embedded-postgres-error.ts';
import { archiving } from './db/log-archive.ts';
import { prepareDatabase, unprotectedText } from './db/prepare-database.ts';
import { type DemoChain, seedDemo } from './demo/seed-demo.ts';
import { createHttpServer } from './door/http-server.ts';
import { closeServer, listen, PortError, probePort } from './door/listen.ts';
import { ChangeBus } from './feed/change-bus.ts';
import { PageKeeper } from './feed/page-keeper.ts';
import { retryUnpostable } from './journal/retry-unpostable.ts';
import { StandingWorker } from './members/standing-worker.ts';
import { PriceFeedWorker } from './prices/price-feed-worker.ts';
import { printRelayOf } from './printing/print-relay.ts';
import { SalesWorker } from './reports/sales-worker.ts';
import { readSettings, type Settings } from './settings.ts';
import {
  type Addresses,
  addressesOf,
  addressLines,
  closingLines,
  demoLines,
  pairingLines,
  setupLines,
} from './start-screen.ts';
import { openTls, serveTrustPage } from './tls/serve-tls.ts';
import { startOutbox } from './transfers/outbox-worker.ts';
import { createMetrics } from './watching/metrics.ts';
import type { Traces } from './watching/trace-settings.ts';
import { serveWatching } from './watching/watch-server.ts';
import { startWebhooks } from './webhooks/webhook-worker.ts';

/** What the person who starts the server can put right; its message is all that is printed. */
class StartError extends Error {}

/** Steps that undo the start, run backwards once. */
class Shutdown {
  readonly #steps: (() => Promise<void> | void)[] = [];
  #ending: Promise<void> | null = null;

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  run(): Promise<void> {
    this.#ending ??= this.#run();
    return this.#ending;
  }

  async #run(): Promise<void> {
    for (const step of this.#steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        print([`  While stopping: ${error instanceof Error ? error.message : String(error)}`]);
      }
    }
  }
}

const print = (lines: string[]) => process.stdout.write(`${lines.join('\n')}\n`);

/** What goes on beside the requests. */
function startWorkers(context: ServerContext, shutdown: Shutdown): void {
  const workers = [
    startOutbox(context),
    new StandingWorker(context).start(),
    new SalesWorker(context).start(),
    startWebhooks(context),
    new PriceFeedWorker(context).start(),
  ];
  for (const worker of workers) shutdown.add(() => worker.close());
}

async function start(settings: Settings, shutdown: Shutdown): Promise<void> {
  const log = pino({ level: settings.logLevel, base: null }, pino.destination({ fd: 2, sync: false }));
  const { host, trustedProxies } = settings;
  const place = { host, port: await probePort(settings) };
  const httpPlace = settings.tls && { host, port: await probePort({ host, port: settings.tls.httpPort }) };
  const strongBytes = (count: number) => new Uint8Array(randomBytes(count));
  const secret = await readSecret(settings, strongBytes);
  if (!secret.ok) throw new StartError(secret.error.message);
  const { ownerUrl, url } = await preparedUrls(settings, secret.value, shutdown, log);
  const database = openDatabase(url, { poolSize: 16 });
  shutdown.add(() => database.close());
  const changes = new ChangeBus({ url, onTrouble: (error) => log.warn({ error: error.message }, 'change bus') });
  await changes.connect();
  const context: ServerContext = {
    database,
    keySeal: keySealOf(secret.value),
    changes,
    nowMs: Date.now,
    randomBytes: strongBytes,
    log,
    mailer: startMailer(settings, shutdown),
    sms: smsOf(settings),
    privateHooks: settings.privateHooks,
    backups: startBackups(settings, ownerUrl, log, shutdown),
    archive: startArchive(settings, ownerUrl, database, log, shutdown),
    traces: await tracesOf(settings, log, shutdown),
  };
  const demo = settings.empty ? null : await seedDemo(context);
  const stores = await database.pool.query<{ storeId: string; merchantId: string; name: string }>(
    'select store_id as "storeId", merchant_id as "merchantId", name from store order by created_at_ms, store_id',
  );
  for (const { storeId } of stores.rows) await retryUnpostable(context, storeId);

  startWorkers(context, shutdown);
  const keeper = new PageKeeper(context);
  const own = settings.tls && (await openTls(settings.dataDir));
  const addresses = addressesOf(place, settings.publicAddress, own ? 'https' : 'http');
  const trust = own &&
    httpPlace && {
      appAddress: addresses.tablets,
      pageAddress: addressesOf(httpPlace, null, 'http').tablets,
      fingerprint: own.tls.fingerprint,
      authorityCert: own.tls.authorityCert,
    };
  const staticDir = join(import.meta.dirname, '..', 'pwa', 'build');
  const options = { publicAddress: addresses.tablets, secret: secret.value, announce: print };
  const onRequest = await startWatching(context, settings, shutdown);
  const app = createApp(context, { staticDir, keeper, trustedProxies, trust, onRequest, ...options });
  const server = createHttpServer(app.fetch, { tls: own?.tls.server ?? null, trustedProxies });
  // Long polls end by the bus; what still hangs after that is cut.
  shutdown.add(() => keeper.close());
  const relay = printRelayOf(context);
  shutdown.add(() => relay.close());
  shutdown.add(() => closeServer(server));
  shutdown.add(() => changes.close());
  await listen(server, place);
  if (own) shutdown.add(own.renew(server));
  if (trust && httpPlace) shutdown.add(await serveTrustPage(trust, staticDir, httpPlace));
  relay.start();
  // Cut before the first tablet asks for them.
  for (const merchantId of new Set(stores.rows.map((store) => store.merchantId))) {
    keeper.consider({ kind: 'chain', id: merchantId });
  }
  for (const { storeId } of stores.rows) keeper.consider({ kind: 'store', id: storeId });
  await welcome(context, settings, { ...addresses, trust }, demo, stores.rows[0] ?? null);
  if (!existsSync(staticDir)) print(['  The app is not built yet: run "npm run build".', '']);
}

/** The database, up to date, as the role that owns nothing (prepare-database.ts). */
async function preparedUrls(settings: Settings, secret: string, shutdown: Shutdown, log: Logger) {
  const { databaseUrl, databaseAppUrl } = settings;
  const ownerUrl = databaseUrl ?? (await startOwnPostgres(settings, shutdown));
  const addresses = { ownerUrl, appUrl: databaseAppUrl, secret, mayReset: true };
  const { url, unprotected, lostKeys } = await prepareDatabase(addresses).catch((error: Error) => {
    throw databaseUrl === null ? error : new StartError(outsideDatabaseMessage(error));
  });
  if (unprotected !== null) log.warn(unprotectedText(unprotected));
  for (const message of lostKeys) log.error(message);
  return { ownerUrl, url };
}

/** As the role that owns the tables, which no request ever works as. */
function startBackups({ backups: { plan, ...place } }: Settings, ownerUrl: string, log: Logger, shutdown: Shutdown) {
  if (plan === null) return undefined;
  const worker = new BackupWorker(
    { nowMs: Date.now, log },
    {
      plan,
      takenAtMs: () => listBackups(place.folder).map(({ takenAtMs }) => takenAtMs),
      take: (nowMs, signal) => inOwnProcess({ ownerUrl, rows: { ...place, nowMs } }, signal),
    },
  ).start();
  shutdown.add(() => worker.close());
  return worker;
}

/** Where the embedded database archives its log: the copies from which it is gone back to a moment, and how the log comes in. */
function startArchive(settings: Settings, ownerUrl: string, database: Database, log: Logger, shutdown: Shutdown) {
  if (settings.logArchive === null || settings.databaseUrl !== null) return undefined;
  const archive = resolve(settings.logArchive);
  const base = { dataDir: join(settings.dataDir, 'postgres'), archive, keep: basesKept };
  const worker = new BackupWorker(
    { nowMs: Date.now, log },
    {
      plan: basePlan,
      takenAtMs: () => listBases(archive).map(({ endedAtMs }) => endedAtMs),
      take: (_nowMs, signal) => inOwnProcess({ ownerUrl, base }, signal),
    },
  ).start();
  shutdown.add(() => worker.close());
  return { state: () => archiveStateOf(database, archive, worker) };
}

async function startOwnPostgres(settings: Settings, shutdown: Shutdown): Promise<string> {
  const dataDir = join(settings.dataDir, 'postgres');
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: (line) => print([`  ${line}`]),
    ...archiving(settings.logArchive),
  });
  shutdown.add(() => postgres.stop());
  return postgres.url;
}

/** Metrics and status, where they are asked for; answers what counts requests. */
async function startWatching(context: ServerContext, { backups, watch }: Settings, shutdown: Shutdown) {
  if (watch === null) return () => undefined;
  const metrics = createMetrics(context, { backups: backups.folder });
  shutdown.add(await serveWatching(context, metrics, watch));
  return metrics.count;
}

/** Its libraries are loaded where somebody looks at traces, and nowhere else. */
async function tracesOf({ traces: wanted }: Settings, log: Logger, shutdown: Shutdown): Promise<Traces | undefined> {
  if (wanted === null) return undefined;
  const { startTraces } = await import('./watching/traces.ts');
  const traces = startTraces(wanted.ratio, log);
  shutdown.add(() => traces.close());
  return traces;
}

function startMailer({ smtpUrl, mailFrom }: Settings, shutdown: Shutdown): Mailer | undefined {
  if (smtpUrl === null) return undefined;
  const mailer = smtpMailer(smtpUrl, mailFrom);
  shutdown.add(() => mailer.close());
  return mailer;
}

function smsOf({ sms, empty }: Settings): SmsSender | undefined {
  if (sms === null ? !empty : sms === 'console') return consoleSms(print);
  return sms === null ? undefined : webSms(sms);
}

function outsideDatabaseMessage(error: Error): string {
  return (
    `The PostgreSQL of DATABASE_URL cannot be used: ${error.message || (error as NodeJS.ErrnoException).code}. ` +
    'Nothing was changed. Check that it runs and that the address, name and password are right.'
  );
}

async function welcome(
  context: ServerContext,
  settings: Settings,
  addresses: Addresses,
  demo: DemoChain | null,
  store: { storeId: string; name: string } | null,
): Promise<void> {
  const canAskAgain = store !== null && process.stdin.isTTY === true;
  const pairing = async () => {
    if (store === null) return setupLines(addresses);
    const { code } = await createPairingCode(context, store.storeId);
    return pairingLines(store.name, code, addresses, canAskAgain);
  };
  print([...addressLines(addresses), ...(await pairing()), ...(demo ? demoLines(demo, addresses) : [])]);
  print(closingLines(settings.databaseUrl === null ? resolve(settings.dataDir) : 'the PostgreSQL of DATABASE_URL'));
  if (!canAskAgain) return;
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => {
    pairing().then(print, (error: Error) => print([`  No code could be made: ${error.message}`]));
  });
}

function stopOnSignals(shutdown: Shutdown): void {
  let askedAtMs = 0;
  const stop = () => {
    const nowMs = performance.now();
    if (askedAtMs === 0) {
      askedAtMs = nowMs;
      print(['', '  Stopping …']);
      void shutdown.run().then(() => {
        print(['  Stopped. Everything is saved.', '']);
        process.exit(0);
      });
      // A terminal sends Ctrl-C to us and to npm, which passes it on: within an instant it is the same one.
    } else if (nowMs - askedAtMs > 500) {
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // Started by `npm start`, which was killed: without it nobody could stop us.
  process.on('disconnect', stop);
}

const shutdown = new Shutdown();
stopOnSignals(shutdown);
const settings = readSettings(process.argv.slice(2), process.env);
try {
  if (!settings.ok) throw new StartError(settings.error.message);
  await start(settings.value, shutdown);
} catch (error) {
  const isForPerson = [StartError, PortError, EmbeddedPostgresError].some((kind) => error instanceof kind);
  const text = error instanceof Error ? (isForPerson ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`\n  ${isForPerson ? '' : 'The server could not start. Your data is safe. '}${text}\n\n`);
  await shutdown.run();
  process.exit(1);
}
