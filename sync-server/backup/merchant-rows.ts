import type pg from 'pg';
import { tablesByScope } from '../db/table-scopes.ts';

const ofMerchant: ReadonlySet<string> = new Set(tablesByScope.merchant_id);
const ofStore: ReadonlySet<string> = new Set(tablesByScope.store_id);
const ofUser: ReadonlySet<string> = new Set(['account_credential', 'account_passkey', 'account_two_factor']);

/**
 * The condition under which a row is of a merchant; null: the table goes with none. Sessions, counts of wrong passwords and pages
 * of the feed stay behind: people sign in anew, and pages are cut anew.
 *
 * @param merchant the merchant's id as SQL
 */
export function merchantRowsSql(table: string, merchant: string): string | null {
  if (ofMerchant.has(table) || table === 'account_user') return `merchant_id = ${merchant}`;
  if (ofStore.has(table)) return `store_id in (select store_id from store where merchant_id = ${merchant})`;
  if (ofUser.has(table)) return `user_id in (select id from account_user where merchant_id = ${merchant})`;
  return null;
}

/** Where each chain of entries ends. */
export type ChainEnd = { storeId: string; tillNumber: number; entries: number; sequence: number; hash: string };

export async function chainEnds(client: pg.ClientBase | pg.Pool, merchantId: string): Promise<ChainEnd[]> {
  const { rows } = await client.query<ChainEnd>(
    `select store_id as "storeId", till_number as "tillNumber", count(*)::int as entries, max(sequence)::int8 as sequence,
            (array_agg(hash order by sequence desc))[1] as hash
       from journal where ${merchantRowsSql('journal', '$1')} group by 1, 2 order by 1, 2`,
    [merchantId],
  );
  return rows;
}
