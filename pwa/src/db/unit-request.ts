import { z } from 'zod';
import { fail, ok, type Result } from '#schemas/result.ts';
import { unitRowSchema } from '#schemas/stock/unit.ts';
import { unitStates } from '#schemas/stock/unit-states.ts';
import { apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import type { FeedRequestOptions } from './feed-request.ts';
import type { LookUpFailure, UnitWhereabouts } from './till-types.ts';

const patienceMs = 6_000;

const whereaboutsSchema = z.object({
  here: unitRowSchema.nullable(),
  elsewhere: z.object({ storeId: z.string(), storeName: z.string(), state: z.enum(unitStates) }).nullable(),
});

/** Asks the server where a unit is, in this store and in the others of the chain. */
export async function askWhereabouts(
  { baseUrl, storeId, token, fetch }: Omit<FeedRequestOptions, 'nowMs'>,
  gtin14: string,
  serial: string,
): Promise<Result<UnitWhereabouts, LookUpFailure>> {
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
  const found = whereaboutsSchema.safeParse(body);
  if (response.ok && found.success) return ok(found.data);
  const refusal = apiErrorSchema.safeParse(body);
  return fail({ code: refusal.success ? refusal.data.error.code : 'internal' });
}
