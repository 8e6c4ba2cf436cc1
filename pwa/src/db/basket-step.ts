import { type Entry, occurredAtMs } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import type { BasketStep } from '#schemas/parking/fold-parked.ts';

/** What an entry says of a basket, whether that was ever parked or not; null: nothing. */
export function basketStepOf(entry: Entry): BasketStep | null {
  const { kind } = entry;
  if (kind !== 'basket-parked' && kind !== 'basket-taken' && kind !== 'retail-transaction') return null;
  const { _id: entryId, orderedAtMs, tillNumber, operatorId } = entry;
  const base = { entryId, orderedAtMs, tillNumber, operatorId, atMs: occurredAtMs(entry) };
  if (kind === 'retail-transaction') {
    // Read by its id alone: most sales were never parked.
    const { transactionId } = entry.body;
    return typeof transactionId === 'string' ? { ...base, type: 'sold', transactionId } : null;
  }
  const fact = factOf(entry);
  if (!fact.ok) return null;
  if (fact.value.kind === 'basket-parked') {
    const { body } = fact.value;
    return { ...base, type: 'parked', transactionId: body.transactionId, body };
  }
  if (fact.value.kind !== 'basket-taken') return null;
  const { body } = fact.value;
  return { ...base, type: 'taken', transactionId: body.transactionId, body };
}
