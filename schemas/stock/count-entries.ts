import { z } from 'zod';
import { idSchema, sequenceSchema, tillNumberSchema } from '../journal/envelope.ts';
import { minorSchema } from '../money/money.ts';
import { approvalsSchema } from '../policy/approval.ts';
import { key, text } from '../text.ts';
import { gtin14Schema, serialSchema } from '../transaction/retail-transaction.ts';
import { adjustmentReasons } from './goods.ts';

// The entries of a stock-take; rules: COUNTING.md.

const timeSchema = z.number().int().min(0).max(8_640_000_000_000_000);
const skuIdSchema = key(40);
/** Of a count: made by whoever opens it. */
export const countIdSchema = z.uuid();
/** 1 is the first count of a place; what follows is the second, and recounts. */
export const passSchema = z.number().int().min(1).max(99);
/** Of one `goods-counted`, over all its lines. */
export const maxCountedSerials = 10_000;
/** Unit and number lines of one `count-approved`: a larger approval is several entries. */
export const maxApprovedLines = 5_000;

/** What is to be counted: everything that all four allow; an empty list allows all. */
export const countScopeSchema = z.object({
  placeIds: z.array(idSchema).max(2_000),
  skuIds: z.array(skuIdSchema).max(10_000),
  categoryIds: z.array(idSchema).max(2_000),
  brands: z.array(text(80, 1)).max(500),
});
export type CountScope = z.infer<typeof countScopeSchema>;

/** `plan`: by the office; `cycle`: of a suggestion; `ad-hoc`: somebody just counts, at a till. */
export const countReasons = ['plan', 'cycle', 'ad-hoc'] as const;
export type CountReason = (typeof countReasons)[number];

/** Body of `count-opened`. */
export const countOpenedSchema = z.object({
  countId: countIdSchema,
  name: text(100, 1),
  scope: countScopeSchema,
  /** Who counts is not shown what is expected. */
  isBlind: z.boolean(),
  /** How often each place is counted, by different people if there are any. */
  passes: z.union([z.literal(1), z.literal(2)]),
  deadlineAtMs: timeSchema.nullable(),
  /** Who is to count; empty: anybody. */
  operatorIds: z.array(key(40)).max(200),
  reason: z.enum(countReasons),
  approvals: approvalsSchema,
});
export type CountOpened = z.infer<typeof countOpenedSchema>;

export const countMeans = ['scan', 'number-pad', 'carton', 'rfid', 'camera'] as const;
export type CountMeans = (typeof countMeans)[number];

/** How long before the entry, by the till's own running time. */
const agoMsSchema = z.number().int().min(0).max(8_640_000_000_000);

/** Units with their serials, or pieces without. A negative quantity takes back; 0: somebody looked, and there was none. */
export const countedLineSchema = z
  .object({
    skuId: skuIdSchema,
    gtin14: gtin14Schema.nullable(),
    quantity: z.number().int().min(-1_000_000).max(1_000_000),
    serials: z.array(serialSchema).max(maxCountedSerials),
    /** When each serial was scanned; of a number, when that was said. */
    agosMs: z.array(agoMsSchema).max(maxCountedSerials),
    how: z.enum(countMeans),
  })
  .refine(
    (line) => line.serials.length === 0 || (line.gtin14 !== null && line.serials.length === Math.abs(line.quantity)),
    'one serial a piece',
  )
  .refine((line) => new Set(line.serials).size === line.serials.length, 'a serial is named once')
  .refine((line) => line.agosMs.length === Math.max(1, line.serials.length), 'each has its moment');
export type CountedLine = z.infer<typeof countedLineSchema>;

/** Body of `goods-counted`: one batch of scans at one place. It changes no stock. */
export const goodsCountedSchema = z
  .object({
    countId: countIdSchema,
    placeId: idSchema,
    pass: passSchema,
    lines: z.array(countedLineSchema).max(5_000),
    /** What was scanned and is no goods of this chain, as it was read. */
    unknowns: z.array(z.object({ scanned: text(200, 1), agoMs: agoMsSchema })).max(1_000),
    approvals: approvalsSchema,
  })
  .refine(({ lines, unknowns }) => lines.length + unknowns.length > 0, 'a batch has something in it')
  .refine(
    ({ lines }) => lines.reduce((sum, line) => sum + line.serials.length, 0) <= maxCountedSerials,
    'too many serials',
  );
export type GoodsCounted = z.infer<typeof goodsCountedSchema>;

/** Body of `place-counted`: whoever counted there says that it was all. */
export const placeCountedSchema = z.object({
  countId: countIdSchema,
  placeId: idSchema,
  pass: passSchema,
  approvals: approvalsSchema,
});
export type PlaceCounted = z.infer<typeof placeCountedSchema>;

/** Body of `recount-asked`. */
export const recountAskedSchema = z.object({
  countId: countIdSchema,
  placeId: idSchema,
  /** 2 or more: the pass that the recount is. */
  pass: passSchema.min(2),
  /** Empty: the whole place. */
  skuIds: z.array(skuIdSchema).max(5_000),
  /** Who is to do it; null: anybody. */
  operatorId: key(40).nullable(),
  note: text(500),
  approvals: approvalsSchema,
});
export type RecountAsked = z.infer<typeof recountAskedSchema>;

const approvedSchema = z.object({
  skuId: skuIdSchema,
  placeId: idSchema,
  /** The moment that the line is the truth of. */
  asOfMs: timeSchema,
  reason: z.enum(adjustmentReasons),
  /** At today's shelf price, negative for what is missing; null: nobody knows a price. */
  valueMinor: minorSchema.nullable(),
});

/** `missing` at `placeId`; `found` or `moved`: it is at `placeId`. */
export const unitOutcomes = ['missing', 'found', 'moved'] as const;
export type UnitOutcome = (typeof unitOutcomes)[number];

const approvedUnitSchema = approvedSchema.extend({
  gtin14: gtin14Schema,
  serial: serialSchema,
  outcome: z.enum(unitOutcomes),
});
export type ApprovedUnit = z.infer<typeof approvedUnitSchema>;

/** Pieces without item codes. */
const approvedNumberSchema = approvedSchema.extend({
  counted: z.number().int().min(-100_000_000).max(100_000_000),
  expected: z.number().int().min(-100_000_000).max(100_000_000),
});
export type ApprovedNumber = z.infer<typeof approvedNumberSchema>;

/** Body of `count-approved`, which the office alone writes: the one entry of a stock-take that changes stock. */
export const countApprovedSchema = z
  .object({
    countId: countIdSchema,
    units: z.array(approvedUnitSchema).max(maxApprovedLines),
    numbers: z.array(approvedNumberSchema).max(maxApprovedLines),
    note: text(500),
    /** The stock-take is done with it. */
    isWhole: z.boolean(),
    /** Of each till, the last `goods-counted` that was in what the manager saw. */
    seen: z.array(z.object({ tillNumber: tillNumberSchema, sequence: sequenceSchema })).max(10_000),
    approvals: approvalsSchema,
  })
  .refine(({ units, numbers }) => units.length + numbers.length <= maxApprovedLines, 'too many lines');
export type CountApproved = z.infer<typeof countApprovedSchema>;

/** Body of `count-cancelled`. What was counted is kept. */
export const countCancelledSchema = z.object({
  countId: countIdSchema,
  note: text(500),
  approvals: approvalsSchema,
});
export type CountCancelled = z.infer<typeof countCancelledSchema>;

/** Exceptions of a stock-take's entries. */
export const countExceptionCodes = ['counted-after-approval'] as const;
export type CountExceptionCode = (typeof countExceptionCodes)[number];
