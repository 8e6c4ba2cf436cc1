import { m } from '#pwa/paraglide/messages.js';
import type { UnpostableCode } from '#schemas/journal/kinds.ts';
import type { UnitContradiction } from '#schemas/stock/unit.ts';

const exceptionTexts: Record<UnitContradiction | 'chain-broken', () => string> = {
  'unit-sold-twice': m.exception_unit_sold_twice,
  'unit-unknown': m.exception_unit_unknown,
  'unit-received-twice': m.exception_unit_received_twice,
  'unit-returned-unsold': m.exception_unit_returned_unsold,
  'unit-gone': m.exception_unit_gone,
  'chain-broken': m.exception_chain_broken,
};

/** What contradicts the books; a code of a newer server is shown as it is. */
export function exceptionText(code: string): string {
  return code in exceptionTexts ? exceptionTexts[code as UnitContradiction]() : code;
}

const unpostableTexts: Record<UnpostableCode | 'internal', () => string> = {
  'unknown-kind': m.unposted_unknown_kind,
  'unknown-version': m.unposted_unknown_version,
  'invalid-body': m.unposted_invalid_body,
  'sums-differ': m.unposted_sums_differ,
  internal: m.unposted_internal,
};

/** Why an entry is kept but not booked; a code of a newer server is shown as it is. */
export function unpostableText(code: string): string {
  return code in unpostableTexts ? unpostableTexts[code as UnpostableCode]() : code;
}
