import { z } from 'zod';
import { idSchema, tillNumberSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { unsureReasons } from '../stock/count-doubt.ts';
import { countIdSchema, countOpenedSchema, countScopeSchema, passSchema } from '../stock/count-entries.ts';
import { countRowSchema, countStates } from '../stock/count-row.ts';
import { adjustmentReasons } from '../stock/goods.ts';
import { unitStates } from '../stock/unit-states.ts';
import { key, namesSchema, text } from '../text.ts';
import { gtin14Schema, serialSchema } from '../transaction/retail-transaction.ts';

// Stock-takes in the office, `/api/stores/:store/counts`; what the words mean: ../stock/COUNTING.md.

const entryIdSchema = z.string().regex(/^\d{4}-\d{9}$/);
const countSchema = z.number().int().min(0);
const timeSchema = z.number().int();
const personSchema = z.object({
  operatorId: key(40),
  /** Null when nobody knows the person (any more). */
  operatorName: text(100).nullable(),
});
const namedSkuSchema = z.object({ skuId: key(40), names: namesSchema.nullable(), variant: namesSchema.nullable() });
const namedPlaceSchema = z.object({ placeId: idSchema, placeNames: namesSchema.nullable() });

/** Of a single place that somebody just counts (`ad-hoc`): the names of it, which are its title; null: it has a name. */
const shelfNamesSchema = namesSchema.nullable();

/** Where a list of stock-takes goes on. */
export const countMarkSchema = z.string().regex(/^\d{1,16}_[0-9a-f-]{36}$/);

export const countSummarySchema = countRowSchema
  .omit({ closedPlaces: true, recounts: true, operatorIds: true })
  .extend({
    openedByName: text(100).nullable(),
    placeNames: shelfNamesSchema,
    /** Places with goods in the scope, and how many of them are closed in every pass. */
    placesTotal: countSchema,
    placesClosed: countSchema,
    /** Pieces counted so far, units and numbers. */
    counted: countSchema,
    /** Pieces that the books have in the scope now. */
    expected: z.number().int(),
    people: countSchema,
    lastCountedAtMs: timeSchema.nullable(),
  });
export type CountSummary = z.infer<typeof countSummarySchema>;

/** `GET …/counts?state=open&limit=20&before=<mark>`: latest opened first. Right of all but the reports: `plan-count`. */
export const countsQuerySchema = z.object({
  state: z.enum(['open', 'over']).default('open'),
  limit: z.coerce.number().int().min(1).max(50).default(20),
  before: countMarkSchema.optional(),
});
export const countListSchema = z.object({
  serverTimeMs: timeSchema,
  counts: z.array(countSummarySchema),
  /** `before` of the next page; null at the end. */
  next: countMarkSchema.nullable(),
});
export type CountList = z.infer<typeof countListSchema>;

/** `POST …/counts`: opens one. Errors: `bad-request` 400 (a place that the store does not have, nothing in the scope). */
export const planCountSchema = countOpenedSchema
  .omit({ countId: true, approvals: true, reason: true })
  .extend({ reason: z.enum(['plan', 'cycle']).default('plan') });
export type PlanCount = z.infer<typeof planCountSchema>;
export const planCountAnswerSchema = z.object({ countId: countIdSchema });

/** A: the SKUs that make the first 80 % of sales, B: the next 15 %, C: the rest and what does not sell. */
export const valueClasses = ['A', 'B', 'C'] as const;
export type ValueClass = (typeof valueClasses)[number];

/**
 * `GET …/counts/cycle?limit=100`: what to count next. Value class by the sales of 365 days; A is due after 30 days, B after 90,
 * C after 365. The most overdue first; what was never counted is due since it is in the books.
 */
export const cycleQuerySchema = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });
export const cycleSuggestionSchema = z.object({
  serverTimeMs: timeSchema,
  currency: currencySchema,
  skus: z.array(
    namedSkuSchema.extend({
      valueClass: z.enum(valueClasses),
      soldMinor: minorSchema,
      onHand: z.number().int(),
      /** Null: never. */
      lastCountedAtMs: timeSchema.nullable(),
      /** Time since the last count ÷ the time after which it is due, in hundredths: 100 and more is due. */
      dueHundredths: countSchema,
    }),
  ),
  /** How many SKUs with stock there are in each class, and how many of them are due. */
  classes: z.array(z.object({ valueClass: z.enum(valueClasses), skus: countSchema, due: countSchema })),
});
export type CycleSuggestion = z.infer<typeof cycleSuggestionSchema>;

const approvalPartSchema = personSchema.extend({
  entryId: entryIdSchema,
  approvedAtMs: timeSchema,
  lines: countSchema,
  isWhole: z.boolean(),
  note: text(500),
});

