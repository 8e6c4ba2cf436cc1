import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { TrustedProxies } from '../auth/client-address.ts';

export type HttpServerOptions = {
  /** PEM; without it the server speaks plain http. */
  tls?: { key: string; cert: string } | null;
  /** They bring many people's connections. */
  trustedProxies?: TrustedProxies | null;
  limits?: Partial<HttpLimits>;
};

/** What a connection may cost. A till on a bad line stays far within all of them. */
export type HttpLimits = {
  /** All headers must be there after this long. */
  headersMs: number;
  /** A whole request, its body included: 32 MB in ten minutes are half a megabit a second. */
  requestMs: number;
  /** In each stretch of `slowWindowMs` a body that is not whole yet brings as many bytes. */
  slowWindowMs: number;
  slowWindowBytes: number;
  headerBytes: number;
  /** Open at once from one address: a store of a hundred tablets behind one line stays below it. */
  connectionsPerAddress: number;
  connections: number;
};

const usual: HttpLimits = {
  headersMs: 15_000,
  requestMs: 600_000,
  slowWindowMs: 20_000,
  slowWindowBytes: 1_000,
  headerBytes: 16_384,
  connectionsPerAddress: 1_000,
  connections: 10_000,
};

/** The server that listens: HTTP/1.1 by Node's strict parser, with limits on what one client may hold. */
export function createHttpServer(
  fetch: (request: Request) => Response | Promise<Response>,
  options: HttpServerOptions = {},
): Server {
  const limits = { ...usual, ...options.limits };
  const common = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
    // A waiting till's connection stays open between two waits.
    keepAliveTimeout: 65_000,
    insecureHTTPParser: false,
    requireHostHeader: true,
  };
  const server = (
    options.tls
      ? createAdaptorServer({
          fetch,
          createServer: createTlsServer,
          serverOptions: { ...common, ...options.tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.headersMs },
        })
      : createAdaptorServer({ fetch, createServer, serverOptions: common })
  ) as Server;
  server.maxConnections = limits.connections;
  capConnections(server, limits.connectionsPerAddress, options.trustedProxies ?? null);
  server.on('request', (request: IncomingMessage) => cutSlowBody(request, limits));
  return server;
}

function capConnections(server: Server, most: number, trusted: TrustedProxies | null): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/i, '');
    if (trusted?.has(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
    if (count > most) socket.destroy();
  });
}

/** Ends the connection of a body that trickles: it holds a connection and memory for next to nothing. */
function cutSlowBody(request: IncomingMessage, { slowWindowMs, slowWindowBytes }: HttpLimits): void {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
  if (!hasBody) return;
  const { socket } = request;
  let seen = socket.bytesRead;
  const watch = setInterval(() => {
    if (request.complete) return clearInterval(watch);
    const came = socket.bytesRead - seen;
    seen = socket.bytesRead;
    // What lies unread waits for us, not for the client.
    if (came < slowWindowBytes && request.readableLength === 0) socket.destroy();
  }, slowWindowMs);
  watch.unref();
  request.once('close', () => clearInterval(watch));
}
