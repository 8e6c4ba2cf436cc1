import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import type { Receipt } from '#schemas/receipt/receipt.ts';
import { plainReceiptDesign } from '#schemas/receipt/receipt-design.ts';
import { defaultReceiptProfile, type Printout } from '#schemas/receipt/receipt-printer.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { voidOf } from '#schemas/returns/post-void.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import { plainTender } from '#schemas/transaction/retail-transaction.ts';
import type { ReceiptDevices, ReceiptFailure } from '../devices/receipt-printer.ts';
import type { Approvals } from './approvals.svelte.ts';
import { fakeLine, fakeQuote } from './fake-quote.ts';
import { FakeTill, fakeConfig } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';
import { ReceiptDesk } from './receipt-desk.svelte.ts';
import type { Session } from './session.svelte.ts';
import { saleTransaction } from './transaction-body.ts';

let till: FakeTill;
let storage: MemoryStorage;
let nowMs: number;
let mayCopy: boolean;
let approved: boolean;
let usbAnswer: Result<null, ReceiptFailure>;
let onUsb: Printout[];
let onBrowser: Receipt[];
let desk: ReceiptDesk;
let sale: Entry;
let config: StoreConfig;

const server = () => ({ type: 'server', server: till.printers.receiptPrinters[0] ?? null }) as const;
const drafts = () => till.printers.receiptDrafts;

function makeDesk(): ReceiptDesk {
  const usb = {
    print: async (printout: Printout) => {
      onUsb.push(printout);
      return usbAnswer;
    },
  };
  const browser = async (receipt: Receipt) => void onBrowser.push(receipt);
  const session = { operator: { operatorId: 'ann' }, may: () => mayCopy } as unknown as Session;
  const approval = { right: 'copy-receipt', operatorId: 'bob' };
  const approvals = { request: async () => (approved ? approval : null) } as unknown as Approvals;
  return new ReceiptDesk({
    ...{ storage, till: () => till, config: () => config, locale: () => 'en', session, approvals },
    ...{ newId: () => crypto.randomUUID(), nowMs: () => nowMs, origin: 'https://shop.example' },
    devices: { usb, browser } as unknown as ReceiptDevices,
  });
}

beforeEach(async () => {
  vi.useFakeTimers();
  till = new FakeTill();
  config = fakeConfig;
  storage = new MemoryStorage();
  [nowMs, mayCopy, approved, usbAnswer, onUsb, onBrowser] = [till.nowMs(), true, false, ok(null), [], []];
  const body = saleTransaction({
    ...{
      transactionId: '3f0d6d3e-8a39-4c8e-9f3a-0a4b7c1d2e44',
      openedAtMs: 0,
      nowMs,
      tenders: [plainTender('cash', 1_000)],
    },
    quote: fakeQuote([fakeLine(1, 500, 1, { skuId: 'tea', name: 'Tea' })], fakeConfig),
    promotionName: (promotionId) => promotionId,
    config: fakeConfig,
  });
  const committed = await till.commit('retail-transaction', body, 'ann');
  if (!committed.ok) throw new Error('the fake till commits');
  sale = committed.value;
  till.committed.length = 0;
  desk = makeDesk();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a sale that was taken back is printed so, and nothing looks for that behind a sale', async () => {
  till.committed.push(sale);
  desk.choice.aim({ type: 'usb' });
  desk.afterSale(sale);
  await vi.waitFor(() => expect(desk.standing(sale._id)?.state).toBe('done'));
  const body = factOf(sale);
  if (!body.ok || body.value.kind !== 'retail-transaction') throw new Error('it is a sale');
  const { businessDay } = body.value.body;
  const request = { entryId: sale._id, reason: 'wrong', transactionId: crypto.randomUUID(), businessDay };
  const taking = voidOf(body.value.body, { ...request, openedAtMs: 0, approvals: [] });
  const done = taking.ok ? await till.commit('retail-transaction', taking.value, 'ann') : null;
  if (!done?.ok) throw new Error('it can be voided');
  await desk.print(sale);
  await desk.print(done.value);
  expect(onUsb.map(({ receipt }) => [receipt?.voidedBy, receipt?.voids?.entryId, receipt?.isCopy])).toEqual([
    [null, undefined, false],
    [done.value._id, undefined, true],
    [null, sale._id, false],
  ]);
});

test('the store’s logo and words are on the receipt; the store’s queue is not filled with the logo', async () => {
  const picture = { width: 8, height: 1, rows: '/w==' };
  const design = { ...plainReceiptDesign, logo: { 58: picture, 80: picture } };
  design.words = { ...design.words, 'zh-Hans': { header: '', footer: '谢谢' } };
  config = { ...fakeConfig, receiptDesign: design };
  desk.choice.aim({ type: 'usb' });
  await desk.print(sale);
  expect(onUsb[0]?.receipt).toMatchObject({ logo: design.logo, header: '', footer: '谢谢' });
  desk.choice.aim(server());
  await desk.print(sale);
  expect(drafts()[0]?.printout.receipt).toMatchObject({ logo: null, footer: '谢谢' });
});

