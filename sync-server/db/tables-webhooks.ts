import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { WebhookTrouble } from '#schemas/api/webhooks.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

/** Where other systems are told what the chain and its suppliers said to each other (schemas/api/webhooks.ts). */
export const webhook = pgTable(
  'webhook',
  {
    merchantId: text('merchant_id').notNull(),
    webhookId: text('webhook_id').notNull(),
    /** Null: the chain's own, which hears of all suppliers. */
    supplierId: text('supplier_id'),
    url: text('url').notNull(),
    /** Sealed for this place (sync-server/webhooks/webhook-secret.ts). */
    secret: text('secret').notNull(),
    events: jsonb('events').$type<string[]>().notNull(),
    madeAtMs: ms('made_at_ms').notNull(),
    endedAtMs: ms('ended_at_ms'),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.webhookId] })],
);

/** The outbox: written in the transaction of what it tells of, sent by webhook-worker.ts. */
export const webhookMessage = pgTable(
  'webhook_message',
  {
    merchantId: text('merchant_id').notNull(),
    webhookId: text('webhook_id').notNull(),
    messageId: text('message_id').notNull(),
    event: text('event').notNull(),
    body: text('body').notNull(),
    madeAtMs: ms('made_at_ms').notNull(),
    attempts: integer('attempts').notNull(),
    nextTryAtMs: ms('next_try_at_ms').notNull(),
    /** Taken or given up. */
    doneAtMs: ms('done_at_ms'),
    /** Of the last attempt. */
    status: integer('status'),
    trouble: text('trouble').$type<WebhookTrouble>(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.webhookId, t.messageId] }),
    index('webhook_message_due').on(t.nextTryAtMs).where(sql`${t.doneAtMs} is null`),
    index('webhook_message_made').on(t.merchantId, t.webhookId, t.madeAtMs),
  ],
);
