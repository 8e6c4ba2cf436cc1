import { m } from '#pwa/paraglide/messages.js';
import type { AuditAction } from '#schemas/api/audit.ts';
import type { FactKind } from '#schemas/journal/kinds.ts';

const actionTexts: Readonly<Record<AuditAction, () => string>> = {
  'signed-in': m.audit_action_signed_in,
  'sign-in-locked': m.audit_action_sign_in_locked,
  'signed-out': m.audit_action_signed_out,
  'password-changed': m.audit_action_password_changed,
  'email-changed': m.audit_action_email_changed,
  'password-reset-asked': m.audit_action_password_reset_asked,
  'password-reset': m.audit_action_password_reset,
  'passkey-added': m.audit_action_passkey_added,
  'passkey-removed': m.audit_action_passkey_removed,
  'two-factor-on': m.audit_action_two_factor_on,
  'two-factor-off': m.audit_action_two_factor_off,
  'sessions-ended': m.audit_action_sessions_ended,
  'invitation-made': m.audit_action_invitation_made,
  'invitation-used': m.audit_action_invitation_used,
  'invitation-revoked': m.audit_action_invitation_revoked,
  'staff-added': m.audit_action_staff_added,
  'staff-changed': m.audit_action_staff_changed,
  'staff-pin-set': m.audit_action_staff_pin_set,
  'badge-issued': m.audit_action_badge_issued,
  'role-granted': m.audit_action_role_granted,
  'role-ended': m.audit_action_role_ended,
  'staff-left': m.audit_action_staff_left,
  'staff-returned': m.audit_action_staff_returned,
  'role-made': m.audit_action_role_made,
  'role-changed': m.audit_action_role_changed,
  'role-removed': m.audit_action_role_removed,
  'key-made': m.audit_action_key_made,
  'key-rotated': m.audit_action_key_rotated,
  'key-revoked': m.audit_action_key_revoked,
  'supplier-added': m.audit_action_supplier_added,
  'supplier-changed': m.audit_action_supplier_changed,
  'supplier-ended': m.audit_action_supplier_ended,
  'till-paired': m.audit_action_till_paired,
  'till-renamed': m.audit_action_till_renamed,
  'printer-added': m.audit_action_printer_added,
  'printer-changed': m.audit_action_printer_changed,
  'printer-removed': m.audit_action_printer_removed,
  'labels-reprinted': m.audit_action_labels_reprinted,
  'till-moved': m.audit_action_till_moved,
  'till-revoked': m.audit_action_till_revoked,
  'till-wiped': m.audit_action_till_wiped,
  'till-discarded': m.audit_action_till_discarded,
  'till-stayed': m.audit_action_till_stayed,
  'till-instruction-done': m.audit_action_till_instruction_done,
  'approval-decided': m.audit_action_approval_decided,
  'export-loaded': m.audit_action_export_loaded,
  'item-page-changed': m.audit_action_item_page_changed,
  'story-changed': m.audit_action_story_changed,
  'in-store-codes-changed': m.audit_action_in_store_codes_changed,
  'place-added': m.audit_action_place_added,
  'place-changed': m.audit_action_place_changed,
  'place-closed': m.audit_action_place_closed,
  'place-opened': m.audit_action_place_opened,
  'shift-rules-changed': m.audit_action_shift_rules_changed,
  'tender-rules-changed': m.audit_action_tender_rules_changed,
  'price-list-saved': m.audit_action_price_list_saved,
  'price-list-ended': m.audit_action_price_list_ended,
  'list-prices-changed': m.audit_action_list_prices_changed,
  'online-prices-received': m.audit_action_online_prices_received,
  'price-feed-changed': m.audit_action_price_feed_changed,
  'pricing-rules-changed': m.audit_action_pricing_rules_changed,
  'promotion-saved': m.audit_action_promotion_saved,
  'promotion-ended': m.audit_action_promotion_ended,
  'recall-opened': m.audit_action_recall_opened,
  'recall-ended': m.audit_action_recall_ended,
  'personal-data-shown': m.audit_action_personal_data_shown,
  'personal-data-exported': m.audit_action_personal_data_exported,
  'personal-data-erased': m.audit_action_personal_data_erased,
  'audit-exported': m.audit_action_audit_exported,
};

