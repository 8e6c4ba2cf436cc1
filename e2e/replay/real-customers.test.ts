import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { memberCodeBytes, memberCodeOf } from '#schemas/members/member-code.ts';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import { personKeyBytes, personNonceBytes, sealPerson } from '#schemas/members/sealed-person.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { post } from '#sync-server/journal/derived-rows.ts';
import { makeStore, makeTill, openTestContext, type TestTill, taxRules } from '#sync-server/journal/test-journal.ts';
import { refreshStandings } from '#sync-server/members/refresh-standings.ts';
import { membersOfSegment } from '#sync-server/members/segments.ts';
import { factsOf } from './invoice-facts.ts';
import { type Invoice, readInvoices } from './sales-file.ts';

const realSales = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'sales-2010-12_2011-08.csv.gz');
const isThere = existsSync(realSales);
if (!isThere) console.warn(`  real customers are not played: ${realSales} is not there (see README.md)`);
/** All of the year with ONECODE_WHOLE_YEAR=1: some minutes. */
const mostInvoices = process.env.ONECODE_WHOLE_YEAR === '1' ? Number.POSITIVE_INFINITY : 1_200;
/** The day after the file's last: all that is judged is past. */
const endMs = Date.UTC(2011, 8, 1);
const goldMinor = 100_000;
const silverMinor = 25_000;

const ways = { visits: null, points: null };
const rules: MemberRules = {
  points: {
    ...{ minorPerPoint: 100, categories: [], promotions: [], tiers: [], pendingDays: 0, expiryDays: null },
    offlineBurnPoints: 0,
  },
  tiers: {
    ...{ firstTier: 'bronze', windowDays: 3_660, reviewDays: 3_660 },
    tiers: [
      { tier: 'silver', spendMinor: silverMinor, ...ways },
      { tier: 'gold', spendMinor: goldMinor, ...ways },
    ],
  },
};

let root: string;
let postgres: EmbeddedPostgres;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'onecode-customers-'));
  const settings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB' };
  postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined, settings });
});
afterAll(async () => {
  await postgres.stop();
  rmSync(root, { recursive: true, force: true });
});

type Context = ReturnType<typeof openTestContext>;

async function invoicesOfCustomers(): Promise<Invoice[]> {
  const invoices: Invoice[] = [];
  for await (const invoice of readInvoices(realSales)) {
    if (invoice.customerId !== null) invoices.push(invoice);
    if (invoices.length >= mostInvoices) break;
  }
  return invoices;
}

/** As a till enrols: sealed, under keys that the server made before. */
async function enrol(
  context: Context,
  till: TestTill,
  merchantId: string,
  memberIds: readonly string[],
): Promise<void> {
  till.orderedAtMs = Date.UTC(2010, 10, 1);
  const entries: Entry[] = [];
  for (const memberId of memberIds) {
    const key = { keyId: randomUUID(), key: randomBytes(personKeyBytes).toString('base64url') };
    await context.database.pool.query(
      `insert into personal_key (merchant_id, key_id, key, store_id, till_number, made_at_ms) values ($1, $2, $3, $4, 1, 0)`,
      [merchantId, key.keyId, key.key, till.storeId],
    );
    const nonce = Uint8Array.from(randomBytes(personNonceBytes));
    const person = await sealPerson(key, nonce, memberId, { name: `Customer ${memberId}` });
    const code = memberCodeOf(randomBytes(memberCodeBytes));
    entries.push(await till.next('member-enrolled', { memberId, code, person, consents: [], approvals: [] }));
  }
  for (let first = 0; first < entries.length; first += 200)
    await post(context, till, entries.slice(first, first + 200));
}

async function play(context: Context, till: TestTill, invoices: readonly Invoice[]): Promise<void> {
  const shop = { currency: 'GBP', taxRules, taxClass: 'standard', placeId: 'floor', nameOf: () => null };
  let batch: Entry[] = [];
  for (const invoice of invoices) {
    const { facts, atMs } = factsOf(invoice, shop);
    for (const { kind, body } of facts) {
      till.orderedAtMs = Math.max(till.orderedAtMs, atMs - 1);
      batch.push(await till.next(kind, body));
    }
    if (batch.length >= 100) {
      await post(context, till, batch);
      batch = [];
    }
  }
  await post(context, till, batch);
}

