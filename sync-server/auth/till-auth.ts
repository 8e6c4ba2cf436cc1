import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { ApiErrorCode } from '#schemas/sync/protocol.ts';
import type { ServerContext } from '../context.ts';
import { TokenBuckets } from '../door/token-buckets.ts';
import { apiError, tooManyAttempts } from '../routes/answers.ts';
import { clientAddress, clientNetwork } from './client-address.ts';

export type AuthenticatedTill = {
  merchantId: string;
  storeId: string;
  tillNumber: number;
  /** JWK, ECDSA P-256. */
  publicKey: { kty: 'EC'; crv: 'P-256'; x: string; y: string };
};
export type TillEnv = { Variables: { till: AuthenticatedTill } };

/** How long an identity is believed without asking again: a revocation holds after this at the latest. */
const cacheMs = 2_000;
const cacheSize = 10_000;
/** A till's last contact is written down no more often than this. */
const stampMs = 10_000;

/** A till that loads a million codes asks 400 pages, one that catches up sends some batches a second: far below. */
const tillRule = { burst: 4_000, perSecond: 100 };
/** Unknown tokens from one address. Whose token is known is not counted, so tills behind the same line go on. */
const strangerRule = { burst: 600, perSecond: 10 };

type Known = {
  till: AuthenticatedTill | null;
  tokenHash: string;
  revoked: boolean;
  /** It is revoked and is to clear itself: the id of what was asked. */
  discard: string | null;
  readAtMs: number;
};

/**
 * Lets a till through to its own store's routes (A1). The token comes as `Bearer`, or as the password of `Basic`, for any
 * CouchDB client. Mount it where the path has `:store`. Errors: `unauthorized` 401, `till-revoked` 403, `forbidden` 403, 429;
 * in CouchDB's shape under `/sync`.
 */
export function requireTill(context: ServerContext, shape: 'api' | 'couch' = 'api'): MiddlewareHandler<TillEnv> {
  return tillDoor(context, shape, 'paired');
}

/** Lets through a revoked till that is asked to clear itself, so that it can say that it does; nobody else. */
export function requireDiscardingTill(context: ServerContext): MiddlewareHandler<TillEnv> {
  return tillDoor(context, 'api', 'discarding');
}

function tillDoor(
  context: ServerContext,
  shape: 'api' | 'couch',
  who: 'paired' | 'discarding',
): MiddlewareHandler<TillEnv> {
  const cache = new Map<string, Known>();
  const stampedAtMs = new Map<string, number>();
  const tills = new TokenBuckets(context, tillRule);
  const strangers = new TokenBuckets(context, strangerRule);

  return createMiddleware<TillEnv>(async (c, next) => {
    const refuse = shape === 'api' ? apiError : couchError;
    // Asked within this very process (tests, simulation), by whatever clock.
    const isOwn = clientAddress(c) === 'in-process';
    const token = tokenOf(c.req.header('authorization'));
    const known = token === null ? null : await identify(context, cache, token);
    const mayPass = who === 'paired' ? known?.revoked === false : known?.discard != null;
    if (known?.revoked && !mayPass) return revoked(c, shape, known.discard);
    if (known?.till && !mayPass) return refuse(c, 403, 'forbidden');
    if (!known?.till) {
      const strangerWaitMs = isOwn ? 0 : strangers.take(clientNetwork(c));
      return strangerWaitMs > 0 ? slowDown(c, shape, strangerWaitMs) : refuse(c, 401, 'unauthorized');
    }
    const waitMs = isOwn ? 0 : tills.take(`${known.till.storeId}/${known.till.tillNumber}`);
    if (waitMs > 0) return slowDown(c, shape, waitMs);
    if (c.req.param('store') !== known.till.storeId) return refuse(c, 403, 'forbidden');
    stampContact(context, stampedAtMs, known.till);
    c.set('till', known.till);
    return next();
  });
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The token of an Authorization header, or null when there is none that could be ours. */
export function tokenOf(header: string | undefined): string | null {
  const [, scheme = '', credentials = ''] = /^(\S+) +(\S+)$/.exec(header ?? '') ?? [];
  let token = '';
  if (scheme.toLowerCase() === 'bearer') token = credentials;
  if (scheme.toLowerCase() === 'basic') {
    const [, password = ''] = /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString('utf8')) ?? [];
    token = password;
  }
  return /^[A-Za-z0-9_-]{43}$/.test(token) ? token : null;
}

