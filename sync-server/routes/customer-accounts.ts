import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  type AccountList,
  type AccountSaved,
  type AccountStatement,
  accountsQuerySchema,
  bookPaymentSchema,
  correctPaymentSchema,
  maxStatementDays,
  saveAccountSchema,
  statementQuerySchema,
} from '#schemas/api/customer-accounts.ts';
import { accountNumberSchema } from '#schemas/payment/customer-account.ts';
import { may } from '#schemas/policy/policy.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { type BookFailure, bookPayment, correctPayment } from '../customer-accounts/book-payment.ts';
import { type AccountScope, findAccount, listAccounts, readStatement } from '../customer-accounts/read-accounts.ts';
import { saveAccount } from '../customer-accounts/save-account.ts';
import { statementCsv } from '../customer-accounts/statement-csv.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';
import { businessDayAt, daysOf } from './business-day.ts';

type C = Context<OfficeEnv>;
const defaultDays = 90;
const dayMs = 86_400_000;

/** [A1] Whose accounts somebody sees: who keeps them all of the chain, others those that hold in the store. */
function scopeOf(c: C): AccountScope {
  const { merchantId, storeId, timeZone } = c.get('store');
  const isWhole = may(c.get('actor').grants, 'edit-customer-accounts', { type: 'merchant', merchantId });
  return { merchantId, storeId, timeZone, isWhole };
}

function numberOf(c: C): string {
  return accountNumberSchema.safeParse(c.req.param('number')).data ?? '';
}

/** `…/customer-accounts`: who buys on account (schemas/api/customer-accounts.ts). */
export function customerAccountRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const { pool } = context.database;

  routes.get('/', read, async (c) => {
    const query = parseQuery(c, accountsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const asked = { q: query.value.q, nowMs: context.nowMs() };
    return c.json<AccountList>(await listAccounts(pool, scopeOf(c), asked));
  });

  routes.get('/:number', read, async (c) => {
    const statement = await askedStatement(context, c);
    return statement.ok ? c.json<AccountStatement>(statement.value) : refuse(c, statement.error.code);
  });

  routes.get('/:number/statement.csv', read, async (c) => {
    const statement = await askedStatement(context, c);
    if (!statement.ok) return refuse(c, statement.error.code);
    const { number, from, to } = statement.value;
    c.header('Content-Disposition', `attachment; filename="statement-${number}-${from}-${to}.csv"`);
    return c.body(statementCsv(statement.value), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
  });

  routes.put('/:number', office.require('edit-customer-accounts'), async (c) => {
    const body = await parseBody(c, saveAccountSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const number = numberOf(c);
    if (number === '') return apiError(c, 400, 'bad-request', 'number: 1 to 20 letters and digits');
    const saved = await saveAccount(context, c.get('store').merchantId, auditActor(c), { ...body.value, number });
    return saved.ok ? c.json<AccountSaved>(saved.value) : refuse(c, saved.error.code);
  });

  mountPayments(routes, context, office);
  return routes;
}

function mountPayments(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const book = office.require('book-account-payments');
  const { pool } = context.database;
  const placeOf = async (c: C) => {
    const { merchantId, storeId } = c.get('store');
    const place = { merchantId, storeId, number: numberOf(c) };
    return (await findAccount(pool, scopeOf(c), place.number)) === null ? null : place;
  };
  const answer = (c: C, number: string, booked: Result<null, BookFailure>) =>
    booked.ok ? c.json<AccountSaved>({ number }) : refuse(c, booked.error.code);

  routes.post('/:number/payments', book, async (c) => {
    const body = await parseBody(c, bookPaymentSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const place = await placeOf(c);
    if (place === null) return apiError(c, 404, 'not-found');
    return answer(c, place.number, await bookPayment(context, place, auditActor(c), body.value));
  });

  routes.post('/:number/payments/:payment/correct', book, async (c) => {
    const body = await parseBody(c, correctPaymentSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const place = await placeOf(c);
    const correctsId = z.uuid().safeParse(c.req.param('payment')).data;
    if (place === null || correctsId === undefined) return apiError(c, 404, 'not-found');
    return answer(c, place.number, await correctPayment(context, place, auditActor(c), { ...body.value, correctsId }));
  });
}

async function askedStatement(
  context: ServerContext,
  c: C,
): Promise<Result<AccountStatement, { code: 'bad-request' | 'not-found' }>> {
  const query = parseQuery(c, statementQuerySchema);
  if (!query.ok) return fail({ code: 'bad-request' });
  const nowMs = context.nowMs();
  const today = businessDayAt(nowMs, c.get('store').timeZone);
  const last = query.value.to ?? today;
  const first = query.value.from ?? new Date(Date.parse(last) - (defaultDays - 1) * dayMs).toISOString().slice(0, 10);
  const days = daysOf({ from: first, to: last }, today, maxStatementDays);
  if (days === null) return fail({ code: 'bad-request' });
  const statement = await readStatement(context.database.pool, scopeOf(c), { number: numberOf(c), ...days, nowMs });
  return statement === null ? fail({ code: 'not-found' }) : ok(statement);
}

const statuses = { 'bad-request': 400, 'not-found': 404, conflict: 409 } as const;

function refuse(c: C, code: keyof typeof statuses) {
  return apiError(c, statuses[code], code);
}
