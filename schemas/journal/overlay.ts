import { addMovement, emptyStock, type StockColumn, type StockRow, stockKey } from '../stock/stock-row.ts';
import { moveUnit, standingOf, type UnitRow, unitKey, unitRowOf } from '../stock/unit.ts';
import { type Effect, effectAtMs } from './effects.ts';

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
  const rowOf = (placeId: string, skuId: string) => {
    const rowKey = stockKey(placeId, skuId);
    const row = stock.get(rowKey) ?? {
      ...(base.stock(rowKey) ?? emptyStock(placeId, skuId)),
    };
    stock.set(rowKey, row);
    return row;
  };
  const add = (placeId: string, skuId: string, column: StockColumn, quantity: number) => {
    rowOf(placeId, skuId)[column] += quantity;
  };
  for (const { entryId, orderedAtMs, effects } of pending) {
    for (const effect of effects) {
      if (effect.type === 'stock') {
        addMovement(rowOf(effect.placeId, effect.skuId), effect.column, effect.quantity, orderedAtMs);
        continue;
      }
      // Written by the office alone, which has the ledger that it takes: no till has one waiting.
      if (effect.type === 'counted') continue;
      const rowKey = unitKey(effect.gtin14, effect.serial);
      const before = units.get(rowKey) ?? base.unit(rowKey) ?? null;
      const { step, asOfMs: _, ...told } = effect;
      const move = moveUnit(before === null ? null : standingOf(before), { ...told, type: step });
      const { gtin14, serial, skuId } = effect;
      units.set(
        rowKey,
        unitRowOf({ gtin14, serial, skuId, entryId, orderedAtMs: effectAtMs(effect, orderedAtMs) }, move.standing),
      );
      for (const part of move.stock) add(part.placeId, skuId, part.column, part.quantity);
    }
  }
  return { stock, units };
}
