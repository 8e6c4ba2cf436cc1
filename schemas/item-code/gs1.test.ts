import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expiryDate, MAX_SCAN_CHARS, parseScan } from './gs1.ts';
import { checkDigit } from './gtin.ts';

const GS = '\x1d';
const GTIN = '09506000134352';
const VARIABLE = '0199506000134355';
const item = { kind: 'item-code', gtin14: GTIN, serial: '12345' };

describe('plain retail codes', () => {
  test('EAN-8, UPC-A, UPC-E, EAN-13, ITF-14 and their AIM identifiers find the same GTIN-14', () => {
    for (const text of ['04252614', '042100005264', '0042100005264', '00042100005264', ']E00042100005264']) {
      expect(parseScan(text)).toEqual({ kind: 'gtin', gtin14: '00042100005264' });
    }
    expect(parseScan(']E496385074')).toEqual({ kind: 'gtin', gtin14: '00000096385074' });
    expect(parseScan(']I114006381333938')).toEqual({ kind: 'gtin', gtin14: '14006381333938' });
  });

  test('`]E4` says EAN-8: eight digits are not taken for a UPC-E', () => {
    const body = '0425261';
    expect(parseScan(`]E4${body}${checkDigit(body)}`)).toMatchObject({ gtin14: `000000${body}${checkDigit(body)}` });
    expect(parseScan(']E404252614')).toEqual({ kind: 'text', text: '04252614', problem: 'wrong-check-digit' });
  });

  test('white space and a terminator around a code do not matter', () => {
    expect(parseScan(' 4006381333931\r\n')).toEqual({ kind: 'gtin', gtin14: '04006381333931' });
  });
});

