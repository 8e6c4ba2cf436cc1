import { Hono } from 'hono';
import type { OpenPaymentList } from '#schemas/api/open-payments.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { listOpenPayments } from '../tenders/open-payments.ts';

/** `GET …/open-payments`: what a terminal or a wallet was asked for, and nobody can tell the end of (schemas/api/open-payments.ts). */
export function openPaymentRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('read-reports'), async (c) => {
    const listed = await listOpenPayments(context.database.pool, c.get('store'));
    return c.json<OpenPaymentList>({ serverTimeMs: context.nowMs(), ...listed });
  });
}
