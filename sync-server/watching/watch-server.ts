import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { ServerContext } from '../context.ts';
import { createHttpServer } from '../door/http-server.ts';
import { closeServer, listen } from '../door/listen.ts';
import type { Metrics } from './metrics.ts';
import { statusPage } from './status-page.ts';

export type WatchOptions = {
  host: string;
  port: number /** Null: whoever reaches the port may look. */;
  token: string | null;
};

/** `/metrics` and the status page, apart from the app: on a port of its own, for whoever runs the server. */
export function createWatchApp(context: ServerContext, metrics: Metrics, token: string | null): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    if (token !== null && !isSame(c.req.header('authorization') ?? '', `Bearer ${token}`))
      return c.text('unauthorized\n', 401);
    c.header('Cache-Control', 'no-store');
    return next();
  });
  app.get('/metrics', async (c) => {
    const { type, text } = await metrics.read();
    return c.body(text, 200, { 'Content-Type': type });
  });
  app.get('/', async (c) => {
    const { html, isWell } = await statusPage(context);
    c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    return c.html(html, isWell ? 200 : 503);
  });
  return app;
}

/** Answers what ends it. */
export async function serveWatching(
  context: ServerContext,
  metrics: Metrics,
  { token, ...place }: WatchOptions,
): Promise<() => Promise<void>> {
  const server = createHttpServer(createWatchApp(context, metrics, token).fetch);
  await listen(server, place);
  return () => closeServer(server);
}

/** In a time that does not tell how much of it is right. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
