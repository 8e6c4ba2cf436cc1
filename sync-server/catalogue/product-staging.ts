import type { Queryable } from '../db/database.ts';
import type { ProductColumn } from './product-columns.ts';
import type { ProductRow } from './product-row.ts';

/** A checked row with the id of its category. */
export type StagedProduct = ProductRow & { categoryId: string | null };

const textFields = [
  ['sku_id', 'sku'],
  ['name_en', 'nameEn'],
  ['name_zh_hans', 'nameZhHans'],
  ['name_zh_hant', 'nameZhHant'],
  ['category_id', 'categoryId'],
  ['brand', 'brand'],
  ['tax_class', 'taxClass'],
  ['tracking', 'tracking'],
  ['variant_en', 'variantEn'],
  ['variant_zh_hans', 'variantZhHans'],
  ['variant_zh_hant', 'variantZhHant'],
] as const satisfies readonly (readonly [string, keyof StagedProduct])[];
const numberFields = [
  ['line', 'line'],
  ['price_minor', 'priceMinor'],
  ['online_price_minor', 'onlinePriceMinor'],
] as const satisfies readonly (readonly [string, keyof StagedProduct])[];
const fields = [...textFields, ...numberFields];

/** Makes the transaction's own tables; they are gone with it, however it ends. */
export async function createStaging(client: Queryable): Promise<void> {
  const columns = [...textFields.map(([name]) => `${name} text`), ...numberFields.map(([name]) => `${name} bigint`)];
  await client.query(`create temp table staged_product (${columns.join(', ')}) on commit drop`);
  await client.query('create temp table staged_gtin (gtin14 text, sku_id text, line bigint) on commit drop');
}

/** Sends some thousands of rows in two statements. */
export async function stage(client: Queryable, rows: readonly StagedProduct[]): Promise<void> {
  const names = fields.map(([name]) => name).join(', ');
  const types = [...textFields.map(() => 'text[]'), ...numberFields.map(() => 'bigint[]')];
  const parameters = types.map((type, at) => `$${at + 1}::${type}`).join(', ');
  await client.query(
    `insert into staged_product (${names}) select * from unnest(${parameters})`,
    fields.map(([, field]) => rows.map((row) => row[field])),
  );
  const gtins = rows.flatMap(({ gtins, sku, line }) => gtins.map((gtin14) => ({ gtin14, sku, line })));
  await client.query('insert into staged_gtin select * from unnest($1::text[], $2::text[], $3::bigint[])', [
    gtins.map(({ gtin14 }) => gtin14),
    gtins.map(({ sku }) => sku),
    gtins.map(({ line }) => line),
  ]);
}

export type ProductCounts = {
  added: number;
  changed: number;
  unchanged: number;
  gtinsAdded: number;
  gtinsRemoved: number;
};

/**
 * Compares what is staged with the chain's tables, into `merged_product` and `changed_gtin`: each row as it will be. A column that
 * the file does not have leaves the field as it is; an empty cell empties it.
 */
export async function compareStaged(
  client: Queryable,
  merchantId: string,
  present: ReadonlySet<ProductColumn>,
  defaults: { taxClass: string },
): Promise<ProductCounts> {
  for (const table of ['staged_product', 'staged_gtin']) await client.query(`analyze ${table}`);
  await client.query(mergeSql(present), [merchantId, defaults.taxClass]);
  await client.query(gtinSql(present.has('gtins')), [merchantId]);
  const { rows } = await client.query<ProductCounts>(`
    with product as (
      select is_new, sku_changed or price_changed or sku_id in (select sku_id from changed_gtin) as is_changed
      from merged_product
    )
    select count(*) filter (where is_new) as added, count(*) filter (where not is_new and is_changed) as changed,
      count(*) filter (where not is_new and not is_changed) as unchanged,
      (select count(*) from changed_gtin where not deleted) as "gtinsAdded",
      (select count(*) from changed_gtin where deleted) as "gtinsRemoved"
    from product`);
  return rows[0] ?? { added: 0, changed: 0, unchanged: 0, gtinsAdded: 0, gtinsRemoved: 0 };
}

