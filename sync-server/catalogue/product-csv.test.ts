import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from './file-encoding.ts';
import { type ProductEvent, readProducts } from './product-csv.ts';
import { explain, type ProductProblem, productProblemCodes } from './product-problems.ts';
import type { ProductRow } from './product-row.ts';

const rules = { currency: 'GBP', taxClasses: ['standard', 'zero'] };

async function read(input: string | Uint8Array): Promise<ProductEvent[]> {
  async function* bytes() {
    yield typeof input === 'string' ? new TextEncoder().encode(input) : input;
  }
  const events: ProductEvent[] = [];
  for await (const event of readProducts(decodeText(bytes(), 'utf-8'), rules)) events.push(event);
  return events;
}
async function rowsOf(input: string): Promise<ProductRow[]> {
  return (await read(input)).flatMap((event) => (event.type === 'row' ? [event.row] : []));
}
async function problemsOf(input: string): Promise<ProductProblem[]> {
  return (await read(input)).flatMap((event) => (event.type === 'problems' ? event.problems : []));
}
/** `line column code detail` of each problem. */
async function summary(input: string): Promise<string[]> {
  const problems = await problemsOf(input);
  return problems.map(({ line, column, code, detail }) => [line, column ?? '-', code, detail ?? ''].join(' ').trim());
}

describe('the header', () => {
  test('columns may stand in any order, spelled in any case, with tabs or semicolons', async () => {
    for (const sign of [',', ';', '\t']) {
      const text = [`Price`, 'NAME-EN', ' sku ', 'Tax Class'].join(sign);
      expect(await rowsOf(`${text}\n1.50${sign}Tea${sign}T1${sign}Zero\n`)).toMatchObject([
        { sku: 'T1', nameEn: 'Tea', priceMinor: 150, taxClass: 'zero', brand: null, line: 2 },
      ]);
    }
  });

  test('what is missing, doubled or unknown is named', async () => {
    expect(await read('')).toEqual([{ type: 'header-failure', failure: { code: 'empty-file' } }]);
    expect(await read('sku,colour\n')).toEqual([
      {
        type: 'header-failure',
        failure: { code: 'column-missing', columns: ['name_en', 'price'], found: ['sku', 'colour'] },
      },
    ]);
    expect(await read('sku,name_en,price,SKU\n')).toEqual([
      { type: 'header-failure', failure: { code: 'column-twice', column: 'sku' } },
    ]);
    expect(await read('sku,name_en,price,colour\n')).toMatchObject([
      { type: 'header', header: { unknown: ['colour'] } },
    ]);
  });
});

describe('lines and quotes', () => {
  test('a row is named by the line that it begins in, whatever stands before it', async () => {
    const text = 'sku,name_en,price\r\nA,"two\r\nlines",1\r\n\r\n\r\nB,"he said ""no""",2\rC,5" screen,x\n';
    expect((await rowsOf(text)).map(({ line, nameEn }) => [line, nameEn])).toEqual([
      [2, 'two lines'],
      [6, 'he said "no"'],
    ]);
    expect(await summary(text)).toEqual(['7 price price-format']);
  });

  test('a quote that is never closed is named where it opens, and what came before is still read', async () => {
    const text = 'sku,name_en,price\nA,Tea,1\nB,"Coffee,2\nC,Milk,3\n';
    expect(await summary(text)).toEqual(['3 - quote-not-closed']);
    expect(await rowsOf(text)).toHaveLength(1);
    expect(await summary(`sku,name_en,price\nA,"${'x'.repeat(200_000)}`)).toEqual(['2 - record-too-long']);
  });

  test('too few and too many cells are told, empty ones at the end are not', async () => {
    const text = 'sku,name_en,price\nA,Tea\nB,Soap, green,2\nC,Milk,3,,\n,,\n';
    expect(await summary(text)).toEqual(['2 - too-few-cells 3', '3 - too-many-cells 3']);
    expect(await rowsOf(text)).toMatchObject([{ sku: 'C', priceMinor: 300 }]);
  });
});

