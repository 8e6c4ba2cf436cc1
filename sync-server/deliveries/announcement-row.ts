import type { AnnouncementColumn, AnnouncementProblem, AnnouncementProblemCode } from '#schemas/api/deliveries.ts';
import { checkDigit, type Gtin14, normaliseGtin } from '#schemas/item-code/gtin.ts';

/** One row of a notice in its own words, before anybody asks the catalogue. */
export type AnnouncedRow = {
  /** Line of the file where it begins, from 1. */
  line: number;
  sscc: string | null;
  gtin14: Gtin14 | null;
  skuId: string | null;
  quantity: number;
  /** Of a file: one or none. */
  serials: string[];
  batch: string | null;
  /** The last day, as a calendar date. */
  expiresOn: string | null;
};

export type RowTexts = Readonly<Partial<Record<AnnouncementColumn, string>>>;

/** Collects what is wrong with one row. */
export class RowProblems {
  readonly #line: number;
  readonly found: AnnouncementProblem[] = [];

  constructor(line: number) {
    this.#line = line;
  }

  add(column: AnnouncementColumn | null, read: string, code: AnnouncementProblemCode, detail?: string): void {
    const problem = { line: this.#line, column, read: plain(read), code };
    this.found.push(detail === undefined ? problem : { ...problem, detail: detail.slice(0, 100) });
  }
}

/** As much of a text as an answer may show. */
function plain(read: string): string {
  return read.slice(0, 80).toWellFormed().replaceAll('\u0000', '');
}

const maxQuantity = 1_000_000;
/** GS1 AI encodable character set 82 (General Specifications, figure 7.11-1). */
const set82 = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+$/;
const codeLength = 20;

/**
 * Checks a row by itself; all that is wrong with it is reported at once. Pure. Null when something is. `serials` are given
 * where they are a list already.
 */
export function readRow(texts: RowTexts, problems: RowProblems, line: number, serials?: string[]): AnnouncedRow | null {
  const cell = (column: AnnouncementColumn) => (texts[column] ?? '').trim();
  for (const [column, read] of Object.entries(texts) as [AnnouncementColumn, string][]) {
    // What no screen shows, and what no database takes.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffd]/.test(read) || !read.isWellFormed()) {
      problems.add(column, read, 'unreadable-character');
      return null;
    }
  }
  const gtin14 = readGtin(cell('gtin'), problems);
  const skuId = cell('sku') === '' ? null : cell('sku');
  if (cell('gtin') === '' && skuId === null) problems.add(null, '', 'goods-missing');
  const units = serials ?? (cell('serial') === '' ? [] : [cell('serial')]);
  for (const serial of units) checkCode('serial', serial, problems);
  const row: AnnouncedRow = {
    line,
    sscc: readSscc(cell('sscc'), problems),
    gtin14,
    skuId,
    quantity: readQuantity(cell('quantity'), units.length, problems),
    serials: units,
    batch: checkCode('batch', cell('batch'), problems),
    expiresOn: readDate(cell('expires_on'), problems),
  };
  return problems.found.length === 0 ? row : null;
}

function readGtin(read: string, problems: RowProblems): Gtin14 | null {
  if (read === '') return null;
  const gtin = normaliseGtin(read);
  if (gtin.ok) return gtin.value;
  // 4.00638E+12: what a spreadsheet makes of a long number.
  if (/^\d(?:[.,]\d+)?e\+?\d+$/i.test(read)) problems.add('gtin', read, 'gtin-rounded');
  else if (gtin.error.code === 'gtin-check-digit') {
    problems.add('gtin', read, 'gtin-check-digit', String(checkDigit(read.slice(0, -1))));
  } else if (gtin.error.code === 'gtin-length') problems.add('gtin', read, 'gtin-length', withZeros(read));
  else problems.add('gtin', read, gtin.error.code);
  return null;
}

/** The number with the zeros that a spreadsheet has dropped, when its check digit then fits. */
function withZeros(digits: string): string | undefined {
  const length = [8, 12, 13, 14].find((wanted) => wanted > digits.length);
  const padded = digits.padStart(length ?? 0, '0');
  return length !== undefined && digits.length >= 6 && normaliseGtin(padded).ok ? padded : undefined;
}

/** 18 digits; also as the label has it, `(00)` first. */
function readSscc(read: string, problems: RowProblems): string | null {
  if (read === '') return null;
  const digits = read.replace(/^\(00\)|^00(?=\d{18}$)/, '').replaceAll(' ', '');
  if (!/^\d{18}$/.test(digits)) {
    problems.add('sscc', read, 'sscc-format');
    return null;
  }
  const right = checkDigit(digits.slice(0, 17));
  if (right === Number(digits.slice(17))) return digits;
  problems.add('sscc', read, 'sscc-check-digit', String(right));
  return null;
}

function readQuantity(read: string, units: number, problems: RowProblems): number {
  if (read === '' && units > 0) return units;
  const quantity = /^\d{1,7}(?:\.0+)?$/.test(read) ? Number(read) : 0;
  if (quantity < 1 || quantity > maxQuantity) problems.add('quantity', read, 'quantity-format');
  else if (units === 1 && quantity !== 1) problems.add('quantity', read, 'quantity-of-unit');
  else if (units > 1 && quantity !== units) problems.add('serial', String(units), 'serials-count', read);
  return quantity;
}

/** A serial or a batch number. */
function checkCode(column: 'serial' | 'batch', read: string, problems: RowProblems): string | null {
  if (read === '') return null;
  if (read.length > codeLength && column === 'serial') {
    problems.add(column, read, 'serial-too-long', String(read.length));
  } else if (read.length > codeLength || !set82.test(read)) {
    problems.add(column, read, column === 'serial' ? 'serial-format' : 'batch-format');
  }
  return read;
}

/** `2026-12-31`, `2026/12/31`, `2026.12.31`, `20261231`; `261231` as AI 17 has it, where day 00 is the month's last. */
function readDate(read: string, problems: RowProblems): string | null {
  if (read === '') return null;
  const [, year = '', , month = '', day = ''] =
    /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(read) ?? /^(\d{4}|\d{2})()(\d{2})(\d{2})$/.exec(read) ?? [];
  const fullYear = year.length === 2 ? 2_000 + Number(year) : Number(year);
  const isLastDay = year.length === 2 && day === '00';
  const at = new Date(Date.UTC(fullYear, Number(month) - (isLastDay ? 0 : 1), Number(day)));
  const isDate = year !== '' && Number(month) >= 1 && Number(month) <= 12;
  const isSame = isLastDay || (at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day));
  if (isDate && isSame && fullYear >= 2_000 && fullYear <= 2_199) return at.toISOString().slice(0, 10);
  problems.add('expires_on', read, 'date-format');
  return null;
}
