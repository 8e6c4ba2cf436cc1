import type { Context } from 'hono';
import { apiError } from '../routes/answers.ts';
import type { JobRefusal } from './print-jobs.ts';

/** Why a job was not taken; with labels at fault, which and why (labelProblemsSchema). */
export function refusedJob(c: Context, refusal: JobRefusal) {
  if (refusal.code === 'not-found') return apiError(c, 404, 'not-found');
  const { problems } = refusal;
  return c.json(
    { error: { code: 'bad-request', detail: `${problems.length} labels cannot be printed` }, problems },
    400,
  );
}
