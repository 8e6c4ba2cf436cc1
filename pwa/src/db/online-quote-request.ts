import { fail, ok, type Result } from '#schemas/result.ts';
import { type OnlineQuote, type OnlineQuoteRequest, onlineQuoteSchema } from '#schemas/sync/online-quote.ts';
import { apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import type { FeedRequestOptions } from './feed-request.ts';
import type { LookUpFailure } from './till-types.ts';

/** Later than this the customer has gone on: the price stands with its age. */
const patienceMs = 3_000;

/** Asks the server what the web shop asks now. */
export async function askOnlineQuote(
  { baseUrl, storeId, token, fetch }: Omit<FeedRequestOptions, 'nowMs'>,
  goods: OnlineQuoteRequest['goods'],
): Promise<Result<OnlineQuote['goods'], LookUpFailure>> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${baseUrl}/feed/${storeId}/online-quote`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        [protocolHeader]: String(protocolVersion),
      },
      body: JSON.stringify({ goods } satisfies OnlineQuoteRequest),
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
    });
    body = await response.json();
  } catch {
    return fail({ code: 'offline' });
  }
  const answer = onlineQuoteSchema.safeParse(body);
  if (response.ok && answer.success) return ok(answer.data.goods);
  const refusal = apiErrorSchema.safeParse(body);
  return fail({ code: refusal.success ? refusal.data.error.code : 'internal' });
}
