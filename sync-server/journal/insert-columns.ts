import type { Queryable } from '../db/database.ts';
import { write } from '../db/pipelined.ts';

/** One column of many rows: its name, its SQL type, and its values, one a row; of `jsonb` the JSON text. */
export type Column = readonly [
  name: string,
  type: 'int4' | 'int8' | 'text' | 'jsonb' | 'bool',
  values: readonly (string | number | boolean | null)[],
];

/**
 * Inserts many rows of one store in one statement. All columns are equally long. `onConflict` is appended; it must be the
 * same text for the same table, because the statement is prepared once a connection.
 */
export async function insertColumns(
  transaction: Queryable,
  table: string,
  storeId: string,
  columns: readonly Column[],
  onConflict = '',
): Promise<void> {
  if ((columns[0]?.[2].length ?? 0) === 0) return;
  const names = columns.map(([name]) => name).join(', ');
  const arrays = columns.map(([, type], index) => `$${index + 2}::${type}[]`).join(', ');
  await write(transaction, {
    name: `insert ${table}`,
    text: `insert into ${table} (store_id, ${names}) select $1, * from unnest(${arrays}) ${onConflict}`,
    values: [storeId, ...columns.map(([, , values]) => values)],
  });
}