function mergeSql(present: ReadonlySet<ProductColumn>): string {
  const has = (column: ProductColumn) => present.has(column);
  const names = (en: string, hans: string, hant: string) =>
    `jsonb_strip_nulls(jsonb_build_object('en', ${en}, 'zh-Hans', ${hans}, 'zh-Hant', ${hant}))`;
  const name = names(
    's.name_en',
    has('name_zh_hans') ? 's.name_zh_hans' : `e.names->>'zh-Hans'`,
    has('name_zh_hant') ? 's.name_zh_hant' : `e.names->>'zh-Hant'`,
  );
  const variant = has('variant_en')
    ? `case when s.variant_en is not null then ${names('s.variant_en', 's.variant_zh_hans', 's.variant_zh_hant')} end`
    : 'e.variant';
  return `
    create temp table merged_product on commit drop as
    with merged as (
      select s.sku_id, ${name} as names, ${variant} as variant,
        ${has('category') ? 's.category_id' : 'e.category_id'} as category_id,
        ${has('brand') ? 's.brand' : 'e.brand'} as brand,
        coalesce(${has('tax_class') ? 's.tax_class, ' : ''}e.tax_class, $2) as tax_class,
        coalesce(${has('tracking') ? 's.tracking, ' : ''}e.tracking, 'quantity') as tracking,
        s.price_minor,
        ${has('online_price') ? 's.online_price_minor' : 'p.online_price_minor'} as online_price_minor,
        e.sku_id is null or e.deleted as is_new,
        p.sku_id is null or p.deleted as is_new_price,
        e.names as old_names, e.variant as old_variant, e.category_id as old_category_id, e.brand as old_brand,
        e.tax_class as old_tax_class, e.tracking as old_tracking,
        p.price_minor as old_price_minor, p.online_price_minor as old_online_price_minor
      from staged_product s
      left join sku e on e.merchant_id = $1 and e.sku_id = s.sku_id
      left join price p on p.merchant_id = $1 and p.sku_id = s.sku_id
    )
    select sku_id, names, variant, category_id, brand, tax_class, tracking, price_minor, online_price_minor, is_new,
      is_new or (names, variant, category_id, brand, tax_class, tracking) is distinct from
        (old_names, old_variant, old_category_id, old_brand, old_tax_class, old_tracking) as sku_changed,
      is_new_price or (price_minor, online_price_minor) is distinct from (old_price_minor, old_online_price_minor)
        as price_changed
    from merged`;
}

function gtinSql(isPresent: boolean): string {
  const removed = `
      union all
      select g.gtin14, g.sku_id, true
      from gtin g join staged_product s on s.sku_id = g.sku_id
      where g.merchant_id = $1 and not g.deleted
        and not exists (select from staged_gtin w where w.gtin14 = g.gtin14)`;
  return `
    create temp table changed_gtin on commit drop as
    select s.gtin14, s.sku_id, false as deleted
    from staged_gtin s left join gtin g on g.merchant_id = $1 and g.gtin14 = s.gtin14
    where g.gtin14 is null or g.deleted or g.sku_id <> s.sku_id${isPresent ? removed : ''}`;
}

/** GTINs of the file that belong to a SKU outside it. */
export async function foreignGtins(
  client: Queryable,
  merchantId: string,
): Promise<{ line: number; gtin14: string; ownerId: string }[]> {
  const { rows } = await client.query<{ line: number; gtin14: string; ownerId: string }>(
    `select s.line, s.gtin14, g.sku_id as "ownerId"
     from staged_gtin s join gtin g on g.merchant_id = $1 and g.gtin14 = s.gtin14
     where not g.deleted and g.sku_id <> s.sku_id
       and not exists (select from staged_product p where p.sku_id = g.sku_id)
     order by s.line`,
    [merchantId],
  );
  return rows;
}

/** Writes what differs, all under one revision of the chain; rows that are as they were keep theirs. */
export async function writeMerged(client: Queryable, merchantId: string, revision: number): Promise<void> {
  const parameters = [merchantId, revision];
  await client.query(
    `insert into sku (merchant_id, sku_id, names, category_id, brand, tax_class, tracking, variant, deleted, revision)
     select $1, sku_id, names, category_id, brand, tax_class, tracking, variant, false, $2
     from merged_product where sku_changed
     on conflict (merchant_id, sku_id) do update set names = excluded.names, category_id = excluded.category_id,
       brand = excluded.brand, tax_class = excluded.tax_class, tracking = excluded.tracking,
       variant = excluded.variant, deleted = false, revision = excluded.revision`,
    parameters,
  );
  await client.query(
    `insert into price (merchant_id, sku_id, price_minor, online_price_minor, deleted, revision)
     select $1, sku_id, price_minor, online_price_minor, false, $2 from merged_product where price_changed
     on conflict (merchant_id, sku_id) do update set price_minor = excluded.price_minor,
       online_price_minor = excluded.online_price_minor,
       online_confirmed_at_ms = case when price.online_price_minor is distinct from excluded.online_price_minor
         then null else price.online_confirmed_at_ms end,
       online_seen_at_ms = case when price.online_price_minor is distinct from excluded.online_price_minor
         then null else price.online_seen_at_ms end,
       deleted = false, revision = excluded.revision`,
    parameters,
  );
  await client.query(
    `insert into gtin (merchant_id, gtin14, sku_id, deleted, revision)
     select $1, gtin14, sku_id, deleted, $2 from changed_gtin
     on conflict (merchant_id, gtin14) do update set sku_id = excluded.sku_id, deleted = excluded.deleted,
       revision = excluded.revision`,
    parameters,
  );
}