describe('GS1 Digital Link', () => {
  test.each([
    'https://id.gs1.org/01/09506000134352/21/12345',
    'https://dalgiardino.com/01/09506000134352/21/12345',
    'HTTPS://ID.GS1.ORG/01/09506000134352/21/12345',
    'http://localhost:8080/a/shop/01/09506000134352/21/12345',
    'https://example.com/01/9506000134352/21/12345',
    'https://example.com/01/09506000134352/22/2A/21/12345?linkType=gs1:pip',
    'https://example.com/01/09506000134352/21/12345#story',
    'https://example.com/01/01/09506000134352/21/12345',
    'https://example.com/01/09506000134352?21=12345',
    'https://example.com/01/09506000134352/21/%31%32345',
    ']Q1https://example.com/01/09506000134352/21/12345',
    ']d1https://example.com/01/09506000134352/21/12345',
  ])('%s is the item', (text) => {
    expect(parseScan(text)).toEqual(item);
  });

  test("the standard's example: batch in the path, expiry in the query", () => {
    expect(parseScan('https://id.gs1.org/01/09506000134352/10/ABC1/21/12345?17=180426')).toEqual({
      ...item,
      batch: 'ABC1',
      expiry: '180426',
    });
  });

  test('the path is the identity: a query does not change it', () => {
    expect(parseScan('https://example.com/01/09506000134352/21/12345?21=999&01=04006381333931')).toEqual(item);
  });

  test('without a serial it is the article', () => {
    expect(parseScan('https://id.gs1.org/01/09506000134352')).toEqual({ kind: 'gtin', gtin14: GTIN });
    expect(parseScan('https://id.gs1.org/01/09506000134352/10/ABC1')).toEqual({
      kind: 'gtin',
      gtin14: GTIN,
      batch: 'ABC1',
    });
  });

  test('a serial of two dots, which a URL parser would resolve, survives', () => {
    expect(parseScan('https://example.com/01/09506000134352/21/%2E%2E')).toEqual({ ...item, serial: '..' });
  });

  test('a carton', () => {
    expect(parseScan('https://example.com/00/376104250021234569?37=24&02=09506000134352')).toEqual({
      kind: 'sscc',
      sscc: '376104250021234569',
      content: GTIN,
      count: 24,
    });
  });

  test.each([
    ['https://example.com/01/09506000134353/21/12345', 'wrong-check-digit'],
    ['https://example.com/00/376104250021234568', 'wrong-check-digit'],
    ['https://example.com/product/12345', 'foreign-link'],
    ['https:///01/09506000134352/21/12345', 'foreign-link'],
    ['https://example.com', 'foreign-link'],
    ['https://example.com/01/09506000134352/21/%ZZ', 'malformed-ai'],
    ['https://example.com/01/09506000134352/17/27130x', 'malformed-ai'],
    ['https://example.com/01/09506000134352/21/%E4%B8%AD', 'not-ascii'],
    ['https://example.com/01/09506000134352/21/А1', 'not-ascii'],
    ['https://example.com/01/０９５０６０００１３４３５２/21/1', 'not-ascii'],
    ['https://example.com/01/O95O6OOO134352/21/1', 'look-alike'],
    ['https://example.com/01/09506000134352/21/123456789012345678901', 'too-long'],
    ['https://example.com/01/09506000134352?21=123456789012345678901', 'too-long'],
    ['https://example.com/01/0950600013', 'cut-off'],
    ['https://example.com/01/09506000134352/21', 'cut-off'],
    ['https://example.com/01/09506000134352/21/', 'cut-off'],
    ['https://example.com/01/09506000134352/21/AB%2', 'cut-off'],
    ['https://a.example/01/09506000134352/21/1https://a.example/01/09506000134352/21/2', 'two-codes'],
    ['https://a.example/01/09506000134352/21/1 https://a.example/01/09506000134352/21/2', 'two-codes'],
    ['https://example.com/414/9506000134376', 'no-item'],
    // The fully compressed example of the Digital Link standard, and one whose GTIN is not compressed.
    ['https://id.gs1.org/AQnYUc1gmiCNV4JG', 'compressed-link'],
    ['https://example.com/01/09506000134352/HfGwkQ4aYH9Z', 'compressed-link'],
  ])('%s is only a text: %s', (text, problem) => {
    expect(parseScan(text)).toEqual({ kind: 'text', text, problem });
  });

  test('an address of another kind is a text without a problem', () => {
    const text = 'ftp://example.com/01/09506000134352/21/12345';
    expect(parseScan(text)).toEqual({ kind: 'text', text });
  });

  test('the names that earlier versions of the standard had', () => {
    expect(parseScan('https://example.com/gtin/09506000134352/lot/ABC1/ser/12345?exp=180426')).toEqual({
      ...item,
      batch: 'ABC1',
      expiry: '180426',
    });
  });
});

