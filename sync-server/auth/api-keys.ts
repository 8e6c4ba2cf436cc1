import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { apiKeySchema, keyRights } from '#schemas/api/keys.ts';
import type { ServerContext } from '../context.ts';
import { type RoleGrant, scopeOf } from '../people/grants.ts';
import { apiError, tooManyAttempts } from '../routes/answers.ts';
import { clientAddress } from './client-address.ts';
import type { Actor } from './office-auth.ts';
import { hashToken } from './till-auth.ts';

type KeyActor = Extract<Actor, { type: 'key' }>;
type Row = Pick<RoleGrant, 'scopeType' | 'scopeId'> & {
  merchantId: string;
  keyId: string;
  name: string;
  rights: string[];
  requestsPerMinute: number;
  lastUsedAtMs: number | null;
};

/** What a middleware found out is kept with the request under this name. */
const variable = 'keyActor';
/** Last use is written this often at most: a busy key must not write at each request. */
const lastUseMs = 60_000;

/** Other systems' keys: `Authorization: Bearer ock_…` instead of a cookie. */
export class ApiKeys {
  readonly #context: ServerContext;
  /** Counts requests by key; how many are too many is the key's own. Of this process, in memory. */
  readonly #requests = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: 60 });

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /**
   * Looks at a key before anything else does. One that is unknown, expired or revoked is 401, all the same; too many
   * requests of a good one are 429. A request with a key is never also one of the browser's cookie.
   */
  door(): MiddlewareHandler {
    return createMiddleware(async (c, next) => {
      const token = bearerKey(c);
      if (token === null) return next();
      const row = apiKeySchema.safeParse(token).success ? await this.#find(token) : null;
      if (row === null) return apiError(c, 401, 'unauthorized');
      const { consumedPoints, msBeforeNext } = await this.#requests.consume(row.keyId);
      if (consumedPoints > row.requestsPerMinute) return tooManyAttempts(c, msBeforeNext);
      await this.#used(row, clientAddress(c));
      c.set(variable, toActor(row));
      return next();
    });
  }

  /** Who asks by a key; null: the request has none. After `door`. */
  actorOf(c: Context): KeyActor | null {
    return (c.get(variable) as KeyActor | undefined) ?? null;
  }

  /** Read anew at each request: a revoked key is out at once. */
  async #find(key: string): Promise<Row | null> {
    const { rows } = await this.#context.database.pool.query<Row>(
      `select merchant_id as "merchantId", key_id as "keyId", name, scope_type as "scopeType", scope_id as "scopeId", rights,
              requests_per_minute as "requestsPerMinute", last_used_at_ms as "lastUsedAtMs"
         from api_key
        where key_hash = $1 and revoked_at_ms is null and (expires_at_ms is null or expires_at_ms > $2)`,
      [hashToken(key), this.#context.nowMs()],
    );
    return rows[0] ?? null;
  }

  async #used({ merchantId, keyId, lastUsedAtMs }: Row, address: string): Promise<void> {
    const nowMs = this.#context.nowMs();
    if (lastUsedAtMs !== null && nowMs - lastUsedAtMs < lastUseMs) return;
    await this.#context.database.pool.query(
      'update api_key set last_used_at_ms = $3, last_used_address = $4 where merchant_id = $1 and key_id = $2',
      [merchantId, keyId, nowMs, address],
    );
  }
}

/** What follows `Bearer ` when it looks like a key of ours; tills' tokens do not. */
function bearerKey(c: Context): string | null {
  return /^Bearer (ock_\S*)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? null;
}

/** [A1] A key has the rights that were chosen for it, in its one scope; never those of whoever made it. */
function toActor({ merchantId, keyId, name, rights, ...grant }: Row): KeyActor {
  return {
    type: 'key',
    merchantId,
    keyId,
    name,
    grants: [{ scope: scopeOf(merchantId, grant), rights: keyRights.filter((right) => rights.includes(right)) }],
  };
}
