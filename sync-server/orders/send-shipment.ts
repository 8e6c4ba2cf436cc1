import type { AnnounceAnswer } from '#schemas/api/deliveries.ts';
import type { SendShipment } from '#schemas/api/shipments.ts';
import { linesOfPacking, type Packing } from '#schemas/procurement/shipment.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { announce } from '../deliveries/announce.ts';
import { noticeOfLines } from '../deliveries/announcement-json.ts';
import type { BackOfficeFailure } from '../journal/back-office.ts';
import { change, isShippable } from './pack-shipment.ts';
import {
  deliveriesOfShipment,
  findShipment,
  readShippedOrder,
  type ShipmentReader,
  type ShipmentRow,
} from './read-shipments.ts';
import type { OrderFailure } from './take-order-step.ts';

type Answer = Result<AnnounceAnswer, OrderFailure | BackOfficeFailure>;
type Sending = { reader: ShipmentReader; actorId: string; row: ShipmentRow };

/**
 * [SH5] Announces what is packed, or says what it would be. Its row says `sending` meanwhile, so that nobody changes what is being
 * announced; if the server dies then, sending it again finds out whether it was.
 */
export async function sendShipment(
  context: ServerContext,
  reader: ShipmentReader & { actorId: string },
  shipmentId: string,
  { version, preview }: SendShipment,
): Promise<Answer> {
  const { pool } = context.database;
  const order = await readShippedOrder(pool, reader);
  const seen = order && (await findShipment(pool, { ...order, ...reader }, shipmentId));
  if (!order || !seen) return fail({ code: 'not-found', detail: 'no such shipment' });
  const sending = { reader, actorId: reader.actorId };
  if (preview) {
    if (seen.version !== version) return fail({ code: 'conflict', detail: `it is at version ${seen.version}` });
    return told(context, { ...sending, row: seen }, true);
  }
  const sent = await deliveriesOfShipment(pool, seen);
  // Somebody asks again what was answered: it is sent.
  if (sent.length > 0) return ok({ ...nothing(seen.packing), deliveryIds: sent });
  if (!isShippable(order)) return fail({ code: 'conflict', detail: 'the order is over' });
  let row = seen;
  const claimed = await change(
    context,
    reader,
    shipmentId,
    version,
    async (_tx, _order, locked) => {
      row = locked;
      return ok({ phase: 'sending' });
    },
    ['draft', 'sending'],
  );
  if (!claimed.ok) return claimed;
  const answer = await told(context, { ...sending, row }, false);
  const now = await deliveriesOfShipment(pool, row);
  await pool.query(
    `update shipment set phase = $4, packing = case when $4 = 'sent' then $5 else packing end
      where store_id = $1 and order_id = $2 and shipment_id = $3 and phase = 'sending'`,
    [row.storeId, row.orderId, shipmentId, now.length > 0 ? 'sent' : 'draft', JSON.stringify(row.packing)],
  );
  return answer.ok ? ok({ ...answer.value, deliveryIds: now }) : answer;
}

async function told(context: ServerContext, { reader, actorId, row }: Sending, isPreview: boolean): Promise<Answer> {
  const { storeId, orderId, shipmentId, packing } = row;
  const { rows } = await context.database.pool.query<OfficeStore>(
    `select store_id as "storeId", merchant_id as "merchantId", currency, time_zone as "timeZone"
       from store where store_id = $1`,
    [storeId],
  );
  const [store] = rows;
  if (store === undefined) return fail({ code: 'not-found', detail: 'no such store' });
  const { reference, expectedOn } = packing;
  return announce(context, {
    ...{ store, actorId, supplierId: reader.supplierId, isBySupplier: true, isPreview, shipmentId },
    announcement: { orderId, reference, ...(expectedOn !== null && { expectedOn }) },
    notice: noticeOf(packing),
  });
}

/** Nothing packed is as a file without rows. */
function noticeOf(packing: Packing) {
  const lines = linesOfPacking(packing);
  const notice = noticeOfLines(
    lines.map(({ sscc, goods: { gtin14, ...goods } }) => ({ sscc, gtin: gtin14 ?? '', ...goods })),
  );
  if (lines.length === 0) notice.failure = { code: 'empty-file', columns: [] };
  return notice;
}

function nothing(packing: Packing): AnnounceAnswer {
  const { count: rows, failure, problems, problemCount, unknownColumns } = noticeOf(packing);
  return { deliveryIds: [], failure, problems, problemCount, warnings: [], rows, summary: null, unknownColumns };
}
