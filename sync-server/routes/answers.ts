import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { ApiErrorCode } from '#schemas/sync/protocol.ts';

/** An error of `/api` and `/feed` (apiErrorSchema). `detail` is for a log or a developer; the screen translates `code`. */
export function apiError(c: Context, status: ContentfulStatusCode, code: ApiErrorCode, detail?: string) {
  return c.json({ error: { code, ...(detail === undefined ? {} : { detail: detail.slice(0, 500) }) } }, status);
}

/** What is wrong with an input, in one line without the input itself. */
export function issueText(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'invalid';
}

/** Parses a JSON body once, at the border. The body's size is limited before (app.ts). */
export async function parseBody<Value>(c: Context, schema: z.ZodType<Value>): Promise<Result<Value, BadRequest>> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/json\b/i.test(type)) return fail({ code: 'bad-request', detail: 'content-type is not JSON' });
  let body: unknown;
  try {
    body = JSON.parse(await c.req.text());
  } catch (error) {
    // A body cut short or over the limit is no syntax error: the app answers it.
    if (!(error instanceof SyntaxError)) throw error;
    return fail({ code: 'bad-request', detail: 'not JSON' });
  }
  return parse(schema, body);
}

export function parseQuery<Value>(c: Context, schema: z.ZodType<Value>): Result<Value, BadRequest> {
  return parse(schema, c.req.query());
}

export type BadRequest = { code: 'bad-request'; detail: string };

function parse<Value>(schema: z.ZodType<Value>, input: unknown): Result<Value, BadRequest> {
  const result = schema.safeParse(input);
  return result.success ? ok(result.data) : fail({ code: 'bad-request', detail: issueText(result.error) });
}

/** 429 with the wait in whole seconds (RFC 9110, Retry-After). */
export function tooManyAttempts(c: Context, waitMs: number) {
  c.header('Retry-After', String(Math.ceil(waitMs / 1_000)));
  return apiError(c, 429, 'too-many-attempts');
}
