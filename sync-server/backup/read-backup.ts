import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  type BackupHead,
  backupHeadSchema,
  type EndLine,
  endLineSchema,
  tableLineSchema,
  wholeLineSchema,
} from './backup-format.ts';

/** A file that is no whole backup. The message is for a person. */
export class BackupError extends Error {
  override name = 'BackupError';
}

export type BackupPart =
  | { type: 'head'; head: BackupHead }
  | { type: 'table'; table: string; columns: string[] }
  | { type: 'rows'; table: string; rows: string[] }
  | { type: 'end'; end: EndLine };

const portionRows = 1_000;
const portionChars = 4_000_000;

/**
 * The parts of a gzipped backup, checked as they come. Throws BackupError for whatever is no whole backup, at the latest when
 * its end is read: so nothing of it counts before then.
 */
export async function* readBackup(file: Readable): AsyncGenerator<BackupPart> {
  const reader = new PartReader();
  let rows: string[] = [];
  let chars = 0;
  for await (const line of linesOf(file)) {
    const part = reader.read(line);
    if (typeof part === 'string') {
      rows.push(part);
      chars += part.length;
      if (rows.length < portionRows && chars < portionChars) continue;
    }
    if (rows.length > 0) yield { type: 'rows', table: reader.table ?? reader.ended, rows };
    rows = [];
    chars = 0;
    if (part !== null && typeof part === 'object') yield part;
  }
  reader.assertWhole();
}

/** Reads a backup through. Answers its head and how many rows each table has. */
export async function verifyBackup(file: Readable): Promise<{ head: BackupHead; rows: Map<string, number> }> {
  const rows = new Map<string, number>();
  let head: BackupHead | null = null;
  for await (const part of readBackup(file)) {
    if (part.type === 'head') head = part.head;
    if (part.type === 'end') rows.set(part.end.end, part.end.rows);
  }
  if (head === null) throw new BackupError('The file is empty: it is no backup.');
  return { head, rows };
}

class PartReader {
  /** The table whose rows come now. */
  table: string | null = null;
  ended = '';
  #rows = 0;
  #tables = 0;
  #head: BackupHead | null = null;
  #isWhole = false;
  readonly #hash = createHash('sha256');

  /** A row's text, another part, or null at the end. */
  read(line: string): string | BackupPart | null {
    if (this.#isWhole) throw new BackupError('Something follows the end of the backup: the file was changed.');
    if (this.#head === null) {
      const head = backupHeadSchema.safeParse(jsonOf(line));
      if (!head.success) throw new BackupError('This is no backup that this version of Onecode can read.');
      this.#head = head.data;
      this.#hash.update(`${line}\n`);
      return { type: 'head', head: head.data };
    }
    const part = this.table === null ? this.#between(line) : this.#within(line);
    this.#hash.update(`${line}\n`);
    return part;
  }

  assertWhole(): void {
    if (!this.#isWhole) throw new BackupError('The backup ends before its end: it was cut off, or never finished.');
  }

  #between(line: string): BackupPart | null {
    const value = jsonOf(line);
    const table = tableLineSchema.safeParse(value);
    if (table.success) {
      this.table = table.data.table;
      this.#rows = 0;
      return { type: 'table', ...table.data };
    }
    const whole = wholeLineSchema.safeParse(value);
    if (!whole.success) throw new BackupError('The backup has a line that belongs nowhere: the file was changed.');
    if (whole.data.whole !== this.#tables || whole.data.sha256 !== this.#hash.copy().digest('hex')) {
      throw new BackupError('The backup is not as it was written: its checksum differs.');
    }
    this.#isWhole = true;
    return null;
  }

  #within(line: string): string | BackupPart {
    if (line.startsWith('{"end":')) {
      const end = endLineSchema.safeParse(jsonOf(line));
      if (end.success && end.data.end === this.table) {
        if (end.data.rows !== this.#rows) throw new BackupError(`Rows of ${this.table} are missing in the backup.`);
        this.#tables++;
        this.ended = this.table ?? '';
        this.table = null;
        return { type: 'end', end: end.data };
      }
    }
    this.#rows++;
    return line.startsWith('"') ? String(jsonOf(line)) : line;
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whole lines; a last one without its newline counts as none. */
async function* linesOf(file: Readable): AsyncGenerator<string> {
  const plain = file.pipe(createGunzip());
  file.on('error', (error) => plain.destroy(error));
  plain.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of plain) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw error;
    throw new BackupError('The backup cannot be unpacked: it was cut off or changed.');
  }
  if (rest !== '') throw new BackupError('The backup ends in the middle of a line: it was cut off.');
}
