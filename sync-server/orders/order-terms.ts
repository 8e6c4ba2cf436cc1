import { type ContractTerms, missingToMinimum, termsOn } from '#schemas/procurement/contract.ts';
import { costOf, type Order, type OrderStep } from '#schemas/procurement/order.ts';
import type { Queryable } from '../db/database.ts';
import { businessDayAt } from '../routes/business-day.ts';
import { readContract } from '../suppliers/contract.ts';

/** [CO3] What the contract said then, where it is of the store's currency. `atMs`: null is now. */
export async function readTerms(
  database: Queryable,
  { merchantId, supplierId, currency }: { merchantId: string; supplierId: string; currency: string },
  day: string,
  atMs: number | null,
): Promise<ContractTerms | null> {
  const terms = termsOn(await readContract(database, { merchantId, supplierId }, atMs ?? undefined), day);
  return terms?.currency === currency ? terms : null;
}

type Sent = { merchantId: string; storeId: string; supplierId: string; nowMs: number };

/** [CO5] Whether a step of the buyer would send less than the smallest order that was agreed. */
export async function isBelowMinimum(
  database: Queryable,
  { storeId, nowMs, ...parties }: Sent,
  after: Order,
  { step }: Pick<OrderStep, 'step'>,
): Promise<boolean> {
  const isAlone = step === 'ordered' || step === 'approval-asked' || (step === 'changed' && after.agreed === null);
  if (!isAlone) return false;
  const { rows } = await database.query<{ currency: string; timeZone: string }>(
    'select currency, time_zone as "timeZone" from store where store_id = $1',
    [storeId],
  );
  const [store] = rows;
  if (store === undefined) return false;
  const terms = await readTerms(database, { ...parties, ...store }, businessDayAt(nowMs, store.timeZone), null);
  return missingToMinimum(terms?.minimumMinor ?? null, costOf(after.asked)) > 0;
}
