import { unreachable } from '../assert.ts';
import type { GoodsLine } from '../stock/goods.ts';
import type { StockColumn } from '../stock/stock-row.ts';
import type { UnitStepType } from '../stock/unit.ts';
import type { Fact } from './kinds.ts';

/** What an entry does to the rows: the one function that the server's posting and the till's overlay share (F2). */
export type Effect =
  /** Adds pieces to a column of a stock row; commutes with every other (P1). */
  | {
      type: 'stock';
      placeId: string;
      skuId: string;
      column: StockColumn;
      quantity: number;
    }
  /** A step in a unit's life; what it does to the stock follows from where the unit stands (moveUnit). */
  | {
      type: 'unit';
      gtin14: string;
      serial: string;
      skuId: string;
      placeId: string;
      step: UnitStepType;
      lineNumber: number;
    };

function goodsEffects(line: GoodsLine, lineNumber: number, step: UnitStepType, column: StockColumn): Effect[] {
  const { placeId, skuId, gtin14 } = line;
  if (gtin14 !== null && line.serials.length > 0) {
    return line.serials.map((serial) => ({
      type: 'unit',
      gtin14,
      serial,
      skuId,
      placeId,
      step,
      lineNumber,
    }));
  }
  return [{ type: 'stock', placeId, skuId, column, quantity: line.quantity }];
}

/** The effects of a fact, in the order of its lines. */
export function effectsOf(fact: Fact): Effect[] {
  switch (fact.kind) {
    case 'retail-transaction':
      return fact.body.lines.map((line): Effect => {
        const { placeId, skuId, gtin14, serial, quantity, lineNumber } = line;
        if (gtin14 !== null && serial !== null) {
          return {
            type: 'unit',
            gtin14,
            serial,
            skuId,
            placeId,
            step: quantity > 0 ? 'sold' : 'returned',
            lineNumber,
          };
        }
        return quantity > 0
          ? { type: 'stock', placeId, skuId, column: 'sold', quantity }
          : {
              type: 'stock',
              placeId,
              skuId,
              column: 'returned',
              quantity: -quantity,
            };
      });
    case 'goods-received':
      return fact.body.lines.flatMap((line, index) => goodsEffects(line, index + 1, 'received', 'received'));
    case 'stock-adjusted':
      return fact.body.lines.flatMap((line, index) =>
        goodsEffects(line, index + 1, line.quantity > 0 ? 'found' : 'written-off', 'adjusted'),
      );
    default:
      return unreachable(fact);
  }
}
