import { createRequire } from 'node:module';
import { unzlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { type Bitmap, isBlack, strideOf } from '../bitmap/bitmap.ts';
import { formatOf, labelOf, samples } from '../fixtures/labels.ts';
import { scanPng } from '../fixtures/scanners.ts';
import { resvgText } from '../text/resvg.ts';
import { drawLabel } from './draw.ts';
import { labelStream } from './stream.ts';
import { tsplLabel } from './tspl.ts';
import { crc16, zplLabel } from './zpl.ts';

const text = resvgText();
// Not by `import`: its ES module names a source map that it does not bring.
const renderer: typeof import('zpl-renderer-js') = createRequire(import.meta.url)('zpl-renderer-js');
const ascii = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

function drawn(format = formatOf({}), label = samples[1]?.label ?? labelOf()): Bitmap {
  const picture = drawLabel(label, format, text);
  if (!picture.ok) throw new Error(picture.error.code);
  return picture.value;
}

describe('ZPL', () => {
  test('both codings hold the picture dot by dot', () => {
    const picture = drawn();
    const compressed = /\^GFA,(\d+),\1,(\d+),:Z64:([^:]+):([0-9A-F]{4})\^FS/.exec(
      ascii(zplLabel(picture, formatOf({}))),
    );
    const [, length, stride, data = '', crc] = compressed ?? [];
    expect(Number(length)).toBe(picture.rows.length);
    expect(Number(stride)).toBe(strideOf(picture.width));
    expect(Number.parseInt(crc ?? '', 16)).toBe(crc16(data));
    expect(unzlibSync(Uint8Array.from(Buffer.from(data, 'base64')))).toEqual(picture.rows);
    const hex = /\^GFA,\d+,\d+,\d+,([0-9A-F]+)\^FS/.exec(ascii(zplLabel(picture, formatOf({}), 1, 'hex')))?.[1];
    expect(Uint8Array.from(Buffer.from(hex ?? '', 'hex'))).toEqual(picture.rows);
  });

  test('the CRC is the one of the programming guide', () => {
    expect(crc16('123456789')).toBe(0x31c3); // CRC-16/XMODEM, check value
  });

  test('paper, copies, and a roll without gaps', () => {
    const zpl = ascii(zplLabel(drawn(), formatOf({ gapMm: 0 }), 3));
    expect(zpl).toMatch(/^\^XA\^MNN\^PW399\^LL239/);
    expect(zpl).toMatch(/\^PQ3\^XZ\n$/);
    expect(ascii(zplLabel(drawn(), formatOf({})))).not.toContain('^MN');
  });

  test.each([
    ['z64', 203, 8],
    ['hex', 203, 8],
    ['z64', 300, 12],
  ] as const)('a renderer of ZPL shows the code: %s at %i dpi', async (coding, dpi, dotsPerMm) => {
    const { api } = await renderer.ready;
    const format = formatOf({ dpi });
    const zpl = ascii(zplLabel(drawn(format, labelOf()), format, 1, coding));
    const png = Buffer.from(await api.zplToBase64Async(zpl, format.widthMm, format.heightMm, dotsPerMm), 'base64');
    expect(parseScan(await scanPng(png))).toMatchObject({ serial: labelOf().serial });
  });
});

/** A TSPL printer: the commands in order, and the picture of BITMAP, where a 0 is a black dot. */
function readTspl(bytes: Uint8Array): { commands: string[]; picture: Bitmap } {
  const head = /^([\s\S]*?)BITMAP 0,0,(\d+),(\d+),0,/.exec(ascii(bytes));
  const [before = '', lines = '', byteWidth, height] = head ?? [];
  const length = Number(byteWidth) * Number(height);
  const rows = bytes.slice(before.length, before.length + length).map((byte) => ~byte);
  const after = ascii(bytes.slice(before.length + length));
  const commands = [...lines.split('\r\n'), 'BITMAP', ...after.split('\r\n')].filter((line) => line !== '');
  return { commands, picture: { width: Number(byteWidth) * 8, height: Number(height), rows } };
}

describe('TSPL', () => {
  test('the picture arrives dot by dot, and the spare dots of a row are white', () => {
    const sent = drawn();
    const { commands, picture } = readTspl(tsplLabel(sent, formatOf({}), 2));
    expect(commands).toEqual(['SIZE 50 mm,30 mm', 'GAP 2 mm,0 mm', 'REFERENCE 0,0', 'CLS', 'BITMAP', 'PRINT 1,2']);
    expect(picture.width).toBeGreaterThan(sent.width);
    for (let y = 0; y < picture.height; y += 1) {
      for (let x = 0; x < picture.width; x += 1) {
        expect(isBlack(picture, x, y)).toBe(x < sent.width && isBlack(sent, x, y));
      }
    }
  });

  test('a 0 is black: the example of the manual is an arrow that points up and to the left', () => {
    const example = '000000000000 07FF 03FF 11FF 18FF 1C7F 1E3F 1F1F 1F8F 1FC7 1FE3 1FE7 1FFF 1FFF';
    const rows = Uint8Array.from(Buffer.from(example.replaceAll(' ', ''), 'hex'), (byte) => ~byte);
    const arrow: Bitmap = { width: 16, height: 16, rows };
    const row = (y: number) => Array.from({ length: 16 }, (_, x) => (isBlack(arrow, x, y) ? '#' : '.')).join('');
    expect([row(0), row(5), row(10), row(15)]).toEqual([
      '################',
      '###.###.........',
      '###......###....',
      '###.............',
    ]);
  });
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('a job of many labels', () => {
  const labels = Array.from({ length: 12 }, (_, index) => labelOf({ serial: `S${index}` }));

  test('goes on at any label with the same bytes', async () => {
    for (const language of ['zpl', 'tspl'] as const) {
      const whole = await all(labelStream(labels, formatOf({}), language, text));
      expect(whole.map(({ index }) => index)).toEqual(labels.map((_, index) => index));
      expect(await all(labelStream(labels, formatOf({}), language, text, 7))).toEqual(whole.slice(7));
    }
  });

  test('draws a label when it is asked for, not before', async () => {
    let drawnLines = 0;
    const counting = {
      widthOf: text.widthOf,
      draw: (...line: Parameters<typeof text.draw>) => {
        drawnLines += 1;
        return text.draw(...line);
      },
    };
    const stream = labelStream(labels, formatOf({}), 'zpl', counting);
    expect(drawnLines).toBe(0);
    await stream.next();
    const afterOne = drawnLines;
    await stream.next();
    expect(drawnLines).toBe(2 * afterOne);
    await stream.return(undefined);
  });
});
