// Which characters a receipt printer has, how wide it prints them, and the bytes that make it do so.
import { plainLine } from '../text/wrap.ts';

/** Code page 858: what 850 has, with the euro. From byte 128 on. */
const CP858 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ' +
  'áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐' +
  '└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀' +
  'ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';
const latinBytes = new Map(Array.from(CP858, (character, index) => [character, 128 + index]));

/** Signs of good typography for which printers have a plain one. */
const plainSigns: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '−': '-',
};

const CHINESE_ON = [0x1c, 0x26];
const CHINESE_OFF = [0x1c, 0x2e];

export type CharacterSet = {
  /** Display columns that a text takes: a full-width character is two, and what the printer has not is counted as drawn. */
  columnsOf(text: string): number;
  /** The bytes of a text, without a control that was not meant; null: it has a character that must be drawn. */
  encode(text: string): number[] | null;
};

/** One line of data as it may be printed: composed, without controls and without what cannot be seen. */
export function printable(text: string): string {
  return plainLine(text.toWellFormed().normalize('NFC'));
}

/** The characters of a printer: code page 858 (`ESC t 19`), and with `hasChineseFont` the two-byte ones of GB 18030. */
export function characterSet(hasChineseFont: boolean): CharacterSet {
  const han = hasChineseFont ? gb18030() : new Map<string, number>();
  const codeOf = (character: string) => {
    const code = character.charCodeAt(0);
    if (character.length === 1 && code >= 0x20 && code <= 0x7e) return { bytes: [code], isHan: false };
    // U+00A5 is four bytes in GB 18030; the sign that Chinese printers have is U+FFE5.
    const double = han.get(character === '¥' ? '￥' : character);
    const latin = latinBytes.get(character);
    const isBetterLatin = double === undefined || /[\u00c0-\u00ff]/.test(character);
    if (latin !== undefined && isBetterLatin) return { bytes: [latin], isHan: false };
    if (double !== undefined) return { bytes: [double >> 8, double & 0xff], isHan: true };
    const plain = plainSigns[character];
    return plain === undefined ? null : { bytes: [plain.charCodeAt(0)], isHan: false };
  };
  return {
    columnsOf: (text) => {
      let columns = 0;
      for (const character of text) {
        const code = codeOf(character);
        columns += code === null ? drawnColumns(character) : code.bytes.length;
      }
      return columns;
    },
    encode: (text) => {
      const bytes: number[] = [];
      let isChinese = false;
      for (const character of text) {
        const code = codeOf(character);
        if (code === null) return null;
        if (code.isHan !== isChinese) bytes.push(...(code.isHan ? CHINESE_ON : CHINESE_OFF));
        isChinese = code.isHan;
        bytes.push(...code.bytes);
      }
      return isChinese ? [...bytes, ...CHINESE_OFF] : bytes;
    },
  };
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** As UAX #11 has it, roughly: a line that turns out wider is drawn smaller. */
function drawnColumns(character: string): number {
  if (/\p{M}/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

let table: Map<string, number> | undefined;

/** Two-byte characters of GB 18030, read out of the platform's decoder: 23,000 in some tens of milliseconds, once. */
function gb18030(): Map<string, number> {
  if (table !== undefined) return table;
  table = new Map();
  const decoder = new TextDecoder('gb18030');
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const [character = '', ...more] = decoder.decode(Uint8Array.of(lead, trail));
      // Private use: every maker has something else there. The first code of a character that has two is the common one
      // (U+3000 is A1A1, not A3A0).
      const isUsual = more.length === 0 && !/[\ufffd\ue000-\uf8ff]/.test(character);
      if (isUsual && !table.has(character)) table.set(character, (lead << 8) | trail);
    }
  }
  return table;
}
