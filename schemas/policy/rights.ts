/** Where a right can be held: in one store, in the whole chain only, or with one supplier. */
export type RightLevel = 'store' | 'merchant' | 'supplier';

/**
 * Every right there is, by the smallest scope that it makes sense in. A grant at the merchant covers all its stores.
 * `isLowRisk`: may be approved on a till whose staff list is old (staff-age.ts).
 */
export const rights = {
  // At the till.
  sell: { level: 'store', isLowRisk: true },
  'take-back': { level: 'store', isLowRisk: false },
  'return-without-receipt': { level: 'store', isLowRisk: false },
  // A refund by another tender than it was paid by.
  'refund-otherwise': { level: 'store', isLowRisk: false },
  'void-transaction': { level: 'store', isLowRisk: false },
  // A discount by hand: up to the limit of a small one (rights-needed.ts); above it, a free item and another price.
  'give-discount': { level: 'store', isLowRisk: true },
  'change-price': { level: 'store', isLowRisk: false },
  // Something that no catalogue knows, at a price that is typed.
  'sell-open-item': { level: 'store', isLowRisk: false },
  'copy-receipt': { level: 'store', isLowRisk: true },
  // On account: above the limit, on one that is stopped, signed by somebody else, or offline beyond what the store allows.
  'exceed-account': { level: 'store', isLowRisk: false },
  'sell-flagged-unit': { level: 'store', isLowRisk: true },
  'export-journal': { level: 'store', isLowRisk: true },
  // The drawer: opening and closing it, cash in and out above the store's limit, seeing what should be in it.
  'run-shift': { level: 'store', isLowRisk: true },
  'move-cash': { level: 'store', isLowRisk: false },
  'read-drawer': { level: 'store', isLowRisk: true },
  // Stock.
  'receive-goods': { level: 'store', isLowRisk: true },
  'adjust-stock': { level: 'store', isLowRisk: false },
  'label-units': { level: 'store', isLowRisk: true },
  'move-goods': { level: 'store', isLowRisk: true },
  'transfer-goods': { level: 'store', isLowRisk: false },
  // Counting changes no stock; approving what was counted does.
  'count-stock': { level: 'store', isLowRisk: true },
  'plan-count': { level: 'store', isLowRisk: true },
  'approve-count': { level: 'store', isLowRisk: false },
  // Members. Who looks them up sees masks; the whole person takes a right of its own.
  'look-up-members': { level: 'store', isLowRisk: true },
  'enrol-members': { level: 'store', isLowRisk: true },
  'see-members-whole': { level: 'store', isLowRisk: false },
  'edit-members': { level: 'store', isLowRisk: false },
  'merge-members': { level: 'store', isLowRisk: false },
  'adjust-points': { level: 'store', isLowRisk: false },
  // Back office of a store.
  'read-reports': { level: 'store', isLowRisk: false },
  'order-goods': { level: 'store', isLowRisk: false },
  'announce-delivery': { level: 'store', isLowRisk: false },
  'edit-places': { level: 'store', isLowRisk: false },
  'edit-printers': { level: 'store', isLowRisk: false },
  'edit-shift-rules': { level: 'store', isLowRisk: false },
  'edit-tenders': { level: 'store', isLowRisk: false },
  // Stopping a store credit or gift card that was lost.
  'block-credit': { level: 'store', isLowRisk: false },
  // What customers pay of what they owe.
  'book-account-payments': { level: 'store', isLowRisk: false },
  'pair-till': { level: 'store', isLowRisk: false },
  'control-till': { level: 'store', isLowRisk: false },
  'read-staff': { level: 'store', isLowRisk: false },
  'edit-staff': { level: 'store', isLowRisk: false },
  'read-audit': { level: 'store', isLowRisk: false },
  'read-personal-data': { level: 'store', isLowRisk: false },
  'erase-personal-data': { level: 'store', isLowRisk: false },
  // Of the chain.
  'edit-roles': { level: 'merchant', isLowRisk: false },
  'edit-keys': { level: 'merchant', isLowRisk: false },
  'edit-suppliers': { level: 'merchant', isLowRisk: false },
  // What is owed to suppliers: drawing, agreeing, paying.
  'settle-suppliers': { level: 'merchant', isLowRisk: false },
  'recall-goods': { level: 'merchant', isLowRisk: false },
  // A list or a promotion may hold for all stores, so whoever writes one answers for the chain.
  'edit-prices': { level: 'merchant', isLowRisk: false },
  'edit-promotions': { level: 'merchant', isLowRisk: false },
  // An account may hold in all stores, and is the chain's claim.
  'edit-customer-accounts': { level: 'merchant', isLowRisk: false },
  'edit-member-rules': { level: 'merchant', isLowRisk: false },
  'edit-item-page': { level: 'merchant', isLowRisk: false },
  'export-audit': { level: 'merchant', isLowRisk: false },
  // Of a supplier's own account.
  'read-supplies': { level: 'supplier', isLowRisk: false },
  'edit-supplies': { level: 'supplier', isLowRisk: false },
  'edit-supplier-staff': { level: 'supplier', isLowRisk: false },
} as const satisfies Record<string, { level: RightLevel; isLowRisk: boolean }>;

export type Right = keyof typeof rights;
export const rightNames = Object.keys(rights) as Right[];

export function isRight(name: string): name is Right {
  return Object.hasOwn(rights, name);
}
