import { z } from 'zod';
import { assert } from '#schemas/assert.ts';
import { idSchema } from '#schemas/journal/envelope.ts';
import type { FactKind } from '#schemas/journal/kinds.ts';
import { approvalsSchema } from '#schemas/policy/approval.ts';
import { adjustmentReasons, goodsOriginSchema, goodsSchema, ssccSchema, unitsSetSchema } from '#schemas/stock/goods.ts';
import { unitStates } from '#schemas/stock/unit-states.ts';
import { key, text } from '#schemas/text.ts';
import type { StockRight } from './stock-gate.ts';

/** To another place of the store; to another store; back to a supplier; out of the books (or into them, when found); another state by hand. */
export const moveModes = ['place', 'store', 'supplier', 'adjust', 'set'] as const;
export type MoveMode = (typeof moveModes)[number];

/** Reasons that a person gives; the opening stock comes from a file. */
export const writeOffReasons = adjustmentReasons.filter((reason) => reason !== 'opening');
export const settableStates = unitsSetSchema.shape.state.options;

const movedLineSchema = goodsSchema.extend({
  ...goodsOriginSchema.shape,
  lineId: z.number().int(),
  name: z.string(),
  sscc: ssccSchema.nullable(),
  /** Where it is by the books, or where the person says that it is. */
  placeId: z.string(),
  /** Of a unit; null: not known here. */
  state: z.enum(unitStates).nullable(),
  /** Pieces at that place by the books; of units none is told. */
  onHand: z.number().int().nullable(),
});
export type MovedLine = z.infer<typeof movedLineSchema>;

export const movingDraftSchema = z.object({
  mode: z.enum(moveModes),
  /** Where goods that are counted come from. */
  fromPlaceId: z.string(),
  toPlaceId: z.string(),
  toStoreId: z.string(),
  /** The list by which goods go back to a supplier. Null or, in a draft of before, absent: none is chosen. */
  pick: z
    .object({ returnId: idSchema, supplierId: key(40), supplierName: text(100) })
    .nullable()
    .default(null),
  reason: z.enum(adjustmentReasons),
  state: unitsSetSchema.shape.state,
  note: z.string().max(200),
  lines: z.array(movedLineSchema),
  approvals: approvalsSchema,
  nextLineId: z.number().int(),
});
export type MovingDraft = z.infer<typeof movingDraftSchema>;

export const rightOfMode: Readonly<Record<MoveMode, StockRight>> = {
  place: 'move-goods',
  store: 'transfer-goods',
  supplier: 'transfer-goods',
  adjust: 'adjust-stock',
  set: 'adjust-stock',
};

/** An entry has at most as many lines of the draft: 2 MB hold that many cartons. */
const linesAnEntry = 200;
const piecesAnEntry = 5_000;

/** What contradicts the books; null: nothing. It happens all the same when somebody says so. */
export type MoveWarning = 'not-here' | 'more-than-books';

export function moveWarning(draft: MovingDraft, line: MovedLine): MoveWarning | null {
  if (draft.mode === 'adjust' && draft.reason === 'found') return null;
  if (draft.mode === 'set') return null;
  if (line.serials.length > 0) {
    const isHere = line.state === 'in-stock' || line.state === 'reserved' || line.state === 'set-aside';
    return isHere ? null : 'not-here';
  }
  const alike = draft.lines.filter((one) => one.skuId === line.skuId && one.placeId === line.placeId);
  const pieces = alike.reduce((sum, { quantity }) => sum + quantity, 0);
  return line.onHand !== null && pieces > line.onHand ? 'more-than-books' : null;
}

export function addLine(draft: MovingDraft, line: Omit<MovedLine, 'lineId'>): MovingDraft {
  const lines = [...draft.lines, { ...line, lineId: draft.nextLineId }];
  return { ...draft, lines, nextLineId: draft.nextLineId + 1 };
}

export function setLinePieces(draft: MovingDraft, lineId: number, quantity: number): MovingDraft {
  const change = (line: MovedLine) =>
    line.lineId === lineId && line.serials.length === 0 && quantity > 0 ? { ...line, quantity } : line;
  return { ...draft, lines: draft.lines.map(change) };
}

export function removeLine(draft: MovingDraft, lineId: number): MovingDraft {
  return { ...draft, lines: draft.lines.filter((line) => line.lineId !== lineId) };
}

export function lineOfUnit(draft: MovingDraft, gtin14: string, serial: string): MovedLine | null {
  return draft.lines.find((line) => line.gtin14 === gtin14 && line.serials.includes(serial)) ?? null;
}

/** The lines that one entry takes, from the first. */
export function nextPart({ lines }: MovingDraft): MovedLine[] {
  const part: MovedLine[] = [];
  let pieces = 0;
  for (const line of lines) {
    pieces += line.serials.length;
    if (part.length === linesAnEntry || (pieces > piecesAnEntry && part.length > 0)) break;
    part.push(line);
  }
  return part;
}

/** Lines that differ in nothing but their serials are one. */
function merged<Line extends { quantity: number; serials: string[] }>(lines: readonly Line[]): Line[] {
  const known = new Map<string, Line>();
  for (const line of lines) {
    const { quantity, serials, ...same } = line;
    const key = JSON.stringify([serials.length > 0, ...Object.entries(same).flat()]);
    const before = known.get(key);
    const sum = before && { quantity: before.quantity + quantity, serials: [...before.serials, ...serials] };
    known.set(key, sum ? { ...line, ...sum } : line);
  }
  return [...known.values()];
}

/** A part of the draft as the entry that its mode writes. */
export function movedEntry(
  draft: MovingDraft,
  part: readonly MovedLine[],
  storeName: string,
): { kind: FactKind; body: Record<string, unknown> } {
  const { mode, toPlaceId, toStoreId, pick, reason, state, note } = draft;
  const goods = part.map(({ skuId, gtin14, quantity, serials }) => ({ skuId, gtin14, quantity, serials }));
  const placed = goods.map((line, index) => ({ ...line, placeId: part[index]?.placeId ?? '' }));
  switch (mode) {
    case 'place': {
      const lines = placed.map(({ placeId, ...line }) => ({ ...line, fromPlaceId: placeId, toPlaceId }));
      return { kind: 'goods-moved', body: { note, lines: merged(lines) } };
    }
    case 'store': {
      const lines = placed.map((line, index) => {
        const { sscc = null, batch = null, expiresOn = null } = part[index] ?? {};
        return { ...line, sscc, batch, expiresOn };
      });
      return { kind: 'transfer-sent', body: { toStoreId, toStoreName: storeName, note, lines: merged(lines) } };
    }
    case 'supplier': {
      assert(pick !== null, 'goods go back by a list');
      const lines = merged(placed).map((line) => ({ ...line, reason: note }));
      return { kind: 'goods-sent-back', body: { ...pick, note, lines } };
    }
    case 'adjust': {
      const sign = reason === 'found' ? 1 : -1;
      const lines = merged(placed).map((line) => ({ ...line, quantity: sign * line.quantity }));
      return { kind: 'stock-adjusted', body: { reason, note, lines } };
    }
    case 'set':
      return { kind: 'units-set', body: { state, reason: note, lines: merged(placed) } };
  }
}
