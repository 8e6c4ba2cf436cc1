import { beforeEach, describe, expect, test } from 'vitest';
import { defaultLabelFormat } from '#schemas/label/label.ts';
import type { LabelPart, LabelPrinter, PrintFailure } from '../devices/label-printer.ts';
import { FakeTill } from './fake-till.ts';
import { LabelChoice } from './label-choice.svelte.ts';
import type { LabelJob } from './label-job.ts';
import { LabelPrinting } from './label-printing.svelte.ts';
import { MemoryStorage } from './memory-storage.ts';
import { serverLabelPrinter } from './server-label-printer.ts';
import type { StockGate } from './stock-gate.ts';
import { StorePrintJobs } from './store-print-jobs.svelte.ts';

const jobId = '3f0d6d3e-8a39-4c8e-9f3a-0a4b7c1d2e10';
const serials = Array.from({ length: 12 }, (_, index) => `S${index + 1}`);
let till: FakeTill;
let job: LabelJob;
let told: string[];
let printing: LabelPrinting;

beforeEach(() => {
  till = new FakeTill();
  told = [];
  const goods = { skuId: 'COAT', gtin14: '09506000134352', quantity: 12, serials, batch: null, expiresOn: null };
  const shown = { name: 'Coat', variant: '', priceText: null };
  job = { jobId, title: 'Coat', createdAtMs: 1, goods: [{ ...goods, ...shown }], printed: 0, hand: null, queued: [] };
  const gate = { pass: async () => ({ operatorId: 'ann', approvals: [] }) } as unknown as StockGate;
  printing = new LabelPrinting({
    ...{ till: () => till, gate, newId: () => crypto.randomUUID() },
    job: (id) => (id === jobId ? job : undefined),
    change: (_, changes) => {
      job = { ...job, ...changes };
    },
    tell: (code, text) => told.push(`${code} ${text}`),
  });
});

/** Gives these answers, one a part, and then takes everything. */
function printerWith(answers: PrintFailure[], more: Partial<LabelPrinter> = {}): LabelPrinter & { parts: LabelPart[] } {
  const parts: LabelPart[] = [];
  return {
    ...{ partLabels: 5, parts },
    async print(part) {
      parts.push(part);
      const error = answers.shift();
      return error === undefined ? { ok: true, value: null } : { ok: false, error };
    },
    ...more,
  };
}
const print = (printer: LabelPrinter) => printing.print(jobId, printer, defaultLabelFormat);
const onRecord = () => till.committed.map(({ body }) => (body.lines as { serials: string[] }[])[0]?.serials ?? []);

