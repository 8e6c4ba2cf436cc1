// How long a million coupon codes take to be issued, from the numbers taken to the last line of the file. Run alone: npm run bench -- coupons
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codesCsv, issueBatch } from '#sync-server/coupons/issue-codes.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { openTestContext, testNowMs } from '#sync-server/journal/test-journal.ts';

export type CouponsFigures = { codes: number; seconds: number; bytesPerCode: number };

const untilMs = testNowMs + 90 * 86_400_000;

export async function benchCoupons(codes = 1_000_000): Promise<CouponsFigures> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-coupons-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined });
  const context = openTestContext(postgres.url);
  try {
    await migrate(context.database);
    await context.database.pool.query(
      `insert into coupon_campaign (merchant_id, campaign_id, from_ms, until_ms, created_at_ms)
       values ('chain', 'spring', $1, $2, $1)`,
      [testNowMs, untilMs],
    );
    await context.database.pool.query(
      `insert into promotion (merchant_id, promotion_id, row, changed_at_ms, revision) values ('chain', 'spring', '{}', 0, 1)`,
    );
    const by = { actorType: 'system', actorId: 'bench', address: '', userAgent: '' } as const;
    const startedMs = performance.now();
    const batch = await issueBatch(context, 'chain', by, { campaignId: 'spring', count: codes });
    if (!batch.ok) throw new Error(batch.error.code);
    let bytes = 0;
    for await (const part of codesCsv(context, 'chain', batch.value)) bytes += part.length;
    const seconds = (performance.now() - startedMs) / 1_000;
    return { codes, seconds, bytesPerCode: Math.round(bytes / codes) };
  } finally {
    await context.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}
