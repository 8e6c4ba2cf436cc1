import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { text } from '../text.ts';

/**
 * What other systems are told of, when either side said something. The body names the paper and its version and no more: whoever
 * hears of it reads the paper by a key. `test` is sent by a person, to try it.
 */
export const webhookEvents = [
  'order.changed',
  'delivery.changed',
  'statement.changed',
  'return.changed',
  'contract.changed',
  'complaint.changed',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** Working addresses of the chain, or of one supplier. */
export const maxWebhooks = 10;

const timeSchema = z.number().int();

/**
 * `POST /api/webhooks` (right `edit-keys`) and `POST /api/supplies/:supplier/webhooks` (`edit-supplier-staff`). A message is a `POST`
 * signed as Standard Webhooks 1.0 say (see price-hook.ts) with the JSON of `webhookBodySchema`; 2xx takes it. What is not taken comes
 * again, with the same `webhook-id`, ten times within two days. Messages may come twice and out of order.
 * Errors: `bad-request` 400 (no public https address), `conflict` 409 (ten work already).
 */
export const makeWebhookSchema = z.strictObject({
  url: text(500),
  events: z.array(z.enum(webhookEvents)).min(1).max(webhookEvents.length),
});
export type MakeWebhook = z.infer<typeof makeWebhookSchema>;

/** `secret`: `whsec_` and base64, told once. */
export const newWebhookSchema = z.object({ webhookId: idSchema, secret: text(100) });
export type NewWebhook = z.infer<typeof newWebhookSchema>;

/** `POST …/webhooks/:webhook/end`, `…/test` and `…/messages/:message/again`, body `{}`. Ending again changes nothing. */
export const webhookAnswerSchema = z.object({ webhookId: idSchema });
export type WebhookAnswer = z.infer<typeof webhookAnswerSchema>;

export const webhookReportSchema = z.object({
  webhookId: idSchema,
  url: text(500),
  events: z.array(z.string().max(40)),
  madeAtMs: timeSchema,
  /** Messages that are still to be taken, and those that were given up. */
  waiting: z.number().int(),
  givenUp: z.number().int(),
  lastTakenAtMs: timeSchema.nullable(),
});
export type WebhookReport = z.infer<typeof webhookReportSchema>;

/** `GET …/webhooks`: those that work, newest first. */
export const webhookListSchema = z.object({ webhooks: z.array(webhookReportSchema) });
export type WebhookList = z.infer<typeof webhookListSchema>;

/** Why a message was not taken at its last attempt. `ended`: the address was given up before it was taken. */
export const webhookTroubles = [
  'bad-status',
  'timeout',
  'unreachable',
  'address-not-allowed',
  'no-secret',
  'ended',
] as const;
export type WebhookTrouble = (typeof webhookTroubles)[number];

export const webhookMessageSchema = z.object({
  messageId: idSchema,
  event: z.string().max(40),
  madeAtMs: timeSchema,
  /** `given-up`: it is tried no more, unless somebody sends it again. */
  outcome: z.enum(['waiting', 'taken', 'given-up']),
  attempts: z.number().int(),
  /** Of the last attempt. */
  status: z.number().int().nullable(),
  trouble: z.string().max(40).nullable(),
  nextTryAtMs: timeSchema.nullable(),
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;

/** `GET …/webhooks/:webhook/messages`: the newest hundred; they are kept for 30 days. */
export const webhookMessagesSchema = z.object({ messages: z.array(webhookMessageSchema) });
export type WebhookMessages = z.infer<typeof webhookMessagesSchema>;

/** What is sent. */
export const webhookBodySchema = z.object({
  type: z.enum([...webhookEvents, 'test']),
  /** ISO 8601, UTC. */
  timestamp: z.string(),
  data: z.object({
    supplierId: z.string().nullable(),
    /** Of the order, the delivery, the statement, the return or the complaint; the supplier's of a contract. */
    id: z.string(),
    storeId: z.string().nullable(),
    /** Of a delivery: how much was said of it, the notice and each receipt. */
    version: z.number().int(),
    phase: z.string().nullable(),
    /** What was said, and by whom of the two. */
    step: z.string(),
    side: z.enum(['buyer', 'supplier']),
  }),
});
export type WebhookBody = z.infer<typeof webhookBodySchema>;
