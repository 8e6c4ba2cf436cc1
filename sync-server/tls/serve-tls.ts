import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { join } from 'node:path';
import { createHttpServer } from '../door/http-server.ts';
import { closeServer, listen } from '../door/listen.ts';
import { createTrustApp, type TrustOptions } from '../routes/trust.ts';
import { type LocalTls, openLocalTls } from './local-tls.ts';

const lookAgainMs = 24 * 60 * 60_000;

/** https with certificates of our own: what main.ts needs of it. `place` is where the page in plain http listens. */
export async function openTls(dataDir: string): Promise<{ tls: LocalTls; renew(server: Server): () => void }> {
  const folder = join(dataDir, 'tls');
  const tls = await openLocalTls(folder, Date.now());
  return {
    tls,
    /** Looks once a day whether the certificate needs another; tablets need not be told. Answers what ends it. */
    renew(server) {
      const timer = setInterval(() => {
        openLocalTls(folder, Date.now()).then(
          ({ server: pair }) => (server as TlsServer).setSecureContext(pair),
          (error: Error) => process.emitWarning(`the certificate could not be renewed: ${error.message}`),
        );
      }, lookAgainMs);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

/** Serves the page by which tablets come to trust the certificate. Answers what ends it. */
export async function serveTrustPage(
  options: TrustOptions,
  staticDir: string,
  place: { host: string; port: number },
): Promise<() => Promise<void>> {
  const server = createHttpServer(createTrustApp(options, staticDir).fetch);
  await listen(server, place);
  return () => closeServer(server);
}
