import type { Bought } from '#schemas/api/orders.ts';
import type { CatalogueQuery, SupplierCatalogue } from '#schemas/api/supplier-catalogue.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import type { Parties } from '../fair-play/deposit.ts';
import { readCurrencies } from './offers.ts';

const aPage = 100;
const mostOffered = 2_000;

type Row = Omit<SupplierCatalogue['articles'][number], 'sku'> & { skuId: string | null } & Partial<
    NonNullable<SupplierCatalogue['articles'][number]['sku']>
  >;

/** [A1] [CA2] A page of a supplier's articles. Which goods of the chain they are is the buyer's business. Null: no such supplier. */
export async function readSupplierCatalogue(
  context: ServerContext,
  { merchantId, supplierId, side }: Parties & { side: OrderSide },
  { show, q = '', after = '' }: CatalogueQuery,
): Promise<SupplierCatalogue | null> {
  const { pool } = context.database;
  const { rows: found } = await pool.query<Pick<SupplierCatalogue, 'supplierName' | 'merchantName' | 'waiting'>>(
    `select p.name as "supplierName", m.name as "merchantName", (select count(*)::int from supplier_article a
              where a.merchant_id = p.merchant_id and a.supplier_id = p.supplier_id and a.offered is not null) as waiting
       from supplier p join merchant m using (merchant_id) where merchant_id = $1 and supplier_id = $2`,
    [merchantId, supplierId],
  );
  const [about] = found;
  if (!about) return null;
  const { rows } = await pool.query<Row>(
    `select a.article, a.version, a.offered, a.taken, a.note, k.sku_id as "skuId", k.names, k.variant
       from supplier_article a
       left join lateral (
         select k.sku_id, k.names, k.variant from sku k
          where k.merchant_id = a.merchant_id and not k.deleted and k.sku_id = coalesce(a.sku_id, (select g.sku_id from gtin g
            where g.merchant_id = a.merchant_id and g.gtin14 = a.offered ->> 'gtin14' and not g.deleted))) k on true
      where a.merchant_id = $1 and a.supplier_id = $2 and a.article > $3 and ($4 or a.offered is not null)
        and ($5 = '' or position(lower($5) in lower(concat_ws(' ', a.article, coalesce(a.offered, a.taken) ->> 'name',
          coalesce(a.offered, a.taken) ->> 'gtin14'))) > 0)
      order by a.article limit ${aPage + 1}`,
    [merchantId, supplierId, after, show === 'all', q.trim()],
  );
  return {
    ...{ serverTimeMs: context.nowMs(), ...about, currencies: await readCurrencies(pool, merchantId) },
    articles: rows.slice(0, aPage).map(({ skuId, names, variant = null, ...article }) => ({
      ...article,
      sku: side === 'buyer' && skuId !== null && names ? { skuId, names, variant } : null,
    })),
    next: rows.length > aPage ? (rows[aPage - 1]?.article ?? null) : null,
  };
}

/** [CA2] What can be ordered from a supplier's catalogue, in a store's currency. */
export async function readOrderable(
  database: Queryable,
  { merchantId, supplierId, currency }: Parties & { currency: string },
): Promise<Bought['offers']> {
  const { rows } = await database.query<Bought['offers'][number]>(
    `select k.sku_id as "skuId", k.names, k.variant, a.article, (a.taken ->> 'packSize')::int as "packSize",
            (a.taken ->> 'unitCostMinor')::float8 as "unitCostMinor"
       from supplier_article a join sku k on k.merchant_id = a.merchant_id and k.sku_id = a.sku_id and not k.deleted
      where a.merchant_id = $1 and a.supplier_id = $2 and a.taken ->> 'currency' = $3
      order by a.article limit ${mostOffered}`,
    [merchantId, supplierId, currency],
  );
  return rows;
}