const kindTexts: Readonly<Record<FactKind, () => string>> = {
  'retail-transaction': m.audit_kind_retail_transaction,
  'goods-received': m.audit_kind_goods_received,
  'stock-adjusted': m.audit_kind_stock_adjusted,
  'units-commissioned': m.audit_kind_units_commissioned,
  'labels-printed': m.audit_kind_labels_printed,
  'goods-moved': m.audit_kind_goods_moved,
  'receipt-copied': m.audit_kind_receipt_copied,
  'units-set': m.audit_kind_units_set,
  'delivery-announced': m.audit_kind_delivery_announced,
  'delivery-closed': m.audit_kind_delivery_closed,
  'transfer-sent': m.audit_kind_transfer_sent,
  'transfer-delivered': m.audit_kind_transfer_delivered,
  'shift-opened': m.audit_kind_shift_opened,
  'cash-moved': m.audit_kind_cash_moved,
  'shift-closed': m.audit_kind_shift_closed,
  'count-opened': m.audit_kind_count_opened,
  'goods-counted': m.audit_kind_goods_counted,
  'place-counted': m.audit_kind_place_counted,
  'recount-asked': m.audit_kind_recount_asked,
  'count-approved': m.audit_kind_count_approved,
  'count-cancelled': m.audit_kind_count_cancelled,
  'basket-parked': m.audit_kind_basket_parked,
  'basket-taken': m.audit_kind_basket_taken,
};

/** What was done in the back office, or the kind of a till's entry; a code of a newer server is shown as it is. */
export function auditActionText(code: string): string {
  const texts: Readonly<Record<string, () => string>> = { ...actionTexts, ...kindTexts };
  return texts[code]?.() ?? code;
}

const fieldTexts: Readonly<Record<string, () => string>> = {
  name: m.audit_field_name,
  locale: m.audit_field_locale,
  languages: m.audit_field_languages,
  photo: m.audit_field_photo,
  workingHours: m.audit_field_working_hours,
  roleId: m.audit_field_role_id,
  scopeId: m.audit_field_scope_id,
  scopeType: m.audit_field_scope_type,
  rights: m.audit_field_rights,
  grants: m.audit_field_grants,
  leftAtMs: m.audit_field_left_at_ms,
  email: m.audit_field_email,
  username: m.audit_field_username,
  instruction: m.audit_field_instruction,
  hasPin: m.audit_field_has_pin,
  reason: m.audit_field_reason,
  waitingEntries: m.audit_field_waiting_entries,
  lostEntries: m.audit_field_lost_entries,
  hasBadge: m.audit_field_has_badge,
  createdAtMs: m.audit_field_created_at_ms,
  fromMs: m.audit_field_from_ms,
  untilMs: m.audit_field_until_ms,
  phone: m.audit_field_phone,
  gln: m.audit_field_gln,
  code: m.audit_field_code,
  storeId: m.manage_store,
};

/** What a field of a change is called; one that has no text is shown as `otherwise`. */
export function auditFieldText(field: string, otherwise = field): string {
  return fieldTexts[field]?.() ?? otherwise;
}

const tableTexts: Readonly<Record<string, () => string>> = {
  operator: m.personal_table_operator,
  role_grant: m.personal_table_role_grant,
  account_user: m.personal_table_account_user,
  account_session: m.personal_table_account_session,
  account_passkey: m.personal_table_account_passkey,
  invitation: m.personal_table_invitation,
  journal: m.personal_table_journal,
  audit_entry: m.personal_table_audit_entry,
  member: m.personal_table_member,
  retail_transaction: m.personal_table_retail_transaction,
};

/** What a part of somebody's personal data is called. */
export function personalTableText(table: string): string {
  return tableTexts[table]?.() ?? table;
}
