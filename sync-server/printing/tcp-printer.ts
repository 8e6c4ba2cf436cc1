import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { BlockList, connect, isIP, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrintTrouble } from '#printing/job-state.ts';
import type { PrinterLanguage } from '#schemas/label/label.ts';
import { type Dialogue, dialogues, type PrinterStatus } from './printer-dialogue.ts';

export type PrinterAddress = { host: string; port: number; language: PrinterLanguage };

/** How handing over ended. `refused`: not a byte of it was sent. `died`: part of it may have been printed. */
export type Handover = { type: 'sent' } | { type: 'refused'; trouble: PrintTrouble } | { type: 'died' };

/** How long each step may take: connecting, one answer, and all of the printing. */
export type Patience = { connectMs: number; answerMs: number; printMs: number };
export const patience: Patience = { connectMs: 5_000, answerMs: 3_000, printMs: 120_000 };

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
  let hasSent = false;
  try {
    await within(limits.connectMs, once(socket, 'connect'));
    const dialogue = dialogues[printer.language];
    const before = await ask(socket, dialogue, limits.answerMs);
    if (before === null) return { type: 'refused', trouble: 'no-answer' };
    if (before.type === 'trouble') return { type: 'refused', trouble: before.trouble };
    hasSent = true;
    await within(limits.printMs, write(socket, bytes));
    return await untilPrinted(socket, dialogue, limits);
  } catch {
    // A socket fails in many ways that all mean the same: the line is gone. What matters is whether anything was sent.
    return hasSent ? { type: 'died' } : { type: 'refused', trouble: 'unreachable' };
  } finally {
    socket.destroy();
  }
}

async function untilPrinted(socket: Socket, dialogue: Dialogue, limits: Patience): Promise<Handover> {
  const deadline = performance.now() + limits.printMs;
  while (performance.now() < deadline) {
    const status = await ask(socket, dialogue, limits.answerMs);
    if (status === null) return { type: 'died' };
    if (status.type === 'ready') return { type: 'sent' };
    // Out of paper in the middle: the printer goes on with what it holds once somebody has put a roll in.
    await sleep(status.type === 'busy' ? 20 : 500);
  }
  return { type: 'died' };
}

/** The printer's answer; null when it gives none in time. Throws when the line is gone. */
async function ask(socket: Socket, { question, read }: Dialogue, answerMs: number): Promise<PrinterStatus | null> {
  let answer: Buffer = Buffer.alloc(0);
  const answered = new Promise<PrinterStatus>((resolve, reject) => {
    const onData = (part: Buffer) => {
      answer = Buffer.concat([answer, part]);
      const status = answer.length > 10_000 ? null : read(answer);
      if (status !== null) finish(() => resolve(status));
    };
    const onEnd = () => finish(() => reject(new Error('the line is gone')));
    const finish = (then: () => void) => {
      socket.off('data', onData).off('close', onEnd).off('end', onEnd);
      then();
    };
    socket.on('data', onData).on('close', onEnd).on('end', onEnd);
    if (socket.destroyed) onEnd();
  });
  await write(socket, question);
  return within(answerMs, answered).catch((error: Error) => {
    if (error.message === outOfTime) return null;
    throw error;
  });
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error('the line is gone')));
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

const outOfTime = 'out of time';

async function within<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  const timer = new AbortController();
  const limit = sleep(limitMs, undefined, { signal: timer.signal }).then(() => Promise.reject(new Error(outOfTime)));
  limit.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    timer.abort();
  }
}
