import { isUtf8 } from 'node:buffer';
import { fail, ok, type Result } from '#schemas/result.ts';

export const fileEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'big5', 'windows-1252'] as const;
export type FileEncoding = (typeof fileEncodings)[number];

export type DetectedEncoding = {
  encoding: FileEncoding;
  /** true: concluded from which bytes are frequent, so a person should look at the names. */
  isGuess: boolean;
};
export type EncodingFailure = { code: 'encoding-unknown'; line: number };

const newline = 0x0a;
const sampleBytes = 256 * 1024;

/**
 * Says how a text file is encoded: by its byte order mark, else UTF-8 when every line is, else GB18030 or Big5 (what
 * spreadsheets on Chinese systems write) when the bytes look like it. Reads all of the stream, keeps at most a sample.
 */
export async function detectEncoding(
  bytes: AsyncIterable<Uint8Array>,
): Promise<Result<DetectedEncoding, EncodingFailure>> {
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  /** Bytes from the first line on that is no UTF-8. */
  let foreign: Buffer | null = null;
  for await (const chunk of bytes) {
    const all: Buffer = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const marked = isFirst ? byteOrderMark(all) : null;
    if (marked) return ok({ encoding: marked, isGuess: false });
    if (all.length >= 3) isFirst = false;
    if (foreign) {
      foreign = Buffer.concat([foreign, chunk]);
      if (foreign.length > sampleBytes) break;
      continue;
    }
    const end = all.lastIndexOf(newline) + 1;
    const foreignAt = firstForeignLine(all.subarray(0, end));
    line += foreignAt?.line ?? countLines(all.subarray(0, end));
    if (foreignAt) foreign = all.subarray(foreignAt.at);
    rest = all.subarray(end);
    // A line longer than this is refused by the parser with its own message.
    if (rest.length > 4 * sampleBytes) return ok({ encoding: 'utf-8', isGuess: false });
  }
  foreign ??= isUtf8(rest) ? null : rest;
  if (foreign === null) return ok({ encoding: 'utf-8', isGuess: false });
  const guess = guessChinese(foreign.subarray(0, sampleBytes));
  return guess ? ok({ encoding: guess, isGuess: true }) : fail({ code: 'encoding-unknown', line });
}

function byteOrderMark(bytes: Buffer): FileEncoding | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : null;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}

/** Where the first line begins that is no UTF-8, and how many lines come before it. */
function firstForeignLine(bytes: Buffer): { at: number; line: number } | null {
  if (isUtf8(bytes)) return null;
  let at = 0;
  for (let line = 0; at < bytes.length; line += 1) {
    const end = bytes.indexOf(newline, at) + 1;
    if (!isUtf8(bytes.subarray(at, end))) return { at, line };
    at = end;
  }
  return null;
}

/**
 * GB18030 or Big5, or null. Both take two bytes a character, and nearly any bytes of one decode in the other, to rare
 * characters. So the share of everyday characters decides: GB 2312 level 1 is 0xB0–0xD7 + 0xA1–0xFE, Big5's frequent
 * half is 0xA4–0xC6 + 0x40–0x7E or 0xA1–0xFE, both with their punctuation before it.
 */
function guessChinese(bytes: Buffer): FileEncoding | null {
  let pairs = 0;
  let gb = 0;
  let big5 = 0;
  for (let at = 0; at + 1 < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    const trail = bytes[at + 1] ?? 0;
    at += 1;
    pairs += 1;
    const isHighTrail = trail >= 0xa1 && trail <= 0xfe;
    if (isHighTrail && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa9))) gb += 1;
    if ((isHighTrail || (trail >= 0x40 && trail <= 0x7e)) && lead >= 0xa1 && lead <= 0xc6) big5 += 1;
  }
  // Traditional characters in a GB18030 file lie outside level 1, so half is enough; Big5 holds nothing else.
  const isGb = gb * 2 >= pairs && decodes(bytes, 'gb18030');
  const isBig5 = big5 * 10 >= pairs * 9 && decodes(bytes, 'big5');
  if (isGb && isBig5) return gb >= big5 ? 'gb18030' : 'big5';
  if (isGb) return 'gb18030';
  return isBig5 ? 'big5' : null;
}

function decodes(bytes: Buffer, encoding: FileEncoding): boolean {
  try {
    // As a stream: the sample may end within a character.
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The text of a file without its byte order mark, every line end as `\n`. What cannot be decoded is U+FFFD. */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>, encoding: FileEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let held = '';
  for await (const chunk of bytes) {
    const text = held + decoder.decode(chunk, { stream: true });
    // A `\r` at the end may be half of `\r\n`.
    held = text.endsWith('\r') ? '\r' : '';
    const whole = held === '' ? text : text.slice(0, -1);
    if (whole !== '') yield whole.replace(/\r\n?/g, '\n');
  }
  const last = (held + decoder.decode()).replace(/\r\n?/g, '\n');
  if (last !== '') yield last;
}
