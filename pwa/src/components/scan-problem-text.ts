import { m } from '#pwa/paraglide/messages.js';
import type { ScanProblem } from '#schemas/item-code/scanned-code.ts';

const texts: Readonly<Record<ScanProblem, () => string>> = {
  'wrong-check-digit': m.scan_problem_wrong_check_digit,
  'malformed-ai': m.scan_problem_malformed_ai,
  'too-long': m.scan_problem_too_long,
  'cut-off': m.scan_problem_cut_off,
  'two-codes': m.scan_problem_two_codes,
  'not-ascii': m.scan_problem_not_ascii,
  'look-alike': m.scan_problem_look_alike,
  'script-url': m.scan_problem_script_url,
  'foreign-link': m.scan_problem_foreign_link,
  'compressed-link': m.scan_problem_compressed_link,
  'foreign-epc': m.scan_problem_foreign_epc,
  'no-item': m.scan_problem_no_item,
};

/** Why what was read is no code, and what to do. */
export function scanProblemText(problem: ScanProblem): string {
  return texts[problem]();
}
