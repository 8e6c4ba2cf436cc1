import type { Fact } from '#schemas/journal/kinds.ts';
import { isMemberFact } from '#schemas/members/member-entries.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { rightFaults } from '#schemas/policy/rights-needed.ts';
import type { RightsHistory } from '../people/rights-history.ts';
import type { IsAttested, PlacedEntry } from './attested-approvals.ts';
import type { Exception } from './exceptions.ts';

/** What one store says to another, through the outbox: whoever did it was judged in the other store. */
function isWordOfAnotherStore(fact: Fact): boolean {
  if (fact.kind === 'delivery-announced') return fact.body.source.type === 'transfer';
  return fact.kind === 'transfer-delivered';
}

/** Who announces in a supplier's name may have the right to it from that supplier. */
function supplierRight(fact: Fact): { right: Right; supplierId: string } | null {
  if (fact.kind !== 'delivery-announced' || fact.body.source.type !== 'supplier') return null;
  const { supplierId } = fact.body.source;
  return supplierId === null ? null : { right: 'edit-supplies', supplierId };
}

/**
 * [A1] What somebody did, or approved, without the right to it: posted all the same, and said. Judged at when it happened,
 * and not later than when it was recorded, so a clock that runs ahead does not reach into rights to come. Follows from
 * the entry, when it was recorded, the history of grants and limits and that of approvals on managers' screens alone, so posting again
 * finds the same (P1, P2).
 */
export function rightExceptions(
  entry: PlacedEntry,
  recordedAtMs: number,
  history: RightsHistory,
  isAttested: IsAttested,
): Exception[] {
  const { entryId, tillNumber, operatorId, occurredAtMs, meaning } = entry;
  if (!meaning.postable) return [];
  const isForeign = isWordOfAnotherStore(meaning.fact);
  if (isForeign && tillNumber === 0) return [];
  // [MB16] Members say it of themselves, on their own page.
  if (tillNumber === 0 && isMemberFact(meaning.fact) && meaning.fact.body.memberId === operatorId) return [];
  // Before 1970 counts as 1970, where what people begin with is granted from.
  const atMs = Math.max(0, Math.min(occurredAtMs, recordedAtMs));
  // Keys and suppliers' people come to the back office, and never to a till.
  const ofSupplier = supplierRight(meaning.fact);
  const had = (person: string, right: Right) =>
    tillNumber === 0 && person === operatorId
      ? history.hadInOffice(person, right, atMs, ofSupplier)
      : history.had(person, right, atMs);
  const currency = meaning.fact.kind === 'retail-transaction' ? meaning.fact.body.currency : '';
  const faults = rightFaults(meaning.fact, operatorId, {
    has: had,
    limitsOf: (person) => history.limitsOf(person, atMs, currency),
    isAttested: (approval) => isAttested(entry, approval),
  });
  const exceptions: Exception[] = faults.map(({ code, subject, operatorId: detail }) => ({
    code,
    entryId,
    subject,
    detail,
  }));
  // A till has nothing from another store to tell.
  if (isForeign) exceptions.push({ code: 'transfer-claimed', entryId, subject: '', detail: operatorId });
  return exceptions;
}
