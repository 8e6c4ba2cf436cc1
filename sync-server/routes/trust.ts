import { Hono } from 'hono';
import { certificatePath, type Trust } from '#schemas/api/trust.ts';
import { securityHeaders } from './security-headers.ts';
import { staticFiles } from './static-files.ts';

export type TrustOptions = Trust & { /** PEM. */ authorityCert: string };

/** `GET /api/trust` and the certificate file (schemas/api/trust.ts): public, as is all that is in them. */
export function trustRoutes({ authorityCert, ...trust }: TrustOptions): Hono {
  const routes = new Hono();
  routes.get('/api/trust', (c) => c.json<Trust>(trust));
  routes.get(certificatePath, (c) =>
    c.body(authorityCert, 200, {
      'Content-Type': 'application/x-x509-ca-cert',
      'Content-Disposition': 'attachment; filename="onecode-certificate.crt"',
      'Cache-Control': 'no-store',
    }),
  );
  return routes;
}

/**
 * What is served in plain http beside https: the page that tells how to trust the certificate, and nothing else of the
 * app; all other addresses lead to https.
 */
export function createTrustApp(options: TrustOptions, staticDir: string): Hono {
  const app = new Hono();
  app.use(securityHeaders());
  app.route('/', trustRoutes(options));
  app.get('/', (c) => c.redirect('/trust'));
  const files = staticFiles(staticDir);
  app.get('*', async (c, next) => {
    // The service worker is of https alone, and a person who navigates gets the one page.
    const isOther = c.req.path === '/service-worker.js' || c.req.header('sec-fetch-mode') === 'navigate';
    if (c.req.path === '/trust' || !isOther) return files(c, next);
    return next();
  });
  app.all('*', (c) => c.redirect(`${options.appAddress}${c.req.path}${new URL(c.req.url).search}`, 308));
  return app;
}
