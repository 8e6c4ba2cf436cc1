import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { itemKinds, lineWorthSchema, statementPhases, statementWordSchema } from '../procurement/statement.ts';
import { goodsConditions } from '../stock/delivery.ts';
import { key, namesSchema, text } from '../text.ts';

const sideSchema = z.enum(['buyer', 'supplier']);
const atMsSchema = z.number().int();
const countSchema = z.number().int().min(0);
const nameSchema = text(100).nullable();
/** `<changed, ms>_<statement id>` of the last row of a page. */
const statementMarkSchema = z.string().regex(/^\d{1,16}_[0-9a-z]{1,32}$/);

/**
 * Statements with suppliers (schemas/procurement/SPEC.md, ST1–ST10). The chain's under `/api/statements`, right `settle-suppliers`. A
 * supplier's own under `/api/supplies/:supplier/statements`: reading takes `read-supplies`, saying something `edit-supplies`,
 * approving `edit-supplier-staff`.
 */
export const statementSummarySchema = z.object({
  statementId: idSchema,
  /** 1, 2, 3 … with its supplier. */
  number: z.number().int().min(1),
  ...{ supplierId: key(40), supplierName: text(100) },
  phase: z.enum(statementPhases),
  version: z.number().int().min(1),
  awaits: sideSchema.nullable(),
  ...{ fromDay: z.iso.date(), untilDay: z.iso.date(), currency: currencySchema },
  /** Below 0: the supplier owes it. */
  totalMinor: minorSchema,
  paidMinor: minorSchema.min(0),
  dueOn: z.iso.date().nullable(),
  lineCount: countSchema,
  /** What keeps both from approving it. */
  openClaims: countSchema,
  /** What the asking side is to be reminded of. */
  reminders: z.array(z.object({ code: z.enum(['due-soon', 'due', 'overdue', 'answer']), days: countSchema })),
  changedAtMs: atMsSchema,
});
export type StatementSummary = z.infer<typeof statementSummarySchema>;

/** `GET …/statements?supplier=&limit=20&before=<mark>`: the latest changed first. A supplier's are its own. */
export const statementsQuerySchema = z.object({
  supplier: key(40).optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
  before: statementMarkSchema.optional(),
});
export type StatementsQuery = z.infer<typeof statementsQuerySchema>;
export const statementListSchema = z.object({
  serverTimeMs: atMsSchema,
  statements: z.array(statementSummarySchema),
  next: statementMarkSchema.nullable(),
  /** With whom one can be drawn, and in what; empty for a supplier. */
  suppliers: z.array(z.object({ supplierId: key(40), name: text(100) })),
  currencies: z.array(currencySchema),
});
export type StatementList = z.infer<typeof statementListSchema>;

/** `POST /api/statements`: a draft of all that is in none yet, up to a day. Errors: `bad-request` 400: no such supplier. */
export const newStatementSchema = z
  .object({ supplierId: key(40), currency: currencySchema, untilDay: z.iso.date() })
  .strict();
export type NewStatement = z.infer<typeof newStatementSchema>;

/** `GET …/statements/:statement`. Errors: `not-found` 404. */
export const statementDetailSchema = statementSummarySchema.extend({
  ...{ serverTimeMs: atMsSchema, merchantName: text(100), drawnMinor: minorSchema },
  approved: z.array(sideSchema),
  items: z.array(
    z.object({
      ...{ itemNumber: z.number().int(), by: sideSchema, kind: z.enum(itemKinds), amountMinor: minorSchema },
      note: text(500),
      state: z.enum(['proposed', 'taken', 'declined', 'withdrawn']),
    }),
  ),
  payments: z.array(
    z.object({
      ...{ paymentNumber: z.number().int(), amountMinor: minorSchema, onDay: z.iso.date(), note: text(500) },
      isUndone: z.boolean(),
    }),
  ),
  /** Every step, oldest first, of both sides with name: whoever approves signs. Drafts are not shown to the supplier. */
  history: z.array(
    z.object({
      ...{ version: z.number().int(), side: sideSchema, name: nameSchema, atMs: atMsSchema, step: z.string() },
      ...{ lineNumber: z.number().int().nullable(), note: text(500) },
    }),
  ),
  messages: z.array(
    z.object({
      messageNumber: z.number().int().min(1),
      ...{ side: sideSchema, name: nameSchema, atMs: atMsSchema },
      lineNumber: z.number().int().nullable(),
      text: text(2_000),
    }),
  ),
});
export type StatementDetail = z.infer<typeof statementDetailSchema>;

/** `GET …/statements/:statement/lines?after=0&limit=100&argued=1`; `/csv` answers all of them as CSV. */
export const statementLinesQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  argued: z.literal('1').optional(),
});
export type StatementLinesQuery = z.infer<typeof statementLinesQuerySchema>;
export const statementLineSchema = lineWorthSchema.extend({
  lineNumber: z.number().int().min(1),
  kind: z.enum(['received', 'returned']),
  condition: z.enum(goodsConditions),
  onDay: z.iso.date(),
  ...{ storeName: text(100), skuId: key(40), names: namesSchema.nullable(), variant: namesSchema.nullable() },
  orderNumber: z.number().int().nullable(),
  /** The supplier's own word of its delivery; empty: none, or it went back. */
  reference: text(100),
  /** What counts: as drawn, or as both agreed since. */
  settled: lineWorthSchema,
  worthMinor: minorSchema,
  claim: lineWorthSchema.extend({ by: sideSchema }).nullable(),
});
export type StatementLine = z.infer<typeof statementLineSchema>;
export const statementLinesSchema = z.object({
  lines: z.array(statementLineSchema),
  /** After which number it goes on; null: that was all. */
  next: z.number().int().nullable(),
});
export type StatementLines = z.infer<typeof statementLinesSchema>;

/**
 * `POST …/statements/:statement/steps`, and `/approval` for the step `approved`. Errors: `not-found` 404; `conflict` 409: somebody was
 * first, or it is not to be said now; `bad-request` 400: not this side's to say, nothing new, too much, open claims.
 */
export const takeStatementStepSchema = z.object({ version: z.number().int().min(1), step: statementWordSchema });
export type TakeStatementStep = z.infer<typeof takeStatementStepSchema>;
/** `POST …/statements/:statement/approval`. */
export const approveStatementSchema = z.object({ version: z.number().int().min(1), note: text(500).default('') });
/** `POST …/statements/:statement/draw`: a draft is drawn again. */
export const redrawStatementSchema = z.object({ version: z.number().int().min(1), untilDay: z.iso.date() });
export const statementAnswerSchema = z.object({
  statementId: idSchema,
  number: z.number().int(),
  version: z.number().int(),
});
export type StatementAnswer = z.infer<typeof statementAnswerSchema>;

/** `POST …/statements/:statement/messages`; about one line, or the whole. At most 500 of a statement. */
export const statementMessageSchema = z.object({
  lineNumber: z.number().int().min(1).max(1_000_000).nullable(),
  text: text(2_000, 1),
});
export type StatementMessage = z.infer<typeof statementMessageSchema>;
