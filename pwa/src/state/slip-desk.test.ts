import { beforeEach, expect, test } from 'vitest';
import type { Printout } from '#schemas/receipt/receipt-printer.ts';
import type { Slip } from '#schemas/receipt/slip.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { ReceiptDevices, ReceiptFailure } from '../devices/receipt-printer.ts';
import { FakeTill } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';
import { ReceiptChoice } from './receipt-choice.svelte.ts';
import { SlipDesk } from './slip-desk.svelte.ts';
import { StorePrintJobs } from './store-print-jobs.svelte.ts';

const slip: Slip = { locale: 'en', title: 'X report', storeName: 'Camden', sections: [] };
let till: FakeTill;
let choice: ReceiptChoice;
let desk: SlipDesk;
let usbAnswer: Result<null, ReceiptFailure>;
let onUsb: Printout[];

beforeEach(() => {
  till = new FakeTill();
  [usbAnswer, onUsb] = [ok(null), []];
  const usb = {
    print: async (printout: Printout) => {
      onUsb.push(printout);
      return usbAnswer;
    },
  };
  choice = new ReceiptChoice(new MemoryStorage(), () => till);
  desk = new SlipDesk({
    ...{ till: () => till, newId: () => crypto.randomUUID(), choice, jobs: new StorePrintJobs(() => till) },
    devices: { usb } as unknown as ReceiptDevices,
  });
});
const atCounter = () => choice.aim({ type: 'server', server: till.printers.receiptPrinters[0] ?? null });

test('a till without a receipt printer of its own leaves the page to the browser', async () => {
  for (const type of ['none', 'browser'] as const) {
    choice.aim({ type });
    expect(desk.hasPrinter).toBe(false);
    await desk.print(slip, 'X');
  }
  expect([desk.standing, onUsb, till.printers.receiptDrafts]).toEqual([null, [], []]);
});

test('a cable takes it without a receipt and without the drawer; what fails is said', async () => {
  choice.aim({ type: 'usb' });
  await desk.print(slip, 'X');
  expect(onUsb).toEqual([{ receipt: null, opensDrawer: false, slip }]);
  expect(desk.standing).toEqual({ state: 'done' });
  usbAnswer = fail({ code: 'usb-busy' });
  await desk.print(slip, 'X');
  expect(desk.standing).toEqual({ state: 'failed', code: 'usb-busy' });
});

test('what the server did not answer is handed over again as the same job, another page as another', async () => {
  atCounter();
  till.printers.isSilent = true;
  await desk.print(slip, 'X');
  expect(desk.standing).toEqual({ state: 'failed', code: 'unsure' });
  till.printers.isSilent = false;
  await desk.print(slip, 'X');
  expect(desk.standing).toMatchObject({ state: 'queued' });
  await desk.print(slip, 'X');
  const jobs = till.printers.receiptDrafts.map(({ jobId }) => jobId);
  expect(jobs[1]).toBe(jobs[0]);
  expect(jobs[2]).not.toBe(jobs[0]);
});

test('a printer that is gone, and no network, are told apart', async () => {
  atCounter();
  till.printers.receiptPrinters = [];
  await desk.print(slip, 'X');
  expect(desk.standing).toEqual({ state: 'failed', code: 'printer-gone' });
  till.setStatus({ online: false });
  await desk.print(slip, 'X');
  expect(desk.standing).toEqual({ state: 'failed', code: 'offline' });
});
