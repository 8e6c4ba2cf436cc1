import { m } from '#pwa/paraglide/messages.js';
import type { OrderFile } from '#schemas/api/order-file.ts';

type Problem = OrderFile['problems'][number];

const problems: Readonly<Record<string, (detail: string) => string>> = {
  'too-few-cells': (count) => m.catalogue_too_few_cells({ count }),
  'too-many-cells': (count) => m.catalogue_too_many_cells({ count }),
  'quote-not-closed': () => m.catalogue_quote_open(),
  'record-too-long': () => m.catalogue_row_long(),
  'unreadable-character': () => m.catalogue_unreadable(),
  formula: () => m.catalogue_formula(),
  'goods-missing': () => m.order_file_goods_missing(),
  'goods-unknown': () => m.order_file_goods_unknown(),
  'goods-differ': (sku) => m.order_file_goods_differ({ sku }),
  'goods-twice': (line) => m.order_file_goods_twice({ line }),
  'gtin-wrong': () => m.catalogue_gtin_wrong(),
  'gtin-rounded': () => m.catalogue_gtin_rounded(),
  'quantity-format': () => m.order_file_quantity(),
  'cost-format': () => m.catalogue_cost_wrong(),
  'day-format': () => m.order_file_day(),
};

/** Why a row cannot be taken, and what to do. */
export function orderFileProblemText({ code, detail = '' }: Problem): string {
  return problems[code]?.(detail) ?? code;
}

export function orderFileFailureText({ code, columns }: NonNullable<OrderFile['failure']>): string {
  const named = columns.join(', ');
  if (code === 'column-missing') return m.catalogue_column_missing({ columns: named });
  if (code === 'column-twice') return m.catalogue_column_twice({ columns: named });
  if (code === 'encoding-unknown') return m.catalogue_encoding();
  return code === 'empty-file' ? m.catalogue_empty_file() : m.order_file_too_many();
}
