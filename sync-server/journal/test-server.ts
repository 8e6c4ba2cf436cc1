import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApp } from '../app.ts';
import type { ServerContext } from '../context.ts';
import { createHttpServer } from '../door/http-server.ts';

/** For tests and benches: the whole app on a port of 127.0.0.1. `stop` cuts what is open, as a killed server does. */
export async function startTestServer(
  context: ServerContext,
  port = 0,
): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const server = createHttpServer(createApp(context).fetch);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: listening } = server.address() as AddressInfo;
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${listening}`, port: listening, stop };
}