test('a sale is printed behind it, the drawer opens with it, and both are one job of the basket', async () => {
  desk.choice.aim(server());
  desk.afterSale(sale);
  await vi.waitFor(() => expect(desk.standing(sale._id)?.state).toBe('queued'));
  expect(drafts()).toMatchObject([
    { jobId: '3f0d6d3e-8a39-4c8e-9f3a-0a4b7c1d2e44', printout: { opensDrawer: true, receipt: { isCopy: false } } },
  ]);
});

test('on request: the drawer opens all the same, the receipt comes when it is asked for', async () => {
  desk.choice.aim({ ...server(), isAutomatic: false });
  desk.afterSale(sale);
  await vi.waitFor(() => expect(drafts()).toMatchObject([{ printout: { opensDrawer: true, receipt: null } }]));
  expect(desk.isCopy(sale)).toBe(false);
  await desk.print(sale);
  expect(drafts()[1]).toMatchObject({ printout: { opensDrawer: false, receipt: { isCopy: false } } });
});

test('what is printed again is a copy: marked, without drawer, on record, by whoever may', async () => {
  desk.choice.aim(server());
  await desk.print(sale);
  expect(desk.isCopy(sale)).toBe(true);
  mayCopy = false;
  await desk.print(sale);
  expect([drafts().length, till.committed.length]).toEqual([1, 0]);
  approved = true;
  await desk.print(sale);
  expect(drafts()[1]).toMatchObject({ printout: { opensDrawer: false, receipt: { isCopy: true } } });
  expect(till.committed).toMatchObject([{ kind: 'receipt-copied', body: { saleEntryId: sale._id } }]);
  expect(till.committed[0]?.body.approvals).toEqual([{ right: 'copy-receipt', operatorId: 'bob' }]);
});

test('a restarted till remembers what it gave out', async () => {
  desk.choice.aim(server());
  await desk.print(sale);
  expect(makeDesk().isCopy(sale)).toBe(true);
});

test('of an old sale, and of another till’s, there are copies only', () => {
  desk.choice.aim(server());
  expect(desk.isCopy({ ...sale, tillNumber: sale.tillNumber + 1 })).toBe(true);
  nowMs += 25 * 3_600_000;
  expect(desk.isCopy(sale)).toBe(true);
});

test('without the server nothing is handed over, and the original comes out another way', async () => {
  desk.choice.aim(server());
  till.setStatus({ online: false });
  desk.afterSale(sale);
  await vi.waitFor(() => expect(desk.standing(sale._id)).toEqual({ state: 'failed', code: 'offline' }));
  expect([drafts(), desk.isCopy(sale)]).toEqual([[], false]);
  await desk.print(sale, 'browser');
  expect(onBrowser).toMatchObject([{ isCopy: false }]);
  expect(desk.isCopy(sale, 'browser')).toBe(true);
});

test('a server that does not answer may have it: the same job again, with no drawer, until it does', async () => {
  desk.choice.aim(server());
  till.printers.isSilent = true;
  desk.afterSale(sale);
  await vi.waitFor(() => expect(desk.standing(sale._id)).toEqual({ state: 'failed', code: 'unsure' }));
  expect([desk.isCopy(sale), desk.isCopy(sale, 'browser')]).toEqual([false, true]);
  till.printers.isSilent = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(desk.standing(sale._id)?.state).toBe('queued');
  expect(new Set(drafts().map(({ jobId }) => jobId)).size).toBe(1);
  expect(drafts().map(({ printout }) => printout.opensDrawer)).toEqual([true, false]);
  expect(till.committed).toEqual([]);
});

test('a copy that nobody answered is handed over again as that copy', async () => {
  desk.choice.aim(server());
  await desk.print(sale);
  till.printers.isSilent = true;
  await desk.print(sale);
  till.printers.isSilent = false;
  await desk.print(sale);
  const [, second, third] = drafts();
  expect(third).toEqual(second);
  expect(third?.printout.receipt?.isCopy).toBe(true);
  expect(till.committed).toHaveLength(1);
});

test('over USB: nothing printed leaves the original; a printer that went away in the middle does not', async () => {
  desk.choice.aim({ type: 'usb', usbProfile: defaultReceiptProfile });
  usbAnswer = fail({ code: 'usb-none' });
  await desk.print(sale);
  expect([desk.standing(sale._id), desk.isCopy(sale)]).toEqual([{ state: 'failed', code: 'usb-none' }, false]);
  usbAnswer = fail({ code: 'lost' });
  await desk.print(sale);
  expect([desk.standing(sale._id), desk.isCopy(sale)]).toEqual([{ state: 'failed', code: 'lost' }, true]);
  expect(onUsb).toMatchObject([{ receipt: { isCopy: false } }, { receipt: { isCopy: false } }]);
});

test('a till without a printer prints nothing by itself', () => {
  desk.afterSale(sale);
  expect([drafts(), onUsb, onBrowser, desk.standing(sale._id)]).toEqual([[], [], [], null]);
});
