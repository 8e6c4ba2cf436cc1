import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema } from '../money/money.ts';
import { priceAgreementSchema } from '../procurement/contract.ts';
import { orderLineSchema, orderLinesSchema, orderPhases, orderStepSchema } from '../procurement/order.ts';
import { goodsStages } from '../procurement/order-progress.ts';
import { key, namesSchema, text } from '../text.ts';
import { deliverySummarySchema } from './deliveries.ts';

const countSchema = z.number().int().min(0);
const sideSchema = z.enum(['buyer', 'supplier']);
const atMsSchema = z.number().int();
/** `<changed, ms>_<order id>` of the last row of a page. */
const orderMarkSchema = z.string().regex(/^\d{1,16}_[0-9a-z]{1,32}$/);

/**
 * Orders to suppliers (schemas/procurement/SPEC.md). The office's under `/api/stores/:store/orders`: reading takes `read-reports`,
 * all else `order-goods`. A supplier's under `/api/supplies/:supplier/orders`: `read-supplies`, `edit-supplies`.
 */
export const orderSummarySchema = z.object({
  orderId: idSchema,
  /** 1, 2, 3 … in its store. */
  number: z.number().int().min(1),
  ...{ storeId: idSchema, storeName: text(100), timeZone: text(60) },
  ...{ supplierId: key(40), supplierName: text(100) },
  phase: z.enum(orderPhases),
  version: z.number().int().min(1),
  /** Whose answer it waits for. */
  awaits: sideSchema.nullable(),
  currency: currencySchema,
  /** Of the lines as they stand. */
  costMinor: countSchema,
  pieces: countSchema,
  /** Of the goods, whatever was said. */
  stage: z.enum(goodsStages),
  received: countSchema,
  damaged: countSchema,
  onTheWay: countSchema,
  /** Announced, and their delivery was closed without them. */
  short: countSchema,
  missing: countSchema,
  /** The last of its days; null: nothing is to come. */
  dueOn: z.iso.date().nullable(),
  lateSince: z.iso.date().nullable(),
  changedAtMs: atMsSchema,
});
export type OrderSummary = z.infer<typeof orderSummarySchema>;

/**
 * `GET …/orders?state=open&limit=20&before=<mark>`: the latest changed first. Drafts and what nobody is done with are open; `behind`
 * are those of them that are late or did not come whole (isBehind).
 */
export const ordersQuerySchema = z.object({
  state: z.enum(['open', 'behind', 'ended']).default('open'),
  limit: z.coerce.number().int().min(1).max(50).default(20),
  before: orderMarkSchema.optional(),
});
export type OrdersQuery = z.infer<typeof ordersQuerySchema>;
export const orderListSchema = z.object({
  serverTimeMs: atMsSchema,
  orders: z.array(orderSummarySchema),
  next: orderMarkSchema.nullable(),
});
export type OrderList = z.infer<typeof orderListSchema>;

const lineSchema = orderLineSchema.extend({
  /** Of the catalogue today; null when it does not have the SKU any more. */
  names: namesSchema.nullable(),
  variant: namesSchema.nullable(),
  gtin14: z.string().nullable(),
  /** By the contract as it was when the order was sent (draft: today), for so many; null: nothing is agreed for it. */
  agreedCostMinor: countSchema.nullable(),
});
const linesSchema = z.array(lineSchema);

/** `GET …/orders/:order`. Errors: `not-found` 404. */
export const orderDetailSchema = orderSummarySchema.extend({
  serverTimeMs: atMsSchema,
  /** [AP1] How much one order may come to that the asker sends alone; null: any amount, or a supplier asks. */
  limitMinor: countSchema.nullable(),
  /** [CO5] What the smallest order comes to, by the contract as it was when this one was sent (draft: today); null: nothing is agreed. */
  minimumMinor: countSchema.nullable(),
  asked: linesSchema,
  proposed: linesSchema.nullable(),
  agreed: linesSchema.nullable(),
  progress: z.array(
    z.object({
      lineNumber: z.number().int(),
      /** By the buyer; what is agreed may be less. */
      ordered: countSchema,
      ...{ announced: countSchema, received: countSchema, damaged: countSchema },
      ...{ onTheWay: countSchema, short: countSchema, missing: countSchema },
    }),
  ),
  others: z.array(
    z.object({
      ...{ skuId: key(40), names: namesSchema.nullable(), variant: namesSchema.nullable() },
      ...{ announced: countSchema, received: countSchema },
    }),
  ),
  deliveries: z.array(deliverySummarySchema.omit({ source: true })),
  /** Every step, oldest first. `name`: who it was, of one's own side; null for the other. */
  history: z.array(
    z.object({
      version: z.number().int(),
      side: sideSchema,
      name: text(100).nullable(),
      atMs: atMsSchema,
      step: orderStepSchema,
    }),
  ),
  messages: z.array(
    z.object({
      messageNumber: z.number().int().min(1),
      ...{ side: sideSchema, name: text(100).nullable(), atMs: atMsSchema },
      lineNumber: z.number().int().nullable(),
      text: text(2_000),
    }),
  ),
});
export type OrderDetail = z.infer<typeof orderDetailSchema>;

/** `POST /api/stores/:store/orders`: a draft. Errors: `bad-request` 400: the supplier or a SKU is not known. */
export const newOrderSchema = z.object({ supplierId: key(40), lines: orderLinesSchema });
export type NewOrder = z.infer<typeof newOrderSchema>;

/**
 * `POST …/orders/:order/steps`. Errors: `not-found` 404; `conflict` 409: somebody was first, `version` is not the latest; `not-now` 409;
 * `bad-request` 400: not this side's to say, other goods, nothing new, below the smallest order that was agreed (CO5).
 */
export const takeOrderStepSchema = z.object({ version: z.number().int().min(1), step: orderStepSchema });
export const orderAnswerSchema = z.object({ orderId: idSchema, number: z.number().int(), version: z.number().int() });
export type OrderAnswer = z.infer<typeof orderAnswerSchema>;

/** `POST …/orders/:order/messages`; about one line, or the whole. At most 500 of an order. */
export const orderMessageSchema = z.object({
  lineNumber: z.number().int().min(1).max(9_999).nullable(),
  text: text(2_000, 1),
});
export type OrderMessage = z.infer<typeof orderMessageSchema>;

/** `GET /api/stores/:store/orders/bought?supplier=`: what was last agreed on of each SKU with a supplier; the latest 200. */
export const boughtQuerySchema = z.object({ supplier: key(40) });
export const boughtSchema = z.object({
  goods: z.array(
    z.object({
      ...{ skuId: key(40), names: namesSchema, variant: namesSchema.nullable() },
      ...{ quantity: countSchema, unitCostMinor: countSchema },
    }),
  ),
  /** What can be ordered from its catalogue, in the store's currency. */
  offers: z.array(
    z.object({
      ...{ skuId: key(40), names: namesSchema, variant: namesSchema.nullable() },
      ...{ article: key(40), packSize: countSchema, unitCostMinor: countSchema },
    }),
  ),
  /** What the contract says today, in the store's currency. */
  prices: z.array(priceAgreementSchema),
  /** [CO5] In the same way: what the smallest order comes to. */
  minimumMinor: countSchema.nullable(),
});
export type Bought = z.infer<typeof boughtSchema>;
