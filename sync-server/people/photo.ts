import { fail, ok, type Result } from '#schemas/result.ts';

/** A face on a badge needs no more. */
const longestSide = 1_024;

/** Whether a data: URL (photoSchema) is what it says it is: a whole picture of that kind, small enough to be drawn anywhere. */
export function checkPhoto(dataUrl: string): Result<string, { code: 'bad-request' }> {
  const [, kind = '', base64 = ''] = /^data:image\/(png|jpeg|webp);base64,(.+)$/.exec(dataUrl) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  // Node skips what is no base64; what is left must be all that was sent.
  const size = bytes.toString('base64') === base64 ? sizeOf(kind, bytes) : null;
  if (size === null || size.some((side) => side < 1 || side > longestSide)) return fail({ code: 'bad-request' });
  return ok(dataUrl);
}

type Size = readonly [width: number, height: number];

function sizeOf(kind: string, bytes: Buffer): Size | null {
  if (kind === 'png') return pngSize(bytes);
  if (kind === 'jpeg') return jpegSize(bytes);
  if (kind === 'webp') return webpSize(bytes);
  return null;
}

/** PNG (W3C, third edition) 5.2, 11.2.1, 11.2.4: signature, IHDR first, IEND last. */
function pngSize(bytes: Buffer): Size | null {
  const signature = '89504e470d0a1a0a';
  if (bytes.length < 45 || bytes.toString('hex', 0, 8) !== signature) return null;
  if (bytes.toString('latin1', 12, 16) !== 'IHDR' || bytes.subarray(-8, -4).toString('latin1') !== 'IEND') return null;
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

/** JPEG (ITU-T T.81) B.1.1.3, B.2.2: start of image, segments up to the frame header, end of image. */
function jpegSize(bytes: Buffer): Size | null {
  if (bytes.length < 20 || bytes.readUInt16BE(0) !== 0xffd8 || bytes.readUInt16BE(bytes.length - 2) !== 0xffd9) {
    return null;
  }
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

/** WebP (RFC 9649) 2.3 to 2.7: a RIFF container as long as it says, with a lossy, lossless or extended picture. */
function webpSize(bytes: Buffer): Size | null {
  if (bytes.length < 30 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP') {
    return null;
  }
  if (bytes.readUInt32LE(4) + 8 !== bytes.length) return null;
  const chunk = bytes.toString('latin1', 12, 16);
  if (chunk === 'VP8 ') return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  if (chunk === 'VP8L' && bytes[20] === 0x2f) {
    const bits = bytes.readUInt32LE(21);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
  }
  if (chunk === 'VP8X') return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
  return null;
}
