import { roleText } from '#pwa/components/role-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { GiveGrant, StaffList } from '#schemas/api/staff.ts';
import type { LocaleCode } from '#schemas/text.ts';

type Place = StaffList['places'][number];
type Option = { value: string; text: string };

/** A place as a field's value. */
export function placeValue({ scopeType, scopeId }: Pick<Place, 'scopeType' | 'scopeId'>): string {
  return `${scopeType} ${scopeId}`;
}

export function placeOptions(places: readonly Pick<Place, 'scopeType' | 'scopeId' | 'name'>[]): Option[] {
  return places.map((place) => ({
    value: placeValue(place),
    text: place.scopeType === 'merchant' ? m.people_chain() : place.name,
  }));
}

/** The roles that may be given there, the least first: a clerk is added more often than an owner. */
export function roleOptions(list: StaffList, value: string, locale: LocaleCode): Option[] {
  const place = list.places.find((candidate) => placeValue(candidate) === value);
  const names = new Map(list.customRoles.map((role) => [role.roleId, role.names]));
  const order = ['clerk', 'stock-clerk', 'shift-leader', 'store-manager', 'accountant', 'administrator', 'owner'];
  const rank = (roleId: string) => (order.indexOf(roleId) + order.length + 1) % (order.length + 1);
  return (place?.roleIds ?? [])
    .toSorted((a, b) => rank(a) - rank(b))
    .map((roleId) => ({ value: roleId, text: roleText(roleId, names.get(roleId) ?? null, locale) }));
}

export function grantOf(list: StaffList, value: string, roleId: string): GiveGrant | null {
  const place = list.places.find((candidate) => placeValue(candidate) === value);
  return place?.roleIds.includes(roleId) ? { scopeType: place.scopeType, scopeId: place.scopeId, roleId } : null;
}
