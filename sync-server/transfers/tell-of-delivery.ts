import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { tellSystems } from '../webhooks/tell-systems.ts';
import type { DeliveryNews } from './outbox-message.ts';

/** A rebuild by a newer version may put notices into the outbox that were posted before it knew of them: that is no news. */
const newsMs = 2 * 86_400_000;

type Row = { merchantId: string; supplierId: string | null; announcedAtMs: number; version: number };

/**
 * Puts it into the outbox of webhooks, in the transaction that settles the entry: once, whatever crashes. What is said of a delivery
 * that is no supplier's concerns nobody outside.
 */
export async function tellOfDelivery(
  tx: Queryable,
  context: ServerContext,
  storeId: string,
  { deliveryId, step }: DeliveryNews,
): Promise<void> {
  const { rows } = await tx.query<Row>(
    `select s.merchant_id as "merchantId", d.row->'source'->>'supplierId' as "supplierId", d.announced_at_ms as "announcedAtMs",
            1 + (select count(*) from receipt r where r.store_id = d.store_id and r.delivery_id = d.delivery_id)::int as version
       from delivery d join store s on s.store_id = d.store_id where d.store_id = $1 and d.delivery_id = $2`,
    [storeId, deliveryId],
  );
  const [row] = rows;
  if (row?.supplierId == null) return;
  const { merchantId, supplierId, announcedAtMs, version } = row;
  if (step === 'announced' && announcedAtMs < context.nowMs() - newsMs) return;
  await tellSystems(tx, context, {
    ...{ merchantId, supplierId, event: 'delivery.changed', isForSupplier: true },
    ...{ id: deliveryId, storeId, version, phase: null, step },
    side: step === 'announced' ? 'supplier' : 'buyer',
  });
}
