import type { WebhookBody, WebhookEvent } from '#schemas/api/webhooks.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';

type Told = WebhookBody['data'] & {
  merchantId: string;
  supplierId: string;
  event: WebhookEvent;
  /** [OR8] [ST10] Whether the supplier sees the paper as it stands now. */
  isForSupplier: boolean;
};

/** [A1] Puts it into the outbox of the chain's addresses and this supplier's, in the transaction of what happened: both are there or neither. */
export async function tellSystems(tx: Queryable, context: ServerContext, told: Told): Promise<void> {
  const { merchantId, event, isForSupplier, ...data } = told;
  const nowMs = context.nowMs();
  const body: WebhookBody = { type: event, timestamp: new Date(nowMs).toISOString(), data };
  await tx.query(
    `insert into webhook_message (merchant_id, webhook_id, message_id, event, body, made_at_ms, attempts, next_try_at_ms)
     select merchant_id, webhook_id, $2, $3, $4, $5, 0, $5 from webhook
      where merchant_id = $1 and ended_at_ms is null and events ? $3
        and (supplier_id is null or $6::boolean and supplier_id = $7)`,
    [merchantId, newId(context), event, JSON.stringify(body), nowMs, isForSupplier, data.supplierId],
  );
}
