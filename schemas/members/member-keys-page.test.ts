import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packMemberKeys, rowsWithKeys } from './member-keys-page.ts';

test('[MB2] a page of keys finds the rows that have keys with all of these beginnings, and no others', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '明', '🌸', 'ｱ', 'ß', '\u007f', '%', '1'), maxLength: 9 });
  fc.assert(
    fc.property(
      fc.array(fc.array(part, { maxLength: 4 }), { maxLength: 20 }),
      fc.array(part, { minLength: 1, maxLength: 3 }),
      (rows, wanted) => {
        const found = rowsWithKeys(packMemberKeys(rows), wanted);
        const expected = rows.flatMap((keys, row) =>
          wanted.every((start) => keys.some((key) => key.startsWith(start))) ? [row] : [],
        );
        expect(found.sort((a, b) => a - b)).toEqual(expected);
      },
    ),
  );
});
