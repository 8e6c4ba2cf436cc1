import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { InvariantError } from '#schemas/assert.ts';
import { defaultLabelFormat, type Label } from '#schemas/label/label.ts';
import { ok } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { makeStore, openTestContext } from '../journal/test-journal.ts';
import { FakeLabelPrinter, type FakePrinterMood } from './fake-label-printer.ts';
import type { LabelRenderer } from './label-renderer.ts';
import { addJob, applyEvent, readJob } from './print-jobs.ts';
import { PrintWorker } from './print-worker.ts';
import { putPrinter } from './printers.ts';

const printerId = '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11';
const jobId = '0d9a7a35-52d8-4d8c-9d9b-6d5c9b7e2a01';
const limits = { connectMs: 2_000, answerMs: 300, printMs: 4_000, closingMs: 600 };

/** Labels as short texts in ZPL's frame, so that the fake printer can count them. */
const renderer: LabelRenderer = async (labels) =>
  ok(Buffer.from(labels.map(({ serial }) => `^XA^FD${serial}^FS^XZ\n`).join(''), 'latin1'));

const receipts = () => {
  throw new InvariantError('labels only');
};

const label = (at: number): Label => ({
  gtin14: '09506000134352',
  serial: `S${at}`,
  skuId: 'phone',
  name: 'Phone',
  variant: '',
  priceText: null,
  batch: null,
  expiresOn: null,
  digitalLink: `https://shop.example/01/09506000134352/21/S${at}`,
});

let opened: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let context: ServerContext;
let storeId: string;
let printer: FakeLabelPrinter;
let worker: PrintWorker;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop } = made);
  opened = openTestContext(made.url);
  // The relay waits for printers in real time.
  context = { ...opened, nowMs: Date.now };
});
afterAll(async () => {
  await opened.close();
  await drop();
});
beforeEach(async () => {
  storeId = await makeStore(opened);
  printer = await FakeLabelPrinter.start();
  worker = new PrintWorker(context, { renderer, receipts, limits });
  const draft = { name: 'Zebra', language: 'zpl', host: '127.0.0.1', port: printer.port, dpi: 203 } as const;
  await putPrinter(context.database.pool, storeId, printerId, draft);
});
afterEach(async () => {
  await worker.close();
  await printer.close();
});

async function enqueue(count: number, id = jobId): Promise<void> {
  const labels = Array.from({ length: count }, (_, at) => label(at + 1));
  const draft = { jobId: id, printerId, title: 'Phones', format: defaultLabelFormat, labels, reprintOf: null };
  expect(await addJob(context, storeId, draft, 'mia')).toMatchObject({ ok: true });
}

async function until(state: string, trouble: string | null = null): Promise<void> {
  await vi.waitFor(
    async () => {
      worker.wake();
      expect(await readJob(context, storeId, jobId)).toMatchObject({ state, trouble });
    },
    { timeout: 20_000, interval: 50 },
  );
}

function serials(): string[] {
  return printer.labels.map((text) => /\^FD(.*)\^FS/.exec(text)?.[1] ?? '');
}

test('a job is printed whole and once, portion by portion, however often it is put into the queue', async () => {
  await enqueue(25);
  await enqueue(25);
  await until('printed');
  expect(serials()).toEqual(Array.from({ length: 25 }, (_, at) => `S${at + 1}`));
  expect(await readJob(context, storeId, jobId)).toMatchObject({ total: 25, printed: 25, inFlight: 0 });
});

test('a printer that is busy is waited for', async () => {
  printer.mood = { busyTimes: 3 };
  await enqueue(3);
  await until('printed');
});

const moods: [FakePrinterMood, string][] = [
  [{ paperOut: true }, 'paper-out'],
  [{ headOpen: true }, 'head-open'],
  [{ isMute: true }, 'no-answer'],
];
test.each(moods)(
  'a printer that cannot (%j) gets not a byte, and goes on by itself when it can again',
  async (mood, trouble) => {
    printer.mood = mood;
    await enqueue(3);
    await until('blocked', trouble);
    expect(printer.labels).toEqual([]);
    printer.mood = {};
    await until('printed');
    expect(serials()).toEqual(['S1', 'S2', 'S3']);
  },
);

test('a printer that is off is tried again', async () => {
  const { port } = printer;
  await printer.close();
  await enqueue(2);
  await until('queued', 'unreachable');
  printer = await FakeLabelPrinter.start(port);
  await until('printed');
  expect(serials()).toEqual(['S1', 'S2']);
});

test('a line that dies in the middle leaves an unknown job, which prints nothing again until a person says what came out', async () => {
  printer.mood = { diesAfterBytes: 30 };
  await enqueue(25);
  await until('unknown');
  expect(await readJob(context, storeId, jobId)).toMatchObject({ printed: 0, inFlight: 10 });
  printer.mood = {};
  const sent = printer.received.length;
  worker.wake();
  await worker.close();
  expect(printer.received.length).toBe(sent);
  worker = new PrintWorker(context, { renderer, receipts, limits });
  const before = printer.labels.length;
  expect(await applyEvent(context, storeId, jobId, { type: 'settle', printed: 2 })).not.toBeNull();
  await until('printed');
  expect(serials().slice(before)).toEqual(Array.from({ length: 23 }, (_, at) => `S${at + 3}`));
});

test('labels that were on their way when a server died are unknown, and the jobs behind them go on', async () => {
  await enqueue(5);
  // The server that dies: it has put on record that it hands over, and never says how it went.
  expect(await applyEvent(context, storeId, jobId, { type: 'sending', labels: 5 })).not.toBeNull();
  const behind = '0d9a7a35-52d8-4d8c-9d9b-6d5c9b7e2a02';
  await enqueue(1, behind);
  await until('unknown');
  await vi.waitFor(async () => {
    worker.wake();
    expect(await readJob(context, storeId, behind)).toMatchObject({ state: 'printed' });
  });
});

test('two servers are one relay: each label once', async () => {
  const other = new PrintWorker(context, { renderer, receipts, limits });
  await enqueue(40);
  for (let times = 0; times < 5; times++) {
    worker.wake();
    other.wake();
  }
  await until('printed');
  await other.close();
  expect(serials()).toEqual(Array.from({ length: 40 }, (_, at) => `S${at + 1}`));
});

test('a paused job waits, and goes on where it stood', async () => {
  await enqueue(30);
  expect(await applyEvent(context, storeId, jobId, { type: 'pause' })).toMatchObject({ state: 'paused' });
  worker.wake();
  await worker.close();
  expect(printer.labels).toEqual([]);
  worker = new PrintWorker(context, { renderer, receipts, limits });
  await applyEvent(context, storeId, jobId, { type: 'go-on' });
  await until('printed');
  expect(printer.labels).toHaveLength(30);
});

test('an address outside the own network is none', async () => {
  const draft = { name: 'Zebra', language: 'zpl', host: '198.51.100.7', port: 9_100, dpi: 203 } as const;
  await putPrinter(context.database.pool, storeId, printerId, draft);
  await enqueue(1);
  await until('queued', 'unreachable');
});
