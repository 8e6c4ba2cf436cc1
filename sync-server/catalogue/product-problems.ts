import { unreachable } from '#schemas/assert.ts';

/** Why a row of a product file cannot be taken. */
export const productProblemCodes = [
  'missing',
  'too-long',
  'unreadable-character',
  'control-character',
  'sku-characters',
  'sku-twice',
  'gtin-not-digits',
  'gtin-length',
  'gtin-check-digit',
  'gtin-rounded',
  'gtin-twice',
  'gtin-owned',
  'price-format',
  'price-decimals',
  'price-too-large',
  'tax-class-unknown',
  'tracking-unknown',
  'english-missing',
  'too-few-cells',
  'too-many-cells',
  'record-too-long',
  'quote-not-closed',
] as const;
export type ProductProblemCode = (typeof productProblemCodes)[number];

export type ProductProblem = {
  /** Line of the file where the row begins, from 1. */
  line: number;
  /** Column as the importer calls it; null for the row as a whole. */
  column: string | null;
  /** What was read, cut to 80 characters. */
  read: string;
  code: ProductProblemCode;
  /** What the explanation needs: the other line, the owner, the known classes … */
  detail?: string;
};

/** Why a row is bad and how to mend it, in plain English for the terminal. */
export function explain(problem: ProductProblem): { why: string; mend: string } {
  const detail = problem.detail ?? '';
  switch (problem.code) {
    case 'missing':
      return { why: 'This cell must not be empty.', mend: 'Fill it in.' };
    case 'too-long':
      return { why: `The text is longer than ${detail} characters.`, mend: 'Shorten it.' };
    case 'unreadable-character':
      return {
        why: 'A character could not be read; the file was damaged or is in another encoding.',
        mend: 'Save the file again as "CSV UTF-8", or name its encoding with --encoding.',
      };
    case 'control-character':
      return { why: 'The text has an invisible control character.', mend: 'Type the text anew in this cell.' };
    case 'sku-characters':
      return {
        why: 'A SKU is 1 to 40 letters, digits and signs of plain ASCII, without spaces and without "|".',
        mend: detail === '' ? 'Give the SKU a plain code.' : `For example ${detail}.`,
      };
    case 'sku-twice':
      return { why: `The same SKU stands in line ${detail} already.`, mend: 'Keep one of the two rows.' };
    case 'price-format':
      return { why: 'A price is digits with a point for the decimals, without sign.', mend: priceMend(detail) };
    case 'price-decimals':
      return { why: `The currency has ${detail} decimals.`, mend: 'Round the price.' };
    case 'price-too-large':
      return { why: 'The price is too large.', mend: 'Check the decimal point.' };
    case 'tax-class-unknown':
      return { why: 'No store of this chain has such a tax class.', mend: `Known classes: ${detail}.` };
    case 'tracking-unknown':
      return { why: 'How a SKU is tracked is one of item, quantity, weight.', mend: 'Write one of the three.' };
    case 'english-missing':
      return { why: 'A translation is given, but no English text.', mend: `Fill in ${detail} too.` };
    case 'too-few-cells':
      return {
        why: `The row has too few cells; the header has ${detail}.`,
        mend: 'Look for a missing comma or quote.',
      };
    case 'too-many-cells':
      return {
        why: `The row has too many cells; the header has ${detail}.`,
        mend: 'Put quotes around a text that holds a comma: "Soap, green".',
      };
    case 'record-too-long':
      return {
        why: 'The row is longer than 100,000 characters; the rest of the file was not read.',
        mend: 'Look for a quote (") that is opened in this row and not closed.',
      };
    case 'quote-not-closed':
      return {
        why: 'A quote (") is opened in this row and never closed; the rest of the file was not read.',
        mend: 'Close it, or write a quote inside a text twice: 5"" tablet.',
      };
    default:
      return explainGtin(problem.code, detail);
  }
}

function explainGtin(
  code: Extract<ProductProblemCode, `gtin-${string}`>,
  detail: string,
): { why: string; mend: string } {
  switch (code) {
    case 'gtin-not-digits':
      return { why: 'A GTIN is digits only.', mend: 'Part several GTINs with spaces or ";".' };
    case 'gtin-length':
      return {
        why: 'A GTIN has 8, 12, 13 or 14 digits.',
        mend:
          detail === '' ? 'Copy it from the package.' : `A spreadsheet may have dropped leading zeros: ${detail} fits.`,
      };
    case 'gtin-check-digit':
      return { why: `The last digit is wrong: it should be ${detail}.`, mend: 'Compare it with the package.' };
    case 'gtin-rounded':
      return {
        why: 'A spreadsheet has rounded this number; its last digits are lost.',
        mend: 'Format the column as text there, enter the GTIN again and save again.',
      };
    case 'gtin-twice':
      return { why: `The same GTIN stands in ${detail} already.`, mend: 'A GTIN belongs to one SKU: delete one.' };
    case 'gtin-owned':
      return {
        why: `This GTIN belongs to SKU ${detail}, which is not in the file.`,
        mend: 'Use the SKU that owns it, or put that SKU in the file without this GTIN.',
      };
    default:
      return unreachable(code);
  }
}

function priceMend(suggestion: string): string {
  return suggestion === '' ? 'For example 12.50.' : `Write ${suggestion}.`;
}
