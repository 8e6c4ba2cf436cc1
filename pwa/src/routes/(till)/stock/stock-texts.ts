import type { CodeText } from '#pwa/components/code-text.ts';
import { scanProblemText } from '#pwa/components/scan-problem-text.ts';
import type { CommitFailure } from '#pwa/db/till-types.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { MissingCode } from '#pwa/state/unit-look-up.svelte.ts';

/** Why an entry of the stock room could not be written; what was scanned stays on the tablet. */
export function notSavedText(code: CommitFailure['code']): CodeText {
  const titles = {
    'storage-full': m.pay_storage_full,
    'storage-failed': m.stock_not_saved,
    'not-owner': m.pay_not_owner,
    'too-large': m.stock_not_saved,
  } as const satisfies Record<CommitFailure['code'], () => string>;
  return { title: titles[code](), advice: m.stock_not_saved_advice() };
}

/** Of what was scanned to be looked up, and is nothing of this chain. */
export function missingText({ text, problem }: MissingCode): CodeText {
  return {
    title: m.stock_unknown({ code: text }),
    advice: problem ? scanProblemText(problem) : m.stock_unknown_advice(),
  };
}
