import { emptyStock, type StockRow, stockKey } from '../stock/stock-row.ts';
import { moveUnit, standingOf, type UnitRow, unitKey, unitRowOf } from '../stock/unit.ts';
import type { Effect } from './effects.ts';

/** The rows that effects touch, by key: what the till overlays and what the simulation posts. */
export type RowReader = {
  stock(key: string): StockRow | undefined;
  unit(key: string): UnitRow | undefined;
};

/** Pending effects of one entry, with what places its unit steps in time. */
export type PendingEntry = {
  entryId: string;
  orderedAtMs: number;
  effects: readonly Effect[];
};

export type Overlay = {
  stock: Map<string, StockRow>;
  units: Map<string, UnitRow>;
};

/**
 * [F2] Base rows + pending effects = the rows that the server will have when nobody else wrote. `pending` is in the
 * till's order. Only rows that an effect touches are in the answer.
 */
export function overlay(base: RowReader, pending: readonly PendingEntry[]): Overlay {
  const stock = new Map<string, StockRow>();
  const units = new Map<string, UnitRow>();
  const add = (placeId: string, skuId: string, column: keyof Omit<StockRow, 'placeId' | 'skuId'>, quantity: number) => {
    const rowKey = stockKey(placeId, skuId);
    const row = stock.get(rowKey) ?? {
      ...(base.stock(rowKey) ?? emptyStock(placeId, skuId)),
    };
    row[column] += quantity;
    stock.set(rowKey, row);
  };
  for (const { entryId, orderedAtMs, effects } of pending) {
    for (const effect of effects) {
      if (effect.type === 'stock') {
        add(effect.placeId, effect.skuId, effect.column, effect.quantity);
        continue;
      }
      const rowKey = unitKey(effect.gtin14, effect.serial);
      const before = units.get(rowKey) ?? base.unit(rowKey) ?? null;
      const { step, ...told } = effect;
      const move = moveUnit(before === null ? null : standingOf(before), { ...told, type: step });
      const { gtin14, serial, skuId } = effect;
      units.set(rowKey, unitRowOf({ gtin14, serial, skuId, entryId, orderedAtMs }, move.standing));
      for (const part of move.stock) add(part.placeId, skuId, part.column, part.quantity);
    }
  }
  return { stock, units };
}
