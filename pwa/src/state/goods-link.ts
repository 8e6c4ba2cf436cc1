import { type GoodsReportQuery, goodsReportQuerySchema, goodsRowSchema } from '#schemas/api/goods-report.ts';
import {
  type GoodsBy,
  type GoodsMeasureId,
  type GoodsState,
  type GoodsView,
  goodsBys,
  goodsMeasureIds,
  goodsStates,
  goodsViewIds,
  goodsViews,
} from '#schemas/reports/goods-measures.ts';

const filterIds = ['category', 'brand', 'supplier', 'state', 'abc', 'xyz'] as const;
export type GoodsFilterId = (typeof filterIds)[number];

/** What the page of goods shows: all of it stands in its address, which opens it again. */
export type GoodsLink = {
  view: GoodsView;
  by: GoodsBy;
  /** Empty: the server's own choice of days. */
  from: string;
  to: string;
  q: string;
  sort: GoodsReportQuery['sort'];
  dir: 'up' | 'down';
  offset: number;
  filters: Partial<Record<GoodsFilterId, string>>;
};

const pick = <Value extends string>(choices: readonly Value[], value: string | null): Value | null =>
  choices.find((choice) => choice === value) ?? null;
const dayOf = (value: string | null) => (value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : '');

/** What an address asks for; what makes no sense in it is left out. */
export function readGoodsLink(search: Pick<URLSearchParams, 'get' | 'has'>): GoodsLink {
  const offset = Number(search.get('offset') ?? 0);
  const view = pick(goodsViewIds, search.get('view')) ?? 'selling';
  const filters = filterIds.flatMap((id) => {
    const value = goodsReportQuerySchema.shape[id].safeParse(search.get(id) ?? undefined);
    return value.success && value.data !== undefined ? [[id, value.data]] : [];
  });
  return {
    view,
    by: pick(goodsBys, search.get('by')) ?? 'sku',
    from: dayOf(search.get('from')),
    to: dayOf(search.get('to')),
    q: (search.get('q') ?? '').slice(0, 100),
    sort: pick([...goodsMeasureIds, 'name'] as const, search.get('sort')) ?? mainOf(view),
    dir: pick(['up', 'down'] as const, search.get('dir')) ?? 'down',
    offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0,
    filters: Object.fromEntries(filters),
  };
}

/** What a view is about: its rows begin with the most of it. */
export function mainOf(view: GoodsView): GoodsMeasureId {
  const mains: Readonly<Record<GoodsView, GoodsMeasureId>> = {
    ...{ selling: 'netMinor', age: 'older', empty: 'lostMinor' },
    ...{ margin: 'marginMinor', returns: 'soldBack', loss: 'lostPieces' },
  };
  return mains[view];
}

function pairsOf({ by, from, to, q, sort, dir, offset, filters }: GoodsLink): [string, string][] {
  const said = { by, from, to, q, sort, dir, offset: offset === 0 ? '' : String(offset) };
  // An empty filter asks for what has none.
  return [...Object.entries(said).filter(([, value]) => value !== ''), ...Object.entries(filters)];
}

/** The address of a page. */
export function goodsHref(link: GoodsLink): string {
  return `/manage/goods?${new URLSearchParams([['view', link.view], ...pairsOf(link)])}`;
}

/** What the server is asked. */
export function goodsQuery(link: GoodsLink, locale: string, limit: number): string {
  return new URLSearchParams([...pairsOf(link), ['locale', locale], ['limit', String(limit)]]).toString();
}

/** A group of goods opened: its articles. */
export function articlesOf(link: GoodsLink, key: string): GoodsLink {
  const { by } = link;
  return by === 'sku' ? link : { ...link, by: 'sku', q: '', offset: 0, filters: { ...link.filters, [by]: key } };
}

export type GoodsDeed = 'order' | 'mark-down' | 'count' | 'trace' | 'tickets' | 'sales';

/** What to do about an article, the nearest first: by how it stands and what is looked at. */
export function deedsOf(view: GoodsView, state: GoodsState | null, wrongLines: number): GoodsDeed[] {
  if (view === 'returns') return ['tickets', 'trace'];
  if (view === 'loss') return wrongLines > 0 || state === 'none' ? ['count', 'trace'] : ['trace', 'count'];
  if (view === 'empty' || state === 'out') return ['order', 'sales'];
  if (state === 'dead' || state === 'slow') return ['mark-down', 'sales'];
  return view === 'age' ? ['count', 'sales'] : ['sales', 'order'];
}

/** Where it is done. */
export function deedHref(deed: GoodsDeed, skuId: string, { from, to }: { from: string; to: string }): string {
  const sales = new URLSearchParams({ by: 'day', sku: skuId, from, to });
  switch (deed) {
    case 'order':
      return '/manage/orders/suggested';
    case 'mark-down':
      return '/manage/promotions';
    case 'count':
      return `/manage/counts/new?${new URLSearchParams({ sku: skuId })}`;
    case 'trace':
      return `/manage/units?${new URLSearchParams({ q: skuId })}`;
    case 'tickets':
      return `/manage/reports?${sales}&tickets=1`;
    case 'sales':
      return `/manage/reports?${sales}`;
  }
}

/** What can be chosen of a class. */
export const classChoices = {
  state: goodsStates,
  abc: goodsRowSchema.shape.abc.unwrap().options,
  xyz: goodsRowSchema.shape.xyz.unwrap().options,
} as const;

export const columnsOf = (view: GoodsView): readonly GoodsMeasureId[] => goodsViews[view];
