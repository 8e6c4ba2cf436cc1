import type { CodeText } from '#pwa/components/code-text.ts';
import type { CommitFailure } from '#pwa/db/till-types.ts';
import { m } from '#pwa/paraglide/messages.js';

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
