import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type BackupFile, listBackups } from '../backup/backup-folder.ts';
import type { ServerContext } from '../context.ts';
import { readStores, readTills, type StoreReading, type TillReading } from './readings.ts';

/** A request as it is counted: `area` is the first part of its path, so that no id makes a series of its own. */
export type CountedRequest = { method: string; area: string; status: number; seconds: number };

export type Metrics = {
  /** Text in Prometheus' format, read from the database at that moment. */
  read(): Promise<{ type: string; text: string }>;
  count(request: CountedRequest): void;
  registry: Registry;
};

const areas = new Set(['api', 'feed', 'sync', '01', 'r', 'healthz', 'readyz']);

export function areaOf(path: string): string {
  const first = path.split('/')[1] ?? '';
  return areas.has(first) ? first : 'app';
}

type Gauges<Reading> = { name: string; help: string; value: (reading: Reading) => number }[];

const ofStore: Gauges<StoreReading> = [
  { name: 'onecode_journal_entries', help: 'Entries in the journal.', value: ({ entries }) => entries },
  {
    name: 'onecode_posting_lag_seconds',
    help: 'From happening to posted: the median of the last hundred entries.',
    value: ({ postingLagMs }) => postingLagMs / 1_000,
  },
  {
    name: 'onecode_feed_pages_behind_revisions',
    help: "Revisions that the store's pages are behind its rows: what a new till loads as changes.",
    value: ({ pagesBehind }) => pagesBehind,
  },
  { name: 'onecode_exceptions', help: 'Exceptions on record.', value: ({ exceptions }) => exceptions },
  {
    name: 'onecode_chain_breaks',
    help: 'Entries that do not follow the one before (J3).',
    value: ({ chainBreaks }) => chainBreaks,
  },
  {
    name: 'onecode_unposted_entries',
    help: 'Entries kept that this version cannot post.',
    value: ({ unposted }) => unposted,
  },
  { name: 'onecode_print_jobs_waiting', help: 'Print jobs that are not printed.', value: ({ printJobs }) => printJobs },
  { name: 'onecode_outbox_waiting', help: 'Words for other stores that are not told.', value: ({ outbox }) => outbox },
];

const ofTill: Gauges<TillReading> = [
  {
    name: 'onecode_till_waiting_entries',
    help: 'Entries that wait on the till, as it last said.',
    value: ({ waiting }) => waiting,
  },
  {
    name: 'onecode_till_silent_seconds',
    help: 'Since the till was last heard of.',
    value: ({ silentMs }) => silentMs / 1_000,
  },
  {
    name: 'onecode_till_missing_entries',
    help: "Numbers below the till's highest that the journal lacks (J3).",
    value: ({ missing }) => missing,
  },
  {
    name: 'onecode_till_clock_offset_seconds',
    help: "How far the till's clock is off.",
    value: ({ offsetMs }) => offsetMs / 1_000,
  },
];

/** What Prometheus is told of an installation. No label and no value says who somebody is (docs/metrics.md). */
export function createMetrics(context: ServerContext, { backups }: { backups: string }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'onecode_' });
  const requests = new Histogram({
    name: 'onecode_request_duration_seconds',
    help: 'How long requests took; a long wait for changes counts whole.',
    labelNames: ['method', 'area', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers: [registry],
  });
  const up = new Gauge({ name: 'onecode_database_up', help: '1 when the database answers.', registers: [registry] });
  const backupAge = new Gauge({
    name: 'onecode_backup_age_seconds',
    help: 'Age of the latest backup; absent when there is none.',
    registers: [registry],
  });
  const archiveFails = new Gauge({
    name: 'onecode_log_archive_failing',
    help: "1 when the last piece of the database's log could not be archived; absent where this server archives none.",
    registers: [registry],
  });
  const stores = gaugesOf(registry, ofStore, ['store']);
  const tills = gaugesOf(registry, ofTill, ['store', 'till']);
  const collect = async () => {
    const nowMs = context.nowMs();
    backupAge.remove();
    const latest = latestIn(backups);
    if (latest) backupAge.set((nowMs - latest.takenAtMs) / 1_000);
    archiveFails.remove();
    try {
      const { pool } = context.database;
      const archive = await context.archive?.state();
      if (archive) archiveFails.set(archive.isFailing ? 1 : 0);
      stores(await readStores(pool), ({ store }) => ({ store }));
      tills(await readTills(pool, nowMs), ({ store, till }) => ({ store, till: String(till) }));
      up.set(1);
    } catch (error) {
      context.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'metrics cannot be read');
      up.set(0);
    }
  };
  return {
    registry,
    count: ({ method, area, status, seconds }) => requests.observe({ method, area, status: String(status) }, seconds),
    async read() {
      await collect();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** What sets all of them; series of stores and tills that are gone, go. */
function gaugesOf<Reading, Label extends string>(registry: Registry, gauges: Gauges<Reading>, labelNames: Label[]) {
  const made = gauges.map(({ name, help, value }) => ({
    gauge: new Gauge({ name, help, labelNames, registers: [registry] }),
    value,
  }));
  return (readings: readonly Reading[], labelsOf: (reading: Reading) => Record<Label, string>) => {
    for (const { gauge, value } of made) {
      gauge.reset();
      for (const reading of readings) gauge.set(labelsOf(reading) as Record<Label, string>, value(reading));
    }
  };
}

/** Where the folder cannot be read there is none, as far as anybody can tell: the alert is the same. */
function latestIn(folder: string): BackupFile | undefined {
  try {
    return listBackups(folder)[0];
  } catch {
    return undefined;
  }
}
