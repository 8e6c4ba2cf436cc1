import { unreachable } from '#schemas/assert.ts';
import type { BadRows, ImportFailure, ImportReport } from '../catalogue/import-products.ts';
import { productColumns, requiredColumns } from '../catalogue/product-columns.ts';
import { explain, type ProductProblem } from '../catalogue/product-problems.ts';

/** What an import did, for the terminal. */
export function reportText(file: string, report: ImportReport, isDryRun: boolean): string {
  const { added, changed, unchanged } = report;
  const would = isDryRun ? 'would be ' : '';
  const lines = [`${file}: ${count(report.rows, 'product')}.`];
  if (added + changed === 0) lines.push('  Everything is there already; nothing changed.');
  else {
    lines.push(`  ${number(added)} ${would}added, ${number(changed)} ${would}changed, ${number(unchanged)} unchanged`);
  }
  if (report.gtinsAdded + report.gtinsRemoved > 0) {
    lines.push(`  GTINs: ${number(report.gtinsAdded)} ${would}added, ${number(report.gtinsRemoved)} ${would}removed`);
  }
  if (report.categoriesChanged > 0) lines.push(`  Categories new or renamed: ${number(report.categoriesChanged)}`);
  lines.push(...notices(report));
  if (isDryRun) lines.push('  Dry run: nothing was written.');
  return `${lines.join('\n')}\n`;
}

function notices(report: ImportReport): string[] {
  const lines: string[] = [];
  if (report.isEncodingGuess) {
    lines.push(
      `  Note: the file is not UTF-8. It was read as ${report.encoding}: is "${report.sampleName ?? ''}" right?`,
      '        If not, name the encoding (--encoding big5, gb18030 or windows-1252) and import it again.',
    );
  }
  if (report.unknownColumns.length > 0) {
    lines.push(`  Note: columns that the importer does not know were left out: ${report.unknownColumns.join(', ')}`);
    lines.push(`        It knows: ${productColumns.join(', ')}`);
  }
  if (report.defaultTaxClass !== null) {
    lines.push(`  Note: new products without a tax class got "${report.defaultTaxClass}", the first of the store's.`);
  }
  return lines;
}

/** Why an import wrote nothing, for the terminal. */
export function failureText(file: string, failure: ImportFailure): string {
  if (failure.code === 'bad-rows') return badRowsText(file, failure);
  return `${file}: ${failureSentence(failure)}\nNothing was written.\n`;
}

function failureSentence(failure: Exclude<ImportFailure, BadRows>): string {
  switch (failure.code) {
    case 'no-store':
      return 'the chain has no store yet, so its currency and tax classes are not known. Make a store first (npm start).';
    case 'currencies-differ':
      return 'the stores of this chain have different currencies, and a product file has one.';
    case 'too-many-categories':
      return 'the file would make more than 2,000 categories. Is the right column called "category"?';
    case 'encoding-unknown':
      return (
        `line ${failure.line} is not UTF-8, and no other encoding is certain. Save the file as "CSV UTF-8", or name ` +
        'its encoding: --encoding gb18030, big5, windows-1252.'
      );
    case 'empty-file':
      return 'the file is empty. Its first line has to name the columns.';
    case 'column-twice':
      return `the header names the column "${failure.column}" twice. Rename one of them.`;
    case 'column-missing': {
      const found = failure.found.length === 0 ? 'nothing' : failure.found.slice(0, 20).join(', ').slice(0, 300);
      return (
        `the header (line 1) lacks ${failure.columns.join(', ')}. Found: ${found}.\n` +
        `The first line names the columns, in any order; needed are ${requiredColumns.join(', ')}.`
      );
    }
    default:
      return unreachable(failure);
  }
}

function badRowsText(file: string, bad: BadRows): string {
  const lines = [`${file}: ${count(bad.total, 'problem')} in ${count(bad.rows, 'row')}. Nothing was written.`, ''];
  for (const problem of bad.problems) lines.push(...problemLines(file, problem), '');
  const hidden = bad.total - bad.problems.length;
  if (hidden > 0) {
    lines.push(`… and ${number(hidden)} more (--show N shows more). By kind:`);
    const totals = Object.entries(bad.totals).sort(([, a], [, b]) => b - a);
    for (const [code, total] of totals) lines.push(`  ${number(total).padStart(9)}  ${code}`);
    lines.push('');
  }
  lines.push('Correct the file and import it again; "--dry-run" checks it without writing.');
  return `${lines.join('\n')}\n`;
}

function problemLines(file: string, problem: ProductProblem): string[] {
  const { why, mend } = explain(problem);
  const where = problem.column === null ? '' : `, ${problem.column}`;
  const read = problem.read === '' ? '' : `: ${JSON.stringify(problem.read)}`;
  return [`${file}:${problem.line}${where}${read}`, `  ${why} ${mend}`];
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}
