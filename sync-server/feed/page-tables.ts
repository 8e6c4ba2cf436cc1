import { keyFields } from '#schemas/rows/page-value.ts';
import type { FeedTable } from '#schemas/rows/rows.ts';

/** Whose counter numbers the changes. Kept in `feed_page` and `feed_manifest` as `chain/<id>` or `store/<id>`: a store and a merchant may have equal ids (A1). */
export type Scope = { kind: 'chain' | 'store'; id: string };

export function scopeName(scope: Scope): string {
  return `${scope.kind}/${scope.id}`;
}

/** How a table becomes pages. Columns come as PostgreSQL's text; `$1` is the scope's id. */
export type PageTable = {
  table: FeedTable;
  scope: Scope['kind'];
  /** The table that it is cut from, whose `revision` tells whether it changed. */
  source:
    | 'sku'
    | 'gtin'
    | 'price'
    | 'price_list'
    | 'sku_price'
    | 'promotion'
    | 'stock'
    | 'unit'
    | 'member'
    | 'delivery'
    | 'carton'
    | 'receipt'
    | 'stock_count'
    | 'customer_account'
    | 'recall'
    | 'awaited_carton';
  /** Rows a page on average. */
  targetRows: number;
  /** First column: the row key. */
  columns: string;
  where: string;
  /** Gives the order of the keys as bytes. */
  orderBy: string;
  /** JSON text of the value, without what the key says (schemas/rows/page-value.ts). */
  value(columns: readonly (string | null)[]): string;
};

const notDeleted = 'merchant_id = $1 and not deleted';

export const pageTables: readonly PageTable[] = [
  {
    table: 'sku',
    scope: 'chain',
    source: 'sku',
    targetRows: 2_048,
    columns: 'sku_id, names, category_id, brand, tax_class, tracking, variant',
    where: notDeleted,
    orderBy: 'sku_id',
    value: ([, names, categoryId, brand, taxClass, tracking, variant]) =>
      JSON.stringify({ names: json(names), categoryId, brand, taxClass, tracking, variant: json(variant) }),
  },
  {
    table: 'gtin',
    scope: 'chain',
    source: 'gtin',
    targetRows: 4_096,
    columns: 'gtin14, sku_id',
    where: notDeleted,
    orderBy: 'gtin14',
    value: ([, skuId]) => JSON.stringify({ skuId }),
  },
  {
    table: 'price',
    scope: 'chain',
    source: 'price',
    targetRows: 4_096,
    columns: 'sku_id, price_minor, online_price_minor, online_confirmed_at_ms',
    where: notDeleted,
    orderBy: 'sku_id',
    value: ([, priceMinor, onlinePriceMinor, confirmedAtMs]) =>
      JSON.stringify({
        priceMinor: json(priceMinor),
        onlinePriceMinor: json(onlinePriceMinor),
        // What nobody knows of most rows is left out.
        onlineConfirmedAtMs: json(confirmedAtMs) ?? undefined,
      }),
  },
  rowTable('chain', 'price-list', 'price_list_id', 64),
  rowTable('chain', 'sku-price', 'sku_id', 1_024),
  rowTable('chain', 'promotion', 'promotion_id', 64),
  {
    table: 'stock',
    scope: 'store',
    source: 'stock',
    targetRows: 4_096,
    columns: "place_id || '|' || sku_id, received, returned, moved_in, sold, moved_out, adjusted, counted_at_ms",
    where: 'store_id = $1',
    // A place's id may begin with another's, so the columns' order is not the key's.
    orderBy: "place_id || '|' || sku_id",
    value: ([, ...columns]) => {
      const [received, returned, movedIn, sold, movedOut, adjusted] = columns.map(Number);
      const countedAtMs = json(columns[6]) ?? undefined;
      return JSON.stringify({ received, returned, movedIn, sold, movedOut, adjusted, countedAtMs });
    },
  },
  {
    table: 'unit',
    scope: 'store',
    source: 'unit',
    targetRows: 4_096,
    columns: "gtin14 || '.' || serial, sku_id, place_id, state, entry_id, ordered_at_ms, batch, expires_on",
    where: 'store_id = $1',
    orderBy: 'gtin14, serial',
    value: ([, skuId, placeId, state, entryId, orderedAtMs, batch, expiresOn]) =>
      JSON.stringify({
        skuId,
        placeId,
        state,
        entryId,
        orderedAtMs: Number(orderedAtMs),
        batch: batch ?? undefined,
        expiresOn: expiresOn ?? undefined,
      }),
  },
  {
    table: 'member',
    scope: 'store',
    source: 'member',
    targetRows: 2_048,
    columns: 'member_id, name, phone, code, tier, merged_into, email, card_number, points, coupons',
    where: 'store_id = $1 and not deleted',
    orderBy: 'member_id',
    value: ([, name, phone, code, tier, ...known]) => {
      // What most people have not is left out.
      const [mergedInto, email, cardNumber, points, coupons] = known.map((value) => value ?? undefined);
      return JSON.stringify({
        name,
        phone,
        code,
        tier,
        mergedInto,
        email,
        cardNumber,
        points: points && Number(points),
        coupons: coupons && json(coupons),
      });
    },
  },
  rowTable('store', 'delivery', 'delivery_id'),
  rowTable('store', 'carton', "sscc || '|' || delivery_id"),
  rowTable('store', 'receipt', "delivery_id || '|' || entry_id"),
  rowTable('store', 'stock-count', 'count_id'),
  rowTable('store', 'customer-account', 'number'),
  {
    table: 'recall',
    scope: 'chain',
    source: 'recall',
    targetRows: 64,
    columns: 'recall_id, title, advice, gtins, batches, units, opened_at_ms',
    where: notDeleted,
    orderBy: 'recall_id',
    value: ([, title, advice, gtins, batches, units, openedAtMs]) =>
      JSON.stringify({
        title,
        advice,
        gtins: json(gtins),
        batches: json(batches),
        units: json(units),
        openedAtMs: Number(openedAtMs),
      }),
  },
  {
    table: 'awaited-carton',
    scope: 'chain',
    source: 'awaited_carton',
    targetRows: 4_096,
    columns: "sscc || '|' || store_id, source_name, announced_at_ms, skus",
    where: notDeleted,
    orderBy: "sscc || '|' || store_id",
    value: ([, sourceName, announcedAtMs, skus]) =>
      JSON.stringify({
        sourceName,
        announcedAtMs: Number(announcedAtMs),
        ...(skus === null ? {} : { skus: json(skus) }),
      }),
  },
];

type RowTable =
  | 'delivery'
  | 'carton'
  | 'receipt'
  | 'stock-count'
  | 'customer-account'
  | 'price-list'
  | 'sku-price'
  | 'promotion';

/** A table that keeps its feed row as it is. */
function rowTable(scope: 'chain' | 'store', table: RowTable, rowKey: string, targetRows = 128): PageTable {
  return {
    table,
    scope,
    source: table.replace('-', '_') as PageTable['source'],
    targetRows,
    columns: `${rowKey}, row`,
    where: scope === 'chain' ? notDeleted : `store_id = $1${table === 'customer-account' ? ' and not deleted' : ''}`,
    orderBy: rowKey,
    value: ([rowKeyText, row]) => {
      const value = json(row) as Record<string, unknown>;
      for (const field of Object.keys(keyFields(table, rowKeyText ?? ''))) delete value[field];
      return JSON.stringify(value);
    },
  };
}

function json(text: string | null | undefined): unknown {
  return text == null ? null : JSON.parse(text);
}
