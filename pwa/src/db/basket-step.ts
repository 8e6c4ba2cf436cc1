import { type Entry, occurredAtMs } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import type { BasketStep, MoneyStep, SoldStep } from '#schemas/parking/fold-parked.ts';

/** What an entry says of a basket, whether that was ever parked or not; null: nothing. */
export function basketStepOf(entry: Entry): BasketStep | null {
  const { kind } = entry;
  if (kind !== 'basket-parked' && kind !== 'basket-taken' && kind !== 'retail-transaction') return null;
  const { _id: entryId, orderedAtMs, tillNumber, operatorId } = entry;
  const base = { entryId, orderedAtMs, tillNumber, operatorId, atMs: occurredAtMs(entry) };
  if (kind === 'retail-transaction') {
    // Read by its id alone: most sales were never parked.
    const { transactionId } = entry.body;
    if (typeof transactionId !== 'string') return null;
    return { ...base, ...(moneyOf(entry) ?? { type: 'sold', transactionId }) };
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

type Money =
  | Pick<MoneyStep, 'type' | 'transactionId' | 'amountMinor'>
  | Pick<SoldStep, 'type' | 'transactionId' | 'depositMinor'>;

/** What a ticket does to the money on a basket (DP1, DP3); null: nothing. */
function moneyOf(entry: Entry): Money | null {
  const { deposit, tenders } = entry.body;
  const isNamed = Array.isArray(tenders) && tenders.some((tender) => tender?.type === 'deposit');
  if (deposit === undefined && !isNamed) return null;
  const fact = factOf(entry);
  if (!fact.ok || fact.value.kind !== 'retail-transaction') return null;
  const { body } = fact.value;
  if (body.deposit)
    return { type: 'money', transactionId: body.deposit.basketId, amountMinor: body.deposit.amountMinor };
  const used = body.tenders.filter(({ type, reference }) => type === 'deposit' && reference !== null);
  const basketId = used[0]?.reference ?? null;
  if (basketId === null) return null;
  const usedMinor = used.reduce((sum, one) => sum + (one.reference === basketId ? one.amountMinor : 0), 0);
  if (basketId === body.transactionId) return { type: 'sold', transactionId: basketId, depositMinor: usedMinor };
  // A post-void, which has an id of its own, puts it back.
  return { type: 'money', transactionId: basketId, amountMinor: 0 - usedMinor };
}
