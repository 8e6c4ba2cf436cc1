import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkCharacter, memberCodeBytes, memberCodeOf, memberCodePattern, parseMemberCode } from './member-code.ts';

const bytes = fc.uint8Array({ minLength: memberCodeBytes, maxLength: memberCodeBytes });

test('[MB4] the check character is that of ISO 7064 MOD 37,36: the example of the GRid standard', () => {
  expect(checkCharacter('A12425GABC1234002')).toBe('M');
});

test('[MB4] a code is read back however it is typed', () => {
  fc.assert(
    fc.property(bytes, (random) => {
      const code = memberCodeOf(random);
      expect(code).toMatch(memberCodePattern);
      const typed = `${code.slice(0, 4)}-${code.slice(4, 9)} ${code.slice(9)}`.toLowerCase();
      expect(parseMemberCode(typed)).toEqual({ ok: true, value: code });
    }),
  );
});

test('[MB4] one wrong character is always noticed', () => {
  fc.assert(
    fc.property(bytes, fc.nat(12), fc.nat(31), (random, at, other) => {
      const code = memberCodeOf(random);
      const position = 2 + at;
      const replacement = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[other] ?? '0';
      const wrong = code.slice(0, position) + replacement + code.slice(position + 1);
      if (wrong === code) return;
      expect(parseMemberCode(wrong)).toMatchObject({ ok: false, error: { code: 'mistyped' } });
    }),
  );
});

test('[MB4] a GTIN, a badge and a name are no codes', () => {
  for (const other of ['4006381333931', 'OCB1.abc', 'Ottilie', '', 'MB', 'MB123']) {
    expect(parseMemberCode(other)).toMatchObject({ error: { code: 'not-a-code' } });
  }
});
