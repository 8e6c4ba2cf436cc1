import type { PromotionItem } from '#schemas/api/promotions.ts';
import { targetsOf } from '#schemas/pricing/compile-promotions.ts';
import type { Articles, Promotion } from '#schemas/pricing/promotion.ts';
import type { Queryable } from '../db/database.ts';

export type PromotionNames = Pick<PromotionItem, 'goods' | 'categories'>;

const mostNames = 500;

/** Names of the goods and categories that promotions say, as far as the chain has them: of each target the first `most`. */
export async function promotionNames(
  database: Queryable,
  merchantId: string,
  promotions: readonly Promotion[],
  most = mostNames,
): Promise<PromotionNames[]> {
  const said = promotions.map((promotion) => {
    const articles = articlesOf(promotion);
    const ids = (pick: (one: Articles) => readonly string[]) =>
      [...new Set(articles.flatMap((one) => pick(one).slice(0, most)))].slice(0, mostNames);
    return { skuIds: ids(({ skuIds }) => skuIds), categoryIds: ids(({ categoryIds }) => categoryIds) };
  });
  const [skus, categories] = await Promise.all([
    database.query<PromotionNames['goods'][number]>(
      `select sku_id as "skuId", names, variant from sku
        where merchant_id = $1 and sku_id = any ($2) and not deleted`,
      [merchantId, said.flatMap(({ skuIds }) => skuIds)],
    ),
    database.query<PromotionNames['categories'][number]>(
      `select category_id as "categoryId", names from category where merchant_id = $1 and category_id = any ($2)`,
      [merchantId, said.flatMap(({ categoryIds }) => categoryIds)],
    ),
  ]);
  const skuOf = new Map(skus.rows.map((sku) => [sku.skuId, sku]));
  const categoryOf = new Map(categories.rows.map((category) => [category.categoryId, category]));
  return said.map(({ skuIds, categoryIds }) => ({
    goods: skuIds.flatMap((skuId) => skuOf.get(skuId) ?? []),
    categories: categoryIds.flatMap((categoryId) => categoryOf.get(categoryId) ?? []),
  }));
}

/** What the targets of a promotion name, exceptions included. */
export function articlesOf(promotion: Promotion): Articles[] {
  return targetsOf(promotion).flatMap((target) => [
    ...(target.kind === 'some' ? [target] : []),
    ...(target.except ? [target.except] : []),
  ]);
}
