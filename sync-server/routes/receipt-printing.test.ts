import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeReceipt } from '#printing/fixtures/receipts.ts';
import { printJobViewSchema, tillPrinterListSchema } from '#schemas/api/printing.ts';
import { defaultReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import { createApp } from '../app.ts';
import { PageKeeper } from '../feed/page-keeper.ts';
import { makeTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';
import { FakeReceiptPrinter } from '../printing/fake-receipt-printer.ts';
import { printRelayOf } from '../printing/print-relay.ts';

let chain: TestChain;
let printer: FakeReceiptPrinter;
let printerId: string;

beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(async () => {
  await printRelayOf(chain.context).close();
  await chain.close();
});
beforeEach(async () => {
  printer = await FakeReceiptPrinter.start();
  const [status, body] = await chain.ask('mia', 'stores/store-a/printers', draftOf());
  expect(status).toBe(201);
  ({ printerId } = body as { printerId: string });
});
afterEach(() => printer.close());

const draftOf = () => {
  const place = { name: 'Counter', host: '127.0.0.1', port: printer.port };
  return { ...place, language: 'escpos', profile: defaultReceiptProfile };
};

function stateOf(jobId: string) {
  return expect.poll(
    async () => {
      printRelayOf(chain.context).wake();
      return printJobViewSchema.parse((await chain.ask('mia', `stores/store-a/print-jobs/${jobId}`))[1]);
    },
    { timeout: 30_000 },
  );
}

test('a till sees the printer with its profile, hands a receipt over twice, and it is printed once', async () => {
  const app = createApp(chain.context, { keeper: new PageKeeper(chain.context, { inProcess: true }) });
  const till = await makeTill(chain.context, 'store-a', 1);
  const headers = {
    authorization: `Bearer ${till.token}`,
    'content-type': 'application/json',
  };
  const ask = async (path: string, body?: unknown) => {
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await app.request(`/feed/store-a/${path}`, { headers, ...sent });
    return [response.status, await response.json()] as const;
  };
  const list = tillPrinterListSchema.parse((await ask('printers'))[1]);
  expect(list.receiptPrinters).toContainEqual({ printerId, name: 'Counter', profile: defaultReceiptProfile });
  expect(list.printers).not.toContainEqual(expect.objectContaining({ printerId }));
  const jobId = '0d9a7a35-52d8-4d8c-9d9b-6d5c9b7e2a77';
  const job = { jobId, printerId, title: 'Sale 7', printout: { receipt: makeReceipt(), opensDrawer: true } };
  expect((await ask('receipt-jobs', job))[0]).toBe(201);
  expect((await ask('receipt-jobs', job))[0]).toBe(201);
  await stateOf(jobId).toMatchObject({ state: 'printed', kind: 'receipt', title: 'Sale 7' });
  expect(printer.printouts).toHaveLength(1);
  expect((await ask('receipt-jobs', { ...job, printerId: jobId }))[0]).toBe(201);
  expect((await ask('receipt-jobs', { ...job, jobId: printerId, printerId: jobId }))[0]).toBe(404);
  expect((await ask('receipt-jobs', { ...job, printout: { receipt: null, opensDrawer: false } }))[0]).toBe(400);
  // Copies are the till's to make: the office has no receipt to print again.
  const again = { jobId: printerId, from: 1, to: 1, reason: 'torn' };
  expect((await chain.ask('mia', `stores/store-a/print-jobs/${jobId}/reprint`, again))[0]).toBe(404);
});

test('the office tries a printer, and never makes one of labels out of one of receipts', async () => {
  const jobId = '0d9a7a35-52d8-4d8c-9d9b-6d5c9b7e2a78';
  const body = { jobId, locale: 'zh-Hans' };
  expect((await chain.ask('mia', `stores/store-a/printers/${printerId}/test`, body))[0]).toBe(201);
  await stateOf(jobId).toMatchObject({ state: 'printed', title: '测试打印' });
  const label = { name: 'X', language: 'zpl', host: '127.0.0.1', port: printer.port, dpi: 203 };
  expect((await chain.ask('mia', `stores/store-a/printers/${printerId}`, label))[0]).toBe(409);
  const wider = { ...draftOf(), profile: { ...defaultReceiptProfile, paperMm: 58 } };
  expect((await chain.ask('mia', `stores/store-a/printers/${printerId}`, wider))[0]).toBe(200);
});
