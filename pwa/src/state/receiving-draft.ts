import { z } from 'zod';
import { assert } from '#schemas/assert.ts';
import { type Approval, approvalsSchema } from '#schemas/policy/approval.ts';
import { type GoodsReceived, goodsReceivedSchema, photoSchema, type ReceivedLine } from '#schemas/stock/delivery.ts';

/** What somebody should know of what was scanned; it is received all the same. */
export const receivingFlags = ['other-store', 'other-delivery', 'not-announced', 'left-before'] as const;
export type ReceivingFlag = (typeof receivingFlags)[number];

const { lines, unknown, reference, deliveryId, isTransfer } = goodsReceivedSchema.shape;

const receivedScanSchema = z.object({
  scanId: z.number().int(),
  type: z.enum(['unit', 'goods', 'carton']),
  /** Of the SKU; of a carton its SSCC. */
  name: z.string(),
  flag: z.enum(receivingFlags).nullable(),
  lines,
});
/** One thing that somebody scanned, with the goods that it brought. */
export type ReceivedScan = z.infer<typeof receivedScanSchema>;

/** What this tablet received and no entry holds yet. */
export const receivingDraftSchema = z.object({
  /** Null: nobody announced it. */
  deliveryId,
  isTransfer,
  reference,
  /** Where what is scanned next goes. */
  placeId: z.string(),
  scans: z.array(receivedScanSchema),
  unknown,
  approvals: approvalsSchema,
  nextScanId: z.number().int(),
  /** Cartons of this sitting that other stores await; they are on record as unknown here. */
  misdirected: z.array(z.object({ sscc: z.string(), storeName: z.string(), isAccepted: z.boolean() })).default([]),
});
export type ReceivingDraft = z.infer<typeof receivingDraftSchema>;

/** Why something is not to be sold, and what it looks like. */
export type Damage = { reason: string; photo: string | null; placeId: string };
/** Pieces of one scan; a unit by its serial. */
export type DamagedGoods = { scanId: number; skuId: string; serial: string | null; quantity: number };

export const isPhoto = (url: string) => photoSchema.safeParse(url).success;

export function emptyReceiving(
  about: Pick<ReceivingDraft, 'deliveryId' | 'isTransfer' | 'reference' | 'placeId' | 'approvals'>,
): ReceivingDraft {
  return { ...about, scans: [], unknown: [], nextScanId: 1, misdirected: [] };
}

export function isPending({ scans, unknown: texts }: ReceivingDraft): boolean {
  return scans.length > 0 || texts.length > 0;
}

export function piecesOf(list: readonly { quantity: number }[]): number {
  return list.reduce((sum, { quantity }) => sum + quantity, 0);
}

export function piecesIn({ scans }: ReceivingDraft): number {
  return scans.reduce((sum, scan) => sum + piecesOf(scan.lines), 0);
}

export function addScan(draft: ReceivingDraft, scan: Omit<ReceivedScan, 'scanId'>): ReceivingDraft {
  const scans = [...draft.scans, { ...scan, scanId: draft.nextScanId }];
  return { ...draft, scans, nextScanId: draft.nextScanId + 1 };
}

export function addUnknown(draft: ReceivingDraft, text: string): ReceivingDraft {
  const known = draft.unknown.find((one) => one.text === text);
  const others = draft.unknown.filter((one) => one !== known);
  return { ...draft, unknown: [...others, { text, count: (known?.count ?? 0) + 1 }] };
}

/** How a carton is written down that is no delivery of this store: as its label says it. */
export function cartonText(sscc: string): string {
  return `(00)${sscc}`;
}

/** A carton that another store awaits. `isAccepted`: somebody decided that it stays here. */
export function addMisdirected(draft: ReceivingDraft, carton: ReceivingDraft['misdirected'][number]): ReceivingDraft {
  const others = draft.misdirected.filter(({ sscc }) => sscc !== carton.sscc);
  const isNew = others.length === draft.misdirected.length;
  return { ...(isNew ? addUnknown(draft, cartonText(carton.sscc)) : draft), misdirected: [...others, carton] };
}

export function removeScan(draft: ReceivingDraft, scanId: number): ReceivingDraft {
  return { ...draft, scans: draft.scans.filter((scan) => scan.scanId !== scanId) };
}

export function changeScan(draft: ReceivingDraft, scanId: number, changes: Partial<ReceivedScan>): ReceivingDraft {
  return { ...draft, scans: draft.scans.map((scan) => (scan.scanId === scanId ? { ...scan, ...changes } : scan)) };
}