async function identify(context: ServerContext, cache: Map<string, Known>, token: string): Promise<Known> {
  const tokenHash = hashToken(token);
  const nowMs = context.nowMs();
  const cached = cache.get(tokenHash);
  if (cached && nowMs - cached.readAtMs < cacheMs && nowMs >= cached.readAtMs) return cached;
  const { rows } = await context.database.pool.query<Row>(
    `select t.store_id, t.till_number, t.public_key, t.token_hash, t.revoked_at_ms, s.merchant_id,
            case when t.revoked_at_ms is not null and t.instruction ->> 'type' = 'discard'
                  and t.instruction_done_at_ms is null then t.instruction ->> 'instructionId' end as discard
       from till t join store s using (store_id) where t.token_hash = $1`,
    [tokenHash],
  );
  const row = rows.find((candidate) => sameHash(candidate.token_hash, tokenHash));
  const known: Known = {
    till: row ? tillOf(row) : null,
    tokenHash,
    revoked: row?.revoked_at_ms != null,
    discard: row?.discard ?? null,
    readAtMs: nowMs,
  };
  // Oldest first out: a Map keeps the order of insertion.
  cache.delete(tokenHash);
  cache.set(tokenHash, known);
  for (const oldest of cache.keys()) {
    if (cache.size <= cacheSize) break;
    cache.delete(oldest);
  }
  return known;
}

type Row = {
  store_id: string;
  till_number: number;
  public_key: AuthenticatedTill['publicKey'];
  token_hash: string;
  revoked_at_ms: number | null;
  discard: string | null;
  merchant_id: string;
};

function tillOf(row: Row): AuthenticatedTill {
  return {
    merchantId: row.merchant_id,
    storeId: row.store_id,
    tillNumber: row.till_number,
    publicKey: row.public_key,
  };
}

/** Compares in a time that does not depend on where the two differ. */
function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return left.length === right.length && left.length > 0 && timingSafeEqual(left, right);
}

/** Writes the contact down beside the request, not in its way. */
function stampContact(context: ServerContext, stampedAtMs: Map<string, number>, till: AuthenticatedTill): void {
  const nowMs = context.nowMs();
  const name = `${till.storeId}/${till.tillNumber}`;
  if (Math.abs(nowMs - (stampedAtMs.get(name) ?? Number.NEGATIVE_INFINITY)) < stampMs) return;
  stampedAtMs.set(name, nowMs);
  context.database.pool
    .query('update till set last_contact_at_ms = $3 where store_id = $1 and till_number = $2', [
      till.storeId,
      till.tillNumber,
      nowMs,
    ])
    .catch((error: Error) => context.log.warn({ error: error.message }, 'last contact not written'));
}

/** 429 in the shape of the caller: PouchDB takes it for a passing trouble and tries again. */
function slowDown(c: Context, shape: 'api' | 'couch', waitMs: number) {
  if (shape === 'api') return tooManyAttempts(c, waitMs);
  c.header('Retry-After', String(Math.ceil(waitMs / 1_000)));
  return c.json({ error: 'too_many_requests', reason: 'more requests than one client may send; wait and go on' }, 429);
}

/** What a revoked till is told, and whether it is to clear itself. */
function revoked(c: Context, shape: 'api' | 'couch', discard: string | null) {
  if (shape === 'couch') return couchError(c, 403, 'till-revoked');
  return c.json({ error: { code: 'till-revoked', ...(discard === null ? {} : { discard }) } }, 403);
}

/** CouchDB's error shape; PouchDB needs `unauthorized` at 401 to stop retrying quietly. */
function couchError(c: Context, status: 401 | 403, code: ApiErrorCode) {
  const error = status === 401 ? 'unauthorized' : 'forbidden';
  return c.json({ error, reason: code === 'unauthorized' ? 'the token is missing or unknown' : code }, status);
}
