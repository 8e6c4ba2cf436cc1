import { type Right, rightNames, rights } from './rights.ts';

const ofLevel = (...levels: string[]) => rightNames.filter((right) => levels.includes(rights[right].level));

const clerk: Right[] = [
  'sell',
  'take-back',
  'give-discount',
  'export-journal',
  'move-goods',
  'run-shift',
  'count-stock',
  'look-up-members',
  'enrol-members',
];
const shiftLeader: Right[] = [
  ...clerk,
  'return-without-receipt',
  'refund-otherwise',
  'void-transaction',
  'change-price',
  'sell-open-item',
  'copy-receipt',
  'sell-flagged-unit',
  'receive-goods',
  'label-units',
  'transfer-goods',
  'plan-count',
  'move-cash',
  'read-drawer',
  'read-staff',
  'see-members-whole',
  'edit-members',
];
const storeManager: Right[] = ofLevel('store');

/**
 * The roles that every chain has, as one table: what a person in the role may do wherever it is granted. An API key has no
 * role: it carries rights. Posting judges old entries by this table, so a change of it is a change of the past: add
 * roles, do not take rights away.
 */
export const builtInRoles = {
  owner: { level: 'merchant', rights: ofLevel('store', 'merchant') },
  administrator: { level: 'merchant', rights: ofLevel('store', 'merchant') },
  'store-manager': { level: 'store', rights: storeManager },
  'shift-leader': { level: 'store', rights: shiftLeader },
  clerk: { level: 'store', rights: clerk },
  'stock-clerk': {
    level: 'store',
    rights: [
      ...(['receive-goods', 'adjust-stock', 'label-units', 'move-goods', 'transfer-goods'] as const),
      ...(['count-stock', 'plan-count', 'export-journal'] as const),
    ],
  },
  accountant: { level: 'store', rights: ['read-reports', 'read-audit', 'book-account-payments'] },
  'supplier-admin': { level: 'supplier', rights: ofLevel('supplier') },
  'supplier-clerk': { level: 'supplier', rights: ['read-supplies', 'edit-supplies'] },
} as const satisfies Record<string, { level: 'merchant' | 'store' | 'supplier'; rights: readonly Right[] }>;

export type BuiltInRole = keyof typeof builtInRoles;
export const builtInRoleNames = Object.keys(builtInRoles) as BuiltInRole[];

/** The rights of a role; of the chain's own roles when it is not built in; none when nobody knows it. */
export function rightsOfRole(roleId: string, customRoles: ReadonlyMap<string, readonly Right[]>): readonly Right[] {
  if (Object.hasOwn(builtInRoles, roleId)) return builtInRoles[roleId as BuiltInRole].rights;
  return customRoles.get(roleId) ?? [];
}
