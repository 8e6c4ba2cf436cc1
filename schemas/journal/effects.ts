import { unreachable } from '../assert.ts';
import type { CountApproved, UnitOutcome } from '../stock/count-entries.ts';
import type { Goods, UnitsSet } from '../stock/goods.ts';
import type { StockColumn } from '../stock/stock-row.ts';
import type { UnitStep } from '../stock/unit.ts';
import type { UnitStepType } from '../stock/unit-states.ts';
import type { Fact } from './kinds.ts';

/** A step in a unit's life; what it does to the stock follows from where the unit stands (moveUnit). */
export type UnitEffect = {
  type: 'unit';
  gtin14: string;
  serial: string;
  skuId: string;
  step: UnitStepType;
  /** When it was so, where the entry says more than that it had happened by then; see `effectAtMs`. */
  asOfMs?: number;
} & Pick<UnitStep, 'placeId' | 'lineNumber' | 'batch' | 'expiresOn' | 'onDay'>;

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
  | UnitEffect
  /** Pieces of a SKU without item codes that were at a place at a moment: the truth from then on (COUNTING.md). */
  | {
      type: 'counted';
      placeId: string;
      skuId: string;
      counted: number;
      asOfMs: number;
      lineNumber: number;
    };

/** The moment that an effect belongs to: never later than its entry's own place in the order. */
export function effectAtMs(effect: { asOfMs?: number }, orderedAtMs: number): number {
  return Math.min(effect.asOfMs ?? orderedAtMs, orderedAtMs);
}

type Told = Partial<Pick<UnitStep, 'batch' | 'expiresOn' | 'onDay'>>;

function unitEffects(line: Goods & Told, lineNumber: number, placeId: string, step: UnitStepType): UnitEffect[] {
  const { skuId, gtin14, batch = null, expiresOn = null, onDay = null } = line;
  if (gtin14 === null) return [];
  return line.serials.map((serial) => ({
    type: 'unit',
    gtin14,
    serial,
    skuId,
    placeId,
    step,
    lineNumber,
    batch,
    expiresOn,
    onDay,
  }));
}

/** Units step by step, other goods as a number in `column`. */
function goodsEffects(
  line: Goods & Told & { placeId: string },
  lineNumber: number,
  step: UnitStepType,
  column: StockColumn,
): Effect[] {
  const { placeId, skuId, quantity } = line;
  if (line.serials.length > 0) return unitEffects(line, lineNumber, placeId, step);
  return [{ type: 'stock', placeId, skuId, column, quantity }];
}

const stepBySetState = {
  'in-stock': 'found',
  reserved: 'reserved',
  'set-aside': 'set-aside',
} as const satisfies Record<UnitsSet['state'], UnitStepType>;

/** The effects of a fact, in the order of its lines. */
export function effectsOf(fact: Fact): Effect[] {
  switch (fact.kind) {
    case 'retail-transaction':
      return saleEffects(fact.body);
    case 'units-commissioned':
      return fact.body.lines.flatMap((line, index) => unitEffects(line, index + 1, line.placeId, 'commissioned'));
    case 'delivery-announced': {
      const { placeId, lines } = fact.body;
      return lines.flatMap((line, index) => unitEffects(line, index + 1, placeId, 'announced'));
    }
    case 'goods-received': {
      const { isTransfer, lines } = fact.body;
      const [step, column] = isTransfer ? (['arrived', 'movedIn'] as const) : (['received', 'received'] as const);
      return lines.flatMap((line, index) =>
        goodsEffects(line, index + 1, line.condition === 'damaged' ? `${step}-damaged` : step, column),
      );
    }
    case 'goods-moved':
      return fact.body.lines.flatMap((line, index): Effect[] => {
        const { skuId, quantity, fromPlaceId, toPlaceId } = line;
        if (line.serials.length > 0) return unitEffects(line, index + 1, toPlaceId, 'moved');
        return [
          { type: 'stock', placeId: fromPlaceId, skuId, column: 'movedOut', quantity },
          { type: 'stock', placeId: toPlaceId, skuId, column: 'movedIn', quantity },
        ];
      });
    case 'transfer-sent':
      return fact.body.lines.flatMap((line, index) => goodsEffects(line, index + 1, 'sent', 'movedOut'));
    case 'goods-sent-back':
      return fact.body.lines.flatMap((line, index) => goodsEffects(line, index + 1, 'sent-back', 'movedOut'));
    case 'transfer-delivered':
      return fact.body.lines.flatMap((line, at) => unitEffects(line, at + 1, fact.body.placeId, 'delivered'));
    case 'units-set': {
      const step = stepBySetState[fact.body.state];
      return fact.body.lines.flatMap((line, index) => unitEffects(line, index + 1, line.placeId, step));
    }
    case 'stock-adjusted':
      return fact.body.lines.flatMap((line, index) =>
        goodsEffects(line, index + 1, line.quantity > 0 ? 'found' : 'written-off', 'adjusted'),
      );
    case 'count-approved':
      return approvalEffects(fact.body);
    case 'count-opened':
    // Counting itself changes no stock.
    case 'goods-counted':
    case 'place-counted':
    case 'recount-asked':
    case 'count-cancelled':
    case 'receipt-copied':
    case 'delivery-closed':
    case 'labels-printed':
    case 'shift-opened':
    case 'cash-moved':
    case 'shift-closed':
    case 'basket-parked':
    case 'basket-taken':
    case 'payment-open':
    case 'payment-settled':
    case 'member-enrolled':
    case 'member-edited':
    case 'members-merged':
    case 'member-left':
    case 'member-erased':
    case 'points-adjusted':
      return [];
    default:
      return unreachable(fact);
  }
}

const stepByOutcome = {
  missing: 'missed',
  found: 'found',
  moved: 'moved',
} as const satisfies Record<UnitOutcome, UnitStepType>;

function approvalEffects({ units, numbers }: CountApproved): Effect[] {
  const found = units.flatMap(({ gtin14, serial, skuId, placeId, outcome, asOfMs }, index) => {
    const line = { skuId, gtin14, quantity: 1, serials: [serial] };
    return unitEffects(line, index + 1, placeId, stepByOutcome[outcome]).map((effect) => ({ ...effect, asOfMs }));
  });
  const counted = numbers.map(({ placeId, skuId, counted, asOfMs }, index): Effect => {
    return { type: 'counted', placeId, skuId, counted, asOfMs, lineNumber: units.length + index + 1 };
  });
  return [...found, ...counted];
}

function saleEffects({ lines, businessDay }: Extract<Fact, { kind: 'retail-transaction' }>['body']): Effect[] {
  return lines.flatMap((line): Effect[] => {
    const { placeId, skuId, serial, quantity, lineNumber } = line;
    // Nobody has an open item in stock.
    if (skuId === null) return [];
    const isSale = quantity > 0;
    if (line.gtin14 !== null && serial !== null) {
      const goods = { ...line, skuId, serials: [serial], onDay: isSale ? businessDay : null };
      const back = line.condition === 'damaged' ? 'returned-damaged' : 'returned';
      return unitEffects(goods, lineNumber, placeId, isSale ? 'sold' : back);
    }
    return [{ type: 'stock', placeId, skuId, column: isSale ? 'sold' : 'returned', quantity: Math.abs(quantity) }];
  });
}
