import { afterAll, beforeAll, expect, test } from 'vitest';
import { receiptLink } from '#schemas/receipt/receipt-of.ts';
import { voidOf } from '#schemas/returns/post-void.ts';
import {
  plainLine,
  plainTender,
  plainTicket,
  retailTransactionSchema,
} from '#schemas/transaction/retail-transaction.ts';
import { createApp } from '../app.ts';
import { post } from '../journal/derived-rows.ts';
import { makeTill, type TestTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let till: TestTill;
let path: string;
let entryId: string;

const sale = {
  ...plainTicket,
  transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c66',
  businessDay: '2026-11-22',
  openedAtMs: 0,
  currency: 'GBP',
  pricesIncludeTax: true,
  lines: [
    {
      ...plainLine,
      ...{ lineNumber: 1, skuId: 'tea', gtin14: null, serial: null, name: 'Tea <b>& cake</b>', quantity: 2 },
      ...{ unitPriceMinor: 600, taxClass: 'standard', taxRateBasisPoints: 2000, placeId: 'floor' },
      ...{ netMinor: 1000, taxMinor: 200, totalMinor: 1200 },
      ...{ reason: 'No <label>', note: 'gift & wrap' },
    },
  ],
  ...{ netMinor: 1000, taxMinor: 200, roundingMinor: 0, totalMinor: 1200 },
  tenders: [plainTender('cash', 2000)],
  changeMinor: 800,
  memberId: null,
  note: 'first line\nsecond <line>',
  approvals: [],
};

beforeAll(async () => {
  chain = await TestChain.open();
  till = await makeTill(chain.context, 'store-a', 1);
  const entry = await till.next('retail-transaction', sale);
  await post(chain.context, till, [entry]);
  entryId = entry._id;
  path = receiptLink('', 'store-a', entry._id, entry.hash);
});
afterAll(() => chain.close());

async function ask(target: string, headers: Record<string, string> = {}) {
  const response = await createApp(chain.context).request(target, { headers });
  return { response, text: await response.text() };
}

test('who has the link has the receipt: the sums of the sale, without a script, kept by no cache', async () => {
  const { response, text } = await ask(path);
  expect(response.status).toBe(200);
  expect(text).toContain('data-total="1200"');
  expect(text).toContain('£12.00');
  expect(text).toContain('Tea &lt;b&gt;&amp; cake&lt;/b&gt;');
  expect(text).toContain(entryId);
  expect(text).toContain('Reason: No &lt;label&gt; · Note: gift &amp; wrap');
  expect(text).toContain('<bdi>Note: first line</bdi></p><p><bdi>second &lt;line&gt;</bdi>');
  expect(text).not.toContain('<script');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
});

test('in the reader’s language; the links to the others keep the key', async () => {
  const { text } = await ask(path, { 'accept-language': 'zh-TW,zh;q=0.9' });
  expect(text).toContain('<html lang="zh-Hant">');
  expect(text).toContain('現金');
  expect(text).toContain(`?k=${path.split('k=')[1]}&amp;lang=en`);
});

test('[A1] a wrong key, no key, another store, a number that is none and one that is not here yet: one answer', async () => {
  const wrong = path.replace(/k=./, path.includes('k=0') ? 'k=1' : 'k=0');
  const next = path.replace(entryId, '0001-000000999');
  const bare = path.replace(/\?.*/, '');
  const paths = [
    wrong,
    next,
    path.replace('store-a', 'store-b'),
    path.replace(entryId, 'x'),
    path.replace('store-a', '%27'),
  ];
  const bodies = new Set<string>();
  for (const target of paths) {
    const { response, text } = await ask(target);
    expect(response.status).toBe(404);
    bodies.add(text.replace(/k=[0-9a-f]{16}/g, 'k='));
  }
  expect(bodies.size).toBe(1);
  expect((await ask(bare)).response.status).toBe(404);
  expect((await ask(`${bare}?k=${'0'.repeat(64)}`)).response.status).toBe(404);
});

test('what is no sale has no receipt', async () => {
  const body = { saleEntryId: entryId, transactionId: sale.transactionId, approvals: [] };
  const copied = await till.next('receipt-copied', body);
  await post(chain.context, till, [copied]);
  expect((await ask(receiptLink('', 'store-a', copied._id, copied.hash))).response.status).toBe(404);
});

test('a sale that was taken back says so, by whom, and so does what took it back: why, and no refund', async () => {
  const made = await till.next('retail-transaction', { ...sale, transactionId: crypto.randomUUID() });
  await post(chain.context, till, [made]);
  const target = receiptLink('', 'store-a', made._id, made.hash);
  expect((await ask(target)).text).not.toContain('data-void');
  const request = { entryId: made._id, reason: 'Wrong <customer>', transactionId: crypto.randomUUID() };
  const taking = voidOf(retailTransactionSchema.parse(sale), {
    ...{ ...request, businessDay: sale.businessDay, openedAtMs: 1, approvals: [] },
  });
  if (!taking.ok) throw new Error('it can be voided');
  const done = await till.next('retail-transaction', taking.value);
  await post(chain.context, till, [done]);
  const { text } = await ask(target);
  expect(text).toContain(`data-void="${done._id}"`);
  expect(text).toContain(`taken back by ${done._id}`);
  const { text: back } = await ask(receiptLink('', 'store-a', done._id, done.hash));
  expect(back).toContain(`takes back receipt ${made._id}`);
  expect(back).toContain('Wrong &lt;customer&gt;');
  expect(back).not.toContain('Refund');
});

test('the store’s logo and words in the reader’s language, and the fiscal block as the entry keeps it', async () => {
  const fiscal = { lines: ['VAT <no.> GB123'], codes: ['GB123;1200'] };
  const made = await till.next('retail-transaction', { ...sale, transactionId: crypto.randomUUID(), fiscal });
  await post(chain.context, till, [made]);
  const none = { header: '', footer: '' };
  const words = {
    en: { header: 'Open <daily>', footer: 'Bye' },
    'zh-Hans': { ...none, footer: '再见' },
    'zh-Hant': none,
  };
  const picture = { width: 8, height: 2, rows: btoa('\u00ff\u0081') };
  const design = { logo: { 58: picture, 80: picture }, words, fiscal: null };
  const set = 'update store set receipt_design = $2 where store_id = $1';
  await chain.context.database.pool.query(set, ['store-a', JSON.stringify(design)]);
  const target = receiptLink('', 'store-a', made._id, made.hash);
  const { response, text } = await ask(target);
  for (const part of ['Open &lt;daily&gt;', 'Bye', 'VAT &lt;no.&gt; GB123', 'alt="GB123;1200"', 'data-logo="8"']) {
    expect(text).toContain(part);
  }
  expect(response.headers.get('content-security-policy')).toContain("img-src 'self' data:;");
  expect((await ask(`${target}&lang=zh-Hant`)).text).toContain('再见');
  await chain.context.database.pool.query(set, ['store-a', null]);
});
