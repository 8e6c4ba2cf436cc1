import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemPath, parseItemAddress } from './link-address.ts';

const gtin14 = '09506000134352';
const article = { gtin14, variant: null, batch: null, serial: null, expiry: null };

describe('addresses of items', () => {
  test.each([
    [`/01/${gtin14}`, {}],
    [`/01/${gtin14}/`, {}],
    ['/01/9506000134352', {}],
    [`/01/${gtin14}/21/12345`, { serial: '12345' }],
    [`/01/${gtin14}/21/12345///`, { serial: '12345' }],
    [`/01/${gtin14}/22/2A/10/AB-1/21/12345`, { variant: '2A', batch: 'AB-1', serial: '12345' }],
    [`/01/${gtin14}/21/12345/10/AB-1`, { batch: 'AB-1', serial: '12345' }],
    [`/01/${gtin14}/21/%31%32%2F%22`, { serial: '12/"' }],
    [`/01/${gtin14}/21/%2E%2E`, { serial: '..' }],
    // Angle brackets are in GS1's character set.
    [`/01/${gtin14}/21/<b>`, { serial: '<b>' }],
    [`/01/${gtin14}/21/1?17=261231&linkType=gs1:pip&21=9`, { serial: '1', expiry: '261231', linkType: 'gs1:pip' }],
    [`/01/${gtin14}?15=261231;10=B`, { batch: 'B', expiry: '261231' }],
    [`/01/${gtin14}?lang=zh-Hans&view=item&x=%ZZ&=&a`, { lang: 'zh-Hans', isOwnPage: true }],
  ])('%s', (target, parts) => {
    expect(parseItemAddress(target)).toMatchObject({ ok: true, value: { ...article, ...parts } });
  });

  test('GTINs of 8, 12 and 13 digits are the same as with their zeros', () => {
    for (const [short, long] of [
      ['96385074', '00000096385074'],
      ['042100005264', '00042100005264'],
      ['4006381333931', '04006381333931'],
    ]) {
      expect(parseItemAddress(`/01/${short}`)).toMatchObject({ ok: true, value: { gtin14: long } });
    }
  });

  test.each([
    ['/01', 'no-gtin'],
    ['/01/', 'no-gtin'],
    ['/01/abc', 'no-gtin'],
    ['/01/0950600013435', 'wrong-check-digit'],
    ['/01/９５０６０００１３４３５２', 'no-gtin'],
    [`/01/${gtin14.slice(0, 13)}3`, 'wrong-check-digit'],
    [`/01/${gtin14}/21`, 'malformed'],
    [`/01/${gtin14}/99/1`, 'malformed'],
    [`/01/${gtin14}/constructor/1`, 'malformed'],
    [`/01/${gtin14}/21/1/21/2`, 'malformed'],
    [`/01/${gtin14}/21/${'1'.repeat(21)}`, 'wrong-serial'],
    [`/01/${gtin14}/21/%E4%B8%AD`, 'wrong-serial'],
    [`/01/${gtin14}/21/%ZZ`, 'wrong-serial'],
    [`/01/${gtin14}/10/${'B'.repeat(21)}`, 'wrong-batch'],
    [`/01/${gtin14}?21=${'1'.repeat(21)}`, 'wrong-serial'],
    [`/01/${gtin14}?x=${'1'.repeat(1_000)}`, 'too-long'],
  ])('%s is refused: %s', (target, code) => {
    expect(parseItemAddress(target)).toMatchObject({ ok: false, error: { code } });
  });

  test('any text is an address or a problem', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('/', '%', '?', '&', '=', '#', '01', '21', '10', gtin14, '..', '%00', '%2e%2e', '\ud800'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const parsed = parseItemAddress(`/01/${pieces.join('')}`);
        if (parsed.ok) expect(parsed.value.gtin14).toMatch(/^\d{14}$/);
      }),
      { numRuns: 3_000 },
    );
  });

  test('the path that we write for an item is read as that item, and by no URL parser as another', () => {
    const set82 = [...`!"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz`];
    const value = fc.string({ unit: fc.constantFrom(...set82), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(value, fc.option(value), fc.option(value), (serial, batch, variant) => {
        const path = itemPath({ gtin14, serial, batch, variant });
        expect(parseItemAddress(path)).toMatchObject({ ok: true, value: { gtin14, serial, batch, variant } });
        expect(path).toMatch(/^[!-~]+$/);
      }),
    );
  });
});
