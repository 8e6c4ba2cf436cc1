import { Hono } from 'hono';
import type { ServerContext } from '../context.ts';

/** `/healthz`: the process lives. `/readyz`: the database answers and has its tables. */
export function healthRoutes(context: ServerContext): Hono {
  const routes = new Hono();
  routes.get('/healthz', (c) => c.json({ status: 'alive' }));
  routes.get('/readyz', async (c) => {
    try {
      await context.database.pool.query('select 1 from merchant limit 1');
      return c.json({ status: 'ready' });
    } catch (error) {
      context.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'not ready');
      return c.json({ status: 'not ready' }, 503);
    }
  });
  return routes;
}
