import { z } from 'zod';
import { currencySchema } from '../money/money.ts';
import { key, namesSchema, text } from '../text.ts';

/** What the workbench gathers, each from where it is kept; nothing is copied there. */
export const workKinds = [
  'exception',
  'unposted',
  'till',
  'printer',
  'shift',
  'delivery',
  'order',
  'count',
  'price',
  'expiring',
  'reorder',
] as const;
export type WorkKind = (typeof workKinds)[number];

/** `now`: the shop loses by each hour; `today`: before it closes; `soon`: within the next days. */
export const urgencies = ['now', 'today', 'soon'] as const;
export type Urgency = (typeof urgencies)[number];

export const workViews = ['open', 'mine', 'snoozed', 'done'] as const;
export type WorkView = (typeof workViews)[number];

export const maxSnoozeDays = 90;
const timeSchema = z.number().int();
const countSchema = z.number().int();

export const workItemSchema = z.object({
  /** Its kind and what it is about. What comes up again another day is another piece of work. */
  workId: text(300, 1),
  kind: z.enum(workKinds),
  urgency: z.enum(urgencies),
  /** What is the matter, of kinds that have several: the code of an exception, a printer's trouble, `late` … */
  code: z.string(),
  /** What a page about it is asked for: an entry, a delivery, a SKU, the number of a till … */
  about: z.string(),
  subject: z.string(),
  detail: z.string(),
  /** Of goods in languages, of people, suppliers and machines as they are called. */
  name: z.union([namesSchema, z.string()]).nullable(),
  count: countSchema.nullable(),
  amountMinor: z.number().int().nullable(),
  /** The day that it is about. */
  day: z.iso.date().nullable(),
  /** Since when. */
  atMs: timeSchema,
});
export type WorkItem = z.infer<typeof workItemSchema>;

const personSchema = z.object({ operatorId: key(40), name: text(80) });
export const workMarkSchema = z.object({
  assigned: personSchema.nullable(),
  snoozedUntilMs: timeSchema.nullable(),
  doneAtMs: timeSchema.nullable(),
  /** Who did the latest of it. */
  changedBy: personSchema,
  changedAtMs: timeSchema,
});
export type WorkMark = z.infer<typeof workMarkSchema>;
export const markedWorkSchema = workItemSchema.extend({ mark: workMarkSchema.nullable() });
export type MarkedWork = z.infer<typeof markedWorkSchema>;

/** `GET /api/stores/:store/work?view=` (right `read-reports`): what is to do, the most urgent first. */
export const workQuerySchema = z.object({ view: z.enum(workViews).default('open') });
export const workListSchema = z.object({
  serverTimeMs: timeSchema,
  currency: currencySchema,
  items: z.array(markedWorkSchema),
  /** Of what is open. */
  urgent: z.object({ now: countSchema, today: countSchema, soon: countSchema }),
  views: z.object({ open: countSchema, mine: countSchema, snoozed: countSchema }),
  /** There is more of a kind than is listed; its own page has all. */
  isCut: z.boolean(),
  /** Who can be given something: the store's people. */
  people: z.array(personSchema),
});
export type WorkList = z.infer<typeof workListSchema>;

/**
 * `PUT /api/stores/:store/work/mark` (right `read-reports`, a person): what somebody does with a piece of work. Errors: `not-found`
 * 404: there is no such work, nor was; `bad-request` 400: that person is not of the store, or that moment is not ahead.
 */
export const markWorkSchema = z.object({
  workId: text(300, 1),
  change: z.discriminatedUnion('act', [
    z.object({ act: z.literal('assign'), operatorId: key(40).nullable() }),
    z.object({ act: z.literal('snooze'), untilMs: timeSchema }),
    z.object({ act: z.literal('done') }),
    /** As if nobody had put it off or done it. */
    z.object({ act: z.literal('reopen') }),
  ]),
});
export type MarkWork = z.infer<typeof markWorkSchema>;
export const markWorkAnswerSchema = z.object({ workId: text(300, 1) });

/** `GET /api/stores/:store/work/flow?before=&operator=`: who put what on record, the latest first. */
export const flowQuerySchema = z.object({
  before: z.coerce.number().int().min(1).optional(),
  operator: key(40).optional(),
});
export const flowSchema = z.object({
  steps: z.array(
    z.object({
      entryId: z.string(),
      kind: z.string(),
      operatorId: z.string(),
      operatorName: z.string().nullable(),
      tillNumber: countSchema,
      /** When it was scanned or typed, when the server had it, and whether it is in the books. */
      occurredAtMs: timeSchema,
      recordedAtMs: timeSchema,
      isPosted: z.boolean(),
      /** How many lines it has, of what has lines. */
      lines: countSchema.nullable(),
    }),
  ),
  next: countSchema.nullable(),
});
export type Flow = z.infer<typeof flowSchema>;
export type FlowStep = Flow['steps'][number];
