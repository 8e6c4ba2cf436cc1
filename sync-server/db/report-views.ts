import pg from 'pg';
import { type Database, inTransaction, type Queryable } from './database.ts';

/** A column of a view, and what it means. */
type View = { about: string; columns: Readonly<Record<string, string>>; sql: string };

const sums = {
  tickets: 'receipts, returns too',
  return_tickets: 'receipts on which something came back',
  units: 'pieces sold',
  units_back: 'pieces that came back',
  sales: 'lines sold, tax included, after discounts',
  returns: 'lines taken back, below zero',
  net: 'turnover without tax and rounding',
  tax: 'tax in it',
  rounding: 'what cash rounding added',
  discount: 'taken off prices',
  paid: 'tenders less change: turnover, gift cards and deposits',
  late_tickets: 'recorded after six in the morning of the next day',
};
const day = {
  merchant_id: 'the chain',
  store_id: 'the store',
  business_day: 'the day of the sale, a date',
  currency: 'ISO 4217; amounts are in its main unit, exact',
};

/** Minor units in the main one: ISO 4217. */
const unit = `case when x.currency in ('JPY','KRW','VND','CLP','ISK','TWD') then 1::numeric
  when x.currency in ('BHD','KWD','OMR','JOD','TND') then 1000 else 100 end`;
const amount = (column: string, name: string) => `round(x.${column} / (${unit}), 3) as ${name}`;
// What a till said of its calendar may be a day that PostgreSQL has not.
const date = `case when x.business_day >= '0001' then x.business_day::date end as business_day`;
const sumColumns = `x.tickets, x.return_tickets, x.units, x.units_back, ${[
  ['sales_minor', 'sales'],
  ['returns_minor', 'returns'],
  ['net_minor', 'net'],
  ['tax_minor', 'tax'],
  ['rounding_minor', 'rounding'],
  ['discount_minor', 'discount'],
  ['paid_minor', 'paid'],
]
  .map(([column = '', name = '']) => amount(column, name))
  .join(', ')}, x.late_tickets`;
const ofSums = (
  by: string,
  keys: string,
  joins = '',
) => `select s.merchant_id, x.store_id, ${date}, ${keys} x.currency, ${sumColumns}
  from public.sales_sum x join public.store s using (store_id) ${joins} where x.by = '${by}'`;
const ticket = 'x.store_id, x.till_number, x.sequence';
const told = (name: string) => `coalesce(${name} ->> 'en', ${name} #>> '{}')`;

/** The views of a read-only role, in the schema `reports`. Columns are added, never changed. No person's name, telephone or address is in them. */
export const reportViews: Readonly<Record<string, View>> = {
  stores: {
    about: 'Stores.',
    columns: {
      merchant_id: 'the chain',
      store_id: 'the store',
      name: 'its name',
      currency: 'its own',
      time_zone: 'IANA',
    },
    sql: 'select merchant_id, store_id, name, currency, time_zone from public.store',
  },
  articles: {
    about: 'The catalogue as it is now.',
    columns: { merchant_id: 'the chain', sku_id: 'SKU', name: 'in English', category_id: 'category', brand: 'brand' },
    sql: `select merchant_id, sku_id, ${told('names')} as name, category_id, brand from public.sku where not deleted`,
  },
  sales_by_day: { about: 'What a store sold in a day.', columns: { ...day, ...sums }, sql: ofSums('total', '') },
  sales_by_hour: {
    about: 'The same by hour of the store; after midnight hours go on from 24.',
    columns: { ...day, hour: '0 to 35', ...sums },
    sql: ofSums('hour', 'x.key::int as hour,'),
  },
  sales_by_article: {
    about: 'The same by SKU; a ticket counts once for each SKU on it.',
    columns: { ...day, sku_id: 'null: an open item', category_id: 'as it is now', brand: 'as it is now', ...sums },
    sql: ofSums(
      'sku',
      `nullif(x.key, '') as sku_id, k.category_id, k.brand,`,
      'left join public.sku k on k.merchant_id = s.merchant_id and k.sku_id = x.key',
    ),
  },
  sales_by_operator: {
    about: 'The same by who was signed in at the till.',
    columns: { ...day, operator_id: 'who', ...sums },
    sql: ofSums('operator', 'x.key as operator_id,'),
  },
  tax_by_rate: {
    about: 'Net and tax by rate, for the accountant.',
    columns: { ...day, rate_percent: 'such as 20', net: sums.net, tax: sums.tax },
    sql: `select s.merchant_id, x.store_id, ${date}, x.currency, x.key::numeric / 100 as rate_percent,
                 ${amount('net_minor', 'net')}, ${amount('tax_minor', 'tax')}
            from public.sales_sum x join public.store s using (store_id) where x.by = 'tax'`,
  },
  paid_by_tender: {
    about: 'What was paid how; change is taken from cash.',
    columns: { ...day, tender: 'such as cash or card', tickets: 'receipts', paid: sums.paid },
    sql: `select s.merchant_id, x.store_id, ${date}, x.currency, x.key as tender, x.tickets, ${amount('paid_minor', 'paid')}
            from public.sales_sum x join public.store s using (store_id) where x.by = 'tender'`,
  },
  tickets: {
    about: 'Each ticket. Its receipt number is till_number and sequence.',
    columns: {
      ...day,
      till_number: 'the till',
      sequence: 'number at the till',
      occurred_at: 'by the till’s corrected clock',
      operator_id: 'who',
      channel: 'store or staff',
      member_tier: 'null: no member',
      net: sums.net,
      tax: sums.tax,
      rounding: sums.rounding,
      paid: 'what the customer paid',
    },
    sql: `select s.merchant_id, ${ticket}, ${date}, x.currency, to_timestamp(least(greatest(x.occurred_at_ms, 0), 253402300000000) / 1000.0) as occurred_at,
                 x.operator_id, x.channel, x.member_tier, ${amount('net_minor', 'net')}, ${amount('tax_minor', 'tax')},
                 ${amount('rounding_minor', 'rounding')}, ${amount('total_minor', 'paid')}
            from public.retail_transaction x join public.store s using (store_id)`,
  },
  lines: {
    about: 'Each line of a ticket.',
    columns: {
      ...day,
      till_number: 'the till',
      sequence: 'number at the till',
      line_number: 'on the ticket',
      sku_id: 'null: an open item',
      quantity: 'below zero: it came back',
      net: 'without tax',
      tax: 'tax in it',
      discount: 'taken off',
    },
    sql: `select s.merchant_id, ${ticket}, ${date}, x.currency, l.line_number, l.sku_id, l.quantity,
                 round(l.net_minor / (${unit}), 3) as net, round(l.tax_minor / (${unit}), 3) as tax,
                 round(l.discount_minor / (${unit}), 3) as discount
            from public.line_item l join public.retail_transaction x using (store_id, till_number, sequence)
            join public.store s using (store_id)`,
  },
  stock: {
    about: 'On hand now, by place.',
    columns: {
      merchant_id: 'the chain',
      store_id: 'the store',
      place_id: 'the place',
      sku_id: 'SKU',
      on_hand: 'pieces',
    },
    sql: `select s.merchant_id, x.store_id, x.place_id, x.sku_id,
                 x.received + x.returned + x.moved_in - x.sold - x.moved_out + x.adjusted as on_hand
            from public.stock x join public.store s using (store_id)`,
  },
};
const schema = 'reports';

