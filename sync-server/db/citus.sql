-- Spreads the data over the nodes of a distributed PostgreSQL (Citus 13 or later): run once, by the owner, on the coordinator of a
-- database that is migrated and has nothing in it yet. Then DATABASE_URL names the coordinator. What belongs where is kept by
-- sharding.test.ts [D1]; why, and how far it carries: docs/growth.md.
create extension if not exists citus;

-- A store's rows lie on one node together: whatever one entry writes of its store is one node's transaction.
select create_distributed_table('store_counter', 'store_id', shard_count => 256);
select create_distributed_table(name::regclass, 'store_id', colocate_with => 'store_counter') from unnest(array[
    'applied_promotion', 'approval_request', 'approval_signature', 'basket_step', 'carton', 'checkpoint', 'count_act',
    'count_batch', 'count_line', 'count_quantity', 'count_unit', 'count_unknown', 'credit_block', 'credit_step',
    'customer_account', 'delivery', 'exception', 'export_key', 'journal', 'line_item', 'member', 'order_rating',
    'outbox', 'pairing_code', 'place', 'print_job', 'printer', 'purchase_order', 'purchase_order_message',
    'purchase_order_step', 'receipt', 'refused_document', 'reorder_rule', 'retail_transaction', 'sales_due',
    'sales_sum', 'sales_target', 'sent_back', 'shift', 'shipment', 'stock', 'stock_count', 'stock_movement', 'store',
    'supplier_return', 'supplier_return_step', 'tender', 'till', 'transfer', 'transfer_delivery', 'unit', 'unit_step',
    'work_mark'
  ]) name;

-- A chain's rows: by key, and never in a statement with a store's.
select create_distributed_table('merchant_counter', 'merchant_id', shard_count => 32);
select create_distributed_table(name::regclass, 'merchant_id', colocate_with => 'merchant_counter') from unnest(array[
    'api_key', 'approval_passkey', 'audit_entry', 'awaited_carton', 'carton_number', 'category', 'chain_key',
    'complaint', 'complaint_step', 'coupon_batch', 'coupon_campaign', 'coupon_grant', 'coupon_redeemed',
    'custom_role', 'customer_account_payment', 'customer_account_standing', 'customer_account_version',
    'deposit_movement', 'fair_play_rules', 'gtin', 'in_store_codes', 'invitation', 'item_page', 'member_act',
    'member_fifths', 'member_note', 'member_profile', 'member_rules', 'member_segment', 'member_session',
    'member_sign_in', 'member_tier_told', 'member_word', 'merchant', 'operator', 'person_key', 'personal_key',
    'points_step', 'price', 'price_entry', 'price_feed', 'price_hook', 'price_hook_message', 'price_list',
    'price_version', 'promotion', 'recall', 'role_grant', 'role_limit', 'sales_chain', 'sku', 'sku_price',
    'sku_story', 'supplier', 'supplier_article', 'supplier_contract_step', 'supplier_statement',
    'supplier_statement_line', 'supplier_statement_message', 'supplier_statement_source', 'supplier_statement_step',
    'unsent_link', 'webhook', 'webhook_message'
  ]) name;

-- Pages of a store or of a chain, by their name.
select create_distributed_table('feed_manifest', 'scope_id', shard_count => 256);
select create_distributed_table('feed_page', 'scope_id', colocate_with => 'feed_manifest');

-- On every node: what posting reads beside a store's own rows (who a member is), and what is small.
select create_reference_table(name::regclass) from unnest(array[
    'member_account', 'member_standing', 'account_credential', 'account_passkey', 'account_session',
    'account_two_factor', 'account_user', 'account_verification', 'attempt'
  ]) name;
