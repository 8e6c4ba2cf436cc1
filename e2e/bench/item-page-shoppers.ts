import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';

/** What the bench tells the thread that plays the shoppers: so many of these paths, one after the other. */
export type ShoppersOrder = { port: number; paths: string[]; perSecond: number };
/** Milliseconds from opening the connection to the first byte, and to the last; `failed`: answers other than 200. */
export type ShoppersReport = { firstByteMs: number[]; wholeMs: number[]; failed: number; bytes: number };

/** One phone, with a connection and an address of its own, as a proxy tells it. */
async function look(port: number, path: string, nth: number, report: ShoppersReport): Promise<void> {
  const address = `10.${(nth >> 16) & 255}.${(nth >> 8) & 255}.${nth & 255}`;
  const headers = { accept: 'text/html', 'accept-language': nth % 2 ? 'zh-CN' : 'en', 'x-forwarded-for': address };
  const askedAtMs = performance.now();
  const sent = request({ host: '127.0.0.1', port, path, headers, agent: false }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  report.firstByteMs.push(performance.now() - askedAtMs);
  for await (const part of answer) report.bytes += (part as Buffer).length;
  report.wholeMs.push(performance.now() - askedAtMs);
  if (answer.statusCode !== 200) report.failed += 1;
}

/** Asks at its own pace, whether or not the answers keep up. */
async function shop({ port, paths, perSecond }: ShoppersOrder): Promise<ShoppersReport> {
  const report: ShoppersReport = { firstByteMs: [], wholeMs: [], failed: 0, bytes: 0 };
  const looking: Promise<void>[] = [];
  const startedAtMs = performance.now();
  for (const [nth, path] of paths.entries()) {
    const waitMs = startedAtMs + (nth / perSecond) * 1_000 - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    looking.push(look(port, path, nth, report));
  }
  await Promise.all(looking);
  return report;
}

parentPort?.on('message', async (order: ShoppersOrder) => parentPort?.postMessage(await shop(order)));
