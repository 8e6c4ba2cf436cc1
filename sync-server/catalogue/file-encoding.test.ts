import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText, detectEncoding } from './file-encoding.ts';

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readBack(bytes: Uint8Array, size: number): Promise<{ encoding: string; text: string }> {
  const detected = await detectEncoding(inPieces(bytes, size));
  if (!detected.ok) return { encoding: `unknown at line ${detected.error.line}`, text: '' };
  let text = '';
  for await (const piece of decodeText(inPieces(bytes, size), detected.value.encoding)) text += piece;
  return { encoding: detected.value.encoding, text };
}

/** Bytes as hex, because Node writes none of these encodings. */
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
// "sku\n" + 绿茶 + "\n" + 香米饼干 in GB18030, 綠茶 + 餅乾 in Big5.
const gb18030 = hex('736b750a c2ccb2e8 0a cfe3c3d7b1fdb8c9 0a');
const big5 = hex('736b750a baf1afF9 0a bbe6b0ae 0a');

test('UTF-8 is told with and without its mark, and from where it is cut', async () => {
  for (const size of [1, 2, 3, 5, 1_000]) {
    const text = 'sku,name\n绿茶,"a\nb"\n';
    expect(await readBack(Buffer.from(text), size)).toEqual({ encoding: 'utf-8', text });
    expect(await readBack(Buffer.from(`\ufeff${text}`), size)).toEqual({ encoding: 'utf-8', text });
  }
});

test('every line end becomes \\n, also when it is cut in two', async () => {
  for (const size of [1, 2, 3, 100]) {
    expect((await readBack(Buffer.from('a\r\nb\rc\nd\r'), size)).text).toBe('a\nb\nc\nd\n');
  }
});

test('UTF-16 is told by its mark', async () => {
  const bytes = Buffer.from('\ufeffsku\r\n绿茶', 'utf16le');
  expect(await readBack(bytes, 7)).toEqual({ encoding: 'utf-16le', text: 'sku\n绿茶' });
  expect(await readBack(Buffer.from(bytes).swap16(), 7)).toEqual({ encoding: 'utf-16be', text: 'sku\n绿茶' });
});

test('GB18030 and Big5 are told from each other by their everyday characters', async () => {
  expect(await readBack(gb18030, 1_000)).toEqual({ encoding: 'gb18030', text: 'sku\n绿茶\n香米饼干\n' });
  expect(await readBack(big5, 1_000)).toEqual({ encoding: 'big5', text: 'sku\n綠茶\n餅乾\n' });
});

test('Western one-byte text is not taken for Chinese: the line is named', async () => {
  expect(await readBack(Buffer.from('sku\nbeans\ncaf\xe9 cr\xe8me\n', 'latin1'), 4)).toEqual({
    encoding: 'unknown at line 3',
    text: '',
  });
});

test('any bytes are read without a crash, and all of UTF-8 comes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
      await readBack(bytes, size);
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), async (text, size) => {
      fc.pre(!/^[\ufeff\ufffe]/.test(text));
      const bytes = Buffer.from(text);
      fc.pre(!(bytes[0] === 0xfe || bytes[0] === 0xff));
      expect((await readBack(bytes, size)).text).toBe(text.replace(/\r\n?/g, '\n'));
    }),
  );
});
