import { m } from '#pwa/paraglide/messages.js';
import type { BuiltInRole } from '#schemas/policy/roles.ts';
import { type LocaleCode, type Names, nameIn } from '#schemas/text.ts';

const builtIn: Readonly<Record<BuiltInRole, () => string>> = {
  owner: m.role_owner,
  administrator: m.role_administrator,
  'store-manager': m.role_store_manager,
  'shift-leader': m.role_shift_leader,
  clerk: m.role_clerk,
  'stock-clerk': m.role_stock_clerk,
  accountant: m.role_accountant,
  'supplier-admin': m.role_supplier_admin,
  'supplier-clerk': m.role_supplier_clerk,
};

/** The name of a role: of a built-in one from the message files, of the chain's own as the chain wrote it. */
export function roleText(roleId: string, names: Names | null, locale: LocaleCode): string {
  if (names !== null) return nameIn(names, locale);
  return Object.hasOwn(builtIn, roleId) ? builtIn[roleId as BuiltInRole]() : roleId;
}
