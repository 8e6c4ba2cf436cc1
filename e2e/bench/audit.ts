// How long the manager waits for a page of the audit log, among a million lines of one chain and its ten stores.
// Run alone: node e2e/bench/audit.ts [LINES]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditQuery, auditQuerySchema } from '#schemas/api/audit.ts';
import { readAudit } from '#sync-server/audit/read-audit.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { openTestContext, testNowMs } from '#sync-server/journal/test-journal.ts';
import { spread } from './figures.ts';

/** One way to search; milliseconds, a page each. */
export interface AuditRow {
  readonly searched: string;
  readonly samplesMs: readonly number[];
}

const spanMs = 3 * 365 * 24 * 3_600_000;
const firstMs = testNowMs - spanMs;

/** One line in a thousand is of a rare actor, a rare action and a rare subject; they stand in the oldest tenth. */
const fillSql = `
  insert into audit_entry (merchant_id, audit_id, store_id, at_ms, actor_type, actor_id, address, user_agent, action,
                           subject_type, subject_id, before, after)
  select 'chain', lpad(to_hex(at_ms), 14, '0') || '-' || lpad(to_hex(n), 12, '0'),
         case when n % 12 < 10 then 'store-' || n % 10 end, at_ms, 'person',
         case when is_rare then 'rare-actor' else 'person-' || n % 400 end, '192.0.2.' || n % 250, 'Mozilla/5.0 (bench)',
         case when is_rare then 'till-discarded' when n % 3 = 0 then 'staff-changed' else 'signed-in' end,
         'person', case when is_rare then 'rare-subject' else 'person-' || n % 5000 end,
         jsonb_build_object('name', 'before ' || n), jsonb_build_object('name', 'after ' || md5(n::text))
    from (select n, $1::int8 + n * ($2::int8 / $3::int8) as at_ms, n < $3::int8 / 10 and n % 1000 = 0 as is_rare
            from generate_series(1, $3::int8) n) line`;

const searches: readonly { searched: string; storeId?: string; query: Partial<AuditQuery>; isSlow?: true }[] = [
  { searched: 'the latest page', query: {} },
  { searched: 'one store, the latest page', storeId: 'store-3', query: {} },
  { searched: 'a page in the middle', query: { untilMs: firstMs + spanMs / 2 } },
  { searched: 'a person who has done nothing for years', query: { actor: 'rare-actor' } },
  { searched: '… in one store', storeId: 'store-0', query: { actor: 'rare-actor' } },
  { searched: 'an action that is rare', query: { action: 'till-discarded' } },
  { searched: 'a subject that nobody touched for years', query: { subject: 'rare-subject' } },
  { searched: 'a word on the first page', query: { text: 'signed' } },
  {
    searched: 'a word that stands nowhere, in a month',
    query: { text: 'nowhere', fromMs: testNowMs - 30 * 86_400_000 },
  },
  { searched: 'a word that stands nowhere, in all of it', query: { text: 'nowhere' }, isSlow: true },
];

export async function benchAudit(lines = 1_000_000, times = 40): Promise<AuditRow[]> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-bench-audit-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined });
  const context = openTestContext(postgres.url);
  try {
    await migrate(context.database);
    const { pool } = context.database;
    await pool.query(fillSql, [firstMs, spanMs, lines]);
    await pool.query('vacuum analyze audit_entry');
    const rows: AuditRow[] = [];
    for (const { searched, storeId = null, query, isSlow = false } of searches) {
      const samplesMs: number[] = [];
      while (samplesMs.length < (isSlow ? times / 5 : times)) {
        const startedAtMs = performance.now();
        await readAudit(pool, { merchantId: 'chain', storeId }, auditQuerySchema.parse(query));
        samplesMs.push(performance.now() - startedAtMs);
      }
      rows.push({ searched, samplesMs });
    }
    return rows;
  } finally {
    await context.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  for (const { searched, samplesMs } of await benchAudit(Number(process.argv[2] ?? 1_000_000))) {
    console.log(`${searched.padEnd(45)} ${spread(samplesMs)}`);
  }
}
