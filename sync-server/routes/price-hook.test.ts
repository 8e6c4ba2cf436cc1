import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newPriceHookSchema, priceHookAnswerSchema } from '#schemas/api/price-hook.ts';
import { onlinePricesAnswerSchema } from '#schemas/api/prices.ts';
import type { TestChain } from '../people/test-chain.ts';
import { openPricedChain, ToldTill } from '../prices/test-prices.ts';

const office = 'stores/store-a/price-hook';
let chain: TestChain;
let till: ToldTill;
let hook: { path: string; secret: string };

beforeAll(async () => {
  chain = await openPricedChain();
  till = await ToldTill.pair(chain);
  hook = newPriceHookSchema.parse((await chain.ask('olga', office, {}))[1]);
});
afterAll(() => chain.close());

type Sent = { id: string; prices?: object[]; body?: string; atMs?: number; secret?: string; path?: string };

async function send({ id, prices = [], body = JSON.stringify({ prices }), atMs = chain.nowMs, ...other }: Sent) {
  const timestamp = String(Math.floor(atMs / 1_000));
  const secret = Buffer.from((other.secret ?? hook.secret).replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  const response = await chain.app.request(other.path ?? hook.path, {
    method: 'POST',
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v0,xx v1,${signature}` },
    body,
  });
  return { status: response.status, answer: (await response.json()) as unknown };
}
const tea = (priceMinor: number, changes: object = {}) => ({ skuId: 'tea-00002', priceMinor, ...changes });
const told = async () => (await till.next()).price?.['tea-00002'];
const counts = ({ answer }: { answer: unknown }) => onlinePricesAnswerSchema.parse(answer).counts;

test('what the web shop signs reaches tills, as it does by PUT; the office sees when it came', async () => {
  const sent = await send({ id: 'm1', prices: [tea(199), { skuId: 'nowhere', priceMinor: 1 }] });
  expect([sent.status, counts(sent)]).toEqual([200, { changed: 1, confirmed: 0, older: 0, unknown: 1 }]);
  expect(await told()).toMatchObject({ onlinePriceMinor: 199 });
  const { hook: seen } = priceHookAnswerSchema.parse((await chain.ask('olga', office))[1]);
  expect(seen).toMatchObject({ path: hook.path, lastReceivedAtMs: chain.nowMs, counts: { changed: 1 } });
  expect(JSON.stringify(seen)).not.toContain(hook.secret.slice(6));
});

test('who reads the database cannot sign: the secret is sealed, for this hook alone; one of before is sealed when it is used', async () => {
  const stored = async () => (await chain.sql<{ secret: string }>('select secret from price_hook'))[0]?.secret ?? '';
  const sealed = await stored();
  expect(sealed).not.toContain(hook.secret.slice(6));
  const plain = hook.secret.slice(6);
  expect((await send({ id: 's1', secret: sealed, prices: [tea(201)] })).status).toBe(401);
  // Another's seal put in its place opens nothing.
  await chain.sql("update price_hook set hook_id = hook_id || 'x'");
  expect((await send({ id: 's2', path: `${hook.path}x`, prices: [tea(202)] })).status).toBe(401);
  await chain.sql('update price_hook set hook_id = left(hook_id, -1)');
  await chain.sql(`update price_hook set secret = '${plain}'`);
  expect((await send({ id: 's3', prices: [tea(203)] })).status).toBe(200);
  expect(await stored()).not.toContain(plain);
  expect((await send({ id: 's4', prices: [tea(199)] })).status).toBe(200);
  await till.next();
});

test('the same message again is answered as before and changes nothing; its id with another body is refused', async () => {
  const first = await send({ id: 'm2', prices: [tea(210)] });
  await send({ id: 'm3', prices: [tea(220)] });
  await till.next();
  const again = await send({ id: 'm2', prices: [tea(210)] });
  expect(again).toEqual(first);
  expect(await told()).toBeUndefined();
  expect((await send({ id: 'm2', prices: [tea(999)] })).status).toBe(409);
  // Cut short after it was written, before it was answered: written again, it says the same.
  await chain.sql("update price_hook_message set answer = null where message_id = 'm3'");
  expect(counts(await send({ id: 'm3', prices: [tea(220)] }))).toMatchObject({ changed: 0, confirmed: 1 });
  const both = await Promise.all(['m4', 'm4'].map((id) => send({ id, prices: [tea(230)] })));
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect(await told()).toMatchObject({ onlinePriceMinor: 230 });
});

test('a wrong signature, an old or early time stamp and an unknown address are refused alike, and write nothing', async () => {
  const before = await chain.sql('select * from price_hook_message order by message_id');
  const prices = [tea(1)];
  const wrong = await Promise.all([
    send({ id: 'w1', prices, secret: Buffer.alloc(32).toString('base64') }),
    send({ id: 'w2', prices, atMs: chain.nowMs - 301_000 }),
    send({ id: 'w3', prices, atMs: chain.nowMs + 302_000 }),
    send({ id: 'w4', prices, path: '/api/hooks/online-prices/nowhere' }),
  ]);
  expect(new Set(wrong.map((one) => JSON.stringify(one)))).toEqual(
    new Set([JSON.stringify({ status: 401, answer: { error: { code: 'unauthorized' } } })]),
  );
  expect((await chain.app.request(hook.path, { method: 'POST', body: '{}' })).status).toBe(400);
  expect((await send({ id: 'w5', body: '{' })).status).toBe(400);
  expect((await send({ id: 'w6', body: '{"prices":[]}' })).status).toBe(400);
  expect(await chain.sql('select * from price_hook_message order by message_id')).toEqual(before);
  expect(await told()).toBeUndefined();
});

test('a late message never takes back what was confirmed after it', async () => {
  await send({ id: 'l1', prices: [tea(300)] });
  const late = await send({ id: 'l2', prices: [tea(250)], atMs: chain.nowMs - 60_000 });
  expect(counts(late)).toMatchObject({ older: 1, changed: 0 });
});

test('[A1] a new secret ends the one before it; an ended hook takes nothing; both are on record', async () => {
  const old = hook;
  expect((await chain.ask('mia', office, {}))[0]).toBe(403);
  hook = newPriceHookSchema.parse((await chain.ask('olga', office, {}))[1]);
  expect((await send({ id: 'n1', prices: [tea(310)], path: old.path, secret: old.secret })).status).toBe(401);
  expect((await send({ id: 'n1', prices: [tea(310)], secret: old.secret })).status).toBe(401);
  expect((await send({ id: 'n1', prices: [tea(310)] })).status).toBe(200);
  await chain.remove('olga', office);
  expect((await send({ id: 'n2', prices: [tea(320)] })).status).toBe(401);
  expect((await chain.ask('olga', office))[1]).toEqual({ hook: null });
  const actions = await chain.sql<{ action: string }>("select action from audit_entry where action like 'price-hook%'");
  // Those of one millisecond are in no order.
  expect(actions.map(({ action }) => action).toSorted()).toEqual([
    ...['price-hook-ended', 'price-hook-made', 'price-hook-made'],
  ]);
});
