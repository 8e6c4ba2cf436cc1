// How long a segment of five conditions and the nightly review of all tiers take, over a ledger as a large chain has after some years. Run alone:
// npm run bench -- segments
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import type { SegmentCondition } from '#schemas/members/segments.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { openTestContext, testNowMs } from '#sync-server/journal/test-journal.ts';
import { refreshStandings } from '#sync-server/members/refresh-standings.ts';
import { reviewTiers } from '#sync-server/members/review-tiers.ts';
import { countSegment } from '#sync-server/members/segments.ts';

export type LedgerSize = { members: number; steps: number };
export const wholeChain: LedgerSize = { members: 1_000_000, steps: 20_000_000 };
export const smallChain: LedgerSize = { members: 20_000, steps: 400_000 };
export type LedgerFigures = LedgerSize & {
  filledSeconds: number;
  segments: { asked: string; found: number; ms: number }[];
  /** Who kept their tier, and who has another one now and was worked out and told of. */
  reviewed: number;
  changed: number;
  /** Those who kept theirs alone. */
  keptSeconds: number;
  reviewSeconds: number;
};

const dayMs = 86_400_000;
const ledgerDays = 730;

const all = [1, 5] as [number, number];
const asked: Record<string, SegmentCondition[]> = {
  'five conditions of different kinds': [
    { kind: 'tier', tiers: ['silver', 'gold'] },
    { kind: 'points', least: 100 },
    { kind: 'seen-within', days: 365 },
    { kind: 'spent', days: 180, leastMinor: 5_000 },
    { kind: 'birthday-within', days: 30 },
  ],
  // Nothing narrows it down: everybody's history is looked into five times.
  'five conditions of history': [
    { kind: 'seen-within', days: 365 },
    { kind: 'spent', days: 180, leastMinor: 5_000 },
    { kind: 'spent', days: 400, leastMinor: 20_000 },
    { kind: 'visits', days: 300, least: 2 },
    { kind: 'not-seen-within', days: 30 },
  ],
  'the best fifths, of all sorted anew': [{ kind: 'rfm', recency: [4, 5], frequency: [4, 5], monetary: all }],
};
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
          jsonb_build_object('memberId', 'm-' || i, 'memberIds', jsonb_build_array('m-' || i), 'state', 'enrolled', 'enrolledAtMs', 0, 'consents', '{}'::jsonb,
                             'person', jsonb_build_object('birthday', '--' || to_char(date '2024-01-01' + i % 366, 'MM-DD')))
     from generate_series(1, $1::int) i`,
  // Indexes are made once all is there: one after another they would take a quarter of an hour.
  'alter table points_step drop constraint points_step_pk',
  'drop index points_step_entry, points_step_lot',
  `insert into points_step (merchant_id, member_id, store_id, entry_id, step_number, kind, at_ms, spend_minor, visits, points, available_at_ms)
   select 'chain', 'm-' || (1 + i % $1), 'store-' || (i % 20), lpad((i % 9)::text, 4, '0') || '-' || lpad(i::text, 9, '0'), 1, 'earned',
          $3::int8 - ((hashint4(i)::int8 & 2147483647) / 2147483648.0::float8 * ${ledgerDays} * ${dayMs})::int8, 500 + (hashint4(i + 7) & 8191), 1, 5, 0
     from generate_series(1, $2::int) i`,
  'alter table points_step add constraint points_step_pk primary key (merchant_id, member_id, store_id, entry_id, step_number)',
  'create index points_step_entry on points_step (store_id, entry_id)',
  'create index points_step_lot on points_step (store_id, lot_entry_id)',
  // Nearly all have the tier that their last year gives; of one in twenty it has changed since.
  `insert into member_standing (merchant_id, member_id, marks, due_at_ms, tier, tier_since_ms, next_review_at_ms, available)
   select 'chain', m.member_id, 1, $3::int8 - 1000,
          case when substr(m.member_id, 3)::int % 20 = 0 then 'gold' when s.spent >= 60000 then 'gold' when s.spent >= 20000 then 'silver' else 'bronze' end,
          0, $3::int8 - 1000, substr(m.member_id, 3)::int % 500
     from member_account m left join (select member_id, sum(spend_minor) as spent from points_step
                                       where at_ms > $3::int8 - 1000 - 365 * ${dayMs}::int8 and at_ms <= $3::int8 - 1000 group by 1) s using (member_id)`,
  // What the standing worker writes (members/profile.ts); compared with it below.
  `insert into member_profile (merchant_id, member_id, tier, available, birthday, consents, last_visit_at_ms, at_ms, spent_so_far_minor, visits_so_far, points_so_far)
   select 'chain', h.member_id, d.tier,
          substr(h.member_id, 3)::int % 500, to_char(date '2024-01-01' + substr(h.member_id, 3)::int % 366, 'MM-DD'), '{}', h.last_ms, h.at_ms, h.spent, h.visits, h.points
     from (select member_id, max(at_ms) as last_ms, array_agg(at_ms order by at_ms) as at_ms, array_agg(spent order by at_ms) as spent,
                  array_agg(visits order by at_ms) as visits, array_agg(points order by at_ms) as points
             from (select distinct on (member_id, at_ms) member_id, at_ms, (sum(spend_minor) over w)::int8 as spent, (sum(visits) over w)::int4 as visits, (sum(points) over w)::int8 as points
                     from points_step window w as (partition by member_id order by at_ms)) s group by 1) h
     join member_standing d using (member_id)`,
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
    const filledAtMs = performance.now();
    for (const text of fillSql) await fill(context, text, values);
    const filledSeconds = Math.round((performance.now() - filledAtMs) / 1_000);
    await expectAsWorker(context);
    const segments: LedgerFigures['segments'] = [];
    for (const [name, conditions] of Object.entries(asked)) {
      // Once, so that what is measured is not the disk.
      await countSegment(context, 'chain', conditions);
      const atMs = performance.now();
      const found = await countSegment(context, 'chain', conditions);
      segments.push({ asked: name, found, ms: performance.now() - atMs });
    }
    const reviewAtMs = performance.now();
    const reviewed = await reviewTiers(context);
    const keptSeconds = (performance.now() - reviewAtMs) / 1_000;
    const changed = await refreshStandings(context);
    return {
      ...size,
      filledSeconds,
      segments,
      reviewed,
      changed,
      keptSeconds,
      reviewSeconds: (performance.now() - reviewAtMs) / 1_000,
    };
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

/** The rows of the bench are those that the worker writes: some people are worked out anew, and must come out the same. */
async function expectAsWorker(context: ReturnType<typeof openTestContext>): Promise<void> {
  const { pool } = context.database;
  const some = "merchant_id = 'chain' and member_id in ('m-1', 'm-2', 'm-77', 'm-5000')";
  const history = async () =>
    (
      await pool.query(
        `select member_id, birthday, last_visit_at_ms, at_ms, spent_so_far_minor, visits_so_far, points_so_far from member_profile where ${some} order by 1`,
      )
    ).rows;
  const before = await history();
  await pool.query(`update member_standing set due_at_ms = 0 where ${some}`);
  await refreshStandings({ ...context, nowMs: () => 0 });
  if (before.length === 0 || !isDeepStrictEqual(await history(), before)) {
    throw new Error('the histories of the bench are not those of the worker');
  }
}
