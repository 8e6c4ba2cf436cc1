import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receiptDesignMessageSchema } from '#schemas/api/receipt-design.ts';
import { plainReceiptDesign, type ReceiptDesign } from '#schemas/receipt/receipt-design.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { StoreConfigs } from '../feed/store-config.ts';
import { makeStore, makeTill, openTestContext } from '../journal/test-journal.ts';
import { receiptDesignRoutes } from './receipt-design.ts';

let drop: () => Promise<void>;
let context: ReturnType<typeof openTestContext>;
let app: Hono;
let storeId: string;
let merchantId: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  merchantId = rows[0].merchant_id;
  const rights = ['read-reports' as const, 'edit-printers' as const];
  const grants = [{ scope: { type: 'store' as const, merchantId, storeId }, rights }];
  const actor: Actor = { type: 'key', merchantId, keyId: 'key', name: 'Key', grants };
  const office = new OfficeAuth(context, async () => actor);
  app = new Hono().route('/:store/receipt-design', receiptDesignRoutes(context, office));
});
afterAll(async () => {
  await context.close();
  await drop();
});

const path = () => `/${storeId}/receipt-design`;
const read = async () => receiptDesignMessageSchema.parse(await (await app.request(path())).json()).design;
const post = (design: unknown) =>
  app.request(path(), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ design }),
  });
const picture = (width: number, height: number) => ({
  ...{ width, height },
  rows: Buffer.alloc(Math.ceil(width / 8) * height, 0x5a).toString('base64'),
});
const full: ReceiptDesign = {
  logo: { 58: picture(384, 160), 80: picture(576, 240) },
  words: {
    en: { header: 'Open daily', footer: 'Thank you\nCome again' },
    'zh-Hans': { header: '', footer: '谢谢惠顾' },
    'zh-Hant': { header: '', footer: '' },
  },
  fiscal: { plugin: 'tax-number', label: 'VAT no.', taxNumber: 'GB123456789', hasCode: true },
};

test('a store has a plain receipt until somebody sets its own; its tills get it, and the record holds no dots', async () => {
  expect(await read()).toEqual(plainReceiptDesign);
  expect((await post(full)).status).toBe(200);
  expect(await read()).toEqual(full);
  const till = await makeTill(context, storeId, 1);
  await context.database.pool.query(`update till set pin_key = 'AAAA' where store_id = $1`, [storeId]);
  const known = { merchantId, storeId, tillNumber: 1, publicKey: till.publicKey };
  expect((await new StoreConfigs(context).of(known)).config.receiptDesign).toEqual(full);
  await post(full);
  const audited = await context.database.pool.query(
    "select before, after from audit_entry where action = 'receipt-design-changed'",
  );
  expect(audited.rows).toEqual([{ before: plainReceiptDesign, after: { ...full, logo: '576 × 240' } }]);
});

test('[hostile] refused: a picture that is not its dots, too many dots, words without end, a plug-in nobody has', async () => {
  const one = picture(16, 4);
  for (const wrong of [
    { ...full, logo: { 58: { ...one, rows: one.rows.slice(4) }, 80: one } },
    { ...full, logo: { 58: picture(385, 4), 80: one } },
    { ...full, logo: { 58: one, 80: picture(576, 241) } },
    { ...full, logo: { 58: one } },
    { ...full, logo: 'data:image/svg+xml,<svg/>' },
    { ...full, words: { ...full.words, en: { header: 'x'.repeat(501), footer: '' } } },
    { ...full, fiscal: { plugin: '__proto__' } },
  ]) {
    expect((await post(wrong)).status).toBe(400);
  }
  expect(await read()).toEqual(full);
});