describe('a job of labels', () => {
  test('labels that the queue cannot print: the first is named as it stands in the job, and nothing is on record', async () => {
    job = { ...job, printed: 5 };
    const problems = [
      { index: 1, code: 'character-missing', character: '🍵' },
      { index: 2, code: 'of a newer server' },
    ];
    await print(printerWith([{ code: 'at-fault', problems }], { isQueue: true }));
    expect(told).toEqual(['character-missing 7: Coat S7 🍵 (+1)']);
    expect([job.printed, job.hand, till.committed]).toEqual([5, null, []]);
  });

  test('paused in the middle of a part: what went is on record, and the rest follows from that label', async () => {
    const printer = printerWith([{ code: 'stopped', handed: 2 }]);
    await print(printer);
    expect([job.printed, job.hand, told]).toEqual([2, null, []]);
    await print(printer);
    expect(job.printed).toBe(12);
    expect(onRecord().flat()).toEqual(serials);
    expect(printer.parts[1]?.labels[0]?.serial).toBe('S3');
  });

  test('an unknown end is not printed again by itself: somebody says what came out', async () => {
    const printer = printerWith([{ code: 'unknown', atMost: 4 }]);
    await print(printer);
    expect(told).toEqual(['print-unknown Coat']);
    await print(printer);
    expect(printer.parts).toHaveLength(1);
    await printing.settle(jobId, 5);
    expect(job.hand?.labels).toBe(4);
    await printing.settle(jobId, 3);
    expect([job.printed, job.hand]).toEqual([3, null]);
    expect(onRecord()).toEqual([['S1', 'S2', 'S3']]);
    await print(printer);
    expect(onRecord().flat()).toEqual(serials);
  });

  test('a tablet that died while it printed asks what came out', async () => {
    job = { ...job, hand: { jobId, labels: 5, isQueue: false } };
    const printer = printerWith([]);
    await print(printer);
    expect(printer.parts).toEqual([]);
    await printing.settle(jobId, 0);
    await print(printer);
    expect(job.printed).toBe(12);
  });

  test('a label that cannot be printed is named before the first one is', async () => {
    const faults = async () => [
      { index: 2, code: 'code-does-not-fit' as const },
      { index: 3, code: 'code-does-not-fit' as const },
    ];
    const printer = printerWith([], { faults });
    await print(printer);
    expect(printer.parts).toEqual([]);
    expect(told).toEqual(['code-does-not-fit 3: Coat S3 (+1)']);
    expect([job.printed, job.hand, till.committed]).toEqual([0, null, []]);
  });

  test('a range printed again whose end is unknown is on record as far as it may have come', async () => {
    job = { ...job, printed: 12 };
    const printer = printerWith([{ code: 'unknown', atMost: 2 }]);
    const range = { from: 4, to: 7, reason: 'Torn' };
    expect(await printing.reprint(jobId, range, printer, defaultLabelFormat)).toBe(false);
    expect(till.committed[0]?.body).toMatchObject({
      reprintOf: jobId,
      reason: 'Torn',
      lines: [{ serials: ['S4', 'S5'] }],
    });
    expect(job.hand).toBe(null);
  });
});

describe('a printer of the store', () => {
  const printerId = '3f0d6d3e-8a39-4c8e-9f3a-0a4b7c1d2e02';
  const server = () => serverLabelPrinter({ till: () => till, printerId });

  test('gets the job at once; it is on record and followed, and a reprint says of which it is', async () => {
    await print(server());
    expect([job.printed, job.queued]).toEqual([12, [jobId]]);
    expect(onRecord()).toEqual([serials]);
    await printing.reprint(jobId, { from: 2, to: 3, reason: 'Torn' }, server(), defaultLabelFormat);
    expect(till.printers.drafts[1]).toMatchObject({ reprintOf: jobId, labels: [{ serial: 'S2' }, { serial: 'S3' }] });
    expect(job.queued).toHaveLength(2);
    const followed = new StorePrintJobs(() => till);
    await followed.follow(job.queued);
    expect(followed.view(jobId)?.state).toBe('queued');
    await followed.act(jobId, { type: 'pause' });
    expect(till.printers.acted).toEqual([{ type: 'pause' }]);
  });

  test('that did not answer gets the same job again, and one that is gone is said', async () => {
    till.printers.isOffline = true;
    await print(server());
    expect(told).toEqual(['offline Coat']);
    const hand = job.hand;
    till.printers.isOffline = false;
    await print(server());
    expect(till.printers.drafts[0]?.jobId).toBe(hand?.jobId);
    expect(job.printed).toBe(12);
    job = { ...job, printed: 0, queued: [] };
    till.printers.known = [];
    await print(server());
    expect(told[1]).toBe('printer-gone Coat');
    expect(job.hand).toBe(null);
  });
});

test('the printer that was chosen is remembered on the tablet, with its dots', async () => {
  const storage = new MemoryStorage();
  const labelPrinter = printerWith([]);
  const make = () => new LabelChoice({ storage, locale: () => 'en', till: () => till, labelPrinter });
  const choice = make();
  expect(choice.printer).toBe(labelPrinter);
  await choice.loadPrinters();
  const [desk] = choice.printers;
  choice.aim({ type: 'server', server: desk ?? null });
  const again = make();
  expect(again.printers).toEqual([desk]);
  expect([again.format.dpi, again.printer.isQueue]).toEqual([300, true]);
  again.aim({ type: 'sheet', sheet: 'a4-4x10', usedCells: 39 });
  again.aim({ sheet: 'a4-3x8' });
  expect(make().target).toMatchObject({ type: 'sheet', usedCells: 15 });
});
