import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { createTestDatabase } from './test-database.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  database = openDatabase(made.url);
});
afterAll(async () => {
  await database.close();
  await drop();
});

/** Every table there is, by what its primary key leads with. A new table belongs in one of these lists. */
const tablesByScope: Readonly<Record<string, readonly string[]>> = {
  store_id: [
    'applied_promotion',
    'approval_request',
    'approval_signature',
    'basket_step',
    'carton',
    'checkpoint',
    'count_act',
    'count_batch',
    'count_line',
    'count_quantity',
    'count_unit',
    'count_unknown',
    'credit_block',
    'credit_step',
    'customer_account',
    'delivery',
    'exception',
    'export_key',
    'journal',
    'line_item',
    'member',
    'outbox',
    'pairing_code',
    'place',
    'print_job',
    'printer',
    'purchase_order',
    'purchase_order_message',
    'purchase_order_step',
    'receipt',
    'refused_document',
    'reorder_rule',
    'retail_transaction',
    'sales_due',
    'sales_sum',
    'sales_target',
    'sent_back',
    'shift',
    'shipment',
    'stock',
    'stock_count',
    'stock_movement',
    'store',
    'store_counter',
    'supplier_return',
    'supplier_return_step',
    'tender',
    'till',
    'transfer',
    'transfer_delivery',
    'unit',
    'unit_step',
    'work_mark',
  ],
  merchant_id: [
    'api_key',
    'approval_passkey',
    'audit_entry',
    'awaited_carton',
    'carton_number',
    'category',
    'chain_key',
    'coupon_batch',
    'coupon_campaign',
    'coupon_grant',
    'coupon_redeemed',
    'custom_role',
    'customer_account_payment',
    'customer_account_standing',
    'customer_account_version',
    'gtin',
    'in_store_codes',
    'invitation',
    'item_page',
    'member_account',
    'member_act',
    'member_note',
    'member_rules',
    'member_segment',
    'member_session',
    'member_sign_in',
    'member_standing',
    'member_tier_told',
    'member_word',
    'merchant',
    'merchant_counter',
    'operator',
    'person_key',
    'personal_key',
    'points_step',
    'price',
    'price_entry',
    'price_feed',
    'price_hook',
    'price_hook_message',
    'price_list',
    'price_version',
    'promotion',
    'recall',
    'role_grant',
    'role_limit',
    'sales_chain',
    'sku',
    'sku_price',
    'sku_story',
    'supplier',
    'supplier_contract_step',
    'supplier_statement',
    'supplier_statement_line',
    'supplier_statement_message',
    'supplier_statement_source',
    'supplier_statement_step',
    'unsent_link',
  ],
  // Of the installation, small: reference tables on a distributed PostgreSQL, the same on every node.
  id: [
    'account_credential',
    'account_passkey',
    'account_session',
    'account_two_factor',
    'account_user',
    'account_verification',
    'attempt',
  ],
  scope_id: ['feed_manifest', 'feed_page'],
};

async function leadingColumns(): Promise<Record<string, string[]>> {
  const { rows } = await database.pool.query<{ table_name: string; leads: string | null }>(
    `select c.relname as table_name, a.attname as leads
       from pg_class c
       left join pg_index i on i.indrelid = c.oid and i.indisprimary
       left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      order by c.relname`,
  );
  const found: Record<string, string[]> = {};
  for (const { table_name, leads } of rows) {
    const name = leads ?? 'no primary key';
    found[name] = [...(found[name] ?? []), table_name];
  }
  return found;
}

test('[D1] every table leads its primary key with its store, its chain or its feed scope, and none is forgotten', async () => {
  expect(await leadingColumns()).toEqual(tablesByScope);
});

test('[D1] nothing ties rows of two scopes together: no foreign key, no sequence, no trigger', async () => {
  const { rows } = await database.pool.query(
    `select conname as name from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
     union all select relname from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace
     union all select tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
                where c.relnamespace = 'public'::regnamespace and not t.tgisinternal`,
  );
  expect(rows).toEqual([]);
});

test('[D1] nothing is unique across stores: each unique index leads with its scope', async () => {
  const { rows } = await database.pool.query(
    `select i.indexrelid::regclass::text as name
       from pg_index i
       join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where i.indisunique and a.attname not in ('store_id', 'merchant_id', 'scope_id')
        and c.relname <> all($1)`,
    [tablesByScope.id],
  );
  expect(rows).toEqual([]);
});
