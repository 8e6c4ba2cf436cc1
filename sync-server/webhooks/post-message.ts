import http from 'node:http';
import https from 'node:https';
import type { WebhookTrouble } from '#schemas/api/webhooks.ts';
import type { ServerContext } from '../context.ts';
import {
  feedUrlProblem,
  isPublicAddress,
  lookupAmong,
  NotPublicError,
  publicAddressesOf,
} from '../prices/feed-address.ts';

export type Posted = { status: number | null; trouble: WebhookTrouble | null };
type Reach = Pick<ServerContext, 'privateHooks'>;

/** What is wrong with an address; null: nothing. Public and https, unless the installation lets messages go to its own network. */
export function hookUrlProblem({ privateHooks }: Reach, url: string): string | null {
  if (!privateHooks) return feedUrlProblem(url);
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? null : 'not an address';
}

/**
 * Posts JSON to another system: to the addresses that were checked and no others, whatever its name server answers next; redirects
 * are not followed, as they lead past that check, and nothing of the answer is read but its status.
 */
export async function postMessage(
  context: Reach,
  { url, headers, body }: { url: string; headers: Readonly<Record<string, string>>; body: string },
  timeoutMs: number,
): Promise<Posted> {
  if (hookUrlProblem(context, url) !== null) return { status: null, trouble: 'address-not-allowed' };
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const isAllowed = context.privateHooks ? () => true : isPublicAddress;
    const lookup = lookupAmong(await publicAddressesOf(new URL(url).hostname, isAllowed));
    const status = await new Promise<number>((resolve, reject) => {
      const { request } = url.startsWith('http:') ? http : https;
      const sent = request(url, { method: 'POST', lookup, signal, headers, agent: false }, (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      sent.on('error', reject);
      sent.end(body);
    });
    return { status, trouble: status >= 200 && status < 300 ? null : 'bad-status' };
  } catch (error) {
    if (error instanceof NotPublicError) return { status: null, trouble: 'address-not-allowed' };
    return { status: null, trouble: signal.aborted ? 'timeout' : 'unreachable' };
  }
}