/** The read-only role of a database: `onecode_reports` for the database `onecode`. */
export function reportRoleName(ownerUrl: string): string {
  const database = decodeURIComponent(new URL(ownerUrl).pathname.slice(1)) || 'onecode';
  // PostgreSQL cuts names at 63 bytes.
  return `${Buffer.from(database).subarray(0, 54).toString()}_reports`;
}

/**
 * Makes the views anew and the role that may read them and nothing else: not the tables below, no writing, no temporary
 * tables, and no statement longer than a minute. As the owner of the tables.
 */
export async function makeReportRole(owner: Database, role: string, password: string): Promise<void> {
  const name = pg.escapeIdentifier(role);
  await inTransaction(owner, async (tx) => {
    await makeViews(tx);
    const { rowCount } = await tx.query('select 1 from pg_roles where rolname = $1', [role]);
    await tx.query(`${rowCount === 0 ? 'create' : 'alter'} role ${name} with login nosuperuser nocreatedb nocreaterole
                    noinherit connection limit 5 password ${pg.escapeLiteral(password)}`);
    await tx.query(`alter role ${name} set default_transaction_read_only = on`);
    await tx.query(`alter role ${name} set statement_timeout = '60s'`);
    await tx.query(`alter role ${name} set search_path = ${schema}`);
    await tx.query(`revoke all on all tables in schema public from ${name}`);
    await letRead(tx, role);
  });
}

/** Before tables change: a view of a column would be in the way. */
export async function dropReportViews({ pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = to_regnamespace($1) and relkind = 'v'`,
    [schema],
  );
  for (const { name } of rows) await pool.query(`drop view ${schema}.${pg.escapeIdentifier(name)}`);
}

/** After that, where somebody made the role. */
export async function remakeReportViews(owner: Database, role: string): Promise<void> {
  const { rowCount } = await owner.pool.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) return;
  await inTransaction(owner, async (tx) => {
    await makeViews(tx);
    await letRead(tx, role);
  });
}

async function letRead(tx: Queryable, role: string): Promise<void> {
  const name = pg.escapeIdentifier(role);
  await tx.query(
    `grant usage on schema ${schema} to ${name}; grant select on all tables in schema ${schema} to ${name}`,
  );
}

async function makeViews(tx: Queryable): Promise<void> {
  await tx.query(`create schema if not exists ${schema}`);
  for (const [name, { about, columns, sql }] of Object.entries(reportViews)) {
    await tx.query(`drop view if exists ${schema}.${name}`);
    await tx.query(`create view ${schema}.${name} as select ${Object.keys(columns).join(', ')} from (${sql}) v`);
    await tx.query(`comment on view ${schema}.${name} is ${pg.escapeLiteral(about)}`);
    for (const [column, means] of Object.entries(columns)) {
      await tx.query(`comment on column ${schema}.${name}.${column} is ${pg.escapeLiteral(means)}`);
    }
  }
}
