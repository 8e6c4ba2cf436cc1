import { m } from '#pwa/paraglide/messages.js';
import type { GoodsDeed } from '#pwa/state/goods-link.ts';
import type { GoodsRow } from '#schemas/api/goods-report.ts';
import { formatMoney } from '#schemas/money/money.ts';
import {
  type GoodsBy,
  type GoodsMeasureId,
  type GoodsState,
  type GoodsSums,
  type GoodsView,
  goodsMeasured,
  goodsMeasures,
} from '#schemas/reports/goods-measures.ts';
import { nameIn } from '#schemas/text.ts';
import type { Formats } from './report-text.ts';

/** What a measure is called, and how it is made. */
export const goodsMeasureTexts: Readonly<Record<GoodsMeasureId, { name: () => string; means: () => string }>> = {
  sold: { name: m.goods_sold, means: m.goods_sold_means },
  netMinor: { name: m.measure_net, means: m.measure_net_means },
  received: { name: m.goods_received, means: m.goods_received_means },
  onHand: { name: m.goods_on_hand, means: m.goods_on_hand_means },
  sellThrough: { name: m.goods_sell_through, means: m.goods_sell_through_means },
  daysOfStock: { name: m.goods_days_of_stock, means: m.goods_days_of_stock_means },
  turns: { name: m.goods_turns, means: m.goods_turns_means },
  age30: { name: m.goods_age30, means: m.goods_age_means },
  age90: { name: m.goods_age90, means: m.goods_age_means },
  age180: { name: m.goods_age180, means: m.goods_age_means },
  age365: { name: m.goods_age365, means: m.goods_age_means },
  older: { name: m.goods_older, means: m.goods_age_means },
  emptyDays: { name: m.goods_empty_days, means: m.goods_empty_days_means },
  emptyHours: { name: m.goods_empty_hours, means: m.goods_empty_hours_means },
  lostUnits: { name: m.goods_lost_units, means: m.goods_lost_units_means },
  lostMinor: { name: m.goods_lost_sales, means: m.goods_lost_sales_means },
  marginMinor: { name: m.goods_margin, means: m.goods_margin_means },
  marginShare: { name: m.goods_margin_share, means: m.goods_margin_share_means },
  lastMarginMinor: { name: m.goods_last_margin, means: m.goods_last_margin_means },
  stockCostMinor: { name: m.goods_stock_cost, means: m.goods_stock_cost_means },
  gmroi: { name: m.goods_gmroi, means: m.goods_gmroi_means },
  soldBack: { name: m.measure_units_back, means: m.measure_units_back_means },
  backShare: { name: m.goods_back_share, means: m.goods_back_share_means },
  returnsMinor: { name: m.measure_returns, means: m.measure_returns_means },
  lostPieces: { name: m.goods_lost_pieces, means: m.goods_lost_pieces_means },
  lostValueMinor: { name: m.goods_lost_value, means: m.goods_lost_value_means },
  lossShare: { name: m.goods_loss_share, means: m.goods_loss_share_means },
  wrongShare: { name: m.goods_wrong_share, means: m.goods_wrong_share_means },
  expiring: { name: m.goods_expiring, means: m.goods_expiring_means },
  expired: { name: m.goods_expired, means: m.goods_expired_means },
};

export const goodsViewTexts: Readonly<Record<GoodsView, () => string>> = {
  selling: m.goods_view_selling,
  age: m.goods_view_age,
  empty: m.goods_view_empty,
  margin: m.goods_view_margin,
  returns: m.goods_view_returns,
  loss: m.goods_view_loss,
};
export const goodsByTexts: Readonly<Record<GoodsBy, () => string>> = {
  sku: m.dimension_sku,
  category: m.dimension_category,
  brand: m.dimension_brand,
  supplier: m.goods_supplier,
};
export const goodsStateTexts: Readonly<Record<GoodsState, () => string>> = {
  out: m.goods_state_out,
  dead: m.goods_state_dead,
  slow: m.goods_state_slow,
  fresh: m.goods_state_fresh,
  well: m.goods_state_well,
  none: m.goods_state_none,
};
export const goodsDeedTexts: Readonly<Record<GoodsDeed, () => string>> = {
  order: m.goods_to_order,
  'mark-down': m.work_mark_down,
  count: m.goods_to_count,
  trace: m.work_to_units,
  tickets: m.goods_to_tickets,
  sales: m.goods_to_sales,
};

/** A measure for a person; a dash where it says nothing. */
export function goodsMeasureText(id: GoodsMeasureId, sums: GoodsSums, days: number, formats: Formats): string {
  const value = goodsMeasured(id, sums, days);
  return value === null ? '–' : goodsValueText(id, value, formats);
}

export function goodsValueText(id: GoodsMeasureId, value: number, { locale, currency }: Formats): string {
  const { unit } = goodsMeasures[id];
  if (unit === 'money') return formatMoney(Math.round(value), currency, locale);
  const digits = { count: 0, share: 1, ratio: 2, days: value < 10 ? 1 : 0, hours: 0 }[unit];
  const style = unit === 'share' ? ({ style: 'percent' } as const) : {};
  return new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: digits }).format(value);
}

const withoutKey = {
  sku: m.report_none,
  category: m.report_no_category,
  brand: m.report_no_brand,
  supplier: m.goods_no_supplier,
};

/** What a row is called. */
export function goodsRowText(
  by: GoodsBy,
  { key, names }: Pick<GoodsRow, 'key' | 'names'>,
  { locale }: Formats,
): string {
  if (names !== null) return typeof names === 'string' ? names : nameIn(names, locale);
  return key === '' ? withoutKey[by]() : key;
}
