import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { BlockList, connect, isIP, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrintTrouble } from '#printing/job-state.ts';
import { type Dialogue, dialogues, type PrinterStatus, type RelayLanguage } from './printer-dialogue.ts';

export type PrinterAddress = { host: string; port: number; language: RelayLanguage };

/** How handing over ended. `refused`: not a byte of it was sent. `died`: part of it may have been printed. */
export type Handover = { type: 'sent' } | { type: 'refused'; trouble: PrintTrouble } | { type: 'died' };

/**
 * How long each step may take: connecting, one answer, and all of the printing. `closingMs`: a printer that is well for so
 * long without an answer to the closing question knows no such question.
 */
export type Patience = { connectMs: number; answerMs: number; printMs: number; closingMs: number };
export const patience: Patience = { connectMs: 5_000, answerMs: 3_000, printMs: 120_000, closingMs: 8_000 };

/** The store's own network: a printer's address leads nowhere else. */
const ownNetwork = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const) {
  ownNetwork.addSubnet(net, bits, 'ipv4');
}
ownNetwork.addSubnet('fc00::', 7, 'ipv6');
ownNetwork.addSubnet('fe80::', 10, 'ipv6');
ownNetwork.addAddress('::1', 'ipv6');

async function addressOf(host: string): Promise<string | null> {
  // A name that nobody knows is a printer that cannot be reached, like one that is off: the queue tells so and tries again.
  const address = isIP(host) ? host : (await lookup(host).catch(() => null))?.address;
  if (address === undefined) return null;
  return ownNetwork.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') ? address : null;
}

/**
 * Hands bytes to a printer: asks how it is, sends, and asks until it has nothing left to print. So what counts as printed
 * was printed, a printer without paper gets nothing, and a line that dies in the middle is said as what it is.
 */
export async function handOver(
  printer: PrinterAddress,
  bytes: Uint8Array,
  limits: Patience = patience,
): Promise<Handover> {
  const address = await addressOf(printer.host);
  if (address === null) return { type: 'refused', trouble: 'unreachable' };
  const socket = connect({ host: address, port: printer.port });
  // Whoever waits on the socket learns of its failure; between two waits it is told by `destroyed`.
  socket.on('error', () => socket.destroy());
  const line = new Line(socket);
  let hasSent = false;
  try {
    await within(limits.connectMs, once(socket, 'connect'));
    const dialogue = dialogues[printer.language];
    const before = await ask(line, dialogue, limits.answerMs);
    if (before === null) return { type: 'refused', trouble: 'no-answer' };
    if (before.type === 'trouble') return { type: 'refused', trouble: before.trouble };
    hasSent = true;
    line.forget();
    await within(limits.printMs, line.write(bytes));
    return await untilPrinted(line, dialogue, limits);
  } catch {
    // A socket fails in many ways that all mean the same: the line is gone. What matters is whether anything was sent.
    return hasSent ? { type: 'died' } : { type: 'refused', trouble: 'unreachable' };
  } finally {
    socket.destroy();
  }
}

async function untilPrinted(line: Line, dialogue: Dialogue, limits: Patience): Promise<Handover> {
  const { closing } = dialogue;
  const deadline = performance.now() + limits.printMs;
  let wellSince: number | null = null;
  if (closing) await line.write(closing.question);
  while (performance.now() < deadline) {
    const status = await ask(line, dialogue, limits.answerMs);
    if (status === null) return { type: 'died' };
    const isWell = status.type === 'ready';
    wellSince = isWell ? (wellSince ?? performance.now()) : null;
    const isQuiet = wellSince !== null && performance.now() - wellSince >= limits.closingMs;
    if (closing ? closing.isAnswered(line.heard) || isQuiet : isWell) return { type: 'sent' };
    // Out of paper in the middle: the printer goes on with what it holds once somebody has put a roll in.
    await sleep(status.type === 'trouble' ? 500 : 20);
  }
  return { type: 'died' };
}

/** The printer's answer; null when it gives none in time. Throws when the line is gone. */
async function ask(line: Line, { question, read }: Dialogue, answerMs: number): Promise<PrinterStatus | null> {
  const from = line.heard.length;
  await line.write(question);
  const answered = line.until(() => read(line.heard.subarray(from)));
  return within(answerMs, answered).catch((error: Error) => {
    if (error.message === outOfTime) return null;
    throw error;
  });
}

/** More than any printer says of itself. */
const mostHeard = 100_000;

/** A socket, and all that was heard on it. */
class Line {
  readonly #socket: Socket;
  #heard: Buffer = Buffer.alloc(0);
  #look: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (part: Buffer) => {
      if (this.#heard.length > mostHeard) socket.destroy();
      this.#heard = Buffer.concat([this.#heard, part]);
      this.#look();
    });
    socket.on('end', () => this.#look()).on('close', () => this.#look());
  }

  get heard(): Buffer {
    return this.#heard;
  }

  forget(): void {
    this.#heard = Buffer.alloc(0);
  }

  /** Resolves with the first value that `found` makes of what was heard; rejects when the line is gone. */
  until<Value>(found: () => Value | null): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        const value = found();
        if (value !== null) resolve(value);
        else if (this.#socket.destroyed || this.#socket.readableEnded) reject(new Error('the line is gone'));
      };
      this.#look();
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const onClose = () => reject(new Error('the line is gone'));
      this.#socket.once('close', onClose);
      this.#socket.write(bytes, (error) => {
        this.#socket.off('close', onClose);
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

const outOfTime = 'out of time';

async function within<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  const timer = new AbortController();
  const limit = sleep(limitMs, undefined, { signal: timer.signal }).then(() => Promise.reject(new Error(outOfTime)));
  // Lost races, and the abort of the timer, are nobody's failure; without this they would end the process.
  limit.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    timer.abort();
  }
}