describe('cells', () => {
  test('everything wrong with a row is said at once', async () => {
    const header = 'sku,name_en,price,gtins,tax_class,tracking,online_price,variant_en,variant_zh_hans\n';
    expect(await summary(`${header}A 1,,abc,12a,vat,box,-1,,红色\n`)).toEqual([
      '2 name_en missing',
      '2 variant_en english-missing variant_en',
      '2 sku sku-characters A-1',
      '2 gtins gtin-not-digits',
      '2 tax_class tax-class-unknown standard, zero',
      '2 price price-format',
      '2 online_price price-format',
      '2 tracking tracking-unknown item, quantity, weight',
    ]);
  });

  test('GTINs of every length become fourteen digits; a spreadsheet’s damage is recognised', async () => {
    const header = 'sku,name_en,price,gtins\n';
    const [row] = await rowsOf(`${header}A,Tea,1,"4006381333931; 96385074 036000291452,04006381333931"\n`);
    expect(row?.gtins).toEqual(['04006381333931', '00000096385074', '00036000291452']);
    expect(await summary(`${header}A,Tea,1,4.00638E+12\nB,Tea,1,36000291452\nC,Tea,1,4006381333932\n`)).toEqual([
      '2 gtins gtin-rounded',
      '3 gtins gtin-length 036000291452',
      '4 gtins gtin-check-digit 1',
    ]);
  });

  test('prices are exact; what was meant is proposed', async () => {
    const price = async (text: string) => {
      const [problem] = await problemsOf(`sku,name_en,price\nA,Tea,"${text}"\n`);
      return problem ? `${problem.code} ${problem.detail ?? ''}`.trim() : null;
    };
    expect(await price('0.1')).toBeNull();
    expect(await price('1,50')).toBe('price-format 1.50');
    expect(await price('£1,234.50')).toBe('price-format 1234.50');
    expect(await price('1.005')).toBe('price-decimals 2');
    expect(await price('-1')).toBe('price-format');
    expect(await price('99999999999.00')).toBe('price-too-large');
    expect((await rowsOf('sku,name_en,price\nA,Tea,19.99\n'))[0]?.priceMinor).toBe(1999);
  });

  test('a code that stands twice is named with both lines; one SKU may repeat its own GTIN', async () => {
    const text = 'sku,name_en,price,gtins\nA,Tea,1,96385074 96385074\nB,Milk,1,96385074\nA,Tea,2,\n';
    expect(await summary(text)).toEqual(['3 gtins gtin-twice line 2 (SKU A)', '4 sku sku-twice 2']);
  });

  test('codes that differ in case are two SKUs', async () => {
    expect((await rowsOf('sku,name_en,price\na1,Tea,1\nA1,Tea,1\n')).map(({ sku }) => sku)).toEqual(['a1', 'A1']);
  });
});

test('any bytes are read without a crash: each row is taken or explained', async () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"', '""', ',', ';', '\n', '\r', '\u0000', '1.5', '96385074'),
  );
  const file = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(cell, { maxLength: 60 }).map((cells) => Buffer.from(`sku,name_en,price,gtins\n${cells.join(',')}`)),
  );
  await fc.assert(
    fc.asyncProperty(file, async (bytes) => {
      const events = await read(new Uint8Array(bytes));
      expect(events.length).toBeGreaterThan(0);
      for (const event of events) {
        if (event.type !== 'problems') continue;
        expect(event.problems.length).toBeGreaterThan(0);
        for (const problem of event.problems) {
          expect(problem.line).toBeGreaterThanOrEqual(1);
          expect(explain(problem).why).not.toBe('');
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('each kind of problem says why and how to mend it', () => {
  for (const code of productProblemCodes) {
    const { why, mend } = explain({ line: 2, column: null, read: '', code });
    expect([code, /^[A-Z].*\.$/s.test(why), /\.$/.test(mend)]).toEqual([code, true, true]);
  }
});
