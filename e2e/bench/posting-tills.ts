import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { asDocument, line, TestTill } from '#sync-server/journal/test-journal.ts';

/** What the bench tells the thread that plays the tills. */
export type TillsData = { storeId: string; tills: number };
/** `everyMs`: a till's pace, the tills one after the other; without it each sends as fast as it is answered. */
export type TillsOrder = { url: string; salesPerTill: number; batchSize: number; everyMs?: number };
/** What the thread tells the bench: first who the tills are, then after each order how it went. */
export type RegisteredTill = { tillNumber: number; publicKey: TestTill['publicKey']; token: string };
export type TillsReport = { tookMs: number; sealedMs: number; cpuMs: number; requestMs: number[] };

const skus = 5_000;
const { storeId, tills: count } = workerData as TillsData;
const tills = Array.from({ length: count }, (_, index) => new TestTill(storeId, index + 1));

/** Four lines, a SKU seldom twice; the same for the same till and sequence. */
function basket(till: TestTill) {
  return [1, 2, 3, 4].map((nth) =>
    line(`sku-${(till.sequence * 7_919 + nth * 104_729 + till.tillNumber * 31) % skus}`, nth === 4 ? 2 : 1),
  );
}

/** Seals and sends as a till that works off what it has: one batch under way at a time. */
async function sell(till: TestTill, order: TillsOrder, report: TillsReport): Promise<void> {
  const { everyMs = 0 } = order;
  const beginsAtMs = performance.now() + (everyMs * till.tillNumber) / count;
  for (let sent = 0; sent < order.salesPerTill; sent += order.batchSize) {
    if (everyMs > 0) await sleep(Math.max(0, beginsAtMs + sent * everyMs - performance.now()));
    const sealedFromMs = performance.now();
    const docs: Record<string, unknown>[] = [];
    for (let made = 0; made < order.batchSize; made++) docs.push(asDocument(await till.sale(basket(till))));
    const body = JSON.stringify({ docs, new_edits: false });
    const askedAtMs = performance.now();
    report.sealedMs += askedAtMs - sealedFromMs;
    const answer = await fetch(`${order.url}/sync/${storeId}/_bulk_docs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${till.token}`, 'content-type': 'application/json' },
      body,
    });
    const refused = (await answer.json()) as unknown[];
    if (answer.status !== 201 || refused.length > 0)
      throw new Error(`refused: ${JSON.stringify(refused).slice(0, 300)}`);
    report.requestMs.push(performance.now() - askedAtMs);
  }
}

parentPort?.postMessage(
  tills.map(({ tillNumber, publicKey, token }): RegisteredTill => ({ tillNumber, publicKey, token })),
);
parentPort?.on('message', async (order: TillsOrder) => {
  const report: TillsReport = { tookMs: 0, sealedMs: 0, cpuMs: 0, requestMs: [] };
  const cpu = process.threadCpuUsage();
  const startedAtMs = performance.now();
  await Promise.all(tills.map((till) => sell(till, order, report)));
  report.tookMs = performance.now() - startedAtMs;
  const used = process.threadCpuUsage(cpu);
  report.cpuMs = (used.user + used.system) / 1_000;
  parentPort?.postMessage(report);
});
