import { unzlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { pngOf } from '../bitmap/png.ts';
import { formatOf, labelOf } from '../fixtures/labels.ts';
import { scanPng } from '../fixtures/scanners.ts';
import { resvgText } from '../text/resvg.ts';
import { labelSheetPdf } from './sheet.ts';

const text = resvgText();
const labels = (count: number) =>
  Array.from({ length: count }, (_, index) => labelOf({ serial: `UNIT${1000 + index}` }));

/** The objects of a file, found by its cross-reference table as a viewer does. */
function objectsOf(pdf: Uint8Array): Map<number, { head: string; stream: Uint8Array | null }> {
  const file = new TextDecoder('latin1').decode(pdf);
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1]);
  const table = file.slice(start);
  expect(table.startsWith('xref\n0 ')).toBe(true);
  const offsets = [...table.matchAll(/(\d{10}) 00000 n \n/g)].map((match) => Number(match[1]));
  expect(/\/Size (\d+)/.exec(table)?.[1]).toBe(String(offsets.length + 1));
  return new Map(
    offsets.map((offset, index) => {
      const body = file.slice(offset);
      expect(body.startsWith(`${index + 1} 0 obj\n`)).toBe(true);
      const length = /^\d+ 0 obj\n<<[^\n]*\/Length (\d+)>>\nstream\n/.exec(body);
      const head = body.slice(0, body.indexOf('\n', body.indexOf('obj\n') + 4));
      const from = offset + (length?.[0].length ?? 0);
      return [index + 1, { head, stream: length && unzlibSync(pdf.slice(from, from + Number(length[1]))) }];
    }),
  );
}

type Placed = { serial: string; leftPt: number; bottomPt: number; widthPt: number; heightPt: number };

/** Each page's labels: where they stand, and the serial that a scanner reads there. */
async function pagesOf(pdf: Uint8Array): Promise<{ box: string; labels: Placed[] }[]> {
  const objects = objectsOf(pdf);
  const pages = [...objects.values()].filter(({ head }) => head.includes('/Type/Page/'));
  return Promise.all(
    pages.map(async ({ head }) => {
      const names = new Map([...head.matchAll(/\/I(\d+) (\d+) 0 R/g)].map(([, name, id]) => [name, Number(id)]));
      const content = objects.get(Number(/\/Contents (\d+)/.exec(head)?.[1]))?.stream ?? new Uint8Array();
      const drawings = new TextDecoder().decode(content).matchAll(/q (\S+) 0 0 (\S+) (\S+) (\S+) cm \/I(\d+) Do Q\n/g);
      const placed = [...drawings].map(async ([, width, height, left, bottom, name]): Promise<Placed> => {
        const image = objects.get(names.get(name) ?? 0);
        const size = /\/Width (\d+)\/Height (\d+)/.exec(image?.head ?? '');
        const rows = (image?.stream ?? new Uint8Array()).map((byte) => ~byte);
        const png = pngOf({ width: Number(size?.[1]), height: Number(size?.[2]), rows });
        const code = parseScan(await scanPng(png));
        const serial = code.kind === 'item-code' ? code.serial : 'no item';
        return {
          serial,
          leftPt: Number(left),
          bottomPt: Number(bottom),
          widthPt: Number(width),
          heightPt: Number(height),
        };
      });
      return { box: /MediaBox(\[[^\]]+\])/.exec(head)?.[1] ?? '', labels: await Promise.all(placed) };
    }),
  );
}

describe('labels on A4', () => {
  test('24 and 40 share a page, none lies on another or over the edge, all are read', async () => {
    for (const [sheet, aPage] of [['a4-3x8', 24] as const, ['a4-4x10', 40] as const]) {
      const wanted = labels(aPage + 1);
      const pages = await pagesOf(labelSheetPdf(wanted, formatOf({}), sheet, text));
      expect(pages.map((page) => page.labels.length)).toEqual([aPage, 1]);
      expect(pages.flatMap((page) => page.labels.map(({ serial }) => serial))).toEqual(wanted.map((one) => one.serial));
      const [first] = pages;
      expect(first?.box).toBe('[0 0 595.276 841.89]');
      for (const [index, a] of (first?.labels ?? []).entries()) {
        expect(a.leftPt >= 4 && a.bottomPt >= 4 && a.leftPt + a.widthPt <= 591 && a.bottomPt + a.heightPt <= 838).toBe(
          true,
        );
        for (const b of first?.labels.slice(index + 1) ?? []) {
          const isApart = b.leftPt >= a.leftPt + a.widthPt || b.bottomPt + b.heightPt <= a.bottomPt;
          expect(isApart || b.leftPt + b.widthPt <= a.leftPt).toBe(true);
        }
      }
    }
  });

  test('a sheet of which cells were used goes on after them', async () => {
    const [fresh] = await pagesOf(labelSheetPdf(labels(3), formatOf({}), 'a4-3x8', text));
    const [used, next] = await pagesOf(labelSheetPdf(labels(3), formatOf({}), 'a4-3x8', text, 22));
    expect([used?.labels.length, next?.labels.length]).toEqual([2, 1]);
    expect(next?.labels[0]).toMatchObject({ leftPt: fresh?.labels[0]?.leftPt, bottomPt: fresh?.labels[0]?.bottomPt });
  });
});

test('one label a page: the page is the label', async () => {
  const pages = await pagesOf(labelSheetPdf(labels(2), formatOf({ symbol: 'datamatrix' }), 'one-a-page', text));
  expect(pages.map(({ box }) => box)).toEqual(['[0 0 141.732 85.039]', '[0 0 141.732 85.039]']);
  expect(pages.map((page) => page.labels.map(({ serial }) => serial))).toEqual([['UNIT1000'], ['UNIT1001']]);
});
