import type { CustomerAccountRow } from '#schemas/payment/customer-account.ts';
import { rowsWithPrefix } from './rows-between.ts';
import type { RowsStore } from './rows-store.ts';

/** The customer accounts that hold in the store; some hundreds, read anew by whoever looks for one. */
export function tillAccounts(rows: RowsStore): () => Promise<readonly CustomerAccountRow[]> {
  return async () => [...(await rowsWithPrefix(rows, 'customer-account', '')).values()];
}
