import type { PrintTrouble } from '#printing/job-state.ts';
import type { PrinterLanguage } from '#schemas/label/label.ts';

/** What a printer says of itself: `ready` has nothing left to print. */
export type PrinterStatus = { type: 'ready' } | { type: 'busy' } | { type: 'trouble'; trouble: PrintTrouble };

/** How a printer is asked for its status, and how its answer is read. Null: the answer is not whole yet. */
export type Dialogue = { question: Uint8Array; read(answer: Buffer): PrinterStatus | null };

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

export const dialogues: Readonly<Record<PrinterLanguage, Dialogue>> = {
  zpl: { question: Buffer.from('~HS\r\n', 'latin1'), read: readZpl },
  tspl: { question: Buffer.from([0x1b, 0x21, 0x3f]), read: readTspl },
};
