import { fail, ok, type Result } from '#schemas/result.ts';
import { type CreditLookup, creditLookupSchema } from '#schemas/sync/credit-lookup.ts';
import { apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import type { FeedRequestOptions } from './feed-request.ts';
import type { LookUpFailure } from './till-types.ts';

/** The customer stands there with the slip in hand. */
const patienceMs = 4_000;

/** Asks the server what is left on a store credit or gift card; null: this store gave out none of that number. */
export async function askCredit(
  { baseUrl, storeId, token, fetch }: Omit<FeedRequestOptions, 'nowMs'>,
  code: string,
): Promise<Result<CreditLookup['credit'], LookUpFailure>> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${baseUrl}/feed/${storeId}/credits`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        [protocolHeader]: String(protocolVersion),
      },
      body: JSON.stringify({ code }),
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
    });
    body = await response.json();
  } catch {
    return fail({ code: 'offline' });
  }
  const answer = creditLookupSchema.safeParse(body);
  if (response.ok && answer.success) return ok(answer.data.credit);
  const refusal = apiErrorSchema.safeParse(body);
  return fail({ code: refusal.success ? refusal.data.error.code : 'internal' });
}
