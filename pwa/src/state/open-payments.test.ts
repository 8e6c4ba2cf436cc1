import { beforeEach, expect, test } from 'vitest';
import type { AttemptState } from '#schemas/payment/attempt.ts';
import { openAfterMs } from '#schemas/payment/open-payment.ts';
import type { Part } from '#schemas/payment/part.ts';
import { FakeTill } from './fake-till.ts';
import { OpenPayments } from './open-payments.ts';
import { PaymentBook } from './payment-book.svelte.ts';
import { VirtualTime } from './virtual-time.ts';

const paymentId = '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c13';
const transactionId = '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11';
const minuteMs = 60_000;

let kept: Map<string, string>;
let till: FakeTill;
let time: VirtualTime;
let operatorId: string | null;

function partIn(state: AttemptState): Part {
  const ask = { paymentId, direction: 'charge' as const, amountMinor: 900, currency: 'GBP', refundOf: null };
  const attempt = { ask, provider: 'desk', terminalId: 'T1', state, note: null };
  const plain = { reference: null, isOffline: false };
  return { partId: paymentId, transactionId, type: 'card', amountMinor: 900, ...plain, attempt };
}

/** The page that is there; one before it is gone, and does nothing any more. */
let pages = 0;

async function page(): Promise<{ book: PaymentBook; open: OpenPayments }> {
  pages += 1;
  const number = pages;
  const keep = {
    read: async (key: string) => kept.get(key) ?? null,
    write: async (key: string, text: string | null) => void (text === null ? kept.delete(key) : kept.set(key, text)),
  };
  const book = new PaymentBook(keep);
  await book.attach('book');
  const open = new OpenPayments({
    book,
    till: () => (number === pages ? till : null),
    operatorId: () => operatorId,
    wait: time.wait,
  });
  open.follow();
  return { book, open };
}

const told = () => till.committed.map(({ kind, body }) => [kind, body.paymentId, body.outcome ?? body.amountMinor]);

beforeEach(() => {
  kept = new Map();
  till = new FakeTill();
  time = new VirtualTime();
  till.nowMs = () => 1_000 + time.nowMs;
  operatorId = 'ann';
});

test('[OP1] [OP3] what stays unclear is put on record once, and that it is settled once; then nothing is kept or looked at', async () => {
  const { book, open } = await page();
  await book.add(partIn({ name: 'open' }));
  open.follow();
  await time.pass(minuteMs + openAfterMs - 1);
  expect(told()).toEqual([]);
  await time.pass(20 * minuteMs);
  // Retried by hand: it is under way again, and still the same.
  await book.change(partIn({ name: 'reversing', tried: 0 }));
  await time.pass(20 * minuteMs);
  expect(told()).toEqual([['payment-open', paymentId, 900]]);
  await book.change(partIn({ name: 'reversed' }));
  await time.pass(20 * minuteMs);
  await book.remove([paymentId]);
  expect(told().slice(1)).toEqual([['payment-settled', paymentId, 'taken-back']]);
  expect([book.watched, kept.size]).toEqual([[], 0]);
});

test('[OP1] a reload does not begin to count anew, and what is clear in time leaves no trace', async () => {
  const first = await page();
  await first.book.add(partIn({ name: 'unknown', asked: 0 }));
  first.open.follow();
  await time.pass(4 * minuteMs);
  const second = await page();
  await time.pass(3 * minuteMs);
  expect(told()).toEqual([['payment-open', paymentId, 900]]);
  await second.book.change(
    partIn({ name: 'approved', approval: { reference: 'A', scheme: null, maskedNumber: null } }),
  );
  await time.pass(2 * minuteMs);
  expect(told().at(-1)).toEqual(['payment-settled', paymentId, 'on-ticket']);

  till.committed.length = 0;
  kept.clear();
  const third = await page();
  await third.book.add(partIn({ name: 'submitting' }));
  third.open.follow();
  await time.pass(2 * minuteMs);
  await third.book.change(partIn({ name: 'declined', reason: 'refused' }));
  await time.pass(20 * minuteMs);
  expect([told(), third.book.watched]).toEqual([[], []]);
});

test('[OP1] nobody is signed in: it waits for somebody', async () => {
  operatorId = null;
  const { book, open } = await page();
  await book.add(partIn({ name: 'open' }));
  open.follow();
  await time.pass(30 * minuteMs);
  expect(told()).toEqual([]);
  operatorId = 'bob';
  await time.pass(minuteMs);
  expect(told()).toEqual([['payment-open', paymentId, 900]]);
});
