import type { OpenPayment, OpenPaymentList } from '#schemas/api/open-payments.ts';
import { openPaymentExceptionCode, type PaymentOpen } from '#schemas/payment/open-payment.ts';
import type { Queryable } from '../db/database.ts';

const mostListed = 200;

/** The payments of a store that nobody can tell the end of, oldest first. */
export async function listOpenPayments(
  database: Queryable,
  { merchantId, storeId }: { merchantId: string; storeId: string },
): Promise<Omit<OpenPaymentList, 'serverTimeMs'>> {
  type Row = Omit<OpenPayment, keyof PaymentOpen> & { body: PaymentOpen; total: number };
  const { rows } = await database.query<Row>(
    `select x.entry_id as "entryId", j.till_number as "tillNumber", t.name as "tillName",
            j.document->>'operatorId' as "operatorId", o.name as "operatorName", (j.document->'body')::jsonb as body,
            count(*) over () as total
       from exception x
       join journal j on j.store_id = x.store_id and j.till_number = left(x.entry_id, 4)::int4
                     and j.sequence = substr(x.entry_id, 6)::int8
       left join till t on t.store_id = j.store_id and t.till_number = j.till_number
       left join operator o on o.merchant_id = $2 and o.operator_id = j.document->>'operatorId'
      where x.store_id = $1 and x.code = '${openPaymentExceptionCode}'
      order by x.occurred_at_ms, x.entry_id limit ${mostListed}`,
    [storeId, merchantId],
  );
  const payments = rows.map(({ body: { approvals, ...body }, total, ...told }) => ({ ...told, ...body }));
  return { total: rows[0]?.total ?? 0, payments };
}
