import type { PublishAnswer, PublishedRules, PublishRules } from '#schemas/api/fair-play.ts';
import type { FairRules } from '#schemas/procurement/fair-play.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import type { FairPlayFailure } from './deposit.ts';

type Found = { version: number; atMs: number; name: string | null; rules: FairRules };

/** [FP1] The rules of a version, or the latest; null: there are none. */
export async function findRules(database: Queryable, merchantId: string, version?: number): Promise<Found | null> {
  const { rows } = await database.query<Found>(
    `select version, at_ms as "atMs", rules, coalesce(
              (select name from operator o where o.merchant_id = r.merchant_id and o.operator_id = r.actor_id),
              (select name from api_key k where k.merchant_id = r.merchant_id and k.key_id = r.actor_id)) as name
       from fair_play_rules r where merchant_id = $1 and ($2::int4 is null or version = $2) order by version desc limit 1`,
    [merchantId, version ?? null],
  );
  return rows[0] ?? null;
}

export async function readRules(
  context: ServerContext,
  { merchantId, side }: { merchantId: string; side: OrderSide },
  version?: number,
): Promise<PublishedRules | null> {
  const { pool } = context.database;
  const [found, latest] = [await findRules(pool, merchantId, version), await findRules(pool, merchantId)];
  if (version !== undefined && found === null) return null;
  const { rows } = await pool.query<{ currency: string }>(
    'select currency from store where merchant_id = $1 group by currency order by count(*) desc, currency',
    [merchantId],
  );
  return {
    ...{ serverTimeMs: context.nowMs(), version: found?.version ?? 0, latest: latest?.version ?? 0 },
    ...{ publishedAtMs: found?.atMs ?? null, name: side === 'buyer' ? (found?.name ?? null) : null },
    ...{ rules: found?.rules ?? null, currencies: rows.map(({ currency }) => currency) },
  };
}

/** [FP1] A new version, if the one that its writer saw is still the latest. */
export async function publishRules(
  context: ServerContext,
  { merchantId, by }: { merchantId: string; by: AuditActor },
  { version, rules }: PublishRules,
): Promise<Result<PublishAnswer, FairPlayFailure>> {
  return inTransaction(context.database, async (tx) => {
    await tx.query('select 1 from merchant where merchant_id = $1 for no key update', [merchantId]);
    const latest = (await findRules(tx, merchantId))?.version ?? 0;
    if (latest !== version) return fail({ code: 'conflict', detail: `it is at version ${latest}` });
    await tx.query(
      'insert into fair_play_rules (merchant_id, version, actor_id, at_ms, rules) values ($1, $2, $3, $4, $5)',
      [merchantId, latest + 1, by.actorId, context.nowMs(), JSON.stringify(rules)],
    );
    await recordAudit(tx, context, by, {
      ...{ merchantId, storeId: null, action: 'fair-play-published', subjectType: 'merchant', subjectId: merchantId },
      after: { version: latest + 1, ...rules },
    });
    return ok({ version: latest + 1 });
  });
}
