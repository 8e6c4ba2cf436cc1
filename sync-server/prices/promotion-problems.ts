import type { PromotionProblem, PromotionProblemCode } from '#schemas/api/promotions.ts';
import { targetsOf } from '#schemas/pricing/compile-promotions.ts';
import type { Articles, Promotion } from '#schemas/pricing/promotion.ts';
import { maxPromotions } from '#schemas/rows/rows.ts';
import type { Queryable } from '../db/database.ts';
import { articlesOf } from './promotion-names.ts';
import { unknownOf } from './unknown-goods.ts';

const maxProblems = 100;

/**
 * What keeps a promotion from being written: goods, categories, brands or stores that the chain does not have, another
 * currency, times that never come. `isThere`: it changes one that holds.
 */
export async function promotionProblems(
  database: Queryable,
  { merchantId, currency }: { merchantId: string; currency: string },
  promotion: Promotion,
  { nowMs, isThere }: { nowMs: number; isThere: boolean },
): Promise<PromotionProblem[]> {
  const problems: PromotionProblem[] = [];
  const add = (code: PromotionProblemCode, value: string) => problems.push({ code, value: value.slice(0, 200) });
  const { storeIds, validFromMs, validUntilMs } = promotion.conditions;
  if (promotion.currency !== currency) add('other-currency', promotion.currency);
  if (validUntilMs !== null && validFromMs !== null && validFromMs >= validUntilMs) add('ends-before-it-begins', '');
  else if (validUntilMs !== null && validUntilMs <= nowMs) add('over-in-the-past', '');
  const targets = targetsOf(promotion);
  if (targets.some((target) => target.kind === 'some' && isEmpty(target))) add('nothing-named', '');
  const articles = articlesOf(promotion);
  const named = (pick: (one: Articles) => readonly string[]) => [...new Set(articles.flatMap(pick))];
  for (const [kind, code, ids] of [
    ['sku', 'sku-unknown', named(({ skuIds }) => skuIds)],
    ['category', 'category-unknown', named(({ categoryIds }) => categoryIds)],
    ['brand', 'brand-unknown', named(({ brands }) => brands)],
    ['store', 'store-unknown', storeIds ?? []],
  ] as const) {
    for (const value of await unknownOf(database, merchantId, kind, ids)) add(code, value);
  }
  if (!isThere && (await countOpen(database, merchantId)) >= maxPromotions) {
    add('too-many-promotions', String(maxPromotions));
  }
  return problems.slice(0, maxProblems);
}

function isEmpty({ skuIds, categoryIds, brands }: Articles): boolean {
  return skuIds.length + categoryIds.length + brands.length === 0;
}

async function countOpen(database: Queryable, merchantId: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    'select count(*)::int as count from promotion where merchant_id = $1 and not deleted',
    [merchantId],
  );
  return rows[0]?.count ?? 0;
}
