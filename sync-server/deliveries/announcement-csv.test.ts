import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { announcementProblemSchema } from '#schemas/api/deliveries.ts';
import { announcedParts } from './announced-lines.ts';
import { readNotice } from './announcement-csv.ts';
import type { ResolvedRow } from './resolve-rows.ts';

const read = (text: string) => readNotice(new TextEncoder().encode(text));

test('columns may stand in any order and be called as other systems call them', async () => {
  for (const header of ['Qty,EAN', 'pieces;barcode', '数量\t条码', 'QUANTITY, Gtin ']) {
    const sign = [';', '\t'].find((one) => header.includes(one)) ?? ',';
    const notice = await read(`${header}\n3${sign}4006381333931\n`);
    expect(notice.rows).toMatchObject([{ line: 2, quantity: 3, gtin14: '04006381333931' }]);
  }
});

test('dates as suppliers write them; a day that is none is a problem', async () => {
  const dateOf = async (text: string) => (await read(`sku,quantity,use_by\nA,1,${text}\n`)).rows[0]?.expiresOn ?? null;
  for (const text of ['2027-02-28', '2027/2/28', '2027.02.28', '20270228', '270228', '270200']) {
    expect([text, await dateOf(text)]).toEqual([text, '2027-02-28']);
  }
  for (const text of ['28/02/2027', '2027-02-29', '2027-13-01', '27-02-28', '2027-0228', 'soon', '1999-01-01']) {
    expect([text, await dateOf(text)]).toEqual([text, null]);
  }
});

test('any bytes are read without a crash, and every problem can be answered', async () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"', '""', ',', ';', '\n', '\r', '\u0000', '=1+1', '4006381333931', '1e12', '(00)', '\ud800'),
  );
  const file = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(cell, { maxLength: 60 })
      .map((cells) => Buffer.from(`sscc,gtin,sku,quantity,serial,batch,expires_on\n${cells.join(',')}`)),
  );
  await fc.assert(
    fc.asyncProperty(file, async (bytes) => {
      const notice = await readNotice(new Uint8Array(bytes));
      expect(notice.rows.length + notice.problemCount > 0 || notice.failure !== null).toBe(true);
      for (const problem of notice.problems) announcementProblemSchema.parse(problem);
    }),
    { numRuns: 100 },
  );
});

describe('lines of an entry', () => {
  const row = (changes: Partial<ResolvedRow>): ResolvedRow => ({
    ...{ line: 2, sscc: null, gtin14: null, skuId: 'A', quantity: 1, serials: [], batch: null, expiresOn: null },
    ...changes,
  });

  test('15,000 units of 600 SKUs in 300 cartons of two SKUs each are one entry', () => {
    const rows = Array.from({ length: 15_000 }, (_, n) =>
      row({
        sscc: String(n % 300).padStart(18, '0'),
        gtin14: String(n % 600).padStart(14, '0'),
        skuId: `SKU-${n % 600}`,
        serials: [`SERIAL${String(n).padStart(6, '0')}`],
      }),
    );
    const { parts, bytes, tooLarge } = announcedParts(rows);
    expect([parts.length, parts[0]?.length, tooLarge]).toEqual([1, 600, []]);
    expect(bytes).toBeLessThan(500_000);
  });

  test('nothing is lost or doubled, no part is over the size, and no carton is in two', () => {
    const rowOf = fc.record({
      sku: fc.nat(3),
      carton: fc.option(fc.nat(4), { nil: null }),
      quantity: fc.integer({ min: 1, max: 1_000_000 }),
      batch: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(rowOf, { maxLength: 200 }), (made) => {
        const rows = made.map(({ sku, carton, quantity, batch }, at) =>
          row({
            line: at,
            skuId: `S${sku}`,
            quantity,
            batch: `B${batch}`,
            sscc: carton === null ? null : `C${carton}`,
          }),
        );
        const { parts } = announcedParts(rows);
        const sum = (lines: readonly { quantity: number }[]) => lines.reduce((total, one) => total + one.quantity, 0);
        expect(sum(parts.flat())).toBe(sum(rows));
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(5_000);
        for (const line of parts.flat()) expect(line.quantity).toBeLessThanOrEqual(1_000_000);
        const cartons = parts.map((part) => new Set(part.map(({ sscc }) => sscc).filter((sscc) => sscc !== null)));
        expect(cartons.reduce((total, { size }) => total + size, 0)).toBe(
          new Set(cartons.flatMap((one) => [...one])).size,
        );
      }),
    );
  });
});
