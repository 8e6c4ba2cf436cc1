import {
  type MakeWebhook,
  maxWebhooks,
  type NewWebhook,
  type WebhookAnswer,
  type WebhookBody,
  type WebhookList,
  type WebhookMessage,
  type WebhookMessages,
  type WebhookReport,
} from '#schemas/api/webhooks.ts';
import type { Scope } from '#schemas/policy/policy.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import type { StaffChange, StaffFailure } from '../people/staff-change.ts';
import { hookUrlProblem } from './post-message.ts';
import { sealWebhookSecret } from './webhook-secret.ts';

const secretBytes = 32;

/** [A1] Those of the chain, or of this supplier alone. */
export async function listWebhooks(database: Queryable, about: Scope): Promise<WebhookList> {
  const { rows } = await database.query<WebhookReport>(
    `select w.webhook_id as "webhookId", w.url, w.events, w.made_at_ms as "madeAtMs",
            count(*) filter (where m.message_id is not null and m.done_at_ms is null)::int as waiting,
            count(*) filter (where m.done_at_ms is not null and m.trouble is not null)::int as "givenUp",
            max(m.done_at_ms) filter (where m.trouble is null) as "lastTakenAtMs"
       from webhook w left join webhook_message m using (merchant_id, webhook_id)
      where w.merchant_id = $1 and w.supplier_id is not distinct from $2 and w.ended_at_ms is null
      group by w.merchant_id, w.webhook_id order by w.made_at_ms desc, w.webhook_id`,
    [about.merchantId, supplierOf(about)],
  );
  return { webhooks: rows };
}

/** The newest hundred; null: there is no such address of theirs. */
export async function listMessages(
  database: Queryable,
  about: Scope,
  webhookId: string,
): Promise<WebhookMessages | null> {
  const place = [about.merchantId, webhookId, supplierOf(about)];
  const { rowCount } = await database.query(ownSql, place);
  if (rowCount === 0) return null;
  const { rows } = await database.query<WebhookMessage>(
    `select message_id as "messageId", event, made_at_ms as "madeAtMs", attempts, status, trouble,
            case when done_at_ms is null then 'waiting' when trouble is null then 'taken' else 'given-up' end as outcome,
            case when done_at_ms is null then next_try_at_ms end as "nextTryAtMs"
       from webhook_message where merchant_id = $1 and webhook_id = $2
      order by made_at_ms desc, message_id desc limit 100`,
    place.slice(0, 2),
  );
  return { messages: rows };
}

/** Makes an address and its secret, which is told this once. */
export async function makeWebhook(
  change: StaffChange,
  { url, events }: MakeWebhook,
): Promise<Result<NewWebhook, StaffFailure>> {
  const { context, tx, merchantId, about, nowMs } = change;
  if (hookUrlProblem(context, url) !== null) return fail({ code: 'bad-request' });
  const supplierId = supplierOf(about);
  const { rows } = await tx.query<{ working: number }>(
    `select count(*)::int as working from webhook
      where merchant_id = $1 and supplier_id is not distinct from $2 and ended_at_ms is null`,
    [merchantId, supplierId],
  );
  if ((rows[0]?.working ?? 0) >= maxWebhooks) return fail({ code: 'conflict' });
  const webhookId = newId(context);
  const secret = Buffer.from(context.randomBytes(secretBytes)).toString('base64');
  const told = [...new Set(events)];
  await tx.query(
    `insert into webhook (merchant_id, webhook_id, supplier_id, url, secret, events, made_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      ...[merchantId, webhookId, supplierId, url, sealWebhookSecret(context, { merchantId, webhookId }, secret)],
      ...[JSON.stringify(told), nowMs],
    ],
  );
  await change.record({
    ...{ action: 'webhook-made', subjectType: 'webhook', subjectId: webhookId },
    after: { url, events: told, supplierId },
  });
  return ok({ webhookId, secret: `whsec_${secret}` });
}

/** Nothing is sent there any more. */
export async function endWebhook(change: StaffChange, webhookId: string): Promise<Result<WebhookAnswer, StaffFailure>> {
  const { tx, merchantId, about, nowMs } = change;
  if (!(await isOwn(tx, about, webhookId))) return fail({ code: 'not-found' });
  const { rowCount } = await tx.query(
    'update webhook set ended_at_ms = $3 where merchant_id = $1 and webhook_id = $2 and ended_at_ms is null',
    [merchantId, webhookId, nowMs],
  );
  if (rowCount === 0) return ok({ webhookId });
  await tx.query(
    `update webhook_message set done_at_ms = $3, trouble = 'ended'
      where merchant_id = $1 and webhook_id = $2 and done_at_ms is null`,
    [merchantId, webhookId, nowMs],
  );
  await change.record({ action: 'webhook-ended', subjectType: 'webhook', subjectId: webhookId });
  return ok({ webhookId });
}

/** A message that says nothing, to see whether it comes. */
export async function testWebhook(
  change: StaffChange,
  webhookId: string,
): Promise<Result<WebhookAnswer, StaffFailure>> {
  const { context, tx, merchantId, about, nowMs } = change;
  if (!(await isOwn(tx, about, webhookId, true))) return fail({ code: 'not-found' });
  const supplierId = supplierOf(about);
  const side = supplierId === null ? 'buyer' : 'supplier';
  const data = { supplierId, id: webhookId, storeId: null, version: 1, phase: null, step: 'test', side } as const;
  const body: WebhookBody = { type: 'test', timestamp: new Date(nowMs).toISOString(), data };
  await tx.query(
    `insert into webhook_message (merchant_id, webhook_id, message_id, event, body, made_at_ms, attempts, next_try_at_ms)
     values ($1, $2, $3, 'test', $4, $5, 0, $5)`,
    [merchantId, webhookId, newId(context), JSON.stringify(body), nowMs],
  );
  return ok({ webhookId });
}

/** Sends a message again that was taken or given up, under its own id; one that waits is tried now. */
export async function sendAgain(
  change: StaffChange,
  webhookId: string,
  messageId: string,
): Promise<Result<WebhookAnswer, StaffFailure>> {
  const { tx, merchantId, about, nowMs } = change;
  if (!(await isOwn(tx, about, webhookId, true))) return fail({ code: 'not-found' });
  const { rowCount } = await tx.query(
    `update webhook_message set done_at_ms = null, attempts = 0, next_try_at_ms = $4
      where merchant_id = $1 and webhook_id = $2 and message_id = $3`,
    [merchantId, webhookId, messageId, nowMs],
  );
  return rowCount === 0 ? fail({ code: 'not-found' }) : ok({ webhookId });
}

const ownSql = `select 1 from webhook where merchant_id = $1 and webhook_id = $2 and supplier_id is not distinct from $3`;

async function isOwn(tx: Queryable, about: Scope, webhookId: string, isWorking = false): Promise<boolean> {
  const { rowCount } = await tx.query(`${ownSql}${isWorking ? ' and ended_at_ms is null' : ''}`, [
    ...[about.merchantId, webhookId, supplierOf(about)],
  ]);
  return rowCount === 1;
}

function supplierOf(about: Scope): string | null {
  return about.type === 'supplier' ? about.supplierId : null;
}

/** What is done is kept this long. */
const keptMs = 30 * 86_400_000;

export async function forgetOldMessages({ database, nowMs }: ServerContext): Promise<void> {
  await database.pool.query('delete from webhook_message where done_at_ms < $1', [nowMs() - keptMs]);
}
