import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** For tests: a printer on a port of the loopback interface. What it answers is its kind's. */
export abstract class FakePrinter {
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
      this.serve(socket);
    });
  }

  protected abstract serve(socket: Socket): void;

  async listen(port: number): Promise<this> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }
}
