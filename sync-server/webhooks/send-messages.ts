import { messageSignature } from '../auth/message-signature.ts';
import type { ServerContext } from '../context.ts';
import type { webhook, webhookMessage } from '../db/tables-webhooks.ts';
import { type Posted, postMessage } from './post-message.ts';
import { openWebhookSecret } from './webhook-secret.ts';

const timeoutMs = 10_000;
/** A message whose server died is tried again by another after this. */
const leaseMs = 60_000;
/** After the first attempt, the second …: two days in all. */
const retriesMs = [5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200, 86_400].map((seconds) => seconds * 1_000);
/** `410 Gone`: nobody is there any more. */
const gone = 410;
/** At the same time: one that is slow holds up so many at most. */
const together = 8;

type Due = Pick<typeof webhookMessage.$inferSelect, 'merchantId' | 'webhookId' | 'messageId' | 'body' | 'attempts'> &
  Pick<typeof webhook.$inferSelect, 'url' | 'secret'>;

/** Sends what is due, until nothing is or `signal` aborts. Answers how many were tried. */
export async function sendMessages(context: ServerContext, signal?: AbortSignal): Promise<number> {
  let sent = 0;
  while (!signal?.aborted) {
    const due = await take(context);
    if (due.length === 0) break;
    await Promise.all(due.map(async (message) => settle(context, message, await post(context, message))));
    sent += due.length;
  }
  return sent;
}

/** Those that are due for longest; for a minute they are no other server's. */
async function take(context: ServerContext): Promise<Due[]> {
  const { rows } = await context.database.pool.query<Due>(
    `with due as (select merchant_id, webhook_id, message_id from webhook_message
                   where done_at_ms is null and next_try_at_ms <= $1
                   order by next_try_at_ms, message_id limit ${together} for update skip locked)
     update webhook_message m set attempts = m.attempts + 1, next_try_at_ms = $1 + ${leaseMs}
       from due, webhook w
      where m.merchant_id = due.merchant_id and m.webhook_id = due.webhook_id and m.message_id = due.message_id
        and w.merchant_id = due.merchant_id and w.webhook_id = due.webhook_id
     returning m.merchant_id as "merchantId", m.webhook_id as "webhookId", m.message_id as "messageId", m.body, m.attempts,
               w.url, w.secret`,
    [context.nowMs()],
  );
  return rows;
}

function post(context: ServerContext, { url, secret: stored, body, ...place }: Due): Promise<Posted> | Posted {
  const secret = openWebhookSecret(context, place, stored);
  if (secret === null) return { status: null, trouble: 'no-secret' };
  const { messageId } = place;
  const timestamp = String(Math.floor(context.nowMs() / 1_000));
  const headers = {
    ...{ 'content-type': 'application/json', 'user-agent': 'onecode' },
    ...{ 'webhook-id': messageId, 'webhook-timestamp': timestamp },
    'webhook-signature': `v1,${messageSignature(secret, { messageId, timestamp, body }).toString('base64')}`,
  };
  return postMessage(context, { url, headers, body }, timeoutMs);
}

async function settle(context: ServerContext, message: Due, { status, trouble }: Posted): Promise<void> {
  const { merchantId, webhookId, messageId, attempts } = message;
  const nowMs = context.nowMs();
  const retryMs = status === gone ? undefined : retriesMs[attempts - 1];
  const isDone = trouble === null || retryMs === undefined;
  if (trouble !== null) context.log.warn({ webhookId, messageId, status, trouble, isDone }, 'a webhook was not taken');
  // One that was ended, or is sent again, meanwhile is as they left it.
  await context.database.pool.query(
    `update webhook_message set status = $4, trouble = $5, done_at_ms = $6, next_try_at_ms = $7
      where merchant_id = $1 and webhook_id = $2 and message_id = $3 and done_at_ms is null and attempts = $8`,
    [merchantId, webhookId, messageId, status, trouble, isDone ? nowMs : null, nowMs + (retryMs ?? 0), attempts],
  );
}
