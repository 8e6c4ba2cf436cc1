import { fail, ok, type Result } from '#schemas/result.ts';
import { apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import { type UnitLookup, unitLookupSchema } from '#schemas/sync/unit-lookup.ts';
import type { FeedRequestOptions } from './feed-request.ts';
import type { LookUpFailure } from './till-types.ts';

const patienceMs = 6_000;

/** Asks the server where a unit is, in this store and in the others of the chain. */
export async function askWhereabouts(
  { baseUrl, storeId, token, fetch }: Omit<FeedRequestOptions, 'nowMs'>,
  gtin14: string,
  serial: string,
): Promise<Result<UnitLookup, LookUpFailure>> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${baseUrl}/feed/${storeId}/units/${gtin14}/${encodeURIComponent(serial)}`, {
      headers: { authorization: `Bearer ${token}`, [protocolHeader]: String(protocolVersion) },
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
    });
    body = await response.json();
  } catch {
    return fail({ code: 'offline' });
  }
  const found = unitLookupSchema.safeParse(body);
  if (response.ok && found.success) return ok(found.data);
  const refusal = apiErrorSchema.safeParse(body);
  return fail({ code: refusal.success ? refusal.data.error.code : 'internal' });
}