/** The same from the tickets alone, in one statement; shares nothing with the ledger. */
const bySales = `
  with tickets as (
    select t.member_id, j.ordered_at_ms as at_ms,
           coalesce(sum(l.total_minor) filter (where l.quantity > 0), 0) as sold, coalesce(sum(l.total_minor) filter (where l.quantity < 0), 0) as back,
           count(*) filter (where l.quantity > 0) > 0 as is_visit
      from retail_transaction t
      join journal j using (store_id, till_number, sequence)
      join line_item l using (store_id, till_number, sequence)
     where t.store_id = $1 and t.member_id is not null group by 1, 2, t.till_number, t.sequence),
  moments as (select member_id, at_ms, sum(sum(sold + back)) over (partition by member_id order by at_ms) as so_far
                from tickets group by 1, 2),
  tops as (select member_id, max(so_far) as top from moments group by 1),
  sums as (select member_id, sum(floor(sold / 100.0) - floor(-back / 100.0))::int8 as points, sum(sold + back)::int8 as spend,
                  count(*) filter (where is_visit)::int8 as visits, max(at_ms) filter (where is_visit) as last_ms
             from tickets group by 1),
  fifths as (select member_id, ntile(5) over (order by last_ms, member_id) as r, ntile(5) over (order by visits, member_id) as f,
                    ntile(5) over (order by spend, member_id) as m
               from sums where visits > 0)
  select s.member_id as "memberId", s.points,
         case when t.top >= ${goldMinor} then 'gold' when t.top >= ${silverMinor} then 'silver' else 'bronze' end as tier,
         coalesce(f.r, 0) as r, coalesce(f.f, 0) as f, coalesce(f.m, 0) as m
    from sums s join tops t using (member_id) left join fifths f using (member_id) order by 1`;
type Told = { memberId: string; points: number; tier: string; r: number; f: number; m: number };

test.runIf(isThere)(
  '[P1] points, tiers and fifths of real customers by posting are those of one SQL over their sales (only where the data file is)',
  async () => {
    const context = { ...openTestContext(postgres.url), nowMs: () => endMs };
    try {
      await migrate(context.database);
      const storeId = await makeStore(context);
      const { rows } = await context.database.pool.query<{ merchantId: string }>(
        'select merchant_id as "merchantId" from store where store_id = $1',
        [storeId],
      );
      const merchantId = rows[0]?.merchantId ?? '';
      const insert = 'insert into member_rules (merchant_id, from_ms, rules) values ($1, 0, $2)';
      await context.database.pool.query(insert, [merchantId, JSON.stringify(rules)]);
      const till = await makeTill(context, storeId, 1);
      const invoices = await invoicesOfCustomers();
      const customers = [...new Set(invoices.flatMap(({ customerId }) => customerId ?? []))].sort();
      await enrol(context, till, merchantId, customers);
      await play(context, till, invoices);
      await refreshStandings(context);

      const expected = (await context.database.pool.query<Told>(bySales, [storeId])).rows;
      const { rows: posted } = await context.database.pool.query<Pick<Told, 'memberId' | 'points' | 'tier'>>(
        `select member_id as "memberId", points, tier from member where store_id = $1 order by 1`,
        [storeId],
      );
      expect(posted.length).toBe(customers.length);
      const told = new Map(expected.map((one) => [one.memberId, one]));
      expect(posted.filter(({ memberId }) => told.has(memberId))).toEqual(
        expected.map(({ memberId, points, tier }) => ({ memberId, points, tier })),
      );
      expect(new Set(posted.map(({ tier }) => tier))).toEqual(new Set(['bronze', 'silver', 'gold']));
      for (const fifth of [1, 2, 3, 4, 5]) {
        const exactly = [fifth, fifth] as [number, number];
        const any = [1, 5] as [number, number];
        for (const [column, condition] of [
          ['r', { kind: 'rfm', recency: exactly, frequency: any, monetary: any }],
          ['f', { kind: 'rfm', recency: any, frequency: exactly, monetary: any }],
          ['m', { kind: 'rfm', recency: any, frequency: any, monetary: exactly }],
        ] as const) {
          const meant = await membersOfSegment(context, merchantId, [condition]);
          const wanted = expected.filter((one) => one[column] === fifth).map(({ memberId }) => memberId);
          expect(meant.map(({ memberId }) => memberId)).toEqual(wanted);
        }
      }
      console.info(`  ${customers.length} customers, ${invoices.length} invoices`);
    } finally {
      await context.close();
    }
  },
);
