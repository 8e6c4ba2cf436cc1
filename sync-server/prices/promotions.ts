import type { PromotionDetail, PromotionList, PromotionProblem, PromotionsQuery } from '#schemas/api/promotions.ts';
import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import { recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { changeChain, type PriceOffice, stateOf } from './price-state.ts';
import { type PromotionNames, promotionNames } from './promotion-names.ts';
import { promotionProblems } from './promotion-problems.ts';

type Stored = { row: Promotion; changedAtMs: number; isEnded: boolean };
type Listed = { promotion: Promotion; changedAtMs: number; rank: 0 | 1 | 2 };
type Of = Pick<PriceOffice, 'merchantId' | 'currency'>;

/** Of a target in the list: a sentence names no more. */
const fewNames = 3;
/** States in the order of the list, as `rank` in SQL: 0 running, 1 coming, 2 ended. */
const states = ['running', 'coming', 'ended'] as const;
const rank = `case when deleted or (row -> 'conditions' ->> 'validUntilMs')::int8 <= $2 then 2
  when (row -> 'conditions' ->> 'validFromMs')::int8 > $2 then 1 else 0 end`;

/** Promotions of the chain: running, coming, ended; the latest changed first. */
export async function listPromotions(
  context: ServerContext,
  { merchantId, currency }: Of,
  { state, q, limit, after }: PromotionsQuery,
): Promise<PromotionList> {
  const { pool } = context.database;
  const nowMs = context.nowMs();
  const [afterRank = '', afterMs = '', afterId = ''] = (after ?? '-1|0|').split('|');
  const ranked = `select promotion_id, row, changed_at_ms, ${rank} as rank from promotion where merchant_id = $1`;
  const [listed, counted] = await Promise.all([
    pool.query<Listed>(
      `select row as promotion, changed_at_ms as "changedAtMs", rank
         from (${ranked}) p
        where ($3::int is null or rank = $3)
          and ($4 = '' or promotion_id = $4 or position(lower($4) in lower((row -> 'names')::text)) > 0)
          and (rank, -changed_at_ms, promotion_id) > ($5::int, $6::int8, $7)
        order by rank, -changed_at_ms, promotion_id limit ${limit + 1}`,
      [
        ...[merchantId, nowMs, state === undefined ? null : states.indexOf(state), q.trim()],
        ...[wholeOf(afterRank), wholeOf(afterMs), afterId],
      ],
    ),
    pool.query<{ rank: 0 | 1 | 2; count: number }>(
      `select rank, count(*)::int as count from (${ranked}) p group by rank`,
      [merchantId, nowMs],
    ),
  ]);
  const page = listed.rows.slice(0, limit);
  const last = listed.rows.length > limit ? page.at(-1) : undefined;
  const countOf = (wanted: number) => counted.rows.find((row) => row.rank === wanted)?.count ?? 0;
  const promotions = page.map(({ promotion }) => promotion);
  const names = await promotionNames(pool, merchantId, promotions, fewNames);
  return {
    currency,
    promotions: page.map(({ rank: at, ...item }, index) => ({ ...item, state: states[at], ...namesAt(names, index) })),
    counts: { running: countOf(0), coming: countOf(1), ended: countOf(2) },
    next: last ? `${last.rank}|${-last.changedAtMs}|${last.promotion.promotionId}` : null,
  };
}

function namesAt(names: readonly PromotionNames[], index: number): PromotionNames {
  return names[index] ?? { goods: [], categories: [] };
}

function wholeOf(text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && Math.abs(value) < 2 ** 52 ? value : 0;
}

async function findPromotion(
  { database }: Pick<ServerContext, 'database'>,
  merchantId: string,
  promotionId: string,
  tx: Pick<ServerContext['database']['pool'], 'query'> = database.pool,
): Promise<Stored | null> {
  const { rows } = await tx.query<Stored>(
    `select row, changed_at_ms as "changedAtMs", deleted as "isEnded" from promotion
      where merchant_id = $1 and promotion_id = $2`,
    [merchantId, promotionId],
  );
  return rows[0] ?? null;
}

/** A promotion with the names of its goods; null: the chain has no such one. */
export async function readPromotion(
  context: ServerContext,
  merchantId: string,
  promotionId: string,
): Promise<PromotionDetail | null> {
  const found = await findPromotion(context, merchantId, promotionId);
  if (found === null) return null;
  const { row: promotion, changedAtMs, isEnded } = found;
  const names = await promotionNames(context.database.pool, merchantId, [promotion]);
  return {
    promotion,
    state: stateOf(promotion.conditions, isEnded, context.nowMs()),
    changedAtMs,
    ...namesAt(names, 0),
  };
}

/** Makes a promotion or changes it; answers what is wrong with it. One that was ended counts again. */
export async function putPromotion(
  context: ServerContext,
  office: PriceOffice,
  promotionId: string,
  promotion: Promotion,
): Promise<PromotionProblem[]> {
  const { merchantId, by } = office;
  const problems = await changeChain(context, merchantId, async (tx, revision) => {
    const before = await findPromotion(context, merchantId, promotionId, tx);
    const isThere = before?.isEnded === false;
    const found = await promotionProblems(tx, office, promotion, { nowMs: context.nowMs(), isThere });
    if (promotion.promotionId !== promotionId) found.unshift({ code: 'id-differs', value: promotion.promotionId });
    const isSame = isThere && canonicalJson(before.row) === canonicalJson(promotion);
    if (found.length > 0 || isSame) return { keep: false, value: found };
    await tx.query(
      `insert into promotion (merchant_id, promotion_id, row, changed_at_ms, revision) values ($1, $2, $3, $4, $5)
       on conflict (merchant_id, promotion_id) do update set row = excluded.row, deleted = false,
         changed_at_ms = excluded.changed_at_ms, revision = excluded.revision`,
      [merchantId, promotionId, promotion, context.nowMs(), revision],
    );
    const subject = { subjectType: 'promotion', subjectId: promotionId };
    const sides = { ...(before ? { before: before.row } : {}), after: promotion };
    await recordAudit(tx, context, by, { merchantId, storeId: null, action: 'promotion-saved', ...subject, ...sides });
    return { keep: true, value: [] };
  });
  if (problems.length === 0) context.changes.publish(merchantId);
  return problems;
}

/** Ends a promotion at once. False: there is no such open one. */
export async function endPromotion(context: ServerContext, office: PriceOffice, promotionId: string): Promise<boolean> {
  const { merchantId, by } = office;
  const isEnded = await changeChain(context, merchantId, async (tx, revision) => {
    const { rowCount } = await tx.query(
      `update promotion set deleted = true, changed_at_ms = $3, revision = $4
        where merchant_id = $1 and promotion_id = $2 and not deleted`,
      [merchantId, promotionId, context.nowMs(), revision],
    );
    if (rowCount === 0) return { keep: false, value: false };
    const what = { action: 'promotion-ended', subjectType: 'promotion', subjectId: promotionId } as const;
    await recordAudit(tx, context, by, { merchantId, storeId: null, ...what });
    return { keep: true, value: true };
  });
  if (isEnded) context.changes.publish(merchantId);
  return isEnded;
}