describe('GS1 element strings', () => {
  test.each([
    [`]C101${GTIN}2112345`, 'GS1-128'],
    [`]d201${GTIN}2112345`, 'GS1 DataMatrix'],
    [`]Q301${GTIN}2112345`, 'GS1 QR'],
    [`]e001${GTIN}2112345`, 'DataBar Expanded'],
    [`${GS}01${GTIN}2112345`, 'FNC1 sent as GS'],
    [`01${GTIN}2112345`, 'scanner without AIM identifiers'],
    [`(01)${GTIN}(21)12345`, 'form for people'],
    [`(01) ${GTIN} (21) 12345`, 'form for people with spaces'],
    [`]d22112345${GS}01${GTIN}`, 'another order'],
    [`]d201${GTIN}2112345${GS}`, 'separator at the end'],
    [`]d201${GTIN}${GS}2112345`, 'needless separator after a predefined length'],
    [`]d201${GTIN}2112345${GS}240ABC${GS}3303001750`, 'AIs that a till passes over'],
    [`]d201${GTIN}7044ABC${GS}2112345`, 'an AI that is not assigned yet'],
    [`]J101${GTIN}2112345`, 'GS1 DotCode'],
  ])('%j is the item: %s', (text) => {
    expect(parseScan(text)).toEqual(item);
  });

  test("the General Specifications' example: GTIN, expiry and batch", () => {
    expect(parseScan(']C101095011015300031714070410AB-123')).toEqual({
      kind: 'gtin',
      gtin14: '09501101530003',
      batch: 'AB-123',
      expiry: '140704',
    });
    expect(parseScan(`]C101095011015300031714070410AB-123${GS}2112345`)).toEqual({
      kind: 'item-code',
      gtin14: '09501101530003',
      serial: '12345',
      batch: 'AB-123',
      expiry: '140704',
    });
  });

  test('a malformed date is left out, the item is found', () => {
    expect(parseScan(`]d201${GTIN}172313012112345`)).toEqual(item);
    expect(parseScan(`]d201${GTIN}172302292112345`)).toEqual(item);
    expect(parseScan(`]d201${GTIN}172402292112345`)).toEqual({ ...item, expiry: '240229' });
  });

  test.each([
    ['\x1d', 'GS'],
    ['\u241d', 'its picture'],
    ['^]', 'Ctrl+] as two characters'],
    [']', 'a keyboard that lost Ctrl'],
    ['|', 'a scanner set to it'],
    ['{GS}', 'its name'],
    ['[GS]', 'its name'],
  ])('FNC1 as %j: %s', (separator) => {
    const expected = { ...item, serial: 'A-1', batch: 'LOT7' };
    expect(parseScan(`]d201${GTIN}10LOT7${separator}21A-1`)).toEqual(expected);
    expect(parseScan(`01${GTIN}10LOT7${separator}21A-1`)).toEqual(expected);
  });

  test('weight, price, count and best before', () => {
    expect(parseScan(`]e0${VARIABLE}310300175039221299${GS}15270331`)).toEqual({
      kind: 'gtin',
      gtin14: '99506000134355',
      weightMg: 1_750_000,
      price: { amount: 1299, decimals: 2, currencyNumber: null },
      bestBefore: '270331',
    });
    expect(parseScan(`]C1${VARIABLE}3202000150393284000350`)).toMatchObject({
      weightMg: 680_389,
      price: { amount: 350, decimals: 2, currencyNumber: '840' },
    });
    expect(parseScan(`]C1${VARIABLE}3012`)).toMatchObject({ count: 12 });
    expect(parseScan(`]C1${VARIABLE}300`)).toEqual({ kind: 'gtin', gtin14: '99506000134355' });
  });

  test('a carton, with what is in it or alone', () => {
    const sscc = '376104250021234569';
    expect(parseScan(`]C100${sscc}`)).toEqual({ kind: 'sscc', sscc });
    expect(parseScan(`00${sscc}`)).toEqual({ kind: 'sscc', sscc });
    expect(parseScan(sscc)).toEqual({ kind: 'sscc', sscc });
    expect(parseScan(`(00)${sscc}`)).toEqual({ kind: 'sscc', sscc });
    expect(parseScan(`]C100${sscc}02${GTIN}3724${GS}10LOT`)).toEqual({
      kind: 'sscc',
      sscc,
      content: GTIN,
      count: 24,
      batch: 'LOT',
    });
    expect(parseScan(`]C102${GTIN}3724`)).toEqual({ kind: 'gtin', gtin14: GTIN, count: 24 });
  });

  test.each([
    [`]d201${GTIN.slice(0, 13)}32112345`, 'wrong-check-digit'],
    [`01${GTIN.slice(0, 13)}3`, 'wrong-check-digit'],
    [']C100376104250021234568', 'wrong-check-digit'],
    [`]d201${GTIN}21`, 'cut-off'],
    [`]d201${GTIN}2`, 'cut-off'],
    [`]d201${GTIN}1727`, 'cut-off'],
    [']d201095060', 'cut-off'],
    [']d2', 'cut-off'],
    ['(01)09506000134352(21)', 'cut-off'],
    ['(01', 'cut-off'],
    [`]d201${GTIN}21${GS}10A`, 'malformed-ai'],
    [`]d201${GTIN}21#`, 'malformed-ai'],
    [`]d201${GTIN}0512345`, 'malformed-ai'],
    [`]d2${GTIN}X`, 'malformed-ai'],
    [`]d201${GTIN}10A${GS}10B`, 'malformed-ai'],
    [`]d201${GTIN}17ABCDEF`, 'malformed-ai'],
    [`(01)${GTIN}(05)1`, 'malformed-ai'],
    [`]d201${GTIN}21中`, 'not-ascii'],
    [`]d201${GTIN}21АВС`, 'not-ascii'],
    ['(01)０9506000134352(21)1', 'not-ascii'],
    [']d201O95O6OOO13435221A', 'look-alike'],
    [`]d201${GTIN}21123456789012345678901`, 'too-long'],
    [`]d201${GTIN}2112345${'A'.repeat(16)}`, 'too-long'],
    [`]d201${GTIN}21A${GS}21B`, 'two-codes'],
    [`]d201${GTIN}21${'A'.repeat(8)}01${GTIN}21B`, 'two-codes'],
    [`]d201${GTIN}21A]d201${GTIN}21B`, 'two-codes'],
    [']C14149506000134376', 'no-item'],
    [']C199ANYTHING', 'no-item'],
  ])('%j is only a text: %s', (text, problem) => {
    expect(parseScan(text)).toEqual({ kind: 'text', text: text.replace(/^\]../, ''), problem });
  });

  test('a text keeps what was read, without the AIM identifier', () => {
    expect(parseScan(']C0SHIRT-42-M')).toEqual({ kind: 'text', text: 'SHIRT-42-M' });
    expect(parseScan('')).toEqual({ kind: 'text', text: '' });
  });
});

