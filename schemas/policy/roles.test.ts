import { expect, test } from 'vitest';
import { rightNames } from './rights.ts';
import { builtInRoleNames, builtInRoles, rightsOfRole } from './roles.ts';

/** x: the role gives the right. Columns in the order of the roles. */
const table = `
                       owner admin manager leader clerk stock accountant supplier-admin supplier-clerk
sell                     x     x      x      x      x     -       -            -              -
take-back                x     x      x      x      x     -       -            -              -
return-without-receipt   x     x      x      x      -     -       -            -              -
refund-otherwise         x     x      x      x      -     -       -            -              -
void-transaction         x     x      x      x      -     -       -            -              -
give-discount            x     x      x      x      x     -       -            -              -
change-price             x     x      x      x      -     -       -            -              -
sell-open-item           x     x      x      x      -     -       -            -              -
copy-receipt             x     x      x      x      -     -       -            -              -
exceed-account           x     x      x      -      -     -       -            -              -
sell-flagged-unit        x     x      x      x      -     -       -            -              -
export-journal           x     x      x      x      x     x       -            -              -
run-shift                x     x      x      x      x     -       -            -              -
move-cash                x     x      x      x      -     -       -            -              -
read-drawer              x     x      x      x      -     -       -            -              -
receive-goods            x     x      x      x      -     x       -            -              -
adjust-stock             x     x      x      -      -     x       -            -              -
label-units              x     x      x      x      -     x       -            -              -
move-goods               x     x      x      x      x     x       -            -              -
transfer-goods           x     x      x      x      -     x       -            -              -
count-stock              x     x      x      x      x     x       -            -              -
plan-count               x     x      x      x      -     x       -            -              -
approve-count            x     x      x      -      -     -       -            -              -
look-up-members          x     x      x      x      x     -       -            -              -
enrol-members            x     x      x      x      x     -       -            -              -
see-members-whole        x     x      x      x      -     -       -            -              -
edit-members             x     x      x      x      -     -       -            -              -
merge-members            x     x      x      -      -     -       -            -              -
adjust-points            x     x      x      -      -     -       -            -              -
read-reports             x     x      x      -      -     -       x            -              -
order-goods              x     x      x      -      -     -       -            -              -
announce-delivery        x     x      x      -      -     -       -            -              -
edit-places              x     x      x      -      -     -       -            -              -
edit-printers            x     x      x      -      -     -       -            -              -
edit-shift-rules         x     x      x      -      -     -       -            -              -
edit-tenders             x     x      x      -      -     -       -            -              -
block-credit             x     x      x      -      -     -       -            -              -
book-account-payments    x     x      x      -      -     -       x            -              -
pair-till                x     x      x      -      -     -       -            -              -
control-till             x     x      x      -      -     -       -            -              -
read-staff               x     x      x      x      -     -       -            -              -
edit-staff               x     x      x      -      -     -       -            -              -
read-audit               x     x      x      -      -     -       x            -              -
read-personal-data       x     x      x      -      -     -       -            -              -
erase-personal-data      x     x      x      -      -     -       -            -              -
edit-roles               x     x      -      -      -     -       -            -              -
edit-keys                x     x      -      -      -     -       -            -              -
edit-suppliers           x     x      -      -      -     -       -            -              -
settle-suppliers         x     x      -      -      -     -       -            -              -
recall-goods             x     x      -      -      -     -       -            -              -
edit-prices              x     x      -      -      -     -       -            -              -
edit-promotions          x     x      -      -      -     -       -            -              -
edit-customer-accounts   x     x      -      -      -     -       -            -              -
edit-member-rules        x     x      -      -      -     -       -            -              -
edit-item-page           x     x      -      -      -     -       -            -              -
export-audit             x     x      -      -      -     -       -            -              -
read-supplies            -     -      -      -      -     -       -            x              x
edit-supplies            -     -      -      -      -     -       -            x              x
edit-supplier-staff      -     -      -      -      -     -       -            x              -
`;

test('[A1] what each built-in role may do is decided here: changing it changes how old entries are judged', () => {
  const [, ...rows] = table.trim().split('\n');
  const expected = Object.fromEntries(rows.map((row) => [row.split(/\s+/)[0], row.split(/\s+/).slice(1).join('')]));
  const actual = rightNames.map((right) => {
    const marks = builtInRoleNames.map((role) => (rightsOfRole(role, new Map()).includes(right) ? 'x' : '-'));
    return [right, marks.join('')];
  });
  expect(Object.fromEntries(actual)).toEqual(expected);
});

test('where each built-in role can be held', () => {
  expect(builtInRoleNames.map((role) => `${role}: ${builtInRoles[role].level}`)).toEqual([
    'owner: merchant',
    'administrator: merchant',
    'store-manager: store',
    'shift-leader: store',
    'clerk: store',
    'stock-clerk: store',
    'accountant: store',
    'supplier-admin: supplier',
    'supplier-clerk: supplier',
  ]);
});

test('a role named like a member of every object, or like nothing, gives nothing', () => {
  for (const roleId of ['constructor', '__proto__', 'toString', '', 'gone']) {
    expect(rightsOfRole(roleId, new Map())).toEqual([]);
  }
  // A chain cannot redefine a built-in role.
  expect(rightsOfRole('accountant', new Map([['accountant', ['sell']]]))).toEqual([
    'read-reports',
    'read-audit',
    'book-account-payments',
  ]);
});
