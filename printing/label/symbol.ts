// The code of a label as black and white modules, without its quiet zone.
import { type DrawingContext, datamatrix } from 'bwip-js/generic';
import { encode } from 'uqr';
import { assert } from '#schemas/assert.ts';
import { aiFormat } from '#schemas/item-code/application-identifiers.ts';
import { elementStringOf, GROUP_SEPARATOR } from '#schemas/item-code/element-string.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { isGtin14 } from '#schemas/item-code/gtin.ts';
import type { Label, LabelFormat } from '#schemas/label/label.ts';
import { type Bitmap, blacken, blankBitmap } from '../bitmap/bitmap.ts';

/** One dot a module; `quietModules` must stay white on every side. */
export type LabelCode = { modules: Bitmap; quietModules: number };

/** ISO/IEC 18004. */
const QR_QUIET = 4;
/** ISO/IEC 16022 asks for one; printers are not that exact. */
const DATAMATRIX_QUIET = 2;

export type LabelCodeProblem = { code: 'code-not-encodable' };

/** What a label says is read by others: it keeps to GS1's syntax and names one item in both codes, or it is not printed. */
export function codeProblem(label: Label, format: LabelFormat): LabelCodeProblem | undefined {
  const linked = parseScan(label.digitalLink);
  const isLinked =
    (linked.kind === 'gtin' && label.serial === null && linked.gtin14 === label.gtin14) ||
    (linked.kind === 'item-code' && linked.serial === label.serial && linked.gtin14 === label.gtin14);
  const elements = { ...extraElements(label, format), ...(label.serial === null ? {} : { '21': label.serial }) };
  const isLegal = Object.entries(elements).every(([ai, value]) => aiFormat(ai)?.pattern.test(value) === true);
  return isLinked && isLegal && isGtin14(label.gtin14) ? undefined : { code: 'code-not-encodable' };
}

/** QR with the Digital Link, error correction M; or GS1 DataMatrix. The label has no `codeProblem`. */
export function symbolOf(label: Label, format: LabelFormat): LabelCode {
  if (format.symbol === 'qr') return { modules: qrModules(label.digitalLink), quietModules: QR_QUIET };
  const content = elementStringOf(label.gtin14, label.serial, extraElements(label, format));
  return { modules: datamatrixModules(content), quietModules: DATAMATRIX_QUIET };
}

function qrModules(text: string): Bitmap {
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  const modules = blankBitmap(size, size);
  data.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (isDark) blacken(modules, x, y, 1, 1);
    });
  });
  return modules;
}

/** What stands in a DataMatrix beside (01) and (21): (10) and (17), if the label shows them. */
function extraElements(label: Label, format: LabelFormat): Record<string, string> {
  return {
    ...(format.showBatch && label.batch !== null ? { '10': label.batch } : {}),
    ...(format.showExpiry && label.expiresOn !== null ? { '17': label.expiresOn.slice(2).replaceAll('-', '') } : {}),
  };
}

function datamatrixModules(content: string): Bitmap {
  // bwip's notation of FNC1; `^` itself is in no value (GS1's character set 82 has none).
  const text = `^FNC1${content.replaceAll(GROUP_SEPARATOR, '^FNC1')}`;
  return datamatrix({ bcid: 'datamatrix', text, parsefnc: true, scale: 1 }, moduleReader());
}

type Corner = [x: number, y: number];

/**
 * bwip draws the outlines of the dark areas: at one dot a module, a dot is dark if an odd number of vertical edges lies
 * to the left of it. (Its `raw` gives modules at once, but brings the encoders of a hundred other symbols along: 260 kB.)
 */
function moduleReader(): DrawingContext<Bitmap> {
  const outlines: Corner[][] = [];
  let size = { width: 0, height: 0 };
  const never = () => assert(false, 'a DataMatrix is drawn of polygons');
  return {
    scale: () => [1, 1],
    measure: () => ({ width: 0, ascent: 0, descent: 0 }),
    init: (width, height) => {
      size = { width, height };
    },
    polygon: (corners) => {
      outlines.push(corners as Corner[]);
    },
    fill: () => undefined,
    line: never,
    hexagon: never,
    ellipse: never,
    text: never,
    end: () => filled(outlines, size.width, size.height),
  };
}

function filled(outlines: Corner[][], width: number, height: number): Bitmap {
  const edges = new Uint8Array((width + 1) * height);
  for (const corners of outlines) {
    corners.forEach(([x, y], index) => {
      const [nextX, nextY] = corners[(index + 1) % corners.length] ?? [x, y];
      if (nextX !== x) return;
      for (let row = Math.min(y, nextY); row < Math.max(y, nextY); row += 1) {
        const at = row * (width + 1) + x;
        edges[at] = (edges[at] ?? 0) ^ 1;
      }
    });
  }
  const modules = blankBitmap(width, height);
  for (let y = 0; y < height; y += 1) {
    let inside = 0;
    for (let x = 0; x < width; x += 1) {
      inside ^= edges[y * (width + 1) + x] ?? 0;
      if (inside === 1) blacken(modules, x, y, 1, 1);
    }
  }
  return modules;
}