describe('any input', () => {
  const charset82 = [...`!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz`];
  const serials = fc.string({ unit: fc.constantFrom(...charset82), minLength: 1, maxLength: 20 });
  const bodies = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 13, maxLength: 13 });

  test('never throws, is bounded, and a GTIN that comes out is right', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ']C1',
        ']d2',
        ']Q3',
        ']E4',
        GS,
        '(01)',
        '01',
        '21',
        '17',
        GTIN,
        'https://a/',
        '/',
        '%',
        '?',
        '\ud800',
      ),
      fc.string({ unit: fc.constantFrom(...'0123456789') }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const code = parseScan(pieces.join(''));
        if (code.kind === 'text') expect(code.text.length).toBeLessThanOrEqual(MAX_SCAN_CHARS);
        else if (code.kind === 'sscc') expect(parseScan(code.sscc)).toEqual({ kind: 'sscc', sscc: code.sscc });
        else expect(parseScan(code.gtin14)).toEqual({ kind: 'gtin', gtin14: code.gtin14 });
      }),
      { numRuns: 5000 },
    );
  });

  test('a code longer than the bound is a text that is cut', () => {
    expect(parseScan(`01${GTIN}21${'1'.repeat(600)}`)).toMatchObject({ kind: 'text' });
    expect(parseScan(`https://example.com/01/${GTIN}/21/1?x=${'1'.repeat(600)}`)).toMatchObject({ kind: 'text' });
  });

  test('every item code comes back the same from a Digital Link and from an element string', () => {
    fc.assert(
      fc.property(bodies, serials, (body, serial) => {
        const gtin14 = `${body}${checkDigit(body)}`;
        const expected = { kind: 'item-code', gtin14, serial };
        const link = [...serial].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('');
        expect(parseScan(`https://example.com/01/${gtin14}/21/${link}`)).toEqual(expected);
        expect(parseScan(`]d201${gtin14}21${serial}`)).toEqual(expected);
        expect(parseScan(`]C121${serial}${GS}01${gtin14}`)).toEqual(expected);
      }),
    );
  });
});

describe('expiryDate', () => {
  test('century by the current year, day 00 is the last of the month', () => {
    expect(expiryDate('261122', 2026)).toBe('2026-11-22');
    expect(expiryDate('280200', 2026)).toBe('2028-02-29');
    expect(expiryDate('760101', 2026)).toBe('2076-01-01');
    expect(expiryDate('770101', 2026)).toBe('1977-01-01');
    expect(expiryDate('100101', 2099)).toBe('2110-01-01');
    expect(expiryDate('261301', 2026)).toBeUndefined();
    expect(expiryDate('260230', 2026)).toBeUndefined();
  });
});