/** `GET …/counts/:count`: how it goes. Errors: `not-found` 404. */
export const countDetailSchema = countSummarySchema.extend({
  serverTimeMs: timeSchema,
  currency: currencySchema,
  operators: z.array(personSchema),
  /** Every place with something in the scope, or counted. */
  places: z.array(
    namedPlaceSchema.extend({
      /** Pieces in the books at the moment that they were counted; of what is not counted yet, now. */
      expected: z.number().int(),
      counted: countSchema,
      /** Passes that somebody closed. */
      passes: z.array(personSchema.extend({ pass: passSchema, closedAtMs: timeSchema })),
      /** Who counted there, the latest first. */
      people: z.array(personSchema),
      lastCountedAtMs: timeSchema.nullable(),
    }),
  ),
  people: z.array(
    personSchema.extend({
      /** Pieces; a unit once, however often it was scanned. */
      counted: countSchema,
      /** Working time: breaks of more than five minutes are none of it. */
      activeMs: countSchema,
      lastCountedAtMs: timeSchema,
    }),
  ),
  recounts: z.array(
    countRowSchema.shape.recounts.element.extend({
      placeNames: namesSchema.nullable(),
      operatorName: text(100).nullable(),
      isDone: z.boolean(),
    }),
  ),
  approvals: z.array(approvalPartSchema),
  /** When it was cancelled, by whom. */
  cancelled: personSchema.extend({ cancelledAtMs: timeSchema, note: text(500) }).nullable(),
  /** What was scanned and is no goods of this chain; the first 200. */
  unknowns: z.array(namedPlaceSchema.extend({ scanned: text(200), times: countSchema, seenAtMs: timeSchema })).max(200),
  /** Pieces in batches that came after the approval. */
  countedAfterApproval: countSchema,
});
export type CountDetail = z.infer<typeof countDetailSchema>;

/**
 * What a line of the review says. Of units: `missing`; `moved` (found at another place than the books have); found although the
 * books say `sold`, `not-received`, `other-store`, `gone` (written off), or do not know it (`unknown-unit`); `turned-up` (missing
 * since an earlier stock-take); `still-missing` (it was not found this time either: nothing to approve). Of numbers: `short`, `over`. Of
 * both: `unordered` (it agrees, unless what cannot be ordered came otherwise: nothing to approve, a recount tells).
 */
export const countOutcomes = [
  'missing',
  'moved',
  'sold',
  'not-received',
  'other-store',
  'gone',
  'unknown-unit',
  'turned-up',
  'still-missing',
  'short',
  'over',
  'unordered',
] as const;
export type CountOutcome = (typeof countOutcomes)[number];

/** Names a line for good: `u|<gtin14>.<serial>` or `n|<place>|<sku>`. */
export const countLineKeySchema = z.string().regex(/^(?:u\|\d{14}\.[!-{}~]{1,20}|n\|[a-z0-9-]{1,32}\|[!-{}~]{1,40})$/);

export const reviewLineSchema = namedSkuSchema.extend(namedPlaceSchema.shape).extend({
  lineKey: countLineKeySchema,
  outcome: z.enum(countOutcomes),
  /** Null of a number. */
  gtin14: gtin14Schema.nullable(),
  serial: serialSchema.nullable(),
  /** How the books had the unit at that moment; null: not at all, or a number. */
  booked: z.object({ state: z.enum(unitStates), placeId: idSchema, placeNames: namesSchema.nullable() }).nullable(),
  counted: z.number().int(),
  expected: z.number().int(),
  /** The moment that both are of. */
  asOfMs: timeSchema,
  pass: passSchema,
  /** Who counted it; of what is missing, who closed the place. */
  operatorId: key(40),
  operatorName: text(100).nullable(),
  /** Pieces moved while it was counted, which cannot be ordered against the count; 0: it is sure. Above 0, recount it. */
  unsure: countSchema,
  /** Null: it is sure. */
  unsureBecause: z.enum(unsureReasons).nullable(),
  /** Of `clock`: the till whose clock was off (null: several), and by how much at most; else null and 0. */
  clockTill: tillNumberSchema.nullable(),
  clockOffMs: countSchema,
  /** The passes of the place do not agree on it. */
  passesDiffer: z.boolean(),
  /** Short in the stock-take before that covered it, too. */
  isTwice: z.boolean(),
  /** (counted − expected) at today's shelf price; null: nobody knows a price. */
  valueMinor: minorSchema.nullable(),
  /** Somebody was asked to count it again, and has not closed it yet. */
  isRecounting: z.boolean(),
  /** By which entry it was approved, and with what reason. */
  approved: z.object({ entryId: entryIdSchema, reason: z.enum(adjustmentReasons) }).nullable(),
});
export type ReviewLine = z.infer<typeof reviewLineSchema>;

/** What is added up over lines. `value…`: shelf prices. */
const sumsSchema = z.object({
  /** Pieces in the books at the moments that they were counted. */
  expected: z.number().int(),
  counted: z.number().int(),
  /** Pieces too few, and too many: found, unknown … */
  short: countSchema,
  over: countSchema,
  /** Units at another place than in the books: no difference of the store. */
  moved: countSchema,
  valueShortMinor: minorSchema.min(0),
  valueOverMinor: minorSchema.min(0),
  valueExpectedMinor: minorSchema,
});
export type CountSums = z.infer<typeof sumsSchema>;

