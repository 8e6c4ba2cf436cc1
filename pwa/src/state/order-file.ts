import { maxOrderFileBytes, type OrderFile, orderFileSchema } from '#schemas/api/order-file.ts';
import { requestedByHeader } from '#schemas/api/session.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { apiErrorSchema } from '#schemas/sync/protocol.ts';
import type { ApiFailure } from './office-api.ts';

const patienceMs = 60_000;

/** Has a file read as lines of an order of a store to a supplier; nothing is kept. */
export async function readOrderFile(
  { storeId, supplierId }: { storeId: string; supplierId: string },
  file: Blob,
  fetch = globalThis.fetch,
): Promise<Result<OrderFile, ApiFailure>> {
  if (file.size > maxOrderFileBytes) return fail({ code: 'too-large' });
  let answer: unknown;
  try {
    const path = `/api/stores/${encodeURIComponent(storeId)}/orders/csv?${new URLSearchParams({ supplier: supplierId })}`;
    const response = await fetch(path, {
      ...{ method: 'POST', credentials: 'same-origin', signal: AbortSignal.timeout(patienceMs), body: file },
      headers: { accept: 'application/json', 'content-type': 'text/csv', [requestedByHeader]: '1' },
    });
    answer = await response.json();
  } catch {
    return fail({ code: 'offline' });
  }
  const read = orderFileSchema.safeParse(answer);
  if (read.success) return ok(read.data);
  const refusal = apiErrorSchema.safeParse(answer);
  return fail({ code: refusal.success ? refusal.data.error.code : 'internal' });
}
