import type { Entry } from '#schemas/journal/envelope.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import { receiptLookupSchema } from '#schemas/sync/receipt-lookup.ts';
import type { FeedRequestOptions } from './feed-request.ts';
import type { LookUpFailure } from './till-types.ts';

const patienceMs = 6_000;

/** Asks the server for a receipt that is not held here: its sale, and what came back of it. Empty: the store has none of that number. */
export async function askReceipt(
  { baseUrl, storeId, token, fetch }: Omit<FeedRequestOptions, 'nowMs'>,
  receiptId: string,
): Promise<Result<Entry[], LookUpFailure>> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${baseUrl}/feed/${storeId}/receipts/${receiptId}`, {
      headers: { authorization: `Bearer ${token}`, [protocolHeader]: String(protocolVersion) },
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
    });
    body = await response.json();
  } catch {
    return fail({ code: 'offline' });
  }
  const found = receiptLookupSchema.safeParse(body);
  if (response.ok && found.success) return ok(found.data.entries);
  const refusal = apiErrorSchema.safeParse(body);
  return fail({ code: refusal.success ? refusal.data.error.code : 'internal' });
}
