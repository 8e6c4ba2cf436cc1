import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { checkDigit } from '#schemas/item-code/gtin.ts';
import { type Label, type LabelFormat, labelDpis, labelSizes, labelSymbols } from '#schemas/label/label.ts';
import { formatOf, labelOf, samples } from '../fixtures/labels.ts';
import { scanners } from '../fixtures/scanners.ts';
import { resvgText } from '../text/resvg.ts';
import { drawLabel } from './draw.ts';
import { labelRoom } from './room.ts';

const text = resvgText();

/** Draws a label and reads it with each scanner, in their order; what a scanner does not find is `null`. */
async function readBack(label: Label, format: LabelFormat): Promise<unknown[]> {
  const drawn = drawLabel(label, format, text);
  const plan = labelRoom(label, format, text);
  if (!drawn.ok || !plan.ok) throw new Error(JSON.stringify([drawn, plan]));
  const { code, arrangement } = plan.value;
  const quiet = code.quietModules * arrangement.dotsPerModule;
  const aim = {
    left: arrangement.code.left - quiet,
    top: Math.max(0, arrangement.code.top - quiet),
    width: arrangement.code.width + 2 * quiet,
    height: arrangement.code.height + 2 * quiet,
  };
  const read = await Promise.allSettled(Object.values(scanners).map((scan) => scan(drawn.value, aim, format.symbol)));
  return read.map((one) => (one.status === 'fulfilled' ? parseScan(one.value) : null));
}

const cases = labelDpis.flatMap((dpi) => labelSymbols.map((symbol) => [dpi, symbol] as const));

describe.each(cases)('a label at %s dpi with %s', (dpi, symbol) => {
  test.each(samples)('is read as its item by two scanners: $title', async ({ label, locale }) => {
    for (const size of labelSizes) {
      const means = await readBack(label, formatOf({ ...size, dpi, symbol, locale }));
      const { gtin14, serial } = label;
      const item = serial === null ? { kind: 'gtin', gtin14 } : { kind: 'item-code', gtin14, serial };
      expect(means, `${size.widthMm}×${size.heightMm}`).toEqual([expect.objectContaining(item), means[0]]);
    }
  });
});

test('a DataMatrix says batch and expiry if the label does', async () => {
  const label = labelOf({ batch: 'A/1', expiresOn: '2027-03-31' });
  const [shown] = await readBack(label, formatOf({ symbol: 'datamatrix' }));
  expect(shown).toMatchObject({ serial: label.serial, batch: 'A/1', expiry: '270331' });
  const [hidden] = await readBack(label, formatOf({ symbol: 'datamatrix', showBatch: false, showExpiry: false }));
  expect(hidden).toEqual({ kind: 'item-code', gtin14: label.gtin14, serial: label.serial });
});

test('any serial that GS1 allows is read back from both codes', { timeout: 120_000 }, async () => {
  const charset82 = [...`!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz`];
  const serials = fc.string({ unit: fc.constantFrom(...charset82), minLength: 1, maxLength: 20 });
  const bodies = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 13, maxLength: 13 });
  await fc.assert(
    fc.asyncProperty(bodies, serials, fc.constantFrom(...cases), async (body, serial, [dpi, symbol]) => {
      const gtin14 = `${body}${checkDigit(body)}`;
      const label = labelOf({ gtin14, serial, batch: null, expiresOn: null });
      const item = { kind: 'item-code', gtin14, serial };
      const [byLibrary, byWasm] = await readBack(label, formatOf({ dpi, symbol }));
      expect(byWasm).toEqual(item);
      // QUIRK(@zxing/library takes parts of one QR code in some hundreds for a corner, and finds none.) It reads nothing wrong.
      expect([item, null]).toContainEqual(byLibrary);
    }),
    { numRuns: 40 },
  );
});
