import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { assert } from '#schemas/assert.ts';

/** `retryAfterS`: of one that was turned away. */
export type LeanAnswer = { status: number; retryAfterS: number; body: string };

/** A whole request, made before the clock runs. */
export function leanRequest(url: string, path: string, token: string, body: string): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${new URL(url).host}`,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * One till's line to the server: one request at a time, as bytes that were there before. What is measured beside it is the server and
 * not a client's HTTP: of `fetch`, a sale cost the tills more than the server.
 */
export class LeanConnection {
  readonly #url: URL;
  #socket: Socket | null = null;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  async ask(request: Buffer): Promise<LeanAnswer> {
    const socket = this.#socket ?? (await this.#open());
    return await new Promise((settle, refuse) => {
      let text = '';
      const done = () => {
        socket.off('data', onData);
        socket.off('close', onClose);
      };
      const onClose = () => {
        done();
        refuse(new Error('the server closed the line'));
      };
      const onData = (bytes: Buffer) => {
        text += bytes.toString('latin1');
        const answer = wholeAnswer(text);
        if (answer === null) return;
        done();
        settle(answer);
      };
      socket.on('data', onData);
      socket.on('close', onClose);
      socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  async #open(): Promise<Socket> {
    const socket = connect(Number(this.#url.port), this.#url.hostname).setNoDelay(true);
    await once(socket, 'connect');
    // A line lost between two requests is opened anew by the next one.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null;
    });
    this.#socket = socket;
    return socket;
  }
}

/** Null while something of it is still on its way. */
function wholeAnswer(text: string): LeanAnswer | null {
  const headEnds = text.indexOf('\r\n\r\n');
  if (headEnds < 0) return null;
  const head = text.slice(0, headEnds);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  assert(length !== undefined, `an answer that says how long it is: ${head}`);
  const body = text.slice(headEnds + 4);
  if (body.length < Number(length)) return null;
  const retryAfterS = Number(/\r\nretry-after: (\d+)/i.exec(head)?.[1] ?? 1);
  return { status: Number(head.slice(9, 12)), retryAfterS, body };
}
