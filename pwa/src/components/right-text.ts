import { m } from '#pwa/paraglide/messages.js';
import { isRight, type Right } from '#schemas/policy/rights.ts';

const texts: Readonly<Record<Right, () => string>> = {
  sell: m.right_sell,
  'take-back': m.right_take_back,
  'return-without-receipt': m.right_return_without_receipt,
  'void-transaction': m.right_void_transaction,
  'give-discount': m.right_give_discount,
  'change-price': m.right_change_price,
  'sell-open-item': m.right_sell_open_item,
  'copy-receipt': m.right_copy_receipt,
  'sell-flagged-unit': m.right_sell_flagged_unit,
  'export-journal': m.right_export_journal,
  'run-shift': m.right_run_shift,
  'move-cash': m.right_move_cash,
  'read-drawer': m.right_read_drawer,
  'receive-goods': m.right_receive_goods,
  'adjust-stock': m.right_adjust_stock,
  'label-units': m.right_label_units,
  'move-goods': m.right_move_goods,
  'transfer-goods': m.right_transfer_goods,
  'read-reports': m.right_read_reports,
  'announce-delivery': m.right_announce_delivery,
  'edit-places': m.right_edit_places,
  'edit-printers': m.right_edit_printers,
  'edit-shift-rules': m.right_edit_shift_rules,
  'edit-tenders': m.right_edit_tenders,
  'pair-till': m.right_pair_till,
  'control-till': m.right_control_till,
  'read-staff': m.right_read_staff,
  'edit-staff': m.right_edit_staff,
  'read-audit': m.right_read_audit,
  'read-personal-data': m.right_read_personal_data,
  'erase-personal-data': m.right_erase_personal_data,
  'edit-roles': m.right_edit_roles,
  'edit-keys': m.right_edit_keys,
  'edit-suppliers': m.right_edit_suppliers,
  'recall-goods': m.right_recall_goods,
  'edit-prices': m.right_edit_prices,
  'edit-promotions': m.right_edit_promotions,
  'edit-item-page': m.right_edit_item_page,
  'export-audit': m.right_export_audit,
  'read-supplies': m.right_read_supplies,
  'edit-supplies': m.right_edit_supplies,
  'edit-supplier-staff': m.right_edit_supplier_staff,
};

/** What a right allows, in a few words; of one that a newer server has, its name as it is. */
export function rightText(right: string): string {
  return isRight(right) ? texts[right]() : right;
}
