import type { UnitItem, UnitList } from '#schemas/api/units.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import { serialSchema } from '#schemas/transaction/retail-transaction.ts';
import type { ServerContext } from '../context.ts';

export type UnitSearch = { storeId: string; q: string; state: UnitState | null; after: string | null; limit: number };

/** Keys of units in the store `$1`, after the mark (`$2`, `$3`), in the state `$4` or any, at most `$5`. */
type Keys = { sql: string; values: unknown[] };

const inOrder = 'order by gtin14, serial limit $5';
const wanted = '(u.gtin14, u.serial) > ($2, $3) and ($4::text is null or u.state = $4)';
/** More than any character of a serial or a batch, which are printable ASCII. */
const last = '\u007f';
/** A shorter part of a serial is part of most of them. */
const shortestPart = 3;
/** What is looked through for a part that no serial begins with, of the serials that have it. */
const mostWithPart = 2_000;

/** Units of one store by whatever a person scans or types of them (schemas/api/units.ts). */
export async function searchUnits(context: ServerContext, search: UnitSearch): Promise<UnitList> {
  const text = search.q.trim();
  const read = text === '' ? null : parseScan(text);
  const none = { exact: null, problem: null };
  if (read === null) return { ...none, ...(await page(context, search, everyUnit)) };
  switch (read.kind) {
    case 'item-code': {
      const { gtin14, serial } = read;
      const exact = serialSchema.safeParse(serial).success ? { gtin14, serial } : null;
      const keys = {
        sql: `select gtin14, serial from unit u where store_id = $1 and gtin14 = $6 and serial = $7 and ${wanted} limit $5`,
        values: [gtin14, serial],
      };
      return { ...none, exact, ...(await page(context, search, keys)) };
    }
    case 'gtin':
      return { ...none, ...(await page(context, search, ofGtin(read.gtin14))) };
    case 'sscc':
      return { ...none, ...(await page(context, search, ofCarton(read.sscc))) };
    case 'text': {
      const found = await page(context, search, beginningWith(text));
      const isOver = found.units.length > 0 || search.after !== null || text.length < shortestPart;
      const all = isOver ? found : await page(context, search, containing(text));
      return { exact: null, problem: read.problem ?? null, ...all };
    }
  }
}

const everyUnit: Keys = {
  sql: `select gtin14, serial from unit u where store_id = $1 and ${wanted} ${inOrder}`,
  values: [],
};

function ofGtin(gtin14: string): Keys {
  return {
    sql: `select gtin14, serial from unit u where store_id = $1 and gtin14 = $6 and ${wanted} ${inOrder}`,
    values: [gtin14],
  };
}

function ofCarton(sscc: string): Keys {
  return {
    sql: `select distinct u.gtin14, u.serial
            from carton c cross join jsonb_array_elements(c.row -> 'lines') l
           cross join jsonb_array_elements_text(l -> 'serials') s
            join unit u on u.store_id = $1 and u.gtin14 = l ->> 'gtin14' and u.serial = s
           where c.store_id = $1 and c.sscc = $6 and ${wanted} ${inOrder}`,
    values: [sscc],
  };
}

/** A serial or a batch that begins so, as typed or in capitals, or all units of a SKU. */
function beginningWith(text: string): Keys {
  const capitals = text.toUpperCase();
  const begins = (column: string, at: number) => `u.${column} >= $${at} and u.${column} < $${at} || '${last}'`;
  const branch = (where: string) =>
    `(select gtin14, serial from unit u where u.store_id = $1 and ${where} and ${wanted} ${inOrder})`;
  return {
    sql: [
      ...['serial', 'batch'].flatMap((column) => [branch(begins(column, 6)), branch(begins(column, 7))]),
      `(select u.gtin14, u.serial from store s join gtin g using (merchant_id)
          join unit u on u.store_id = s.store_id and u.gtin14 = g.gtin14 and u.sku_id = g.sku_id
         where s.store_id = $1 and g.sku_id in ($6, $7) and ${wanted} ${inOrder})`,
    ].join(' union '),
    values: [text, capitals],
  };
}

/** The part is looked for in the index alone; the rows of those that have it are read afterwards. */
function containing(text: string): Keys {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return {
    sql: `select u.gtin14, u.serial
            from (select gtin14, serial from unit where store_id = $1 and (serial like $6 or serial like $7)
                   order by serial, gtin14 limit ${mostWithPart}) k
            join unit u on u.store_id = $1 and u.gtin14 = k.gtin14 and u.serial = k.serial
           where ${wanted} ${inOrder}`,
    values: [pattern, pattern.toUpperCase()],
  };
}

type Row = Omit<UnitItem, 'batch' | 'expiresOn'> & { batch: string | null; expiresOn: string | null };

async function page(
  context: ServerContext,
  { storeId, state, after, limit }: UnitSearch,
  keys: Keys,
): Promise<Pick<UnitList, 'units' | 'next'>> {
  const [gtin14 = '', serial = ''] = after === null ? [] : [after.slice(0, 14), after.slice(15)];
  const { rows } = await context.database.pool.query<Row>(
    `select ${unitColumns} from (select * from (${keys.sql}) found order by gtin14, serial limit $5) k
       join unit u on u.store_id = $1 and u.gtin14 = k.gtin14 and u.serial = k.serial
       join store s on s.store_id = $1
       left join sku on sku.merchant_id = s.merchant_id and sku.sku_id = u.sku_id
      order by u.gtin14, u.serial`,
    [storeId, gtin14, serial, state, limit + 1, ...keys.values],
  );
  const units = rows.slice(0, limit).map(unitItem);
  const lastShown = units.at(-1);
  return { units, next: rows.length > limit && lastShown ? unitKey(lastShown.gtin14, lastShown.serial) : null };
}

/** Of `unit u` with `sku`. */
export const unitColumns = `u.gtin14, u.serial, u.sku_id as "skuId", u.place_id as "placeId", u.state,
  u.ordered_at_ms as "orderedAtMs", u.batch, u.expires_on as "expiresOn", sku.names, sku.variant`;

/** A row of `unitColumns` as it is sent: what is not known is left out. */
export function unitItem<Item extends Row>({ batch, expiresOn, ...unit }: Item) {
  return { ...unit, ...(batch === null ? {} : { batch }), ...(expiresOn === null ? {} : { expiresOn }) };
}
