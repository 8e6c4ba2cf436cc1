import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const compress = promisify(gzip);
/** Below this a compressed answer is no shorter on the wire. */
const compressFromChars = 1_400;

/** An expected failure in CouchDB's words: `error` is its code, `reason` is for a person. */
export type CouchFailure = {
  code: 'couch';
  status: ContentfulStatusCode;
  error: string;
  reason: string;
  /** After so many seconds the same may be asked again. */
  retryAfterS?: number;
};

export function couchFailure(status: ContentfulStatusCode, error: string, reason: string): CouchFailure {
  return { code: 'couch', status, error, reason };
}

export function badRequest(reason: string): CouchFailure {
  return couchFailure(400, 'bad_request', reason);
}

export const notFound = couchFailure(404, 'not_found', 'missing');
export const notOffered = couchFailure(403, 'forbidden', 'a journal is append-only: this is not offered');
const notNowReason =
  'the journal cannot be written now. Nothing is lost: the till keeps its entries and sends them again';
/** The database is away. */
export const notNow: CouchFailure = { ...couchFailure(503, 'service_unavailable', notNowReason), retryAfterS: 1 };
/** More is waiting than is worked off in some seconds. */
export const tooMuch: CouchFailure = { ...notNow, retryAfterS: 5 };

/** Answers with JSON; `body` is a value, or JSON text already. Compressed when the client takes gzip and it is worth it. */
export async function answer(c: Context, body: unknown, status: ContentfulStatusCode = 200): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  c.header('Content-Type', 'application/json');
  c.header('Cache-Control', 'no-store');
  if (text.length < compressFromChars || !/\bgzip\b/i.test(c.req.header('accept-encoding') ?? '')) {
    return c.body(text, status);
  }
  c.header('Content-Encoding', 'gzip');
  c.header('Vary', 'Accept-Encoding');
  const bytes = await compress(text, { level: constants.Z_BEST_SPEED });
  return c.body(new Uint8Array(bytes), status);
}

export function answerFailure(c: Context, failure: CouchFailure): Promise<Response> {
  if (failure.retryAfterS !== undefined) c.header('Retry-After', String(failure.retryAfterS));
  return answer(c, { error: failure.error, reason: failure.reason }, failure.status);
}
