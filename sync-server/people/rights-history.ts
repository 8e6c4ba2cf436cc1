import type { Limits } from '#schemas/policy/limits.ts';
import { type Grant, limitsIn, may, type Scope } from '#schemas/policy/policy.ts';
import { isRight, type Right } from '#schemas/policy/rights.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { type GrantHistory, grantsAt, type RoleGrant, readGrantHistory, scopeOf } from './grants.ts';

/** Another system's key: its rights are chosen once, and hold until it ends. Nothing of a key is older than the key. */
export type KeyGrant = Pick<RoleGrant, 'scopeType' | 'scopeId'> & {
  keyId: string;
  rights: string[];
  endsAtMs: number | null;
};

/** Who was allowed what when in one store. */
export class RightsHistory {
  readonly #history: GrantHistory;
  readonly #scope: Scope;
  readonly #grantsByOperator: ReadonlyMap<string, readonly RoleGrant[]>;
  readonly #keys: ReadonlyMap<string, KeyGrant>;

  constructor(history: GrantHistory, storeId: string, keys: readonly KeyGrant[] = []) {
    this.#history = history;
    this.#scope = { type: 'store', merchantId: history.merchantId, storeId };
    this.#grantsByOperator = Map.groupBy(history.grants, ({ operatorId }) => operatorId);
    this.#keys = new Map(keys.map((key) => [key.keyId, key]));
  }

  /** Whether a person had a right in the store at a moment, server time. */
  had(operatorId: string, right: Right, atMs: number): boolean {
    return may(this.#grantsOf(operatorId, atMs), right, this.#scope);
  }

  /**
   * Whether who asked the back office had a right in the store: a person, or a key. `ofSupplier` is the right that is as
   * good when it is held with that supplier.
   */
  hadInOffice(
    actorId: string,
    right: Right,
    atMs: number,
    ofSupplier: { right: Right; supplierId: string } | null,
  ): boolean {
    const grants = [...this.#grantsOf(actorId, atMs), ...this.#keyGrants(actorId, atMs)];
    if (may(grants, right, this.#scope)) return true;
    if (ofSupplier === null) return false;
    const { merchantId } = this.#scope;
    return may(grants, ofSupplier.right, { type: 'supplier', merchantId, supplierId: ofSupplier.supplierId });
  }

  /** How much a person might do alone in the store then, amounts in that currency. */
  limitsOf(operatorId: string, atMs: number, currency: string): Limits {
    return limitsIn(this.#grantsOf(operatorId, atMs), this.#scope, currency);
  }

  #grantsOf(operatorId: string, atMs: number): Grant[] {
    const grants = this.#grantsByOperator.get(operatorId);
    return grants === undefined ? [] : grantsAt({ ...this.#history, grants }, operatorId, atMs);
  }

  #keyGrants(keyId: string, atMs: number): Grant[] {
    const key = this.#keys.get(keyId);
    if (key === undefined || (key.endsAtMs !== null && atMs >= key.endsAtMs)) return [];
    return [{ scope: scopeOf(this.#scope.merchantId, key), rights: key.rights.filter(isRight) }];
  }
}

async function readKeys(transaction: Queryable, merchantId: string, storeId: string): Promise<KeyGrant[]> {
  const { rows } = await transaction.query<KeyGrant>({
    name: 'read keys',
    text: `select key_id as "keyId", scope_type as "scopeType", scope_id as "scopeId", rights,
                  least(expires_at_ms, revoked_at_ms) as "endsAtMs"
             from api_key where merchant_id = $1 and (scope_type <> 'store' or scope_id = $2)`,
    values: [merchantId, storeId],
  });
  return rows;
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
    const merchantId = rows[0]?.merchantId ?? '';
    const grants = await readGrantHistory(transaction, merchantId, storeId);
    const history = new RightsHistory(grants, storeId, await readKeys(transaction, merchantId, storeId));
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
