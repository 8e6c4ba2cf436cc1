import type { ServerContext } from '../context.ts';
import { checkChain } from './check-chain.ts';
import { checkFlow } from './check-flow.ts';
import { checkRebuild } from './check-rebuild.ts';
import { checkMoney, checkStock, checkUnits } from './check-sums.ts';
import { checkTills } from './check-tills.ts';
import type { Finding } from './finding.ts';

/** All that is looked at of one store. `rebuilds`: on a database whose tables may be made again (P2). */
export async function storeFindings(
  context: ServerContext,
  storeId: string,
  { rebuilds }: { rebuilds: boolean },
): Promise<Finding[]> {
  return [
    ...(await checkChain(context, storeId)),
    await checkStock(context, storeId),
    await checkUnits(context, storeId),
    await checkMoney(context, storeId),
    ...(await checkTills(context, storeId)),
    ...(await checkFlow(context, storeId)),
    ...(rebuilds ? [await checkRebuild(context, storeId)] : []),
  ];
}
