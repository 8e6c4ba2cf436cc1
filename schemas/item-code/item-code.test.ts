// Codes that are made here, read back by ourselves; and what comes in that nobody made.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serialSchema } from '../transaction/retail-transaction.ts';
import { digitalLinkOf } from './digital-link.ts';
import { bracketedElementStringOf, elementStringOf, GROUP_SEPARATOR } from './element-string.ts';
import { epcOf } from './epc.ts';
import { dateElement, MAX_SCAN_CHARS, parseScan } from './gs1.ts';
import { checkDigit, type Gtin14 } from './gtin.ts';
import { scanProblems } from './scanned-code.ts';
import { newSerial, SERIAL_BYTES } from './serial.ts';

const charset82 = [...`!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz`];
const serials = fc.string({ unit: fc.constantFrom(...charset82), minLength: 1, maxLength: 20 });
const gtins = fc
  .string({ unit: fc.constantFrom(...'0123456789'), minLength: 13, maxLength: 13 })
  .map((body) => `${body}${checkDigit(body)}` as Gtin14);
const bytes = fc.uint8Array({ minLength: SERIAL_BYTES, maxLength: SERIAL_BYTES });
const ITEM = '09506000134352' as Gtin14;

describe('newSerial', () => {
  test('twelve characters of 60 random bits, none of which is misread', () => {
    expect(newSerial(new Uint8Array(SERIAL_BYTES))).toBe('000000000000');
    expect(newSerial(new Uint8Array(SERIAL_BYTES).fill(255))).toBe('ZZZZZZZZZZZZ');
    expect(newSerial(Uint8Array.of(0, 68, 50, 20, 199, 66, 84, 182))).toBe('0123456789AB');
    fc.assert(
      fc.property(bytes, (random) => {
        const serial = newSerial(random);
        expect(serial).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
        expect(serialSchema.safeParse(serial).success).toBe(true);
      }),
    );
  });

  test('other bits are another serial: each of the first 60 counts', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 59 }), (random, bit) => {
        const other = Uint8Array.from(random);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (128 >> (bit & 7));
        expect(newSerial(other)).not.toBe(newSerial(random));
      }),
    );
  });
});

describe('what is printed is read back', () => {
  const extras = fc.record(
    { '10': serials, '17': fc.constantFrom('270331', '280229', '300200'), '15': fc.constant('270101'), '22': serials },
    { requiredKeys: [] },
  );

  test('as a Digital Link, an element string, in brackets, and as an EPC', () => {
    fc.assert(
      fc.property(gtins, serials, extras, (gtin14, serial, extra) => {
        const details = {
          ...(extra['10'] && { batch: extra['10'] }),
          ...(extra['17'] && { expiry: extra['17'] }),
          ...(extra['15'] && { bestBefore: extra['15'] }),
        };
        const item = { kind: 'item-code', gtin14, serial };
        expect(parseScan(digitalLinkOf('https://shop.example/', gtin14, serial, extra))).toEqual({
          ...item,
          ...details,
        });
        expect(parseScan(`]d2${elementStringOf(gtin14, serial, extra)}`)).toEqual({ ...item, ...details });
        expect(parseScan(elementStringOf(gtin14, serial, extra))).toEqual({ ...item, ...details });
        expect(parseScan(epcOf(gtin14, serial, 7).hex)).toEqual(item);
      }),
    );
  });

  test('the forms', () => {
    const extra = { '10': 'LOT/7', '17': dateElement('2027-03-31') };
    expect(digitalLinkOf('https://shop.example', ITEM, 'A.B', extra)).toBe(
      'https://shop.example/01/09506000134352/10/LOT%2F7/21/A%2EB?17=270331',
    );
    expect(elementStringOf(ITEM, 'AB', extra)).toBe(`01095060001343521727033110LOT/7${GROUP_SEPARATOR}21AB`);
    expect(bracketedElementStringOf(ITEM, 'AB', extra)).toBe('(01)09506000134352(17)270331(10)LOT/7(21)AB');
    expect(digitalLinkOf('https://shop.example/a', ITEM, null)).toBe('https://shop.example/a/01/09506000134352');
    expect(elementStringOf(ITEM, null)).toBe('0109506000134352');
    expect(bracketedElementStringOf(ITEM, null)).toBe('(01)09506000134352');
  });

  test('a value that its AI may not have is never printed', () => {
    expect(() => digitalLinkOf('https://shop.example', ITEM, 'A'.repeat(21))).toThrow('AI 21');
    expect(() => elementStringOf(ITEM, 'A|B')).toThrow('AI 21');
    expect(() => elementStringOf('09506000134353', 'A')).toThrow('AI 01');
    expect(() => elementStringOf(ITEM, 'A', { '17': '2703' })).toThrow('AI 17');
  });
});

