import type { PrintTrouble } from '#printing/job-state.ts';
import type { PrinterLanguage } from '#schemas/label/label.ts';

/** What a printer says of itself: `ready` has nothing left to print. */
export type PrinterStatus = { type: 'ready' } | { type: 'busy' } | { type: 'trouble'; trouble: PrintTrouble };

/** What printers of the relay understand: languages of labels, and that of receipts. */
export type RelayLanguage = PrinterLanguage | 'escpos';

/** How a printer is asked for its status, and how its answer is read. Null: the answer is not whole yet. */
export type Dialogue = {
  question: Uint8Array;
  read(answer: Buffer): PrinterStatus | null;
  /** Asked once behind what is to be printed, and answered when that is done. */
  closing?: { question: Uint8Array; isAnswered(heard: Buffer): boolean };
};

const trouble = (code: PrintTrouble): PrinterStatus => ({ type: 'trouble', trouble: code });

/**
 * ZPL: `~HS` answers three lines, each between STX and ETX (Zebra, ZPL II Programming Guide, "~HS Host Status Return"). Line 1:
 * field 2 paper out, 3 pause, 5 formats in the buffer. Line 2: field 3 head up, 4 ribbon out, 9 labels left of a batch.
 */
function readZpl(answer: Buffer): PrinterStatus | null {
  const lines = answer
    .toString('latin1')
    .split('\x02')
    .slice(1)
    .filter((line) => line.includes('\x03'))
    .map((line) => line.slice(0, line.indexOf('\x03')).split(','));
  const [first, second, third] = lines;
  if (first === undefined || second === undefined || third === undefined) return null;
  if (first[1] === '1') return trouble('paper-out');
  if (second[2] === '1') return trouble('head-open');
  if (second[3] === '1') return trouble('ribbon-out');
  if (first[2] === '1') return trouble('paused');
  const left = Number(first[4] ?? 0) + Number(second[8] ?? 0);
  return left > 0 ? { type: 'busy' } : { type: 'ready' };
}

/** TSPL: `<ESC>!?` answers one byte of flags (TSC, TSPL/TSPL2 Programming, "<ESC>!?"). */
function readTspl(answer: Buffer): PrinterStatus | null {
  const flags = answer.at(-1);
  if (flags === undefined) return null;
  if (flags & 0x04) return trouble('paper-out');
  if (flags & 0x01) return trouble('head-open');
  if (flags & 0x02) return trouble('jam');
  if (flags & 0x08) return trouble('ribbon-out');
  if (flags & 0x10) return trouble('paused');
  if (flags & 0x80) return trouble('other');
  return flags & 0x20 ? { type: 'busy' } : { type: 'ready' };
}

/**
 * ESC/POS: `DLE EOT` 1, 2 and 4 are answered at once, whatever else the printer does, by a byte each whose bits 0, 1, 4 and 7
 * say so (Epson, ESC/POS Command Reference, "DLE EOT"). 1: bit 3 offline. 2: bit 2 cover open, 5 stopped at the paper's
 * end, 6 error. 4: bits 5 and 6 no paper.
 */
function readEscpos(answer: Buffer): PrinterStatus | null {
  const [printer, cause, paper] = [...answer].filter((byte) => (byte & 0x93) === 0x12);
  if (printer === undefined || cause === undefined || paper === undefined) return null;
  if (paper & 0x60 || cause & 0x20) return trouble('paper-out');
  if (cause & 0x04) return trouble('head-open');
  if (cause & 0x40) return trouble('other');
  return printer & 0x08 ? { type: 'busy' } : { type: 'ready' };
}

export const dialogues: Readonly<Record<RelayLanguage, Dialogue>> = {
  zpl: { question: Buffer.from('~HS\r\n', 'latin1'), read: readZpl },
  tspl: { question: Buffer.from([0x1b, 0x21, 0x3f]), read: readTspl },
  escpos: {
    question: Buffer.from([0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 4]),
    read: readEscpos,
    // `GS r 1` waits for its turn behind what is printed; of its answer bits 4 and 7 are 0.
    closing: {
      question: Buffer.from([0x1d, 0x72, 1]),
      isAnswered: (heard) => heard.some((byte) => (byte & 0x90) === 0),
    },
  },
};
