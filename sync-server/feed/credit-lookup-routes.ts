import { Hono } from 'hono';
import { readCreditCode } from '#schemas/payment/credit-code.ts';
import { type CreditLookup, creditQuestionSchema } from '#schemas/sync/credit-lookup.ts';
import type { AuthenticatedTill, TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { TokenBuckets } from '../door/token-buckets.ts';
import { apiError, parseBody, tooManyAttempts } from '../routes/answers.ts';
import { readBalance } from '../tenders/credits.ts';

/** More than a counter ever pays with, and far too few to find one of 2⁶⁰ numbers. */
const rule = { burst: 30, perSecond: 0.5 };

/** `POST /feed/:store/credits`: what is left on a store credit or gift card (schemas/sync/credit-lookup.ts). */
export function creditLookupRoutes(context: ServerContext): Hono<TillEnv> {
  const questions = new TokenBuckets(context, rule);
  return new Hono<TillEnv>().post('/', async (c) => {
    const asked = await parseBody(c, creditQuestionSchema);
    if (!asked.ok) return apiError(c, 400, 'bad-request', asked.error.detail);
    const till = c.get('till');
    const waitMs = questions.take(`${till.storeId} ${till.tillNumber}`);
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    c.header('Cache-Control', 'no-store');
    return c.json<CreditLookup>({ credit: await lookUp(context, till, asked.value.code) });
  });
}

/** [A1] Of the till's own store alone: another one's numbers are as unknown as numbers that nobody gave out. */
async function lookUp(context: ServerContext, { storeId }: AuthenticatedTill, raw: string) {
  const read = readCreditCode(raw);
  if (read === null) return null;
  const { kind, code } = read;
  const balance = await readBalance(context.database.pool, storeId, kind, code);
  return balance && { kind, ...balance };
}
