import type { z } from 'zod';
import { unreachable } from '#schemas/assert.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { feedTableNames, feedTables } from '#schemas/rows/rows.ts';
import type { DeltaQuery } from '#schemas/sync/delta-query.ts';
import { type Delta, deltaSchema, type Manifest, manifestSchema } from '#schemas/sync/feed.ts';
import { apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import type { RefusalCode } from './feed-machine.ts';
import type { Fetch } from './pouch.ts';
import { askedToWaitMs } from './remote-journal.ts';

/** Why a request to the feed brought nothing. `offline`: no answer at all; `server-error`: one that helps nobody. */
export type FeedFailure = {
  code: RefusalCode | 'offline' | 'server-error' | 'page-gone';
  /** With `till-revoked`: the till is to clear itself at once, as this instruction asks. */
  discard?: string;
  /** The server asks to be left alone for so long. */
  waitMs?: number;
};

/** An answer, with when it was asked and received by the device's clock. */
export type Timed<Value> = { value: Value; askedAtMs: number; answeredAtMs: number };

export type FeedRequestOptions = {
  baseUrl: string;
  storeId: string;
  token: string;
  fetch: Fetch;
  nowMs: () => number;
};

/** No request but a long wait takes longer; the first cut of a large store's pages takes a while. */
const patienceMs = 60_000;

/** The three questions that a till asks the row feed. */
export class FeedRequest {
  readonly #options: FeedRequestOptions;

  constructor(options: FeedRequestOptions) {
    this.#options = options;
  }

  manifest(signal: AbortSignal): Promise<Result<Timed<Manifest>, FeedFailure>> {
    return this.#json('manifest', manifestSchema, patienceMs, signal);
  }

  async delta(query: DeltaQuery, signal: AbortSignal): Promise<Result<Timed<Delta>, FeedFailure>> {
    const named = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(named.map(([name, value]) => [name, String(value)]));
    // Beyond the wait the server has ten seconds; a connection that died without a word is noticed then.
    const answer = await this.#json(`delta?${search}`, deltaSchema, query.waitMs + 10_000, signal);
    return !answer.ok || hasRightRows(answer.value.value) ? answer : fail({ code: 'server-error' });
  }

  /** The bytes of a page, whose name they were checked against. */
  async page(hash: string, signal: AbortSignal): Promise<Result<ArrayBuffer, FeedFailure>> {
    const response = await this.#get(`page/${hash}`, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
    if (!response.ok) return response;
    try {
      const bytes = await response.value.arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      const actual = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return actual === hash ? ok(bytes) : fail({ code: 'server-error' });
    } catch {
      return fail({ code: 'offline' });
    }
  }

  async #json<Value>(
    path: string,
    schema: z.ZodType<Value>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Result<Timed<Value>, FeedFailure>> {
    const askedAtMs = this.#options.nowMs();
    const response = await this.#get(path, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    if (!response.ok) return response;
    const answeredAtMs = this.#options.nowMs();
    let body: unknown;
    try {
      body = await response.value.json();
    } catch {
      return fail({ code: 'offline' });
    }
    const parsed = schema.safeParse(body);
    if (parsed.success) return ok({ value: parsed.data, askedAtMs, answeredAtMs });
    return fail({ code: isOfOtherProtocol(body) ? 'protocol-unknown' : 'server-error' });
  }

  async #get(path: string, signal: AbortSignal): Promise<Result<Response, FeedFailure>> {
    const { baseUrl, storeId, token, fetch } = this.#options;
    let response: Response;
    try {
      response = await fetch(`${baseUrl}/feed/${storeId}/${path}`, {
        headers: { authorization: `Bearer ${token}`, [protocolHeader]: String(protocolVersion) },
        // Pages are kept in IndexedDB; the HTTP cache would keep them twice.
        cache: 'no-store',
        signal,
      });
    } catch {
      return fail({ code: 'offline' });
    }
    if (response.ok) return ok(response);
    const waitMs = askedToWaitMs(response);
    return fail({ ...(await failureOf(response)), ...(waitMs > 0 ? { waitMs } : {}) });
  }
}

/** It says which protocol it speaks. A portal's JSON says nothing of the kind, and is no reason to stop asking. */
function isOfOtherProtocol(body: unknown): boolean {
  const protocol = (body as { protocol?: unknown } | null)?.protocol;
  return typeof protocol === 'number' && protocol !== protocolVersion;
}

async function failureOf(response: Response): Promise<FeedFailure> {
  const body = await response.json().catch(() => null);
  const parsed = apiErrorSchema.safeParse(body);
  // A 401 that is not the server's own is a portal's or a proxy's: it says nothing of the till.
  if (!parsed.success) return { code: 'server-error' };
  const { code, discard } = parsed.data.error;
  switch (code) {
    case 'till-revoked':
      return discard === undefined ? { code } : { code, discard };
    case 'unauthorized':
    case 'protocol-unknown':
    case 'page-gone':
      return { code };
    // The token is of another store: as good as none.
    case 'forbidden':
      return { code: 'unauthorized' };
    case 'bad-request':
    case 'too-large':
    case 'not-found':
    case 'conflict':
    case 'code-unknown':
    case 'code-used':
    case 'code-expired':
    case 'too-many-attempts':
    case 'wrong-password':
    case 'wrong-code':
    case 'sign-in-again':
    case 'name-taken':
    case 'already-set-up':
    case 'last-owner':
    case 'own-access':
    case 'role-in-use':
    case 'busy':
    case 'internal':
      return { code: 'server-error' };
    default:
      return unreachable(code);
  }
}

/** Each changed row has its table's shape, or is gone. */
function hasRightRows(delta: Delta): boolean {
  return feedTableNames.every((table) =>
    (delta.rows[table] ?? []).every(([, row]) => row === null || feedTables[table].schema.safeParse(row).success),
  );
}
