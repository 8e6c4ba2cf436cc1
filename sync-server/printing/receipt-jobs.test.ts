import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { printEscpos } from '#printing/fixtures/escpos-paper.ts';
import { makeReceipt } from '#printing/fixtures/receipts.ts';
import { escposPrintout } from '#printing/receipt/escpos.ts';
import { resvgText } from '#printing/text/resvg.ts';
import { InvariantError } from '#schemas/assert.ts';
import { defaultReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import type { ServerContext } from '../context.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { makeStore, openTestContext } from '../journal/test-journal.ts';
import { type FakeReceiptMood, FakeReceiptPrinter } from './fake-receipt-printer.ts';
import { addReceiptJob, applyEvent, readJob } from './print-jobs.ts';
import { PrintWorker } from './print-worker.ts';
import { putPrinter } from './printers.ts';
import { receiptRenderer } from './receipt-renderer.ts';

const printerId = '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c12';
const jobId = '0d9a7a35-52d8-4d8c-9d9b-6d5c9b7e2a02';
const limits = { connectMs: 2_000, answerMs: 500, printMs: 4_000, closingMs: 600 };
const renderer = () => {
  throw new InvariantError('receipts only');
};
const receipts = receiptRenderer();
const text = resvgText();

let opened: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let context: ServerContext;
let aheadMs = 0;
let storeId: string;
let printer: FakeReceiptPrinter;
let worker: PrintWorker;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop } = made);
  opened = openTestContext(made.url);
  context = { ...opened, nowMs: () => Date.now() + aheadMs };
});
afterAll(async () => {
  await opened.close();
  await drop();
});
beforeEach(async () => {
  aheadMs = 0;
  storeId = await makeStore(opened);
  printer = await FakeReceiptPrinter.start();
  worker = new PrintWorker(context, { renderer, receipts, limits });
  const place = { name: 'Counter', host: '127.0.0.1', port: printer.port };
  const draft = { ...place, language: 'escpos', profile: defaultReceiptProfile } as const;
  await putPrinter(context.database.pool, storeId, printerId, draft);
});
afterEach(async () => {
  await worker.close();
  await printer.close();
});

async function enqueue(
  opensDrawer = true,
  receipt: ReturnType<typeof makeReceipt> | null = makeReceipt(),
): Promise<void> {
  const work = { type: 'printout', receipt, opensDrawer } as const;
  expect(await addReceiptJob(context, storeId, { jobId, printerId, title: 'A sale', work }, 'till 3')).toMatchObject({
    ok: true,
  });
}

async function until(state: string, trouble: string | null = null): Promise<void> {
  await vi.waitFor(
    async () => {
      worker.wake();
      expect(await readJob(context, storeId, jobId)).toMatchObject({ state, trouble, kind: 'receipt' });
    },
    { timeout: 20_000, interval: 50 },
  );
}

const papers = () => printer.printouts.map((bytes) => printEscpos(bytes, defaultReceiptProfile, text));

test('a slip is printed once however often it is handed over, and as late as the printer is on', async () => {
  const rows = [{ name: 'Expected', value: '12.00', isStrong: true }];
  const slip = {
    locale: 'en' as const,
    title: 'Z report',
    storeName: 'Camden',
    sections: [{ title: '', rows, note: '' }],
  };
  const work = { type: 'printout', receipt: null, opensDrawer: false, slip } as const;
  for (let times = 0; times < 2; times += 1) {
    await addReceiptJob(context, storeId, { jobId, printerId, title: 'Z report', work }, 'till 3');
  }
  aheadMs = 3_600_000;
  await until('printed');
  expect(papers().map(({ lines }) => lines.map((line) => line.text.replace(/ +/g, ' ').trim()))).toEqual([
    ['Z report', 'Camden', '-'.repeat(48), 'Expected 12.00'],
  ]);
});

test('the store’s logo is put on by the server: jobs in the queue do not carry it', async () => {
  const picture = { width: 96, height: 64, rows: Buffer.alloc(12 * 64, 0xff).toString('base64') };
  const logo = { 58: picture, 80: picture };
  const words = { header: '', footer: '' };
  const design = { logo, words: { en: words, 'zh-Hans': words, 'zh-Hant': words }, fiscal: null };
  const set = 'update store set receipt_design = $2 where store_id = $1';
  await context.database.pool.query(set, [storeId, JSON.stringify(design)]);
  await enqueue();
  await until('printed');
  const printout = { receipt: makeReceipt({ logo }), opensDrawer: true };
  expect(Buffer.concat(printer.printouts)).toEqual(Buffer.from(escposPrintout(printout, defaultReceiptProfile, text)));
});

