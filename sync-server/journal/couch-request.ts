import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { Context } from 'hono';
import { fail, ok, type Result } from '#schemas/result.ts';
import { badRequest, type CouchFailure, couchFailure } from './couch-answer.ts';

/** A body is at most this long, compressed or not. A batch of the till's size fits many times. */
export const maxBodyBytes = 32_000_000;
/** A list in a body (documents, ids, keys) has at most this many items. */
export const maxListItems = 10_000;

const tooLarge = couchFailure(413, 'too_large', `the request entity is too large: at most ${maxBodyBytes} bytes`);
const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);

type JsonObject = Record<string, unknown>;

/** Reads a JSON object from the body, gzip, deflate or plain, never more than the limit of it. */
export async function readObject(c: Context): Promise<Result<JsonObject, CouchFailure>> {
  const raw = await readBytes(c);
  if (!raw.ok) return raw;
  const bytes = await decompressed(raw.value, (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase());
  if (!bytes.ok) return bytes;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return fail(badRequest('invalid UTF-8 JSON'));
    throw error;
  }
  return isObject(value) ? ok(value) : fail(badRequest('Request body must be a JSON object'));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list of a body, bounded. */
export function listIn(body: JsonObject, name: string): Result<unknown[], CouchFailure> {
  const list = body[name];
  if (!Array.isArray(list)) return fail(badRequest(`\`${name}\` must be a JSON array`));
  if (list.length > maxListItems) {
    return fail(couchFailure(413, 'too_large', `\`${name}\` has more than ${maxListItems} items`));
  }
  return ok(list);
}

async function readBytes(c: Context): Promise<Result<Uint8Array, CouchFailure>> {
  if (Number(c.req.header('content-length') ?? 0) > maxBodyBytes) return fail(tooLarge);
  try {
    // With a length, the HTTP parser keeps the body to it.
    if (c.req.header('content-length') !== undefined) {
      const whole = new Uint8Array(await c.req.arrayBuffer());
      return whole.byteLength > maxBodyBytes ? fail(tooLarge) : ok(whole);
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of c.req.raw.body ?? []) {
      length += chunk.byteLength;
      if (length > maxBodyBytes) return fail(tooLarge);
      chunks.push(chunk);
    }
    return ok(Buffer.concat(chunks));
  } catch (error) {
    // The client went away, or the app's own limit on bodies was passed.
    const reason = error instanceof Error ? error.message : 'unreadable';
    return fail(badRequest(`the body could not be read: ${reason}`));
  }
}

async function decompressed(bytes: Uint8Array, encoding: string): Promise<Result<Uint8Array, CouchFailure>> {
  if (encoding === 'identity' || encoding === '') return ok(bytes);
  if (encoding !== 'gzip' && encoding !== 'deflate') {
    return fail(couchFailure(415, 'bad_ctype', `unknown content encoding ${encoding.slice(0, 40)}`));
  }
  try {
    const options = { maxOutputLength: maxBodyBytes };
    return ok(await (encoding === 'gzip' ? gunzipAsync(bytes, options) : inflateAsync(bytes, options)));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fail(code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge : badRequest(`the body is not ${encoding}`));
  }
}

/** Query parameters, as CouchDB takes them: strings may be quoted as JSON. */
export class QueryReader {
  readonly #query: (name: string) => string | undefined;
  failure: CouchFailure | null = null;

  constructor(c: Context) {
    this.#query = (name) => c.req.query(name);
  }

  text(name: string): string | undefined {
    const given = this.#query(name);
    if (given === undefined || !given.startsWith('"')) return given;
    try {
      const value: unknown = JSON.parse(given);
      return typeof value === 'string' ? value : given;
    } catch (error) {
      this.failure ??= badRequest(`${name} is not JSON: ${error instanceof Error ? error.message : ''}`);
      return undefined;
    }
  }

  flag(name: string, fallback = false): boolean {
    const given = this.#query(name);
    return given === undefined ? fallback : given === 'true';
  }

  /** A whole number ≥ 0, at most `max`; larger ones are lowered to it. */
  count(name: string, fallback: number, max: number): number {
    const given = this.#query(name);
    if (given === undefined) return fallback;
    if (!/^\d{1,18}$/.test(given)) {
      this.failure ??= couchFailure(400, 'query_parse_error', `Invalid value for integer: ${name}`);
      return fallback;
    }
    return Math.min(Number(given), max);
  }
}
