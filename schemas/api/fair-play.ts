import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { complaintPhases, complaintSchema, complaintWordSchema } from '../procurement/complaint.ts';
import { depositMovementSchema, depositMoves, depositWordSchema } from '../procurement/deposit.ts';
import { fairRulesSchema } from '../procurement/fair-play.ts';
import { key, text } from '../text.ts';

const sideSchema = z.enum(['buyer', 'supplier']);
const atMsSchema = z.number().int();
const countSchema = z.number().int().min(0);

/**
 * Fair play (schemas/procurement/SPEC.md, FP1–FP5, DE1–DE3). The chain's under `/api/fair-play`, right `edit-suppliers`. A supplier's own
 * under `/api/supplies/:supplier/fair-play`: reading takes `read-supplies`, saying something `edit-supplies`.
 */
export const rulesQuerySchema = z.object({ version: z.coerce.number().int().min(1).max(1_000_000).optional() });
/** `GET …/rules?version=`: as they are, or were. */
export const publishedRulesSchema = z.object({
  serverTimeMs: atMsSchema,
  /** 0: none were published. */
  version: countSchema,
  latest: countSchema,
  publishedAtMs: atMsSchema.nullable(),
  /** Who published them; null for suppliers. */
  name: text(100).nullable(),
  rules: fairRulesSchema.nullable(),
  /** What the chain's stores reckon in, for who writes the first. */
  currencies: z.array(currencySchema),
});
export type PublishedRules = z.infer<typeof publishedRulesSchema>;

/** `POST /api/fair-play/rules`. `version`: of the latest that was seen, 0 for the first. Errors: `conflict` 409: somebody was first. */
export const publishRulesSchema = z.object({ version: countSchema, rules: fairRulesSchema }).strict();
export type PublishRules = z.infer<typeof publishRulesSchema>;
export const publishAnswerSchema = z.object({ version: countSchema });
export type PublishAnswer = z.infer<typeof publishAnswerSchema>;

/** `<changed, ms>_<complaint id>` of the last row of a page. */
const complaintMarkSchema = z.string().regex(/^\d{1,16}_[0-9a-z]{1,32}$/);
export const complaintsQuerySchema = z.object({
  supplier: key(40).optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
  before: complaintMarkSchema.optional(),
});
export type ComplaintsQuery = z.infer<typeof complaintsQuerySchema>;

export const complaintSummarySchema = z.object({
  complaintId: idSchema,
  /** 1, 2, 3 … with its supplier. */
  number: z.number().int().min(1),
  ...{ supplierId: key(40), supplierName: text(100), merchantName: text(100) },
  phase: z.enum(complaintPhases),
  version: countSchema,
  /** Who complains. */
  by: sideSchema,
  awaits: sideSchema.nullable(),
  rule: z.object({ ruleId: key(20), title: text(120) }).nullable(),
  rulesVersion: countSchema.nullable(),
  order: z.object({ storeId: idSchema, orderId: idSchema, number: countSchema }).nullable(),
  currency: currencySchema.nullable(),
  ...{ askedMinor: minorSchema.min(0), decidedMinor: minorSchema.min(0), isUpheld: z.boolean().nullable() },
  ...{ answerByMs: atMsSchema, appealByMs: atMsSchema.nullable(), changedAtMs: atMsSchema },
});
export type ComplaintSummary = z.infer<typeof complaintSummarySchema>;
export const complaintListSchema = z.object({
  serverTimeMs: atMsSchema,
  complaints: z.array(complaintSummarySchema),
  next: complaintMarkSchema.nullable(),
});
export type ComplaintList = z.infer<typeof complaintListSchema>;

/** `GET …/complaints/:complaint`. Pictures: `GET …/complaints/:complaint/photos/:version/:at`. Errors: `not-found` 404. */
export const complaintDetailSchema = complaintSummarySchema.extend({
  serverTimeMs: atMsSchema,
  /** What the asker's side may say now. */
  may: z.array(z.enum(['said', 'answered', 'withdrawn', 'decided', 'appealed', 'appeal-decided'])),
  /** The most that a decision may take now, by the rule, what was asked for, and what is frozen. */
  mostMinor: minorSchema.min(0),
  history: z.array(
    z.object({
      version: countSchema,
      side: sideSchema,
      /** Of one's own side; of the other's, who decided: a decision is signed. */
      name: text(100).nullable(),
      atMs: atMsSchema,
      step: z.enum(['raised', 'said', 'answered', 'withdrawn', 'decided', 'appealed', 'appeal-decided']),
      note: text(2_000),
      photos: countSchema,
      isUpheld: z.boolean().nullable(),
      amountMinor: minorSchema.nullable(),
    }),
  ),
});
export type ComplaintDetail = z.infer<typeof complaintDetailSchema>;

/** `POST …/complaints`. The chain names the supplier. Errors: `bad-request` 400: a rule or an order that is not there, more than the rule says. */
export const newComplaintSchema = complaintSchema.strict();
export const complainOfSchema = complaintSchema.extend({ supplierId: key(40) }).strict();
/** `POST …/complaints/:complaint/steps`. Errors: `conflict` 409: somebody was first, or it is not (or no longer) the time; `bad-request` 400. */
export const takeComplaintStepSchema = z.object({ version: countSchema, step: complaintWordSchema }).strict();
export type TakeComplaintStep = z.infer<typeof takeComplaintStepSchema>;
export const complaintAnswerSchema = z.object({ complaintId: idSchema, number: countSchema, version: countSchema });
export type ComplaintAnswer = z.infer<typeof complaintAnswerSchema>;
export const maxComplaintBytes = 400_000;

/** `GET /api/suppliers/:supplier/deposit` (`settle-suppliers`), `GET /api/supplies/:supplier/deposit` (`read-supplies`). */
export const depositDetailSchema = z.object({
  serverTimeMs: atMsSchema,
  ...{ supplierId: key(40), supplierName: text(100) },
  /** By the contract that holds today; null: it names none. */
  agreedMinor: minorSchema.min(0).nullable(),
  /** Of the ledger, else of the contract. */
  currency: currencySchema.nullable(),
  heldMinor: minorSchema.min(0),
  sums: z.record(z.enum(depositMoves), minorSchema.min(0)),
  /** The number of its last row. */
  version: countSchema,
  /** The latest 200 first; `heldMinor`: after it. */
  movements: z.array(
    depositMovementSchema.extend({ heldMinor: minorSchema.min(0), complaintNumber: countSchema.nullable() }),
  ),
});
export type DepositDetail = z.infer<typeof depositDetailSchema>;
/**
 * `POST /api/suppliers/:supplier/deposit`. Errors: `conflict` 409: somebody was first; `bad-request` 400: more than is agreed or held, or
 * another currency.
 */
export const moveDepositSchema = depositWordSchema.extend({ version: countSchema }).strict();
export type MoveDeposit = z.infer<typeof moveDepositSchema>;
export const depositAnswerSchema = z.object({ version: countSchema });
export type DepositAnswer = z.infer<typeof depositAnswerSchema>;
