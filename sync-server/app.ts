import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { HTTPException } from 'hono/http-exception';
import { findClient, type TrustedProxies } from './auth/client-address.ts';
import { hasSessionCookie } from './auth/session-cookie.ts';
import type { ServerContext } from './context.ts';
import { logDenial, loggedPath } from './door/denial-log.ts';
import { limitAddresses } from './door/rate-limits.ts';
import { feedRoutes } from './feed/feed-routes.ts';
import { PageKeeper } from './feed/page-keeper.ts';
import { answerTrouble, itemPageRoutes } from './item-page/item-page-routes.ts';
import { journalRoutes } from './journal/couch-routes.ts';
import { memberPageRoutes } from './member-page/member-page-routes.ts';
import { answerReceiptTrouble, receiptPageRoutes } from './receipt-page/receipt-page-routes.ts';
import { apiError } from './routes/answers.ts';
import { apiRoutes } from './routes/api.ts';
import { healthRoutes } from './routes/health.ts';
import { securityHeaders } from './routes/security-headers.ts';
import { staticFiles } from './routes/static-files.ts';
import { type TrustOptions, trustRoutes } from './routes/trust.ts';
import { areaOf, type CountedRequest } from './watching/metrics.ts';

export type AppOptions = {
  /** The built PWA, absolute; none is served without it. */
  staticDir?: string;
  /** `http://192.168.1.20:4710`: what a pairing QR points at when the manager's own address is a loopback one. */
  publicAddress?: string;
  /** The installation's secret (auth/secrets.ts). */
  secret?: string;
  /** Tells the person at the server itself. */
  announce?: (lines: string[]) => void;
  /** Whose word on where a request came from is believed (ONECODE_TRUST_PROXY); nobody's without it. */
  trustedProxies?: TrustedProxies | null;
  /** The certificate of the server's own that browsers are to trust; null where it has none. */
  trust?: TrustOptions | null;
  /** Told of each request once it is answered (watching/metrics.ts). */
  onRequest?: (request: CountedRequest) => void;
  /** Cuts the row feed's pages; one of the app's own without it. */
  keeper?: PageKeeper;
};

/** All routes of the server. It does not listen: main.ts does, and tests call `request` on it. */
export function createApp(context: ServerContext, options: AppOptions = {}): Hono {
  const app = new Hono();
  app.use(findClient(options.trustedProxies ?? null), requestLog(context, options.onRequest), securityHeaders());
  const secret = options.secret ?? Buffer.from(context.randomBytes(32)).toString('base64url');
  app.use(limitAddresses(context, (c) => hasSessionCookie(c, secret)));
  app.route('/', healthRoutes(context));
  // Pages come compressed already; the journal's answers go uncompressed, so that heartbeats are not stuck.
  if (options.trust) app.route('/', trustRoutes(options.trust));
  app.use('/api/*', compress());
  app.use('/feed/*', compress());
  app.route('/api', apiRoutes(context, { ...options, secret }));
  app.route('/feed', feedRoutes(context, options.keeper ?? new PageKeeper(context)));
  app.route('/sync', journalRoutes(context));
  app.route('/', itemPageRoutes(context));
  app.route('/', receiptPageRoutes(context));
  app.route('/', memberPageRoutes(context));
  // Never the app's page for what a program asks.
  for (const path of ['/api', '/feed', '/sync']) app.all(`${path}/*`, (c) => notFound(c)).all(path, (c) => notFound(c));
  if (options.staticDir !== undefined) app.get('*', staticFiles(options.staticDir));
  app.notFound((c) => notFound(c));
  app.onError((error, c) => failed(context, c, error));
  return app;
}

/** One line a request at debug level: no query, no header, no body, as those hold codes and tokens. */
function requestLog(context: ServerContext, onRequest: AppOptions['onRequest']) {
  const start = Buffer.from(context.randomBytes(4)).toString('hex');
  let requests = 0;
  return async (c: Context, next: () => Promise<void>) => {
    const requestId = `${start}-${++requests}`;
    const startedAtMs = performance.now();
    c.header('X-Request-Id', requestId);
    await next();
    c.res.headers.set('X-Request-Id', requestId);
    const seconds = (performance.now() - startedAtMs) / 1_000;
    const tookMs = Math.round(seconds * 1_000);
    onRequest?.({ method: c.req.method, area: areaOf(c.req.path), status: c.res.status, seconds });
    const path = loggedPath(c.req.path);
    context.log.debug({ requestId, method: c.req.method, path, status: c.res.status, tookMs }, 'request');
    logDenial(context, c, requestId);
  };
}

function isCouch(c: Context): boolean {
  return c.req.path === '/sync' || c.req.path.startsWith('/sync/');
}

function notFound(c: Context) {
  return isCouch(c) ? c.json({ error: 'not_found', reason: 'missing' }, 404) : apiError(c, 404, 'not-found');
}

/** What is not expected: a lost database is told from a fault of ours, and nobody outside sees a stack. */
function failed(context: ServerContext, c: Context, error: Error) {
  if (error instanceof HTTPException) return error.getResponse();
  const isDatabase = isDatabaseAway(error);
  const log = {
    method: c.req.method,
    path: loggedPath(c.req.path),
    error: error.message,
    stack: isDatabase ? undefined : error.stack,
  };
  context.log.error(log, isDatabase ? 'the database is away' : 'a fault of ours');
  const status = isDatabase ? 503 : 500;
  if (isDatabase) c.header('Retry-After', '1');
  if (isDatabase && c.req.path.startsWith('/01/')) return answerTrouble(c, 'busy');
  if (isDatabase && c.req.path.startsWith('/r/')) return answerReceiptTrouble(c, 'busy');
  if (isCouch(c)) {
    return c.json(
      { error: isDatabase ? 'service_unavailable' : 'internal_server_error', reason: 'see the server log' },
      status,
    );
  }
  return apiError(c, status, isDatabase ? 'busy' : 'internal');
}

/** Connection refused or cut, shutting down, too many connections, or two that met (PostgreSQL's error classes 08, 40, 53, 57). */
export function isDatabaseAway(error: Error): boolean {
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  if (/^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|08...|40...|53...|57...)$/.test(code)) return true;
  return /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|pool after calling end/.test(
    error.message,
  );
}
