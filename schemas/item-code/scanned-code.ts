// What one scan means: the result of `parseScan`.
import type { Gtin14 } from './gtin.ts';

/** A price as a label states it: `amount` × 10 to the power of `−decimals`. */
export type LabelPrice = {
  readonly amount: number;
  readonly decimals: number;
  /** ISO 4217 numeric code, e.g. `840`; null: the currency of the store (AI 392n, in-store codes). */
  readonly currencyNumber: string | null;
};

/** What a code says of the goods beside which they are. What it does not say, or says in a wrong form, is absent. */
export type GoodsDetails = {
  /** AI 10. */
  readonly batch?: string;
  /** AI 17 as encoded, YYMMDD: see `expiryDate`. */
  readonly expiry?: string;
  /** AI 15 as encoded, YYMMDD: see `expiryDate`. */
  readonly bestBefore?: string;
  /** Net weight in milligrams: AI 310n, AI 320n (pounds, to the nearest milligram), or an in-store code. */
  readonly weightMg?: number;
  /** What this one costs: AI 392n, AI 393n, or an in-store code. */
  readonly price?: LabelPrice;
  /** How many pieces, 1 to 1,000,000: AI 30, AI 37 with AI 02, or an in-store code. */
  readonly count?: number;
};

/**
 * Why a text is no code, for the screen (`scan_problem_<code>`). The text may be a SKU's own number all the same: look it up first.
 *
 * - `wrong-check-digit`: digits of a GTIN or an SSCC whose check digit is wrong. Misread, or mistyped: scan again.
 * - `malformed-ai`: a GS1 code with an application identifier that does not exist, or a value that this one may not have. The
 *   label is wrong.
 * - `too-long`: a value longer than its identifier allows (a serial of 21 characters), or a scan of more than `MAX_SCAN_CHARS`.
 * - `cut-off`: the beginning of a code; its end is missing. Scan again.
 * - `two-codes`: two codes in one scan. Scan one at a time.
 * - `not-ascii`: it would be a code if characters that only look like digits or Latin letters (full-width, Arabic, Cyrillic,
 *   Greek …) were what they look like, or a value holds characters that no code has. Mistyped, or a forged label.
 * - `look-alike`: it would be a code if the letters O, I, l, S, B were the digits that they look like. Mistyped.
 * - `script-url`: a link that runs a program when it is opened (`javascript:`, `data:` …). Never open it.
 * - `foreign-link`: a web address that names no product.
 * - `compressed-link`: perhaps a compressed GS1 Digital Link, which is not understood. Scan another code of the item.
 * - `foreign-epc`: an RFID tag of another scheme (an asset, a place, a document …), or one that was never written.
 * - `no-item`: a right GS1 code that names neither goods nor a carton (a place, a coupon, an asset …).
 */
export type ScanProblem = (typeof scanProblems)[number];
export const scanProblems = [
  'wrong-check-digit',
  'malformed-ai',
  'too-long',
  'cut-off',
  'two-codes',
  'not-ascii',
  'look-alike',
  'script-url',
  'foreign-link',
  'compressed-link',
  'foreign-epc',
  'no-item',
] as const;

/**
 * One scan.
 * - `gtin`: an article; any symbology of the same article gives the same `gtin14`. An in-store code with a weight, a price or
 *   a count in it gives the GTIN of its article: the same digits with zeros for the value.
 * - `item-code`: one physical item (AI 01 + 21, SGTIN).
 * - `sscc`: a carton or a pallet (AI 00); `content` is the article in it where the label says so (AI 02), `count` how many.
 * - `text`: anything else, without its AIM identifier, at most `MAX_SCAN_CHARS` characters; `problem` if it looks like a code
 *   and is none.
 */
export type ScannedCode =
  | ({ readonly kind: 'gtin'; readonly gtin14: Gtin14 } & GoodsDetails)
  | ({ readonly kind: 'item-code'; readonly gtin14: Gtin14; readonly serial: string } & GoodsDetails)
  | ({ readonly kind: 'sscc'; readonly sscc: string; readonly content?: Gtin14 } & GoodsDetails)
  | { readonly kind: 'text'; readonly text: string; readonly problem?: ScanProblem };
