import { approvalsSchema } from '#schemas/policy/approval.ts';
import { priceOverrideSchema } from '#schemas/transaction/retail-transaction.ts';
import { type BasketState, emptyBasket, type Line, type ReturnedSale } from './basket-lines.ts';
import { type UnitFlag, unitFlagSchema } from './unit-flag.ts';

/** An open basket as it lies in the tablet's storage. The id is the basket's own: it is committed at most once. */
export type StoredBasket = { transactionId: string; openedAtMs: number; savedAtMs: number; state: BasketState };

const version = 1;

export function basketKey(storeId: string, tillNumber: number): string {
  return `onecode-basket-${storeId}-${tillNumber}`;
}

export function writeBasket(basket: StoredBasket): string {
  return JSON.stringify({ version, ...basket });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isPriceOverride(value: unknown): boolean {
  return value === undefined || value === null || priceOverrideSchema.safeParse(value).success;
}

/** One that cannot be read counts as none: the books are asked again when the sale is posted. */
function readFlag(value: unknown): UnitFlag | null {
  return unitFlagSchema.safeParse(value).data ?? null;
}

function readReturned(value: unknown): ReturnedSale | null {
  if (!isRecord(value)) return null;
  const { entryId, soldAtMs } = value;
  return typeof entryId === 'string' && isCount(soldAtMs, 0) ? { entryId, soldAtMs: soldAtMs as number } : null;
}

/** Pieces; −1 for a unit that is taken back. */
function isQuantity(quantity: unknown, serial: unknown): boolean {
  return isCount(quantity, 1) || (quantity === -1 && typeof serial === 'string');
}

function isLine(value: unknown): value is Line {
  if (!isRecord(value)) return false;
  const { skuId, name, taxClass, gtin14, serial, variant, lineId, quantity, unitPriceMinor, priceOverride } = value;
  return (
    [skuId, name, taxClass].every((field) => typeof field === 'string') &&
    [gtin14, serial, variant].every(isTextOrNull) &&
    isCount(lineId, 1) &&
    isQuantity(quantity, serial) &&
    isCount(unitPriceMinor, 0) &&
    isPriceOverride(priceOverride)
  );
}

/** Reads a stored basket; null when there is none or when it is not one of ours. */
export function readBasket(stored: string | null): StoredBasket | null {
  let value: unknown;
  try {
    value = JSON.parse(stored ?? 'null');
  } catch {
    return null;
  }
  if (!isRecord(value) || value.version !== version || !isRecord(value.state)) return null;
  const { transactionId, openedAtMs, savedAtMs, state } = value;
  if (typeof transactionId !== 'string' || !isCount(openedAtMs, 0) || !isCount(savedAtMs, 0)) return null;
  if (!Array.isArray(state.lines) || !state.lines.every(isLine)) return null;
  const lines = state.lines.map((line: Line): Line => {
    const [flag, returned] = [readFlag(line.flag), readReturned(line.returned)];
    return { ...line, ...(line.flag ? { flag } : {}), ...(line.returned ? { returned } : {}) };
  });
  // One that cannot be read is asked for again.
  const approvals = approvalsSchema.safeParse(state.approvals);
  const chosen = lines.find((line) => line.lineId === state.chosenLineId);
  const nextLineId = lines.reduce((next, line) => Math.max(next, line.lineId + 1), emptyBasket.nextLineId);
  return {
    transactionId,
    openedAtMs: openedAtMs as number,
    savedAtMs: savedAtMs as number,
    state: { lines, nextLineId, chosenLineId: chosen?.lineId ?? null, approvals: approvals.data ?? [] },
  };
}

/** The later of two stored baskets; a missing one loses: a basket that comes back can be cleared, a lost one is lost. */
export function latestBasket(a: StoredBasket | null, b: StoredBasket | null): StoredBasket | null {
  if (a === null || b === null) return a ?? b;
  return b.savedAtMs > a.savedAtMs ? b : a;
}
