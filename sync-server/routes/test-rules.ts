import { Hono } from 'hono';
import { type Actor, OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { makeStore, openTestContext } from '../journal/test-journal.ts';

// For tests: a store whose rules of paying and giving back are read and set, by a key that may do so.

export type RuledStore = {
  context: ServerContext;
  storeId: string;
  merchantId: string;
  read(): Promise<unknown>;
  post(rules: unknown): Promise<Response>;
  close(): Promise<void>;
};

export async function openRuledStore(
  routesOf: (context: ServerContext, auth: OfficeAuth) => Hono<OfficeEnv>,
): Promise<RuledStore> {
  const { url, drop } = await createTestDatabase();
  const context = openTestContext(url);
  const storeId = await makeStore(context);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  const merchantId: string = rows[0].merchant_id;
  const rights = ['read-reports' as const, 'edit-tenders' as const];
  const grants = [{ scope: { type: 'store' as const, merchantId, storeId }, rights }];
  const actor: Actor = { type: 'key', merchantId, keyId: 'key', name: 'Key', grants };
  const app = new Hono().route('/:store/rules', routesOf(context, new OfficeAuth(context, async () => actor)));
  const headers = { 'content-type': 'application/json' };
  return {
    ...{ context, storeId, merchantId },
    read: async () => (await app.request(`/${storeId}/rules`)).json(),
    post: async (rules) =>
      app.request(`/${storeId}/rules`, { method: 'POST', headers, body: JSON.stringify({ rules }) }),
    close: async () => {
      await context.close();
      await drop();
    },
  };
}