/** `GET …/counts/:count/review?by=line&outcome=missing&placeId=&skuId=&q=&onlyUnsure=1&limit=50&after=`; `…/review.csv` all lines. */
export const reviewQuerySchema = z.object({
  by: z.enum(['line', 'sku', 'place', 'category']).default('line'),
  outcome: z.enum(countOutcomes).optional(),
  placeId: idSchema.optional(),
  skuId: key(40).optional(),
  /** Part of a name, a SKU or a serial. */
  q: text(100).default(''),
  onlyUnsure: z.enum(['0', '1']).default('0'),
  sort: z.enum(['value', 'place', 'sku']).default('value'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** How many come before. */
  after: z.coerce.number().int().min(0).max(10_000_000).default(0),
});
export type ReviewQuery = z.infer<typeof reviewQuerySchema>;

export const countReviewSchema = z.object({
  countId: countIdSchema,
  state: z.enum(countStates),
  currency: currencySchema,
  /** What is approved by naming this is what was shown; it changes when any line does. */
  version: z.string().regex(/^[0-9a-f]{32}$/),
  sums: sumsSchema,
  /** Lines by outcome, before any filter. */
  outcomes: z.partialRecord(z.enum(countOutcomes), countSchema),
  /** Places of the scope that nobody closed: what was not found there is not missing yet. */
  openPlaces: z.array(namedPlaceSchema),
  unsureLines: countSchema,
  /** With `by=line`. */
  lines: z.array(reviewLineSchema),
  /** With another `by`: the same sums, by SKU, place or category. `id` null: without category. */
  groups: z.array(sumsSchema.extend({ id: text(40).nullable(), names: namesSchema.nullable(), lines: countSchema })),
  /** Lines or groups that the filter leaves. */
  total: countSchema,
});
export type CountReview = z.infer<typeof countReviewSchema>;

/** `POST …/counts/:count/recounts`. Errors: `conflict` 409 (it is over), `bad-request` 400 (no such place). */
export const askRecountSchema = z.object({
  placeId: idSchema,
  /** Empty: the whole place. */
  skuIds: z.array(key(40)).max(5_000).default([]),
  operatorId: key(40).nullable().default(null),
  note: text(500).default(''),
});
export const askRecountAnswerSchema = z.object({ recountId: entryIdSchema, pass: passSchema });

/**
 * `POST …/counts/:count/approve`, right `approve-count`. `lines`: those to book; `all`: every line with something to book, but
 * those in `except`. Errors: `conflict` 409, its detail `approved`, `cancelled` or `changed` (look at the review again).
 */
export const approveCountSchema = z.object({
  version: countReviewSchema.shape.version,
  lines: z.union([z.literal('all'), z.array(countLineKeySchema).max(50_000)]),
  except: z.array(countLineKeySchema).max(50_000).default([]),
  /** Other than the usual one: missing is `lost`, found is `found`, a number `correction`. */
  reasons: z
    .array(z.object({ lineKey: countLineKeySchema, reason: z.enum(adjustmentReasons) }))
    .max(50_000)
    .default([]),
  note: text(500).default(''),
  /** The stock-take is done with it; false: the rest is looked at later. */
  isWhole: z.boolean(),
});
export type ApproveCount = z.infer<typeof approveCountSchema>;
export const approveCountAnswerSchema = z.object({ entryIds: z.array(entryIdSchema), lines: countSchema });

/** `POST …/counts/:count/cancel`. Errors: `conflict` 409 (it is over). */
export const cancelCountSchema = z.object({ note: text(500).default('') });
export const cancelCountAnswerSchema = z.object({ countId: countIdSchema });

const ratesSchema = sumsSchema.extend({
  /** (short + over) ÷ expected, in hundredths of a percent; null: nothing was expected. */
  discrepancyBasisPoints: countSchema.nullable(),
  valueDiscrepancyBasisPoints: countSchema.nullable(),
});

/** `GET …/counts/reports?from=2026-01-01&to=2026-11-23`: approved stock-takes. Right: `read-reports`. `…/reports.csv` the same. */
export const countReportQuerySchema = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });
export const countReportSchema = z.object({
  currency: currencySchema,
  from: z.iso.date(),
  to: z.iso.date(),
  total: ratesSchema,
  byPlace: z.array(ratesSchema.extend(namedPlaceSchema.shape)),
  byCategory: z.array(ratesSchema.extend({ categoryId: idSchema.nullable(), names: namesSchema.nullable() })),
  byPerson: z.array(
    personSchema.extend({
      counted: countSchema,
      activeMs: countSchema,
      itemsPerHour: countSchema,
      /** Lines of theirs that a later pass contradicts. */
      corrected: countSchema,
    }),
  ),
  /** Shrinkage over time: what was short less what was over, stock-take by stock-take, earliest first. */
  byCount: z.array(
    ratesSchema.extend({
      ...{ countId: countIdSchema, name: text(100), placeNames: shelfNamesSchema },
      ...{ approvedAtMs: timeSchema, scope: countScopeSchema },
    }),
  ),
});
export type CountReport = z.infer<typeof countReportSchema>;
