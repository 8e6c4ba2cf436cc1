import type { PriceParity } from '#schemas/api/price-parity.ts';
import { minorDigits } from '#schemas/money/money.ts';
import { csvRow } from '../audit/csv-row.ts';
import type { Queryable } from '../db/database.ts';

const listed = 500;
const exported = 100_000;

type Days = { from: string; to: string };
type Break = PriceParity['breaks'][number];
type Store = { merchantId: string; storeId: string; currency: string };

/**
 * Lines of goods sold in store $1 of chain $4 on business days $2 to $3, beside what the web shop was known to ask. A label of the
 * scales has the price of its whole line, which is not compared with that of a kilogram.
 */
const soldLines = `
  select l.till_number, l.sequence, l.line_number, l.sku_id, l.quantity, l.unit_price_minor, l.discount_minor,
         l.online_since_ms, t.occurred_at_ms,
         t.business_day::text as day, k.names,
         case when k.tracking = 'weight' and l.grams is null then null else l.online_price_minor end as online_price_minor
    from retail_transaction t
    join line_item l on l.store_id = t.store_id and l.till_number = t.till_number and l.sequence = t.sequence
    left join sku k on k.merchant_id = $4 and k.sku_id = l.sku_id
   where t.store_id = $1 and t.business_day between $2 and $3 and l.quantity > 0 and l.sku_id is not null`;

/** How often goods cost in the shop what they cost online, day by day, and each line that cost more. */
export async function readPriceParity(database: Queryable, store: Store, days: Days): Promise<PriceParity> {
  const [counted, breaks] = await Promise.all([
    database.query<PriceParity['days'][number]>(
      `select day, count(*) filter (where unit_price_minor = online_price_minor)::int as equal,
              count(*) filter (where unit_price_minor < online_price_minor)::int as lower,
              count(*) filter (where unit_price_minor > online_price_minor)::int as higher,
              count(*) filter (where online_price_minor is null)::int as unknown
         from (${soldLines}) s group by day order by day desc`,
      [store.storeId, days.from, days.to, store.merchantId],
    ),
    readBreaks(database, store, days, listed),
  ]);
  const sum = (part: 'equal' | 'lower' | 'higher' | 'unknown') => counted.rows.reduce((all, day) => all + day[part], 0);
  const sums = { equal: sum('equal'), lower: sum('lower'), higher: sum('higher'), unknown: sum('unknown') };
  return { ...days, currency: store.currency, ...sums, days: counted.rows, breaks };
}

async function readBreaks(database: Queryable, store: Store, { from, to }: Days, limit: number): Promise<Break[]> {
  const { rows } = await database.query<Break>(
    `select lpad(s.till_number::text, 4, '0') || '-' || lpad(s.sequence::text, 9, '0') as "entryId",
            s.line_number as "lineNumber", s.occurred_at_ms as "atMs", s.sku_id as "skuId", s.names, s.quantity,
            s.unit_price_minor as "unitPriceMinor", s.online_price_minor as "onlinePriceMinor",
            case when s.online_since_ms is not null then greatest(0, s.occurred_at_ms - s.online_since_ms) end
              as "onlineAgeMs", s.discount_minor as "discountMinor"
       from (${soldLines}) s
      where s.unit_price_minor > s.online_price_minor
      order by s.occurred_at_ms desc, s.till_number, s.sequence, s.line_number limit $5`,
    [store.storeId, from, to, store.merchantId, limit],
  );
  return rows;
}

/** Lines that cost more than online as CSV, a row each. Excel reads UTF-8 only behind a byte order mark. */
export async function priceBreaksCsv(database: Queryable, store: Store, days: Days): Promise<string> {
  const decimal = (amountMinor: number) => amountMinor / 10 ** minorDigits(store.currency);
  const columns: readonly (readonly [string, (line: Break) => string | number | null])[] = [
    ['at', ({ atMs }) => new Date(atMs).toISOString()],
    ['receipt', ({ entryId }) => entryId],
    ['line', ({ lineNumber }) => lineNumber],
    ['sku', ({ skuId }) => skuId],
    ['name', ({ names }) => names?.en ?? null],
    ['quantity', ({ quantity }) => quantity],
    ['currency', () => store.currency],
    ['price', ({ unitPriceMinor }) => decimal(unitPriceMinor)],
    ['online price', ({ onlinePriceMinor }) => decimal(onlinePriceMinor)],
    ['difference', ({ unitPriceMinor, onlinePriceMinor }) => decimal(unitPriceMinor - onlinePriceMinor)],
    ['online price known for seconds', ({ onlineAgeMs }) => onlineAgeMs && Math.round(onlineAgeMs / 1_000)],
    ['discount', ({ discountMinor }) => decimal(discountMinor)],
  ];
  const breaks = await readBreaks(database, store, days, exported);
  const rows = breaks.map((line) => csvRow(columns.map(([, cell]) => cell(line))));
  return `\ufeff${csvRow(columns.map(([name]) => name))}${rows.join('')}`;
}
