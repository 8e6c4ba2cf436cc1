import { setImmediate as nextTurn } from 'node:timers/promises';
import { signCode } from '#schemas/members/signed-code.ts';
import { codeOf, mostCodes } from '#schemas/pricing/coupon-id.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { chainSigner } from '../members/chain-key.ts';

/** Signed at a stretch, some five milliseconds; tills are answered in between. Other threads cost twice as much for each. */
const batchCodes = 150;

export type CodeBatch = {
  campaignId: string;
  firstSerial: number;
  lastSerial: number;
  fromMs: number;
  untilMs: number;
};
export type IssueFailure = { code: 'not-found' | 'full' };

/** Takes so many numbers of a campaign, each once, whoever asks at the same time. */
export async function issueBatch(
  context: ServerContext,
  merchantId: string,
  by: AuditActor,
  { campaignId, count }: { campaignId: string; count: number },
): Promise<Result<CodeBatch, IssueFailure>> {
  const nowMs = context.nowMs();
  return inTransaction(context.database, async (tx) => {
    const { rows } = await tx.query<{ fromMs: number; untilMs: number }>(
      `select c.from_ms as "fromMs", c.until_ms as "untilMs" from coupon_campaign c
         join promotion p on p.merchant_id = c.merchant_id and p.promotion_id = c.campaign_id and not p.deleted
        where c.merchant_id = $1 and c.campaign_id = $2 and c.until_ms > $3 for no key update of c`,
      [merchantId, campaignId, nowMs],
    );
    const [campaign] = rows;
    if (campaign === undefined) return fail({ code: 'not-found' });
    const last = await lastSerial(tx, merchantId, campaignId);
    if (last + count > mostCodes) return fail({ code: 'full' });
    const batch = { campaignId, firstSerial: last + 1, lastSerial: last + count, ...campaign };
    await tx.query(
      `insert into coupon_batch (merchant_id, campaign_id, first_serial, last_serial, issued_at_ms)
       values ($1, $2, $3, $4, $5)`,
      [merchantId, campaignId, batch.firstSerial, batch.lastSerial, nowMs],
    );
    const subject = { subjectType: 'promotion', subjectId: campaignId };
    const what = { merchantId, storeId: null, action: 'coupons-issued', ...subject, after: { count } } as const;
    await recordAudit(tx, context, by, what);
    return ok(batch);
  });
}

/** The last number that was taken; the caller holds the campaign's row. */
export async function lastSerial(tx: Queryable, merchantId: string, campaignId: string): Promise<number> {
  const { rows } = await tx.query<{ last: number | null }>(
    'select max(last_serial) as last from coupon_batch where merchant_id = $1 and campaign_id = $2',
    [merchantId, campaignId],
  );
  return rows[0]?.last ?? 0;
}

/** [CP2] The batch as CSV, part by part. A code holds nothing that a spreadsheet would take for a formula. */
export async function* codesCsv(context: ServerContext, merchantId: string, batch: CodeBatch): AsyncGenerator<string> {
  const signText = await chainSigner(context, merchantId);
  const { campaignId, firstSerial, lastSerial, fromMs, untilMs } = batch;
  yield 'number,code\r\n';
  for (let first = firstSerial; first <= lastSerial; first += batchCodes) {
    let part = '';
    for (let serial = first; serial <= Math.min(first + batchCodes - 1, lastSerial); serial += 1) {
      const code = { subject: codeOf(campaignId, serial), fromMs, untilMs };
      part += `${serial},${await signCode('coupon', merchantId, code, signText)}\r\n`;
    }
    await nextTurn();
    yield part;
  }
}