/** Another number of goods that are counted; what is damaged of them stays as it is said to be. */
export function setPieces(draft: ReceivingDraft, scanId: number, quantity: number): ReceivingDraft {
  const scan = draft.scans.find((one) => one.scanId === scanId);
  const good = scan?.lines.find(({ condition, serials }) => condition === 'good' && serials.length === 0);
  if (!scan || !good || quantity < 1) return draft;
  return changeScan(draft, scanId, { lines: scan.lines.map((line) => (line === good ? { ...line, quantity } : line)) });
}

/** The last scan, if it was of the same goods for the same place: more of them count up. */
export function countedBefore(
  { scans, placeId }: ReceivingDraft,
  skuId: string,
): { scanId: number; quantity: number } | null {
  const last = scans.at(-1);
  const [line, second] = last?.lines ?? [];
  if (last?.type !== 'goods' || line === undefined || second !== undefined) return null;
  const isSame = line.skuId === skuId && line.placeId === placeId && line.condition === 'good';
  return isSame ? { scanId: last.scanId, quantity: line.quantity } : null;
}

/** The scan that brought a unit, if it is in the draft. */
export function scanOfUnit(draft: ReceivingDraft, gtin14: string, serial: string): ReceivedScan | null {
  const holds = (line: ReceivedLine) => line.gtin14 === gtin14 && line.serials.includes(serial);
  return draft.scans.find((scan) => scan.lines.some(holds)) ?? null;
}

/** Sets a part of what was received aside. */
export function setDamaged(draft: ReceivingDraft, goods: DamagedGoods, damage: Damage): ReceivingDraft {
  const scan = draft.scans.find(({ scanId }) => scanId === goods.scanId);
  const line = scan?.lines.find((one) => isMeant(one, goods));
  if (!scan || !line) return draft;
  const serials = goods.serial === null ? line.serials.slice(0, goods.quantity) : [goods.serial];
  const quantity = Math.min(goods.serial === null ? goods.quantity : 1, line.quantity);
  const damaged: ReceivedLine = {
    ...line,
    ...damage,
    condition: 'damaged',
    quantity,
    serials: line.serials.length === 0 ? [] : serials,
  };
  const left: ReceivedLine = {
    ...line,
    quantity: line.quantity - quantity,
    serials: line.serials.filter((serial) => !damaged.serials.includes(serial)),
  };
  assert(left.serials.length === 0 || left.serials.length === left.quantity, 'a unit is good or damaged');
  const split = left.quantity === 0 ? [damaged] : [left, damaged];
  return changeScan(draft, scan.scanId, { lines: scan.lines.flatMap((one) => (one === line ? split : [one])) });
}

function isMeant(line: ReceivedLine, { skuId, serial }: DamagedGoods): boolean {
  return line.skuId === skuId && line.condition === 'good' && (serial === null || line.serials.includes(serial));
}

/** The draft as an entry: one line for goods that differ in nothing but their serials. */
export function receivedBody(draft: ReceivingDraft): Omit<GoodsReceived, 'approvals'> {
  const merged = new Map<string, ReceivedLine>();
  for (const { lines: own } of draft.scans) {
    for (const line of own) {
      const { quantity, serials, ...same } = line;
      const key = JSON.stringify([serials.length > 0, ...Object.entries(same).flat()]);
      const known = merged.get(key);
      merged.set(
        key,
        known ? { ...known, quantity: known.quantity + quantity, serials: [...known.serials, ...serials] } : line,
      );
    }
  }
  const { deliveryId: id, isTransfer: isMoved, reference: text, unknown: strange } = draft;
  return { deliveryId: id, isTransfer: isMoved, reference: text, lines: [...merged.values()], unknown: strange };
}

/** What goes on record now, by these approvals of receiving, and what is left of the draft. */
export function portionOf(
  draft: ReceivingDraft,
  approvals: readonly Approval[],
): { body: GoodsReceived; rest: ReceivingDraft } {
  const isForReceiving = ({ right }: Approval) => right === 'receive-goods';
  const [ofSitting, ofPortion] = [
    draft.approvals.filter(isForReceiving),
    draft.approvals.filter((one) => !isForReceiving(one)),
  ];
  return {
    body: { ...receivedBody(draft), approvals: [...approvals, ...ofPortion] },
    rest: { ...draft, scans: [], unknown: [], approvals: approvals.length > 0 ? [...approvals] : ofSitting },
  };
}
