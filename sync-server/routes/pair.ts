import { Hono } from 'hono';
import { pairRequestSchema } from '#schemas/sync/pairing.ts';
import { auditOrigin } from '../audit/audit.ts';
import { Attempts } from '../auth/attempts.ts';
import { clientNetwork } from '../auth/client-address.ts';
import { type PairFailure, pairTill } from '../auth/pairing.ts';
import type { ServerContext } from '../context.ts';
import { apiError, parseBody, tooManyAttempts } from './answers.ts';

const statusOf = {
  'bad-request': 400,
  'code-unknown': 404,
  'code-used': 409,
  conflict: 409,
  'code-expired': 410,
} as const satisfies Record<PairFailure['code'], number>;

/** `POST /api/pair`: a code becomes a till (schemas/sync/pairing.ts). */
export function pairRoutes(context: ServerContext): Hono {
  const waitsMs = { firstWaitMs: 1_000, longestWaitMs: 10 * 60_000, forgetMs: 10 * 60_000 };
  const attempts = new Attempts(context, 'pair from address', { free: 10, ...waitsMs });
  return new Hono().post('/', async (c) => {
    const request = await parseBody(c, pairRequestSchema);
    if (!request.ok) return apiError(c, 400, 'bad-request', request.error.detail);
    const address = clientNetwork(c);
    const waitMs = await attempts.begin(address);
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    const paired = await pairTill(context, request.value, auditOrigin(c));
    if (!paired.ok) return apiError(c, statusOf[paired.error.code], paired.error.code);
    await attempts.forgive(address);
    context.log.info({ storeId: paired.value.storeId, tillNumber: paired.value.tillNumber }, 'till paired');
    return c.json(paired.value);
  });
}