describe('bad input', () => {
  const valid = fc
    .tuple(gtins, serials, bytes)
    .chain(([gtin14, serial, random]) =>
      fc.constantFrom(
        gtin14,
        `]E0${gtin14.slice(1)}`,
        digitalLinkOf('https://shop.example', gtin14, serial, { '10': 'LOT', '17': '270331' }),
        `]d2${elementStringOf(gtin14, newSerial(random), { '10': 'LOT', '3103': '001750' })}`,
        bracketedElementStringOf(gtin14, newSerial(random)),
        epcOf(gtin14, serial, 7).hex,
        epcOf(gtin14, '12345', 9).hex,
        epcOf(gtin14, serial, 8).uri,
        ']C100376104250021234569',
      ),
    );
  const edits = fc.array(
    fc.record({ how: fc.constantFrom('set', 'add', 'cut', 'double'), at: fc.nat(), byte: fc.nat(255) }),
    { minLength: 1, maxLength: 5 },
  );

  function mutate(code: string, changes: { how: string; at: number; byte: number }[]): string {
    return changes.reduce((text, { how, at, byte }) => {
      const place = text.length === 0 ? 0 : at % text.length;
      const char = String.fromCharCode(byte);
      if (how === 'cut') return text.slice(0, place);
      if (how === 'double') return text + text;
      return text.slice(0, place) + char + text.slice(how === 'set' ? place + 1 : place);
    }, code);
  }

  function isSound(text: string): void {
    const code = parseScan(text, { inStoreCodes: [] });
    expect(parseScan(text)).toEqual(code);
    switch (code.kind) {
      case 'text':
        expect(code.text.length).toBeLessThanOrEqual(MAX_SCAN_CHARS);
        if (code.problem !== undefined) expect(scanProblems).toContain(code.problem);
        return;
      case 'sscc':
        expect(checkDigit(code.sscc.slice(0, 17))).toBe(Number(code.sscc[17]));
        return;
      case 'item-code':
        expect(code.serial).toMatch(/^[!-~]{1,20}$/);
        expect(serialSchema.safeParse(code.serial).success).toBe(true);
        expect(checkDigit(code.gtin14.slice(0, 13))).toBe(Number(code.gtin14[13]));
        return;
      case 'gtin':
        expect(checkDigit(code.gtin14.slice(0, 13))).toBe(Number(code.gtin14[13]));
    }
  }

  test('bytes of valid codes changed, added, cut off and doubled: nothing throws, and what comes out is right', () => {
    fc.assert(
      fc.property(valid, edits, (code, changes) => isSound(mutate(code, changes))),
      { numRuns: 3000 },
    );
  });

  test('any text at all', () => {
    const pieces = fc.constantFrom(
      ']d2',
      ']C1',
      '01',
      '(01)',
      '00',
      '21',
      '\x1d',
      '%',
      '/',
      'urn:epc:',
      'https://',
      '𝟒',
      'О',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 6 }), gtins), { maxLength: 12 }),
        (all) => isSound(all.join('')),
      ),
      { numRuns: 3000 },
    );
  });

  test('what a code says of itself holds no mark-up: a serial with it is only text, escaped by the screen', () => {
    const link = digitalLinkOf('https://shop.example', ITEM, '<b>x</b>');
    expect(link).not.toMatch(/[<>"]/);
    expect(parseScan(link)).toMatchObject({ kind: 'item-code', serial: '<b>x</b>' });
  });

  test('10,000 scans in a burst are all told apart', () => {
    const seen = new Set<string>();
    for (let at = 0; at < 10_000; at += 1) {
      const serial = newSerial(Uint8Array.of(0, 0, 0, 0, 0, at >> 12, at >> 4, (at & 15) << 4));
      const scanned = parseScan(`]d2${elementStringOf(ITEM, serial)}`);
      if (scanned.kind === 'item-code') seen.add(scanned.serial);
    }
    expect(seen.size).toBe(10_000);
  });

  test('the longest texts of one piece over and over', () => {
    for (const piece of ['01', '(01)', '/01', '%', '\x1d', '10A\x1d', ']d2', '０']) {
      isSound(piece.repeat(MAX_SCAN_CHARS / piece.length));
      isSound(`https://${piece.repeat(MAX_SCAN_CHARS / piece.length - 8)}`);
    }
  });
});
