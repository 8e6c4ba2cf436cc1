import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type Grant, may, type Scope } from '#schemas/policy/policy.ts';
import type { Right } from '#schemas/policy/rights.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { ServerContext } from '../context.ts';
import { apiError } from '../routes/answers.ts';

/** Who asks the back office: a person with a web session, or another system with a key. */
export type Actor =
  | {
      type: 'person';
      merchantId: string;
      operatorId: string;
      userId: string;
      sessionId: string;
      name: string;
      locale: LocaleCode | null;
      expiresAtMs: number;
      grants: readonly Grant[];
    }
  | { type: 'key'; merchantId: string; keyId: string; name: string; grants: readonly Grant[] };

export type OfficeStore = { storeId: string; merchantId: string; currency: string; timeZone: string };

export type OfficeSupplier = { supplierId: string; merchantId: string; name: string };

/** `store` and `storeId` are there on routes under `/stores/:store`, `supplier` on those under `/supplies/:supplier`. */
export type OfficeEnv = {
  Variables: {
    actor: Actor;
    store: OfficeStore;
    storeId: string;
    supplier?: OfficeSupplier;
    /** For the log's line of a denied request. */
    denied?: { actor: string; right: Right };
  };
};

/** Finds out who asks; null: nobody that we know. */
export type FindActor = (c: Context) => Promise<Actor | null>;

/** The door to the back office: each route names the right it takes (A1). */
export class OfficeAuth {
  readonly #context: ServerContext;
  readonly #findActor: FindActor;

  constructor(context: ServerContext, findActor: FindActor) {
    this.#context = context;
    this.#findActor = findActor;
  }

  /** [A1] Lets through who has the right in the store of the path, or in the chain where the path has no store. */
  require(right: Right): MiddlewareHandler<OfficeEnv> {
    return createMiddleware<OfficeEnv>(async (c, next) => {
      const actor = await this.#findActor(c);
      if (actor === null) return apiError(c, 401, 'unauthorized');
      const storeId = c.req.param('store');
      const store = storeId === undefined ? null : await this.#storeOf(storeId);
      const isUnknown = storeId !== undefined && store === null;
      const scope: Scope = store ? { type: 'store', ...store } : { type: 'merchant', merchantId: actor.merchantId };
      if (isUnknown || !may(actor.grants, right, scope)) {
        c.set('denied', { actor: actorId(actor), right });
        return apiError(c, 403, 'forbidden');
      }
      c.set('actor', actor);
      if (store) {
        c.set('store', store);
        c.set('storeId', store.storeId);
      }
      return next();
    });
  }

  /**
   * [A1] Lets through who has the right with the supplier of the path, which is one of their chain and not ended; where the
   * path names a store too, one of that chain.
   */
  requireSupplier(right: Right): MiddlewareHandler<OfficeEnv> {
    return createMiddleware<OfficeEnv>(async (c, next) => {
      const actor = await this.#findActor(c);
      if (actor === null) return apiError(c, 401, 'unauthorized');
      const { merchantId } = actor;
      const storeId = c.req.param('store');
      const supplierId = c.req.param('supplier') ?? '';
      const held = may(actor.grants, right, { type: 'supplier', merchantId, supplierId });
      const supplier = held ? await this.#supplierOf(merchantId, supplierId) : null;
      const store = held && storeId !== undefined ? await this.#storeOf(storeId) : null;
      if (supplier === null || (storeId !== undefined && store?.merchantId !== merchantId)) {
        c.set('denied', { actor: actorId(actor), right });
        return apiError(c, 403, 'forbidden');
      }
      c.set('actor', actor);
      c.set('supplier', supplier);
      if (store) {
        c.set('store', store);
        c.set('storeId', store.storeId);
      }
      return next();
    });
  }

  /** Lets through who is signed in as a person, whatever their rights: for what concerns themselves alone. */
  requirePerson(): MiddlewareHandler<OfficeEnv> {
    return createMiddleware<OfficeEnv>(async (c, next) => {
      const actor = await this.#findActor(c);
      if (actor?.type !== 'person') return apiError(c, 401, 'unauthorized');
      c.set('actor', actor);
      return next();
    });
  }

  async #supplierOf(merchantId: string, supplierId: string): Promise<OfficeSupplier | null> {
    const { rows } = await this.#context.database.pool.query<OfficeSupplier>(
      `select supplier_id as "supplierId", merchant_id as "merchantId", name from supplier
        where merchant_id = $1 and supplier_id = $2 and ended_at_ms is null`,
      [merchantId, supplierId],
    );
    return rows[0] ?? null;
  }

  async #storeOf(storeId: string): Promise<OfficeStore | null> {
    if (!/^[a-z0-9-]{1,32}$/.test(storeId)) return null;
    const { rows } = await this.#context.database.pool.query<OfficeStore>(
      `select store_id as "storeId", merchant_id as "merchantId", currency, time_zone as "timeZone"
         from store where store_id = $1`,
      [storeId],
    );
    return rows[0] ?? null;
  }
}

/** The id under which an actor's deeds are on record. */
export function actorId(actor: Actor): string {
  return actor.type === 'person' ? actor.operatorId : actor.keyId;
}
