import { describe, expect, test } from 'vitest';
import { MAX_SCAN_CHARS, parseScan } from './gs1.ts';
import { scanProblems } from './scanned-code.ts';

const EAN = '4006381333931';
const LINK = 'https://shop.example/01/09506000134352/21/12345';

describe('what is no code says why', () => {
  test.each([
    ['4006381333932', 'wrong-check-digit', 'one digit misread'],
    ['04252615', 'wrong-check-digit', 'a UPC-E'],
    ['96385075', 'wrong-check-digit', 'an EAN-8'],
    ['14006381333939', 'wrong-check-digit', 'an ITF-14'],
    ['376104250021234568', 'wrong-check-digit', 'an SSCC'],
    ['0109506000134353', 'wrong-check-digit', 'AI 01 without a mark'],
    ['40063813339', 'cut-off', 'eleven digits of thirteen'],
    [']E0400638', 'cut-off', 'a retail symbol of six digits'],
    [`${EAN}${EAN}`, 'two-codes', 'an EAN-13 twice'],
    [`${EAN}96385074`, 'two-codes', 'an EAN-13 and an EAN-8'],
    ['306381333936306381333936', 'two-codes', 'two UPC-As, as long as a tag'],
    [`${EAN}\r\n96385074`, 'two-codes', 'two lines'],
    [`${EAN} ${LINK}`, 'two-codes', 'with a space'],
    [`${EAN}]E0${EAN}`, 'two-codes', 'with an AIM identifier between them'],
    ['４００６３８１３３３９３１', 'not-ascii', 'full-width digits'],
    ['٤٠٠٦٣٨١٣٣٣٩٣١', 'not-ascii', 'Arabic digits'],
    ['४००६३८१३३३९३१', 'not-ascii', 'Devanagari digits'],
    ['4ΟΟ638I333931', 'not-ascii', 'the Greek letter O'],
    ['4ОО6381333931', 'not-ascii', 'the Cyrillic letter O'],
    ['𝟒𝟎𝟎𝟔𝟑𝟖𝟏𝟑𝟑𝟑𝟗𝟑𝟏', 'not-ascii', 'mathematical digits'],
    [`400638\u200b1333931`, 'not-ascii', 'a space without width'],
    [`\u202e${EAN}`, 'not-ascii', 'a mark of direction'],
    ['ｈｔｔｐｓ：／／a.example/01/09506000134352/21/1', 'not-ascii', 'a full-width address'],
    ['4OO6381333931', 'look-alike', 'the letter O'],
    ['4oo638l33393l', 'look-alike', 'small letters'],
    ['javascript:alert(1)', 'script-url', 'runs'],
    [' JaVa\tScript:alert(1)//01/09506000134352', 'script-url', 'in disguise'],
    ['data:text/html,<script>alert(1)</script>', 'script-url', 'a page of its own'],
    ['vbscript:x', 'script-url', 'of long ago'],
    ['x'.repeat(MAX_SCAN_CHARS + 1), 'too-long', 'no code is longer'],
  ])('%j: %s, %s', (text, problem) => {
    const scanned = parseScan(text);
    expect(scanned).toMatchObject({ kind: 'text', problem });
    expect(scanned.kind === 'text' && text.includes(scanned.text)).toBe(true);
  });

  test.each([
    'SHIRT-42-M',
    '98765432109876543211',
    '苹果',
    'member 42',
    '{"a":[1]}',
    'M|42',
    '(blue)',
    '<b>',
    '1234',
    '',
  ])('%j is a text of the shop and no broken code', (text) => {
    expect(parseScan(text)).toEqual({ kind: 'text', text });
  });

  test('every reason is listed once', () => {
    expect(new Set(scanProblems).size).toBe(scanProblems.length);
  });
});
