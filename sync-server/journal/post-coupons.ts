import { campaignCodeOf } from '#schemas/pricing/coupon-id.ts';
import type { Queryable } from '../db/database.ts';
import type { couponBatch } from '../db/tables-coupons.ts';
import { raiseExceptions } from './exceptions.ts';
import type { RecordedEntry } from './judge-entries.ts';
import type { PointsPlace } from './post-points.ts';

type Named = { entryId: string; recordedAtMs: number; couponId: string; campaignId: string; serial: number };
type Batch = Omit<typeof couponBatch.$inferSelect, 'merchantId'>;

/** [CP3] Codes on tickets that nobody had given out when the ticket was recorded: a till that checks signatures takes none. */
export async function postCoupons(
  transaction: Queryable,
  { store }: PointsPlace,
  entries: readonly RecordedEntry[],
): Promise<void> {
  const named = entries.flatMap(({ meaning, entryId, recordedAtMs }): Named[] => {
    if (!meaning.postable || meaning.fact.kind !== 'retail-transaction') return [];
    return meaning.fact.body.promotions.flatMap(({ couponId }) => {
      const code = couponId === null ? null : campaignCodeOf(couponId);
      return code === null || couponId === null ? [] : [{ entryId, recordedAtMs, couponId, ...code }];
    });
  });
  if (named.length === 0) return;
  const { rows } = await transaction.query<Batch>({
    name: 'batches of coupons',
    text: `select campaign_id as "campaignId", first_serial as "firstSerial", last_serial as "lastSerial", issued_at_ms as "issuedAtMs"
             from coupon_batch where merchant_id = $1 and campaign_id = any($2::text[])`,
    values: [store.merchantId, named.map(({ campaignId }) => campaignId)],
  });
  const isIssued = ({ campaignId, serial, recordedAtMs }: Named) =>
    rows.some(
      (batch) =>
        batch.campaignId === campaignId &&
        batch.issuedAtMs <= recordedAtMs &&
        serial >= batch.firstSerial &&
        serial <= batch.lastSerial,
    );
  const unknown = named.filter((one) => !isIssued(one));
  await raiseExceptions(
    transaction,
    store.storeId,
    unknown.map(({ entryId, couponId }) => ({ code: 'coupon-unknown', entryId, subject: couponId, detail: '' })),
  );
}
