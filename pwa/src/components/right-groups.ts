import { m } from '#pwa/paraglide/messages.js';
import { type Right, type RightLevel, rightNames, rights } from '#schemas/policy/rights.ts';

export type RightGroup = { title: string; rights: Right[] };

const till: readonly Right[] = [
  'sell',
  'take-back',
  'return-without-receipt',
  'refund-otherwise',
  'void-transaction',
  'give-discount',
  'change-price',
  'sell-open-item',
  'exceed-account',
  'copy-receipt',
  'sell-flagged-unit',
  'export-journal',
  'run-shift',
  'move-cash',
  'read-drawer',
  'look-up-members',
  'enrol-members',
];
const stock: readonly Right[] = [
  ...(['receive-goods', 'adjust-stock', 'label-units', 'move-goods', 'transfer-goods'] as const),
  ...(['count-stock', 'plan-count', 'approve-count'] as const),
];

/** The rights by what they are about, for a table that a person reads. Every right is in one group. */
export function rightGroups(shown: readonly string[]): RightGroup[] {
  const ofLevel = (level: RightLevel) => rightNames.filter((right) => rights[right].level === level);
  const groups: RightGroup[] = [
    { title: m.roles_group_till(), rights: [...till] },
    { title: m.roles_group_stock(), rights: [...stock] },
    {
      title: m.roles_group_office(),
      rights: ofLevel('store').filter((right) => !till.includes(right) && !stock.includes(right)),
    },
    { title: m.roles_group_chain(), rights: ofLevel('merchant') },
    { title: m.roles_group_supplier(), rights: ofLevel('supplier') },
  ];
  return groups
    .map(({ title, rights: all }) => ({ title, rights: all.filter((right) => shown.includes(right)) }))
    .filter((group) => group.rights.length > 0);
}
