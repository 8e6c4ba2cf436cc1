import { Hono } from 'hono';
import { type Entry, parseEntryId } from '#schemas/journal/envelope.ts';
import type { ReceiptLookup } from '#schemas/sync/receipt-lookup.ts';
import type { AuthenticatedTill, TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { apiError } from '../routes/answers.ts';

/** `GET /feed/:store/receipts/:entryId`: a receipt that a till does not hold (schemas/sync/receipt-lookup.ts). */
export function receiptLookupRoutes(context: ServerContext): Hono<TillEnv> {
  return new Hono<TillEnv>().get('/:entryId', async (c) => {
    const receiptId = c.req.param('entryId');
    const id = parseEntryId(receiptId);
    if (id === null) return apiError(c, 400, 'bad-request', 'a receipt is named like 0001-000000001');
    c.header('Cache-Control', 'no-store');
    return c.json<ReceiptLookup>({ entries: await readEntries(context, c.get('till'), { ...id, receiptId }) });
  });
}

/** [A1] Of the till's own store: the sale, and every ticket that names it. */
async function readEntries(
  context: ServerContext,
  { storeId }: AuthenticatedTill,
  { receiptId, tillNumber, sequence }: { receiptId: string; tillNumber: number; sequence: number },
): Promise<Entry[]> {
  const { rows } = await context.database.pool.query<{ document: string }>({
    name: 'receipt for till',
    text: `with named as (
             select $3::int4 as till_number, $4::int8 as sequence
              union
             select till_number, sequence from line_item where store_id = $1 and returned_entry_id = $2
              union
             select till_number, sequence from retail_transaction where store_id = $1 and voids_entry_id = $2)
           select j.document from named n
             join journal j on j.store_id = $1 and j.till_number = n.till_number and j.sequence = n.sequence
            where j.kind = 'retail-transaction'
              and exists (select from journal k where k.store_id = $1 and k.till_number = $3 and k.sequence = $4
                                                  and k.kind = 'retail-transaction')
            order by j.ordered_at_ms limit 500`,
    values: [storeId, receiptId, tillNumber, sequence],
  });
  return rows.map(({ document }) => JSON.parse(document) as Entry);
}
