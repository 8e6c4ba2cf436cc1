import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { deltaSchema } from '#schemas/sync/feed.ts';
import { asDocument, line, TestTill } from '#sync-server/journal/test-journal.ts';
import { type LeanAnswer, LeanConnection, leanRequest } from './lean-connection.ts';

/** Which tills a thread plays: all of these stores'; where they listen, the first of each to what the last sold, and sells nothing. */
export type TillsData = { storeIds: string[]; tillsPerStore: number; listens: boolean };
export type RegisteredTill = { storeId: string; tillNumber: number; publicKey: TestTill['publicKey']; token: string };
export type TillsOrder =
  /** Makes and signs so many sales a till, to be sent later. */
  | { type: 'prepare'; salesPerTill: number }
  /** Each till sends one sale every `everyMs`; 0: the next one when the last is answered. */
  | ({ type: 'sell'; everyMs: number } & Whereto)
  /** Each till sends all that it has, in batches as large as a till's, and comes again when it is turned away. */
  | ({ type: 'return' } & Whereto);
/** `urls`: servers, taken in turn. `folder`: beneath which a server has the databases of the stores. */
type Whereto = { urls: string[]; folder: string };
/** Milliseconds; `startedAtMs` and `endedAtMs` by this thread's clock. */
export type TillsReport = { tookMs: number; postedMs: number[]; seenMs: number[]; turnedAway: number; sales: number };

const batchSize = 500;
/** In place of a rhythm: batches, one after the other. */
const comesBack = -1;
const skus = 5_000;
const { storeIds, tillsPerStore, listens } = workerData as TillsData;

class LoadTill extends TestTill {
  prepared: string[] = [];
  /** When each sale was sent, by its number in the marker's count. */
  readonly sentAtMs: number[] = [];

  /** A SKU that this till alone sells: its count tells another till which of the sales it has seen. */
  get marker(): string {
    return `marker-${this.tillNumber}`;
  }

  /** Four lines, the marker among them. */
  async prepare(count: number): Promise<void> {
    for (let made = 0; made < count; made++) {
      const others = [1, 2, 3].map((nth) => line(`sku-${(this.sequence * 7_919 + nth * 104_729) % skus}`, nth));
      this.prepared.push(JSON.stringify(asDocument(await this.sale([line(this.marker), ...others]))));
    }
  }

  /** What is sent for these entries. */
  request(url: string, folder: string, texts: readonly string[]): Buffer {
    const body = `{"docs":[${texts.join(',')}],"new_edits":false}`;
    return leanRequest(url, `${folder}${this.storeId}/_bulk_docs`, this.token, body);
  }
}

const stores = storeIds.map((storeId) =>
  Array.from({ length: tillsPerStore }, (_, at) => new LoadTill(storeId, at + 1)),
);
const tills = stores.flat();

function isTaken({ status, body }: LeanAnswer): boolean {
  if (status === 503 || status === 429) return false;
  if (status !== 201 || body.trim() !== '[]') throw new Error(`refused: ${status} ${body.slice(0, 300)}`);
  return true;
}

/** What a till that is turned away does: as long as asked, and up to as long again by chance. */
function leaveAlone({ retryAfterS }: LeanAnswer): Promise<void> {
  return sleep(retryAfterS * 1_000 * (1 + Math.random()));
}

/** What a till has to send, as requests; it has it no longer then. */
type Outbound = { line: LeanConnection; requests: Buffer[] };

function outboundOf(till: LoadTill, url: string, folder: string, entriesPerRequest: number): Outbound {
  const { prepared } = till;
  till.prepared = [];
  const requests: Buffer[] = [];
  for (let at = 0; at < prepared.length; at += entriesPerRequest) {
    requests.push(till.request(url, folder, prepared.slice(at, at + entriesPerRequest)));
  }
  return { line: new LeanConnection(url), requests };
}

async function send(till: LoadTill, { line, requests }: Outbound, everyMs: number, report: TillsReport): Promise<void> {
  const beginsAtMs = performance.now() + Math.random() * everyMs;
  for (const [nth, request] of requests.entries()) {
    if (everyMs > 0) await sleep(Math.max(0, beginsAtMs + nth * everyMs - performance.now()));
    let askedAtMs = performance.now();
    till.sentAtMs.push(askedAtMs);
    for (;;) {
      const answer = await line.ask(request);
      if (isTaken(answer)) break;
      report.turnedAway++;
      await leaveAlone(answer);
      // Of a batch that comes back in the morning, how long the server worked; of a sale, how long the till waited.
      if (everyMs === comesBack) askedAtMs = performance.now();
    }
    report.postedMs.push(performance.now() - askedAtMs);
  }
  line.close();
}

/** The first till of a store follows the rows, and notes when it sees what the last till sold. */
async function listen(
  [listener, ...others]: readonly LoadTill[],
  url: string,
  signal: AbortSignal,
  report: TillsReport,
): Promise<void> {
  const seller = others.at(-1);
  if (!listener || !seller) return;
  let asked: { chain: number; store: number; config: string } = { chain: 0, store: 0, config: '' };
  let seen = 0;
  for (;;) {
    const search = new URLSearchParams(
      Object.entries({ ...asked, waitMs: 20_000 }).map(([key, value]) => [key, `${value}`]),
    );
    const headers = { authorization: `Bearer ${listener.token}` };
    try {
      const answer = await fetch(`${url}/feed/${listener.storeId}/delta?${search}`, { headers, signal });
      if (!answer.ok) throw new Error(`no delta: ${answer.status} ${await answer.text()}`);
      const { cursor, rows, configVersion } = deltaSchema.parse(await answer.json());
      asked = { ...cursor, config: configVersion };
      const nowMs = performance.now();
      for (const [, row] of rows.stock ?? []) {
        const { skuId, sold } = row as { skuId: string; sold: number };
        if (skuId !== seller.marker) continue;
        for (; seen < sold; seen++) report.seenMs.push(nowMs - (seller.sentAtMs[seen] ?? nowMs));
      }
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
}

async function run(order: Exclude<TillsOrder, { type: 'prepare' }>): Promise<TillsReport> {
  const report: TillsReport = { tookMs: 0, postedMs: [], seenMs: [], turnedAway: 0, sales: 0 };
  const urlOf = (at: number) => order.urls[at % order.urls.length] ?? '';
  report.sales = tills.reduce((sum, { prepared }) => sum + prepared.length, 0);
  const [perRequest, everyMs] = order.type === 'sell' ? [1, order.everyMs] : [batchSize, comesBack];
  const outbound = tills.map((till, at) => outboundOf(till, urlOf(at), order.folder, perRequest));
  const ending = new AbortController();
  const listening =
    order.type === 'sell' && listens
      ? stores.map((store, at) => listen(store, urlOf(at + 1), ending.signal, report))
      : [];
  const startedAtMs = performance.now();
  await Promise.all(outbound.map((one, at) => send(tills[at] as LoadTill, one, everyMs, report)));
  report.tookMs = performance.now() - startedAtMs;
  await sleep(listening.length > 0 ? 1_000 : 0);
  ending.abort();
  await Promise.all(listening);
  return report;
}

parentPort?.postMessage(
  tills.map(({ storeId, tillNumber, publicKey, token }): RegisteredTill => ({ storeId, tillNumber, publicKey, token })),
);
parentPort?.on('message', async (order: TillsOrder) => {
  if (order.type === 'prepare') {
    const sellers = tills.filter(({ tillNumber }) => tillNumber > 1 || !listens);
    for (const till of sellers) await till.prepare(order.salesPerTill);
    parentPort?.postMessage(null);
  } else parentPort?.postMessage(await run(order));
});
