import type { Entry } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { Till } from '../db/till-types.ts';

export type LatestSale = { entry: Entry; body: RetailTransaction };

/** Returns and deposits stand between sales. */
const lookedThrough = 40;
const shown = 8;
/** Another till's entry comes without its rows, and the rows without it: nothing tells that it is here. */
const everyMs = 3_000;

/** The latest sales of the store that are held here, told now and whenever there are others. Answers how to end it. */
export function followLatestSales(
  till: Till,
  onSales: (sales: LatestSale[]) => void,
  every: (work: () => void, ms: number) => () => void = repeat,
): () => void {
  let told: string | null = null;
  let isEnded = false;
  const look = async () => {
    const sales = (await till.recentTransactions(lookedThrough)).flatMap((entry): LatestSale[] => {
      const fact = factOf(entry);
      if (!fact.ok || fact.value.kind !== 'retail-transaction') return [];
      const { body } = fact.value;
      return body.totalMinor > 0 ? [{ entry, body }] : [];
    });
    const latest = sales.slice(0, shown);
    const ids = latest.map(({ entry }) => entry._id).join();
    // What stands there under a finger stays.
    if (isEnded || ids === told) return;
    told = ids;
    onSales(latest);
  };
  const lookAgain = () => void look().catch(console.error);
  lookAgain();
  const stop = [till.onRows(lookAgain), every(lookAgain, everyMs)];
  return () => {
    isEnded = true;
    for (const end of stop) end();
  };
}

function repeat(work: () => void, ms: number): () => void {
  const timer = setInterval(work, ms);
  return () => clearInterval(timer);
}
