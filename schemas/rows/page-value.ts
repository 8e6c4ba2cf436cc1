import { assert, unreachable } from '../assert.ts';
import type { FeedRow, FeedTable } from './rows.ts';

/**
 * What a page's value leaves out because the key says it. So a million units of a few hundred deliveries are a few
 * hundred values: a page holds 34 bytes a unit instead of 170. Deltas carry whole rows.
 */
export function keyFields(table: FeedTable, rowKey: string): Record<string, string> {
  switch (table) {
    case 'sku':
    case 'price':
    case 'sku-price':
      return { skuId: rowKey };
    case 'price-list':
      return { priceListId: rowKey };
    case 'promotion':
      return { promotionId: rowKey };
    case 'gtin':
      return { gtin14: rowKey };
    case 'member':
      return { memberId: rowKey };
    case 'stock': {
      const [placeId, skuId] = split(rowKey, rowKey.indexOf('|'));
      return { placeId, skuId };
    }
    case 'unit': {
      const [gtin14, serial] = split(rowKey, 14);
      return { gtin14, serial };
    }
    case 'delivery':
      return { deliveryId: rowKey };
    case 'carton': {
      const [sscc, deliveryId] = split(rowKey, 18);
      return { sscc, deliveryId };
    }
    case 'awaited-carton': {
      const [sscc, storeId] = split(rowKey, 18);
      return { sscc, storeId };
    }
    case 'receipt': {
      const [deliveryId, entryId] = split(rowKey, rowKey.indexOf('|'));
      return { deliveryId, entryId };
    }
    case 'stock-count':
      return { countId: rowKey };
    case 'customer-account':
      return { number: rowKey };
    case 'recall':
      return { recallId: rowKey };
    default:
      return unreachable(table);
  }
}

function split(rowKey: string, at: number): [string, string] {
  assert(at > 0, 'a composite key has two parts');
  return [rowKey.slice(0, at), rowKey.slice(at + 1)];
}

/** A whole row from its key and the value that its page holds. */
export function rowOfPage<Table extends FeedTable>(table: Table, rowKey: string, value: unknown): FeedRow<Table> {
  return { ...keyFields(table, rowKey), ...(value as object) } as FeedRow<Table>;
}
