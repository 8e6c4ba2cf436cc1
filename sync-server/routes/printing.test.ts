import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { printJobListSchema, printJobViewSchema, tillPrinterListSchema } from '#schemas/api/printing.ts';
import { defaultLabelFormat, type Label } from '#schemas/label/label.ts';
import { createApp } from '../app.ts';
import { PageKeeper } from '../feed/page-keeper.ts';
import { makeTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';
import { FakeLabelPrinter } from '../printing/fake-label-printer.ts';
import { printRelayOf } from '../printing/print-relay.ts';

let chain: TestChain;
let printer: FakeLabelPrinter;

beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(async () => {
  await printRelayOf(chain.context).close();
  await chain.close();
});
beforeEach(async () => {
  printer = await FakeLabelPrinter.start();
});
afterEach(() => printer.close());

const label = (at: number): Label => ({
  gtin14: '09506000134352',
  serial: `7K2M9QWX4T${String(at).padStart(2, '0')}`,
  skuId: 'tea',
  name: '明前龙井茶',
  variant: '250 g',
  priceText: '£24.90',
  batch: 'L1',
  expiresOn: '2027-01-31',
  digitalLink: `https://shop.example/01/09506000134352/21/7K2M9QWX4T${String(at).padStart(2, '0')}`,
});
const labels = (count: number) => Array.from({ length: count }, (_, at) => label(at + 1));
const draftOf = (port: number) => ({ name: 'Stock room', language: 'zpl', host: '127.0.0.1', port, dpi: 203 });
let jobs = 0;
const newJobId = () => `0d9a7a35-52d8-4d8c-9d9b-${String(++jobs).padStart(12, '0')}`;

async function addPrinter(): Promise<string> {
  const [status, body] = await chain.ask('mia', 'stores/store-a/printers', draftOf(printer.port));
  expect(status).toBe(201);
  return (body as { printerId: string }).printerId;
}

function jobOf(printerId: string, count: number, jobId = newJobId()) {
  return { jobId, printerId, title: 'Tea', format: defaultLabelFormat, labels: labels(count), reprintOf: null };
}

/** Asks as a till of store A. */
async function newTill(tillNumber: number) {
  const app = createApp(chain.context, { keeper: new PageKeeper(chain.context, { inProcess: true }) });
  const { token } = await makeTill(chain.context, 'store-a', tillNumber);
  return async (path: string, body?: object) => {
    const response = await app.request(`/feed/store-a/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return [response.status, await response.json()] as const;
  };
}

function stateOf(jobId: string) {
  return expect.poll(
    async () => {
      printRelayOf(chain.context).wake();
      return printJobViewSchema.parse((await chain.ask('mia', `stores/store-a/print-jobs/${jobId}`))[1]);
    },
    { timeout: 30_000 },
  );
}

test('a job of Chinese labels comes out of a label printer, and a range of it once more, on record with the reason', async () => {
  const printerId = await addPrinter();
  const job = jobOf(printerId, 12);
  expect((await chain.ask('mia', 'stores/store-a/print-jobs', job))[0]).toBe(201);
  await stateOf(job.jobId).toMatchObject({
    state: 'printed',
    printed: 12,
    printerName: 'Stock room',
    createdBy: 'mia',
  });
  expect(printer.labels).toHaveLength(12);
  expect(printer.labels[0]).toMatch(/\^GFA,\d+,\d+,\d+,:Z64:/);
  const again = { jobId: newJobId(), from: 3, to: 4, reason: 'torn' };
  expect((await chain.ask('mia', `stores/store-a/print-jobs/${job.jobId}/reprint`, again))[0]).toBe(201);
  await stateOf(again.jobId).toMatchObject({ state: 'printed', total: 2, reprintOf: job.jobId });
  // The same pictures as the third and fourth.
  expect(printer.labels.slice(12)).toEqual(printer.labels.slice(2, 4));
  const [record] = await chain.sql<{ after: unknown }>(
    "select after from audit_entry where action = 'labels-reprinted'",
  );
  expect(record?.after).toMatchObject({ reprintOf: job.jobId, from: 3, to: 4, reason: 'torn' });
  const [, list] = await chain.ask('mia', 'stores/store-a/print-jobs');
  expect(printJobListSchema.parse(list).jobs.map(({ jobId }) => jobId)).toEqual(
    expect.arrayContaining([job.jobId, again.jobId]),
  );
});

test('a till sees the printers by name alone, prints, and asks how far it is', async () => {
  const printerId = await addPrinter();
  const call = await newTill(1);
  const [, seen] = await call('printers');
  expect(tillPrinterListSchema.parse(seen).printers).toContainEqual({ printerId, name: 'Stock room', dpi: 203 });
  expect(JSON.stringify(seen)).not.toContain('127.0.0.1');
  const job = jobOf(printerId, 2);
  expect((await call('print-jobs', job))[0]).toBe(201);
  await stateOf(job.jobId).toMatchObject({ state: 'printed', createdBy: 'till 1' });
  expect((await call(`print-jobs/${job.jobId}`))[1]).toMatchObject({ state: 'printed' });
  expect((await call(`print-jobs/${job.jobId}`, { type: 'pause' }))[0]).toBe(409);
  expect((await call(`print-jobs/${newJobId()}`))[0]).toBe(404);
});

test('[A1] printers and jobs of another chain are none', async () => {
  const printerId = await addPrinter();
  const job = jobOf(printerId, 1);
  expect(await chain.outcome('rob', 'stores/store-r/print-jobs', job)).toBe('404 not-found');
  expect((await chain.ask('mia', 'stores/store-a/print-jobs', job))[0]).toBe(201);
  for (const path of [`print-jobs/${job.jobId}`, `printers/${printerId}`]) {
    expect(await chain.outcome('rob', `stores/store-a/${path}`, draftOf(9_100))).toMatch(/^40[34] /);
  }
  expect(await chain.outcome('rob', `stores/store-r/print-jobs/${job.jobId}`)).toBe('404 not-found');
  expect(await chain.outcome('rob', `stores/store-r/printers/${printerId}`, draftOf(9_100))).toBe('404 not-found');
});

test.each([
  ['a port of the system', { port: 22 }],
  ['no language of ours', { language: 'pcl' }],
  ['an address with a path', { host: '10.0.0.1/x' }],
  ['no name', { name: '' }],
])('%s is no printer', async (_, wrong) => {
  expect(await chain.outcome('mia', 'stores/store-a/printers', { ...draftOf(9_100), ...wrong })).toBe(
    '400 bad-request',
  );
});

test('a job with labels that cannot be printed is refused whole, with which and why; its id stays free', async () => {
  const printerId = await addPrinter();
  const job = jobOf(printerId, 3);
  const wrong = { ...job, labels: [label(1), { ...label(2), name: '🍵' }, { ...label(3), gtin14: '09506000134353' }] };
  const problems = [
    { index: 1, code: 'character-missing', character: '🍵' },
    { index: 2, code: 'code-not-encodable' },
  ];
  const till = await newTill(2);
  for (const [status, body] of [
    await till('print-jobs', wrong),
    await chain.ask('mia', 'stores/store-a/print-jobs', wrong),
  ]) {
    expect([status, body]).toMatchObject([400, { error: { code: 'bad-request' }, problems }]);
  }
  expect((await chain.ask('mia', 'stores/store-a/print-jobs', job))[0]).toBe(201);
});
