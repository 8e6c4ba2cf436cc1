/** What a spreadsheet takes for a formula: `=SUM(…)` in a name would be run by who opens the file. Full-width ones too. */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

/** One row of CSV (RFC 4180), every cell quoted; cells that would be formulas begin with an apostrophe (OWASP). */
export function csvRow(cells: readonly (string | number | null)[]): string {
  const quoted = cells.map((cell) => {
    const text = cell === null ? '' : String(cell);
    // A number is none, however negative.
    const safe = typeof cell === 'string' && formulaStart.test(text) ? `'${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  });
  return `${quoted.join(',')}\r\n`;
}
