import { Hono } from 'hono';
import { type StockItem, type StockList, stockQuerySchema } from '#schemas/api/stock.ts';
import { onHand, type StockRow } from '#schemas/stock/stock-row.ts';
import type { Names } from '#schemas/text.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { apiError, parseQuery } from './answers.ts';

const most = 50;

type SkuRow = Omit<StockItem, 'onHand' | 'places'>;

/** `GET …/stock?q=`: stock on hand with the columns that it is the sum of (S1). */
export function stockRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('read-reports'), async (c) => {
    const query = parseQuery(c, stockQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const storeId = c.get('storeId');
    const skus = await findSkus(context, storeId, query.value.q);
    const shown = skus.slice(0, most);
    const places = await readPlaces(context, storeId, shown);
    const items = shown.map((sku): StockItem => {
      const own = places.filter((place) => place.skuId === sku.skuId);
      return { ...sku, onHand: own.reduce((sum, place) => sum + place.onHand, 0), places: own };
    });
    return c.json<StockList>({ items, more: skus.length > most });
  });
}

/** Every word of the search is part of the SKU code, of a name or variant in any language, or of a GTIN. */
async function findSkus(context: ServerContext, storeId: string, searched: string): Promise<SkuRow[]> {
  const patterns = searched
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, 10)
    .map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  const digits = patterns.map((pattern) => /^%\d{4,14}%$/.test(pattern));
  const { rows } = await context.database.pool.query<SkuRow>(
    `select k.sku_id as "skuId", k.names, k.variant,
            array(select g.gtin14 from gtin g where g.merchant_id = k.merchant_id and g.sku_id = k.sku_id
                     and not g.deleted order by g.gtin14) as gtins,
            case when k.tracking = 'item' then
              (select count(*) from gtin g join unit u on u.store_id = s.store_id and u.gtin14 = g.gtin14
                where g.merchant_id = k.merchant_id and g.sku_id = k.sku_id and u.sku_id = k.sku_id
                  and u.state = 'in-stock')
            end as "unitsInStock"
       from sku k join store s using (merchant_id)
      where s.store_id = $1 and not k.deleted and not exists (
        select 1 from unnest($2::text[], $3::boolean[]) as w(pattern, digits)
         where not (k.sku_id ilike w.pattern or coalesce(k.brand, '') ilike w.pattern
           or exists (select 1 from jsonb_each_text(k.names) n where n.value ilike w.pattern)
           or (jsonb_typeof(k.variant) = 'object'
               and exists (select 1 from jsonb_each_text(k.variant) n where n.value ilike w.pattern))
           or (w.digits and exists (select 1 from gtin g where g.merchant_id = k.merchant_id and g.sku_id = k.sku_id
                                       and not g.deleted and g.gtin14 like w.pattern))))
      order by k.sku_id limit ${most + 1}`,
    [storeId, patterns, digits],
  );
  return rows;
}

async function readPlaces(
  context: ServerContext,
  storeId: string,
  skus: readonly SkuRow[],
): Promise<StockItem['places']> {
  const { rows } = await context.database.pool.query<StockRow & { names: Names | null }>(
    `select k.place_id as "placeId", sku_id as "skuId", received, returned, moved_in as "movedIn", sold,
            moved_out as "movedOut", adjusted, p.names
       from stock k left join place p on p.store_id = k.store_id and p.place_id = k.place_id
      where k.store_id = $1 and sku_id = any ($2) order by sku_id, k.place_id`,
    [storeId, skus.map((sku) => sku.skuId)],
  );
  return rows.map((row) => ({ ...row, onHand: onHand(row) }));
}
