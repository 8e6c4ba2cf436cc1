import type { Server } from 'node:http';
import { createHttpServer } from './http-server.ts';

/** A port that cannot be had; the message is for the person who starts the server. */
export class PortError extends Error {}

type Place = { host: string; port: number };

/** Resolves with the port, which is a free one where 0 asks for any. */
export function listen(server: Server, { host, port }: Place): Promise<number> {
  return new Promise((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(new PortError(portMessage(error, host, port))));
    server.listen(port, host, () => {
      const address = server.address();
      listening(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Tells a taken port before anything slow is begun. Answers the port; a free one where 0 asks for any. */
export async function probePort(place: Place): Promise<number> {
  const probe = createHttpServer(() => new Response());
  const port = await listen(probe, place);
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** What still hangs after a moment is cut. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((closed) => {
    const cut = setTimeout(() => server.closeAllConnections(), 1_500);
    server.close(() => {
      clearTimeout(cut);
      closed();
    });
    server.closeIdleConnections();
  });
}

function portMessage(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') {
    return (
      `Port ${port} is taken, perhaps by another Onecode. Nothing was changed. ` +
      `Stop the other program, or choose another port: npm start -- --port ${port + 1}`
    );
  }
  if (error.code === 'EACCES')
    return `Port ${port} is not allowed here. Choose one above 1024: npm start -- --port 4710`;
  return `The server cannot listen on ${host}, port ${port}: ${error.message}.`;
}
