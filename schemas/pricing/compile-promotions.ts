import { unreachable } from '../assert.ts';
import { timesOpen } from './conditions.ts';
import { at, type Pool, shelfMinorOf } from './pools.ts';
import type { Articles, Promotion, PromotionContext, Target } from './promotion.ts';

/** The goods that one role of a promotion asks for: what is bought, what is had for less, a part of a set. */
type Role = { promotion: number; role: number; except: ArticleSets | null };
type ArticleSets = { skuIds: ReadonlySet<string>; categoryIds: ReadonlySet<string>; brands: ReadonlySet<string> };

/** Promotions indexed by what they are about; made once, asked at every scan. */
export type Promotions = {
  /** By id, which settles what nothing else does. */
  readonly promotions: readonly Promotion[];
  /** How many roles each has. */
  readonly roleCounts: readonly number[];
  readonly bySku: ReadonlyMap<string, readonly Role[]>;
  readonly byCategory: ReadonlyMap<string, readonly Role[]>;
  readonly byBrand: ReadonlyMap<string, readonly Role[]>;
  readonly ofAll: readonly Role[];
};

/** A promotion that is open to this ticket and finds goods in it. */
export type Offer<Kind extends Promotion = Promotion> = {
  promotion: Kind;
  /** How often it may be applied. */
  times: number;
  /** Pools that each role asks for, the dearest first. */
  roles: readonly (readonly number[])[];
  /** Where something must be spent: how much is, and for rewards on which pools. */
  spent: { shelfMinor: number; on: ReadonlySet<number> };
};

const nothingSpent: Offer['spent'] = { shelfMinor: 0, on: new Set() };

/** Spent is what the shelf asks: a discount never makes the customer lose another. What is spent on all goods is summed once. */
function spending(pools: readonly Pool[]): (promotion: Promotion, role: readonly number[]) => Offer['spent'] {
  const known = new Map<readonly number[], Offer['spent']>();
  return ({ kind }, role) => {
    if (kind !== 'ticket-discount' && kind !== 'spend-get') return nothingSpent;
    const spent = known.get(role) ?? { shelfMinor: shelfMinorOf(pools, role), on: new Set(role) };
    known.set(role, spent);
    return spent;
  };
}

/** The goods that a promotion asks for, role by role. */
export function targetsOf(promotion: Promotion): Target[] {
  switch (promotion.kind) {
    case 'discount':
    case 'ticket-discount':
    case 'nth-item':
      return [promotion.target];
    case 'buy-get':
      return promotion.get.target === null ? [promotion.buy.target] : [promotion.buy.target, promotion.get.target];
    case 'set':
      return promotion.parts.map(({ target }) => target);
    case 'spend-get':
      return [promotion.target, promotion.get.target];
    default:
      return unreachable(promotion);
  }
}

/** Of promotions with the same id the last counts. */
export function compilePromotions(given: readonly Promotion[]): Promotions {
  const unique = new Map(given.map((promotion) => [promotion.promotionId, promotion]));
  const promotions = [...unique.values()].sort((left, right) => (left.promotionId < right.promotionId ? -1 : 1));
  const bySku = new Map<string, Role[]>();
  const byCategory = new Map<string, Role[]>();
  const byBrand = new Map<string, Role[]>();
  const ofAll: Role[] = [];
  promotions.forEach((promotion, index) => {
    targetsOf(promotion).forEach((target, roleIndex) => {
      const role = { promotion: index, role: roleIndex, except: target.except && setsOf(target.except) };
      if (target.kind === 'all') {
        ofAll.push(role);
        return;
      }
      for (const skuId of new Set(target.skuIds)) add(bySku, skuId, role);
      for (const categoryId of new Set(target.categoryIds)) add(byCategory, categoryId, role);
      for (const brand of new Set(target.brands)) add(byBrand, brand, role);
    });
  });
  const roleCounts = promotions.map((promotion) => targetsOf(promotion).length);
  return { promotions, roleCounts, bySku, byCategory, byBrand, ofAll };
}

function add(index: Map<string, Role[]>, key: string, role: Role): void {
  const known = index.get(key);
  if (known) known.push(role);
  else index.set(key, [role]);
}

function setsOf({ skuIds, categoryIds, brands }: Articles): ArticleSets {
  return { skuIds: new Set(skuIds), categoryIds: new Set(categoryIds), brands: new Set(brands) };
}

/** What is open to a ticket with these pools, by promotion id. */
export function offersOf(compiled: Promotions, context: PromotionContext, pools: readonly Pool[]): Offer[] {
  const times = compiled.promotions.map((promotion) => timesOpen(promotion, context));
  // By promotion: a basket meets most of them, and each of its pools many.
  const found: (number[][] | undefined)[] = new Array(compiled.promotions.length);
  const rolesOf = (promotion: number): number[][] => {
    const known = found[promotion];
    if (known !== undefined) return known;
    const roles: number[][] = [];
    for (let count = at(compiled.roleCounts, promotion); count > 0; count -= 1) roles.push([]);
    found[promotion] = roles;
    return roles;
  };
  const isOfEveryPool = ({ except }: Role) => except === null;
  // One list for all that ask for everything: nobody changes a role, and most of a shop's promotions on spending do.
  const everyPool = pools.map((_, index) => index);
  for (const { promotion, role } of pools.length === 0 ? [] : compiled.ofAll.filter(isOfEveryPool)) {
    if (times[promotion] !== 0) rolesOf(promotion)[role] = everyPool;
  }
  const ofMost = compiled.ofAll.filter((role) => !isOfEveryPool(role));
  pools.forEach((pool, poolIndex) => {
    const visit = (roles: readonly Role[] | undefined) => {
      if (roles === undefined) return;
      for (const { promotion, role, except } of roles) {
        if (times[promotion] === 0 || (except !== null && names(except, pool))) continue;
        const indexes = at(rolesOf(promotion), role);
        // A SKU may be named by its id, its brand and two categories at once.
        if (indexes.at(-1) !== poolIndex) indexes.push(poolIndex);
      }
    };
    visit(ofMost);
    visit(compiled.bySku.get(pool.skuId));
    for (const categoryId of pool.categoryIds) visit(compiled.byCategory.get(categoryId));
    if (pool.brand !== null) visit(compiled.byBrand.get(pool.brand));
  });
  const spentOn = spending(pools);
  return found.flatMap((roles, index): Offer[] => {
    if (roles === undefined || roles.some((indexes) => indexes.length === 0)) return [];
    const promotion = at(compiled.promotions, index);
    return [{ promotion, times: at(times, index), roles, spent: spentOn(promotion, at(roles, 0)) }];
  });
}

function names(articles: ArticleSets, { skuId, brand, categoryIds }: Pool): boolean {
  if (articles.skuIds.has(skuId) || (brand !== null && articles.brands.has(brand))) return true;
  return categoryIds.some((categoryId) => articles.categoryIds.has(categoryId));
}
