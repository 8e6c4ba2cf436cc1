import { beforeEach, expect, test } from 'vitest';
import { defaultLabelFormat, type Label, labelSchema } from '#schemas/label/label.ts';
import type { ListPrice } from '#schemas/pricing/price-list.ts';
import type { FoundSku } from '../db/till-types.ts';
import type { LabelPart, LabelPrinter, PrintFailure } from '../devices/label-printer.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { ShelfLabels } from './shelf-labels.svelte.ts';
import type { StockGate } from './stock-gate.ts';

const coat = fakeSku('COAT', 12_000, '09506000134352');
const tea = fakeSku('TEA', 350, '04006381333931');
const cheese = fakeSku('CHEESE', 1_890, '02012345000004');
const bare = fakeSku('BARE', 100);
let till: FakeTill;
let shelf: ShelfLabels;
let mayPrint: boolean;

const priceOf = ({ sku, price }: FoundSku): ListPrice | null =>
  price && {
    priceMinor: price.priceMinor,
    priceListId: 'shelf',
    online: sku.skuId === 'TEA' ? { priceMinor: 350, sinceMs: null } : { priceMinor: 1, sinceMs: null },
  };

beforeEach(() => {
  till = new FakeTill();
  mayPrint = true;
  cheese.sku.tracking = 'weight';
  till.skus.push(coat, tea, cheese, { ...bare, gtin14: null });
  const gate = {
    pass: async () => (mayPrint ? { operatorId: 'ann', approvals: [] } : null),
  } as unknown as StockGate;
  shelf = new ShelfLabels({
    ...{ till: () => till, gate, locale: () => 'en', newId: () => crypto.randomUUID() },
    ...{ shelfPrice: priceOf, signal: () => undefined },
  });
});

function printerWith(answers: (PrintFailure | null)[] = [], more: Partial<LabelPrinter> = {}) {
  const parts: LabelPart[] = [];
  const printer: LabelPrinter = {
    partLabels: 2,
    async print(part) {
      parts.push(part);
      const error = answers.shift() ?? null;
      return error === null ? { ok: true, value: null } : { ok: false, error };
    },
    ...more,
  };
  const labels = (): Label[] => parts.flatMap((part) => part.labels);
  return { printer, parts, labels };
}
const print = (printer: LabelPrinter) => shelf.print(printer, defaultLabelFormat, 'Shelf');
const chosen = () => shelf.orders.map(({ skuId, copies }) => `${skuId} ${copies}`);

test('scanned articles are labelled with the price that the shelf asks; what the web shop asks too says so', async () => {
  await shelf.read('4006381333931');
  await shelf.read('4006381333931');
  shelf.add(cheese);
  expect(chosen()).toEqual(['TEA 2', 'CHEESE 1']);
  const { printer, labels } = printerWith();
  await print(printer);
  expect(labels().map((label) => labelSchema.parse(label))).toMatchObject([
    { skuId: 'TEA', serial: null, priceText: '£3.50', shelf: { isPerKilogram: false, isOnlinePrice: true } },
    { skuId: 'TEA' },
    { skuId: 'CHEESE', priceText: '£18.90', shelf: { isPerKilogram: true, isOnlinePrice: false } },
  ]);
  expect(labels()[0]?.digitalLink).toMatch(/\/01\/04006381333931$/);
  expect([shelf.orders, shelf.notice?.code, till.committed]).toEqual([[], 'done', []]);
});

test('everything at a place, and everything whose price changed, once each; without GTIN there is no label', async () => {
  await shelf.read('floor');
  expect(shelf.notice).toMatchObject({ code: 'place', count: 3 });
  till.printers.changed = ['TEA', 'COAT'];
  await shelf.addChanged(86_400_000);
  expect(shelf.notice).toMatchObject({ code: 'changed', count: 0 });
  expect(chosen()).toEqual(['COAT 1', 'TEA 1', 'CHEESE 1']);
  shelf.add({ ...bare, gtin14: null });
  expect(shelf.notice?.code).toBe('no-gtin');
  shelf.add({ ...coat, price: null });
  expect(shelf.notice?.code).toBe('no-price');
  till.printers.isOffline = true;
  await shelf.addChanged(86_400_000);
  expect(shelf.notice?.code).toBe('offline');
});

test('what is with the printer is off the list, and the rest stays when the printer fails', async () => {
  shelf.add(tea);
  shelf.setCopies('TEA', 5);
  const { printer, parts } = printerWith([null, { code: 'offline' }]);
  await print(printer);
  expect([parts.length, chosen(), shelf.notice?.code]).toEqual([2, ['TEA 3'], 'offline']);
  const stopped = printerWith([{ code: 'stopped', handed: 1 }]);
  await print(stopped.printer);
  expect([chosen(), shelf.notice]).toMatchObject([['TEA 2'], { code: 'stopped', count: 2 }]);
  const lost = printerWith([{ code: 'unknown', atMost: 2 }]);
  await print(lost.printer);
  expect([chosen(), shelf.notice?.code]).toEqual([['TEA 2'], 'print-unknown']);
});

test('labels that cannot be drawn are named before the first is printed; a queue’s jobs can be followed', async () => {
  shelf.add(coat);
  const faults = async () => [{ index: 0, code: 'text-does-not-fit' as const }];
  const bad = printerWith([], { faults });
  await print(bad.printer);
  expect([bad.parts, shelf.notice]).toMatchObject([[], { code: 'text-does-not-fit' }]);
  const queue = printerWith([], { isQueue: true });
  await print(queue.printer);
  expect(shelf.queued).toEqual([queue.parts[0]?.jobId]);
});

test('[A1] nobody prints who may not, unless a second person says so', async () => {
  mayPrint = false;
  shelf.add(coat);
  const { printer, parts } = printerWith();
  await print(printer);
  expect([parts, chosen()]).toEqual([[], ['COAT 1']]);
});
