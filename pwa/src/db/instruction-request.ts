import { fail, ok, type Result } from '#schemas/result.ts';
import { type InstructionDone, instructionDoneSchema, type TillInstruction } from '#schemas/sync/instruction.ts';
import { apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import type { FeedRequestOptions } from './feed-request.ts';
import type { CarryOutFailure } from './till-types.ts';

const patienceMs = 15_000;

/** A thief may hold the tablet: clearing it does not wait long for a line that somebody cut. */
const discardPatienceMs = 4_000;

/** A revoked till says that it clears itself now, with so many entries that the server never got. Whether it is heard or not. */
export async function sayDiscarded(
  { baseUrl, storeId, token, fetch }: Omit<FeedRequestOptions, 'nowMs'>,
  instructionId: string,
  lostEntries: number,
): Promise<void> {
  await fetch(`${baseUrl}/feed/${storeId}/discards/${instructionId}/done`, {
    method: 'POST',
    headers: headersOf(token),
    body: JSON.stringify({ lostEntries }),
    signal: AbortSignal.timeout(discardPatienceMs),
  }).catch((error: Error) => console.warn('the server has not heard that this till was cleared', error));
}

/** The till's last request: it says that it does what it was asked, and that the server has all of its entries. */
export async function sayDone(
  { baseUrl, storeId, token, fetch }: Omit<FeedRequestOptions, 'nowMs'>,
  { instructionId }: TillInstruction,
  lastSequence: number,
): Promise<Result<InstructionDone, CarryOutFailure>> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${baseUrl}/feed/${storeId}/instructions/${instructionId}/done`, {
      method: 'POST',
      headers: headersOf(token),
      body: JSON.stringify({ lastSequence }),
      signal: AbortSignal.timeout(patienceMs),
    });
    body = await response.json();
  } catch {
    return fail({ code: 'offline' });
  }
  const done = instructionDoneSchema.safeParse(body);
  if (response.ok && done.success) return ok(done.data);
  const refusal = apiErrorSchema.safeParse(body);
  const code = refusal.success ? refusal.data.error.code : 'internal';
  // The answer to an earlier try was lost on the way: it is done. A code that was in it is lost, and a person types another.
  if (code === 'till-revoked') return ok({ code: null });
  return fail({ code: code === 'conflict' ? 'entries-waiting' : 'refused' });
}

function headersOf(token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    [protocolHeader]: String(protocolVersion),
  };
}
