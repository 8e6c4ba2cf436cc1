import { Hono } from 'hono';
import { type SetupAnswer, type SetupRequest, type SetupState, setupRequestSchema } from '#schemas/api/setup.ts';
import { assert } from '#schemas/assert.ts';
import type { WebSessions } from '../auth/web-session.ts';
import { createMerchant, createStore } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { createOperator } from '../people/new-operator.ts';
import { apiError, parseBody } from './answers.ts';
import { isTimeZone } from './business-day.ts';

/** Any constant: two first runs at once take turns. */
const setupLock = 8_104_711;

/** `/api/setup`: makes the merchant, the first store and its manager, once (schemas/api/setup.ts). */
export function setupRoutes(context: ServerContext, sessions: WebSessions): Hono {
  const routes = new Hono();

  routes.get('/', async (c) => c.json<SetupState>({ empty: await isEmpty(context.database.pool) }));

  routes.post('/', async (c) => {
    // Asked first without the lock, so that nobody can make a running shop hash passwords.
    if (!(await isEmpty(context.database.pool))) return apiError(c, 409, 'already-set-up');
    const request = await parseBody(c, setupRequestSchema);
    if (!request.ok) return apiError(c, 400, 'bad-request', request.error.detail);
    if (!isTimeZone(request.value.timeZone)) return apiError(c, 400, 'bad-request', 'timeZone: unknown');
    const answer = await setUp(context, request.value);
    if (answer === null) return apiError(c, 409, 'already-set-up');
    context.log.info({ merchantId: answer.merchantId, storeId: answer.storeId }, 'set up');
    await sessions.begin(c, answer.userId);
    return c.json<SetupAnswer>({
      merchantId: answer.merchantId,
      storeId: answer.storeId,
      operatorId: answer.operatorId,
    });
  });

  return routes;
}

async function isEmpty(database: Queryable): Promise<boolean> {
  const { rowCount } = await database.query('select 1 from merchant limit 1');
  return rowCount === 0;
}

/** All or nothing; null when somebody was faster. */
function setUp(context: ServerContext, request: SetupRequest): Promise<(SetupAnswer & { userId: string }) | null> {
  return inTransaction(context.database, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [setupLock]);
    if (!(await isEmpty(tx))) return null;
    const merchantId = await createMerchant(context, { name: request.merchantName }, tx);
    const { storeName: name, currency, timeZone, taxRules } = request;
    const storeId = await createStore(context, { merchantId, name, currency, timeZone, taxRules }, tx);
    const operatorId = await createOperator(
      context,
      {
        storeId,
        name: request.managerName,
        role: 'owner',
        pin: request.managerPin,
        password: request.managerPassword,
        username: request.managerUsername,
        email: request.managerEmail ?? undefined,
      },
      tx,
    );
    const account = await tx.query<{ userId: string }>(
      'select id as "userId" from account_user where merchant_id = $1 and operator_id = $2',
      [merchantId, operatorId],
    );
    const [owner] = account.rows;
    assert(owner, 'the owner has an account');
    return { merchantId, storeId, operatorId, userId: owner.userId };
  });
}
