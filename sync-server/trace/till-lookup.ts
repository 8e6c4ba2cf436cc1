import { Hono } from 'hono';
import { parseEntryId } from '#schemas/journal/envelope.ts';
import { unitRowOf } from '#schemas/stock/unit.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import { type UnitLookup, unitCodeSchema } from '#schemas/sync/unit-lookup.ts';
import type { AuthenticatedTill, TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { apiError, issueText } from '../routes/answers.ts';

/** `GET /feed/:store/units/:gtin14/:serial`: a till asks for a unit that it does not hold (schemas/sync/unit-lookup.ts). */
export function tillLookupRoutes(context: ServerContext): Hono<TillEnv> {
  return new Hono<TillEnv>().get('/:gtin14/:serial', async (c) => {
    const code = unitCodeSchema.safeParse(c.req.param());
    if (!code.success) return apiError(c, 400, 'bad-request', issueText(code.error));
    c.header('Cache-Control', 'no-store');
    return c.json<UnitLookup>(await lookUp(context, c.get('till'), code.data));
  });
}

type Row = {
  storeId: string;
  storeName: string;
  skuId: string;
  placeId: string;
  state: UnitState;
  entryId: string;
  orderedAtMs: number;
  batch: string | null;
  expiresOn: string | null;
};

/** [A1] The unit as the till's own store and the other stores of its chain have it, each found by its key. */
async function lookUp(
  context: ServerContext,
  { merchantId, storeId }: AuthenticatedTill,
  { gtin14, serial }: { gtin14: string; serial: string },
): Promise<UnitLookup> {
  const { rows } = await context.database.pool.query<Row>({
    name: 'unit in chain',
    text: `select s.store_id as "storeId", s.name as "storeName", u.sku_id as "skuId", u.place_id as "placeId", u.state,
                  u.entry_id as "entryId", u.ordered_at_ms as "orderedAtMs", u.batch, u.expires_on as "expiresOn"
             from store s join unit u on u.store_id = s.store_id and u.gtin14 = $2 and u.serial = $3
            where s.merchant_id = $1`,
    values: [merchantId, gtin14, serial],
  });
  const sold = rows.filter(({ state }) => state === 'sold').toSorted((a, b) => b.orderedAtMs - a.orderedAtMs)[0];
  const sale = sold && (await saleOf(context, sold, gtin14, serial));
  const here = rows.find((row) => row.storeId === storeId);
  const last = rows
    .filter((row) => row.storeId !== storeId)
    .toSorted((a, b) => Number(hadIt(b)) - Number(hadIt(a)) || b.orderedAtMs - a.orderedAtMs)[0];
  return {
    here: here ? unitRowOf({ gtin14, serial, ...rowPart(here) }, here) : null,
    elsewhere: last ? { storeId: last.storeId, storeName: last.storeName, state: last.state } : null,
    ...(sale ? { sale } : {}),
  };
}

/** The line that a unit was sold by: the entry of its last step has it. */
async function saleOf(
  context: ServerContext,
  { storeId, entryId }: Row,
  gtin14: string,
  serial: string,
): Promise<UnitLookup['sale']> {
  const { tillNumber, sequence } = parseEntryId(entryId) ?? { tillNumber: -1, sequence: 0 };
  const { rows } = await context.database.pool.query<Omit<NonNullable<UnitLookup['sale']>, 'entryId'>>({
    name: 'sale of unit',
    text: `select t.occurred_at_ms as "soldAtMs", t.currency, l.unit_price_minor - l.discount_minor as "unitPriceMinor"
             from line_item l join retail_transaction t using (store_id, till_number, sequence)
            where l.store_id = $1 and l.till_number = $2 and l.sequence = $3 and l.gtin14 = $4 and l.serial = $5
              and l.quantity > 0`,
    values: [storeId, tillNumber, sequence, gtin14, serial],
  });
  return rows[0] && { entryId, ...rows[0] };
}

/** A store that passed a unit on, or only made its code, says less of where it is than any other. */
function hadIt({ state }: Row): boolean {
  return state !== 'elsewhere' && state !== 'commissioned';
}

function rowPart({ skuId, entryId, orderedAtMs }: Row) {
  return { skuId, entryId, orderedAtMs };
}