test('a receipt is printed once and kicks the drawer once, however often the job is handed over', async () => {
  await enqueue();
  await enqueue();
  await until('printed');
  await enqueue();
  worker.wake();
  await worker.close();
  expect(papers()).toMatchObject([{ kicks: 1, cuts: 1 }]);
  expect(papers()[0]?.lines.map((line) => line.text)).toContainEqual(expect.stringMatching(/^Total +£118\.50$/));
});

const moods: [FakeReceiptMood, string][] = [
  [{ paperOut: true }, 'paper-out'],
  [{ coverOpen: true }, 'head-open'],
  [{ isMute: true }, 'no-answer'],
];
test.each(moods)('a printer that cannot (%j) gets not a byte, and goes on by itself', async (mood, trouble) => {
  printer.mood = mood;
  await enqueue();
  await until('blocked', trouble);
  expect(printer.printouts).toEqual([]);
  printer.mood = {};
  await until('printed');
  expect(papers()).toMatchObject([{ kicks: 1, cuts: 1 }]);
});

test('a printer that was off for long prints the receipt, and opens no drawer before nobody', async () => {
  const { port } = printer;
  await printer.close();
  await enqueue();
  await until('queued', 'unreachable');
  aheadMs = 120_000;
  printer = await FakeReceiptPrinter.start(port);
  await until('printed');
  expect(papers()).toMatchObject([{ kicks: 0, cuts: 1 }]);
});

test('the drawer alone: opened at once, or not any more', async () => {
  await enqueue(true, null);
  await until('printed');
  expect(papers()).toMatchObject([{ kicks: 1, cuts: 0 }]);
});

test('the drawer alone, of a sale that is long over, is let go', async () => {
  const { port } = printer;
  await printer.close();
  await enqueue(true, null);
  await until('queued', 'unreachable');
  aheadMs = 120_000;
  printer = await FakeReceiptPrinter.start(port);
  await until('cancelled');
  expect(printer.printouts).toEqual([]);
});

test('a line that dies leaves an unknown receipt: never printed again by itself, and the drawer not by a person either', async () => {
  printer.mood = { diesAfterBytes: 40 };
  await enqueue();
  await until('unknown');
  printer.mood = {};
  const sent = printer.received.length;
  worker.wake();
  await worker.close();
  expect(printer.received.length).toBe(sent);
  worker = new PrintWorker(context, { renderer, receipts, limits });
  const printouts = printer.printouts.length;
  expect(await applyEvent(context, storeId, jobId, { type: 'settle', printed: 0 })).not.toBeNull();
  await until('printed');
  expect(papers().slice(printouts)).toMatchObject([{ kicks: 0, cuts: 1 }]);
});

test('a simple printer that does not say when it is done is believed once it has been well for a while', async () => {
  printer.mood = { isSimple: true };
  await enqueue();
  await until('printed');
  expect(papers()).toHaveLength(1);
});

test('a page to try a printer is printed on its paper', async () => {
  const work = { type: 'test', locale: 'zh-Hant', printerName: '櫃檯' } as const;
  await addReceiptJob(context, storeId, { jobId, printerId, title: 'Test', work }, 'mia');
  await until('printed');
  expect(papers()).toMatchObject([{ kicks: 0, cuts: 1 }]);
});

test('labels do not go to a printer of receipts, nor the other way round', async () => {
  const other = '7b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c13';
  const draft = { name: 'Zebra', language: 'zpl', host: '127.0.0.1', port: printer.port, dpi: 203 } as const;
  await putPrinter(context.database.pool, storeId, other, draft);
  const work = { type: 'printout', receipt: makeReceipt(), opensDrawer: false } as const;
  const added = await addReceiptJob(context, storeId, { jobId, printerId: other, title: 'A sale', work }, 'till 3');
  expect(added).toEqual({ ok: false, error: { code: 'not-found' } });
});
