import tds from 'epc-tds';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epcOf, parseEpc } from './epc.ts';
import { parseScan } from './gs1.ts';
import { checkDigit, type Gtin14 } from './gtin.ts';

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
const gtins = digits(13).map((body) => `${body}${checkDigit(body)}` as Gtin14);
const companyDigits = fc.integer({ min: 6, max: 12 });
const charset82 = [...`!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz`];
const serials = fc.string({ unit: fc.constantFrom(...charset82), minLength: 1, maxLength: 20 });

describe("the Tag Data Standard's examples (appendix E, summary of examples)", () => {
  test.each([
    ['3074257BF7194E4000001A85', 'urn:epc:tag:sgtin-96:3.0614141.812345.6789', '80614141123458', '6789'],
    [
      '3674257BF6B7A659B2C2BF1000000000000000000000000000',
      'urn:epc:tag:sgtin-198:3.0614141.712345.32a%2Fb',
      '70614141123451',
      '32a/b',
    ],
  ])('%s', (hex, uri, gtin14, serial) => {
    const item = { kind: 'item-code', gtin14, serial };
    expect(parseScan(hex)).toEqual(item);
    expect(parseScan(hex.toLowerCase())).toEqual(item);
    expect(parseScan(uri)).toEqual(item);
    expect(parseScan(uri.replace(/:tag:sgtin-\d+:3\./, ':id:sgtin:'))).toEqual(item);
    const made = epcOf(gtin14 as Gtin14, serial, 7, 3);
    expect(made.tagUri).toBe(uri);
    expect(made.hex.startsWith(hex)).toBe(true);
  });

  test('SSCC-96', () => {
    const carton = { kind: 'sscc', sscc: '106141412345678908' };
    expect(parseScan('3174257BF4499602D2000000')).toEqual(carton);
    expect(parseScan('urn:epc:tag:sscc-96:3.0614141.1234567890')).toEqual(carton);
    expect(parseScan('urn:epc:id:sscc:0614141.1234567890')).toEqual(carton);
  });

  test.each([
    ['3274257BF46072000000162E', 'SGLN-96'],
    ['3376451FD40C0E400000162E', 'GRAI-96'],
    ['3474257BF40000000000162E', 'GIAI-96'],
    ['urn:epc:id:sgln:0614141.12345.400', 'SGLN'],
    ['urn:epc:id:giai:0614141.12345400', 'GIAI'],
    ['urn:epc:id:gid:95100000.12345.400', 'GID'],
    ['E28011606000020555555555', 'the number of a chip'],
    ['000000000000000000000000', 'a tag that nobody wrote'],
    ['3078257BF7194E4000001A85', 'a partition with more digits than it allows'],
    ['307C257BF7194E4000001A85', 'a partition that there is not'],
    ['urn:epc:id:sgtin:0614141.1123456.400', 'one digit too many'],
    ['urn:epc:id:sgtin:0614141.112345.', 'no serial'],
    ['urn:epc:tag:sgtin-96:3.0614141.812345.06789', 'a zero in front, which 96 bits cannot hold'],
  ])('%s is another scheme: %s', (text) => {
    expect(parseScan(text)).toEqual({ kind: 'text', text, problem: 'foreign-epc' });
  });

  test('a long number and a hash are no tags', () => {
    for (const text of ['9074257BF7194E4000001A85', '123456789012345678901234', 'deadbeefdeadbeefdeadbeefdeadbeef']) {
      expect(parseEpc(text)).toBeUndefined();
    }
  });
});

describe('both ways', () => {
  test('every item comes back from its tag and from its URIs, whatever the length of the company prefix', () => {
    const numbers = fc.integer({ min: 0, max: 2 ** 38 - 1 }).map(String);
    fc.assert(
      fc.property(gtins, fc.oneof(serials, numbers), companyDigits, (gtin14, serial, company) => {
        const epc = epcOf(gtin14, serial, company);
        const item = { kind: 'item-code', gtin14, serial };
        for (const text of [epc.hex, epc.uri, epc.tagUri]) expect(parseScan(text)).toEqual(item);
      }),
    );
  });

  test('another library writes and reads the same', () => {
    fc.assert(
      fc.property(gtins, fc.integer({ min: 0, max: 2 ** 38 - 1 }), companyDigits, (gtin14, serial, company) => {
        const epc = epcOf(gtin14, String(serial), company);
        const theirs = tds.valueOf(epc.hex);
        expect(theirs.toTagURI()).toBe(epc.tagUri);
        expect(tds.fromTagURI(epc.tagUri).toHexString().toUpperCase()).toBe(epc.hex);
      }),
    );
  });

  test('another library reads our long tags', () => {
    const ours = fc.string({
      unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
      minLength: 12,
      maxLength: 12,
    });
    fc.assert(
      fc.property(gtins, ours, companyDigits, (gtin14, serial, company) => {
        const epc = epcOf(gtin14, `A${serial}`, company);
        expect(tds.valueOf(epc.hex).toTagURI()).toBe(epc.tagUri);
      }),
    );
  });
});
