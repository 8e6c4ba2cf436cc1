// How long a segment of five conditions and the nightly review of all tiers take, over a ledger as a large chain has after some years. Run alone:
// npm run bench -- segments
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import type { SegmentCondition } from '#schemas/members/segments.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { openTestContext, testNowMs } from '#sync-server/journal/test-journal.ts';
import { reviewTiers } from '#sync-server/members/review-tiers.ts';
import { countSegment } from '#sync-server/members/segments.ts';

export type LedgerSize = { members: number; steps: number };
export const wholeChain: LedgerSize = { members: 1_000_000, steps: 20_000_000 };
export const smallChain: LedgerSize = { members: 20_000, steps: 400_000 };
export type LedgerFigures = LedgerSize & { found: number; segmentMs: number; reviewed: number; reviewSeconds: number };

const dayMs = 86_400_000;
const ledgerDays = 730;

/** Five of different kinds: the account, the standing, and three of the ledger. */
const conditions: SegmentCondition[] = [
  { kind: 'tier', tiers: ['silver', 'gold'] },
  { kind: 'points', least: 100 },
  { kind: 'seen-within', days: 365 },
  { kind: 'spent', days: 180, leastMinor: 5_000 },
  { kind: 'birthday-within', days: 30 },
];
const ways = { visits: null, points: null };
const rules: MemberRules = {
  points: null,
  tiers: {
    ...{ firstTier: 'bronze', windowDays: 365, reviewDays: 365 },
    tiers: [
      { tier: 'silver', spendMinor: 20_000, ...ways },
      { tier: 'gold', spendMinor: 60_000, ...ways },
    ],
  },
};

/** Everybody's review is due today; what each bought is a function of their number alone. */
const fillSql = [
  `insert into member_account (merchant_id, member_id, survivor_id, state, name, member)
   select 'chain', 'm-' || i, 'm-' || i, 'enrolled', 'Member ' || i,
          jsonb_build_object('person', jsonb_build_object('birthday', '--' || to_char(date '2024-01-01' + i % 366, 'MM-DD')), 'consents', '{}'::jsonb)
     from generate_series(1, $1::int) i`,
  `insert into points_step (merchant_id, member_id, store_id, entry_id, step_number, kind, at_ms, spend_minor, visits, points, available_at_ms)
   select 'chain', 'm-' || (1 + i % $1), 'store-' || (i % 20), lpad((i % 9)::text, 4, '0') || '-' || lpad(i::text, 9, '0'), 1, 'earned',
          $3::int8 - (hashint4(i)::int8 & 2147483647) % (${ledgerDays}::int8 * ${dayMs}), 500 + (hashint4(i + 7) & 8191), 1, 5, 0
     from generate_series(1, $2::int) i`,
  `insert into member_standing (merchant_id, member_id, marks, due_at_ms, tier, tier_since_ms, next_review_at_ms, available)
   select 'chain', 'm-' || i, 1, $3::int8 - 1000, case i % 3 when 0 then 'bronze' when 1 then 'silver' else 'gold' end, 0, $3::int8 - 1000, i % 500
     from generate_series(1, $1::int) i`,
  `insert into member_rules (merchant_id, from_ms, rules) values ('chain', 0, $4::jsonb)`,
  'analyze',
];

export async function benchMemberLedger(size: LedgerSize): Promise<LedgerFigures> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-ledger-'));
  // As a server of its own has it; what is filled in before need not survive a power cut.
  const settings = { shared_buffers: '1GB', work_mem: '64MB', max_wal_size: '8GB' };
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined, settings });
  const context = openTestContext(postgres.url);
  try {
    await migrate(context.database);
    const values = [size.members, size.steps, testNowMs, JSON.stringify(rules)];
    for (const text of fillSql) await fill(context, text, values);
    // Once, so that what is measured is not the disk.
    const found = await countSegment(context, 'chain', conditions);
    const segmentAtMs = performance.now();
    await countSegment(context, 'chain', conditions);
    const segmentMs = performance.now() - segmentAtMs;
    const reviewAtMs = performance.now();
    const reviewed = await reviewTiers(context);
    return { ...size, found, segmentMs, reviewed, reviewSeconds: (performance.now() - reviewAtMs) / 1_000 };
  } finally {
    await context.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

/** PostgreSQL wants exactly the values that a statement names, from the first on. */
async function fill(
  context: ReturnType<typeof openTestContext>,
  text: string,
  values: readonly unknown[],
): Promise<void> {
  const named = [...new Set([...text.matchAll(/\$(\d)/g)].map(([, at]) => Number(at)))].sort();
  const renumbered = text.replace(/\$(\d)/g, (_, at) => `$${named.indexOf(Number(at)) + 1}`);
  await context.database.pool.query(
    renumbered,
    named.map((at) => values[at - 1]),
  );
}
