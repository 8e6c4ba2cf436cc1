import type { z } from 'zod';
import { requestedByHeader } from '#schemas/api/session.ts';
import { setupStateSchema } from '#schemas/api/setup.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type ApiErrorCode, apiErrorSchema } from '#schemas/sync/protocol.ts';

/** `refused`: what a 422 says of the parts that are wrong, to be read by the schema of its route. */
export type ApiFailure = { code: ApiErrorCode | 'offline'; refused?: unknown };
/** `file`: sent as it is, in place of a `body`. */
export type ApiCall = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  file?: Blob | string;
  fetch?: typeof globalThis.fetch;
};

const patienceMs = 15_000;

/** One request to `/api`, its answer read by a schema. No answer, or one that makes no sense, is a failure too. */
export async function callApi<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  { method = 'GET', body, file, fetch = globalThis.fetch }: ApiCall = {},
): Promise<Result<z.infer<Schema>, ApiFailure>> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        accept: 'application/json',
        'content-type': file === undefined ? 'application/json' : 'text/csv',
        [requestedByHeader]: '1',
      },
      ...((method === 'POST' || method === 'PUT') && { body: file ?? JSON.stringify(body ?? {}) }),
    });
    answer = await response.json();
  } catch {
    return fail({ code: 'offline' });
  }
  if (!response.ok) {
    const refusal = apiErrorSchema.safeParse(answer);
    const code = refusal.success ? refusal.data.error.code : 'internal';
    return fail(response.status === 422 ? { code, refused: answer } : { code });
  }
  const read = schema.safeParse(answer);
  return read.success ? ok(read.data) : fail({ code: 'protocol-unknown' });
}

/** Whether the server waits for its first merchant; false while it cannot be asked. */
export async function isEmptyServer(): Promise<boolean> {
  const state = await callApi('/api/setup', setupStateSchema);
  return state.ok && state.value.empty;
}
