import { may, type Scope } from '#schemas/policy/policy.ts';
import type { Right } from '#schemas/policy/rights.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { type GrantHistory, grantsAt, type RoleGrant, readGrantHistory } from './grants.ts';

/** Who was allowed what when in one store. */
export class RightsHistory {
  readonly #history: GrantHistory;
  readonly #scope: Scope;
  readonly #grantsByOperator: ReadonlyMap<string, readonly RoleGrant[]>;

  constructor(history: GrantHistory, storeId: string) {
    this.#history = history;
    this.#scope = { type: 'store', merchantId: history.merchantId, storeId };
    this.#grantsByOperator = Map.groupBy(history.grants, ({ operatorId }) => operatorId);
  }

  /** Whether a person had a right in the store at a moment, server time. */
  had(operatorId: string, right: Right, atMs: number): boolean {
    const grants = this.#grantsByOperator.get(operatorId);
    return grants !== undefined && may(grantsAt({ ...this.#history, grants }, operatorId, atMs), right, this.#scope);
  }
}

/** The histories of a process's stores, each read again when the store's staff has changed. */
export class RightsHistories {
  readonly #known = new Map<string, { staffRevision: number; history: RightsHistory }>();

  /** Of a store whose counter the caller has locked: `staffRevision` is the one that it read there. */
  async at(transaction: Queryable, storeId: string, staffRevision: number): Promise<RightsHistory> {
    const known = this.#known.get(storeId);
    if (known?.staffRevision === staffRevision) return known.history;
    const { rows } = await transaction.query<{ merchantId: string }>({
      name: 'merchant of store',
      text: 'select merchant_id as "merchantId" from store where store_id = $1',
      values: [storeId],
    });
    const grants = await readGrantHistory(transaction, rows[0]?.merchantId ?? '', storeId);
    const history = new RightsHistory(grants, storeId);
    this.#known.set(storeId, { staffRevision, history });
    return history;
  }
}

const historiesByContext = new WeakMap<ServerContext, RightsHistories>();

export function rightsHistoriesOf(context: ServerContext): RightsHistories {
  const known = historiesByContext.get(context) ?? new RightsHistories();
  historiesByContext.set(context, known);
  return known;
}
