// A program beside an RFID reader, as a process of its own: a WebSocket server on 127.0.0.1 that sends what the reader sees.
// Forked with a `ReaderOrder` by e2e/bench/rfid.ts and e2e/journeys/rfid.spec.ts.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';

/** `epcs` are seen in this order, so many new ones a second; each is seen again after each of `againAfterMs`. */
export type ReaderOrder = { epcs: string[]; perSecond: number; againAfterMs: number[] };
/** `sentAtMs`: when each EPC was sent first, in the order of `epcs`. `reads`: how many were sent, repeats too. */
export type ReaderNews =
  | { type: 'listening'; url: string }
  | { type: 'done'; sentAtMs: number[]; reads: number; pauses: number };

const everyMs = 20;
/** RFC 6455, section 1.3. */
const acceptKey = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** An unmasked text frame (RFC 6455, section 5.2). */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  const head = Buffer.from([0x81, 126, 0, 0]);
  head.writeUInt16BE(length, 2);
  return Buffer.concat([head, payload]);
}

/** Sends all of them over time; resolves with the times. What the till asks for is heard and not followed: readers do so. */
async function play(socket: Duplex, { epcs, perSecond, againAfterMs }: ReaderOrder): Promise<[number[], number]> {
  const sentAtMs: number[] = [];
  const again: { atMs: number; epc: string }[] = [];
  const startedAtMs = Date.now();
  let reads = 0;
  while (sentAtMs.length < epcs.length || again.length > 0) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    const nowMs = Date.now();
    const due = Math.min(epcs.length, Math.floor(((nowMs - startedAtMs) * perSecond) / 1_000));
    const fresh = epcs.slice(sentAtMs.length, due);
    const seen = again.filter(({ atMs }) => atMs <= nowMs).map(({ epc }) => epc);
    again.splice(0, again.length, ...again.filter(({ atMs }) => atMs > nowMs));
    for (const epc of fresh) {
      sentAtMs.push(nowMs);
      for (const afterMs of againAfterMs) again.push({ atMs: nowMs + afterMs, epc });
    }
    if (fresh.length + seen.length > 0) socket.write(textFrame([...fresh, ...seen].join('\n')));
    reads += fresh.length + seen.length;
  }
  return [sentAtMs, reads];
}

function tell(news: ReaderNews): void {
  process.send?.(news);
}

process.once('message', (order: ReaderOrder) => {
  const server = createServer();
  server.on('upgrade', (request, socket) => {
    let pauses = 0;
    const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}${acceptKey}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
    );
    // Of the frames that a till sends only their number is of interest: `pause` has five letters, `resume` six.
    socket.on('data', (frame: Buffer) => {
      if ((frame[1] ?? 0) === (0x80 | 5)) pauses += 1;
    });
    void play(socket, order).then(([sentAtMs, reads]) => tell({ type: 'done', sentAtMs, reads, pauses }));
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
    tell({ type: 'listening', url: `ws://127.0.0.1:${address.port}` });
  });
});
