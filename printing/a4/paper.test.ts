import { expect, test } from 'vitest';
import { resvgText } from '../text/resvg.ts';
import type { TextRasterizer } from '../text/text-rasterizer.ts';
import { type Paper, paperPdf } from './paper.ts';

const drawn = resvgText();
/** What was drawn, in its order. */
function recorded(): { text: TextRasterizer; lines: string[] } {
  const lines: string[] = [];
  const draw: TextRasterizer['draw'] = (line, style) => {
    lines.push(line);
    return drawn.draw(line, style);
  };
  return { lines, text: { ...drawn, draw } };
}

const paper = (rows: Paper['rows'], change: Partial<Paper> = {}): Paper => ({
  title: 'Delivery note',
  facts: [
    { label: 'From', text: 'Rivermill' },
    { label: 'To', text: 'Camden' },
    { label: 'Note', text: '' },
  ],
  columns: [
    { heading: 'Goods', part: 0.6, isNumber: false },
    { heading: 'GTIN', part: 0.25, isNumber: false },
    { heading: 'Pieces', part: 0.15, isNumber: true },
  ],
  rows,
  sums: ['3 cartons, 14 pieces'],
  pageText: (page, pages) => `${page} / ${pages}`,
  ...change,
});

test('every row is on it once, headings of the table on every page, and pages are counted', () => {
  const rows = Array.from({ length: 120 }, (_, at) => [`Cup ${at}`, '04006381333931', String(at)]);
  const { text, lines } = recorded();
  const pdf = new TextDecoder('latin1').decode(paperPdf(paper([['Carton 1'], ...rows]), text, 'en'));
  const pages = pdf.match(/\/Type\/Page\//g)?.length ?? 0;
  expect(pages).toBeGreaterThan(1);
  expect(lines.filter((line) => line.startsWith('Cup'))).toHaveLength(120);
  expect(lines.filter((line) => line === 'Goods')).toHaveLength(pages);
  expect(lines.filter((line) => line.endsWith(` / ${pages}`))).toHaveLength(pages);
  expect(lines).toContain('Carton 1');
  expect(lines).not.toContain('Note');
});

test('nothing stands outside of its page, however long a name is', () => {
  const long = '特别特别长的名字 and a very long name beside it '.repeat(20);
  const { text } = recorded();
  const bytes = paperPdf(paper([[long, long, '1,000,000']], { facts: [{ label: 'To', text: long }] }), text, 'zh-Hans');
  const pdf = new TextDecoder('latin1').decode(bytes);
  expect(pdf).toContain('/MediaBox[0 0 595.276 841.89]');
  // Compressed content: the setter itself is asked instead.
  const placed: number[] = [];
  const measured: TextRasterizer = {
    ...drawn,
    draw: (line, style) => {
      const picture = drawn.draw(line, style);
      placed.push((picture.width * 25.4) / 300);
      return picture;
    },
  };
  paperPdf(paper([[long, long, '1']]), measured, 'zh-Hans');
  expect(Math.max(...placed)).toBeLessThanOrEqual(174);
});
