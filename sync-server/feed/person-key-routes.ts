import { Hono } from 'hono';
import { type PersonKey, personKeyBytes } from '#schemas/members/sealed-person.ts';
import { personKeyStock, personKeysQuestionSchema, personKeysSchema } from '#schemas/sync/till-members.ts';
import type { AuthenticatedTill, TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { TokenBuckets } from '../door/token-buckets.ts';
import { newUuid } from '../random-uuid.ts';
import { apiError, parseBody, tooManyAttempts } from '../routes/answers.ts';

/** A thousand enrolments at once, and then a hundred a minute: more than any counter makes, and no flood of rows. */
const rule = { burst: 5, perSecond: 1 / 120 };
/** As long as a tablet keeps entries: an emergency export of a till that was taken back may still come. */
const sweptAfterMs = 90 * 24 * 3_600_000;

/** `POST /feed/:store/person-keys`: keys for what is personal in the till's own entries, made here before it needs them [MB7]. */
export function personKeyRoutes(context: ServerContext): Hono<TillEnv> {
  const questions = new TokenBuckets(context, rule);
  return new Hono<TillEnv>().post('/', async (c) => {
    const asked = await parseBody(c, personKeysQuestionSchema);
    if (!asked.ok) return apiError(c, 400, 'bad-request', asked.error.detail);
    const till = c.get('till');
    const waitMs = questions.take(`${till.storeId} ${till.tillNumber}`);
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    await sweepUnused(context, till.storeId);
    c.header('Cache-Control', 'no-store');
    const missing = Math.max(0, personKeyStock - asked.value.unused);
    return c.json(personKeysSchema.parse({ keys: await giveKeys(context, till, missing) }));
  });
}

/** [A1] Under the till's own number: a key opens nothing in another till's entries. */
async function giveKeys(
  context: ServerContext,
  { merchantId, storeId, tillNumber }: AuthenticatedTill,
  count: number,
): Promise<PersonKey[]> {
  const keys = Array.from({ length: count }, () => ({
    keyId: newUuid(context),
    key: Buffer.from(context.randomBytes(personKeyBytes)).toString('base64url'),
  }));
  await context.database.pool.query(
    `insert into personal_key (merchant_id, key_id, key, store_id, till_number, made_at_ms)
     select $1, k.key_id, k.key, $4, $5, $6 from unnest($2::text[], $3::text[]) k(key_id, key)`,
    [
      ...[merchantId, keys.map(({ keyId }) => keyId), keys.map(({ key }) => key)],
      ...[storeId, tillNumber, context.nowMs()],
    ],
  );
  return keys;
}

/** What was given to a till that was taken back long ago, and that no entry names. */
async function sweepUnused(context: ServerContext, storeId: string): Promise<void> {
  await context.database.pool.query(
    `delete from personal_key p using till t
      where p.store_id = $1 and t.store_id = $1 and t.till_number = p.till_number and t.revoked_at_ms < $2
        and not exists (select from member_act a where a.store_id = $1
                           and a.fact -> 'body' -> 'person' ->> 'keyId' = p.key_id)`,
    [storeId, context.nowMs() - sweptAfterMs],
  );
}
