import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { FeedTrouble } from '#schemas/api/prices.ts';
import { maxPriceFileBytes } from '#schemas/api/prices.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { feedUrlProblem, isPublicAddress, lookupAmong, NotPublicError, publicAddressesOf } from './feed-address.ts';

export type FetchFailure = { code: FeedTrouble; detail: string };
/** `allowed`: which addresses may be reached, in the clear too; for a test with a shop on this machine. */
export type FetchOptions = { allowed?: (address: string) => boolean; timeoutMs?: number };

/**
 * Reads a web shop's price feed: https only, from public addresses only, whatever its name server answers; redirects are not
 * followed, as they lead past that check. At most 16 MB, within 30 s.
 */
export async function fetchFeed(
  url: string,
  { allowed, timeoutMs = 30_000 }: FetchOptions = {},
): Promise<Result<Uint8Array, FetchFailure>> {
  const problem = allowed ? null : feedUrlProblem(url);
  if (problem !== null) return fail({ code: 'address-not-allowed', detail: problem });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const lookup = lookupAmong(await publicAddressesOf(new URL(url).hostname, allowed ?? isPublicAddress));
    return await read(url, lookup, signal);
  } catch (error) {
    return fail(failureOf(error, signal));
  }
}

function failureOf(error: unknown, signal: AbortSignal): FetchFailure {
  if (error instanceof NotPublicError) return { code: 'address-not-allowed', detail: error.message };
  if (signal.aborted) return { code: 'timeout', detail: '' };
  const detail = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : '';
  return { code: 'unreachable', detail: detail.slice(0, 200) };
}

function read(url: string, lookup: LookupFunction, signal: AbortSignal): Promise<Result<Uint8Array, FetchFailure>> {
  const { request } = url.startsWith('http:') ? http : https;
  const headers = { accept: 'application/json, text/csv', 'accept-encoding': 'identity', 'user-agent': 'onecode' };
  return new Promise((resolve, reject) => {
    const sent = request(url, { lookup, signal, headers, agent: false }, (response) => {
      const status = response.statusCode ?? 0;
      if (status !== 200) {
        response.destroy();
        resolve(fail({ code: 'bad-status', detail: String(status) }));
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= maxPriceFileBytes) return;
        response.destroy();
        resolve(fail({ code: 'too-large', detail: `more than ${maxPriceFileBytes} bytes` }));
      });
      response.on('end', () => resolve(ok(Buffer.concat(chunks))));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}
