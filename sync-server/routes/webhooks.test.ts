import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { announceAnswerSchema } from '#schemas/api/deliveries.ts';
import { orderAnswerSchema } from '#schemas/api/orders.ts';
import {
  newWebhookSchema,
  webhookBodySchema,
  webhookEvents,
  webhookListSchema,
  webhookMessagesSchema,
} from '#schemas/api/webhooks.ts';
import { messageSignature } from '../auth/message-signature.ts';
import { post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { received, receivedLine } from '../journal/test-goods.ts';
import { makeTill } from '../journal/test-journal.ts';
import { TestChain, withSupplier } from '../people/test-chain.ts';
import { drainOutbox } from '../transfers/drain-outbox.ts';
import { sendMessages } from '../webhooks/send-messages.ts';

let chain: TestChain;
let server: Server;
let url: string;
let status = 200;
let got: { headers: IncomingHttpHeaders; body: string }[] = [];
const people: Record<string, string> = {};
const dayMs = 86_400_000;

beforeAll(async () => {
  chain = await TestChain.open();
  for (const [name, supplier] of [
    ['ada', 'acme'],
    ['bea', 'bolt'],
  ] as const) {
    await chain.addSupplier(supplier, supplier);
    const grants = [withSupplier('supplier-admin', supplier)];
    people[name] = await chain.add('olga', { name, pin: null, grants }, 'staff');
    await chain.openAccount(people[name]);
  }
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"Tea"}', 'standard', 'quantity', 1)`,
  );
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      response.writeHead(status, { location: 'http://169.254.169.254/' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  server.close();
  await chain.close();
});
beforeEach(async () => {
  await chain.sql('delete from webhook_message');
  await chain.sql('update webhook set ended_at_ms = 0 where ended_at_ms is null');
  chain.context.privateHooks = true;
  status = 200;
  got = [];
});

const ask = (who: string, path: string, body?: unknown) => chain.ask(people[who] ?? who, path, body);
const outcome = (who: string, path: string, body?: unknown) => chain.outcome(people[who] ?? who, path, body);
async function make(who: string, path: string, events: readonly string[] = webhookEvents) {
  const [code, answer] = await ask(who, path, { url, events });
  expect([code, answer]).toEqual([200, answer]);
  return newWebhookSchema.parse(answer);
}
async function messagesOf(who: string, path: string) {
  return webhookMessagesSchema.parse((await ask(who, `${path}/messages`))[1]).messages;
}
async function order(supplierId: string, isSent = true): Promise<string> {
  const lines = [{ lineNumber: 1, skuId: 'TEA', quantity: 10, unitCostMinor: 450, dueOn: '2026-12-01' }];
  const drafted = orderAnswerSchema.parse((await ask('mia', 'stores/store-a/orders', { supplierId, lines }))[1]);
  const steps = `stores/store-a/orders/${drafted.orderId}/steps`;
  if (isSent) expect(await outcome('mia', steps, { version: 1, step: { step: 'ordered' } })).toBe('200');
  return drafted.orderId;
}
const bodies = () => got.map(({ body }) => webhookBodySchema.parse(JSON.parse(body)));

test('what was said is told, signed, to whom it concerns; the secret is in no row', async () => {
  const own = await make('ada', 'supplies/acme/webhooks');
  const all = await make('olga', 'webhooks', ['order.changed']);
  const orderId = await order('acme');
  await sendMessages(chain.context);
  const told = bodies();
  // The chain hears of the draft too, the supplier of what was sent.
  expect(told.map(({ data }) => [data.id, data.step, data.version]).sort()).toEqual(
    [
      [orderId, 'drafted', 1],
      [orderId, 'ordered', 2],
      [orderId, 'ordered', 2],
    ].sort(),
  );
  for (const { headers, body } of got) {
    const [messageId, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])];
    const signed = [own, all].map(({ secret }) => {
      const mac = messageSignature(secret.slice('whsec_'.length), { messageId, timestamp, body });
      return `v1,${mac.toString('base64')}`;
    });
    expect(signed).toContain(headers['webhook-signature']);
  }
  const rows = await chain.sql<{ text: string }>('select w::text || a::text as text from webhook w, audit_entry a');
  for (const { secret } of [own, all]) expect(rows.some(({ text }) => text.includes(secret.slice(6)))).toBe(false);
});

test('[A1] a supplier hears of nothing of another, and neither sees, tries nor ends another’s address', async () => {
  const { webhookId } = await make('ada', 'supplies/acme/webhooks');
  await make('bea', 'supplies/bolt/webhooks');
  await order('acme', false);
  await order('acme');
  await sendMessages(chain.context);
  expect(bodies().map(({ data }) => data.supplierId)).toEqual(['acme']);
  for (const [who, path] of [
    ['bea', `supplies/bolt/webhooks/${webhookId}`],
    ['olga', `webhooks/${webhookId}`],
    ['rex', `webhooks/${webhookId}`],
  ] as const) {
    expect([who, await outcome(who, `${path}/messages`)]).toEqual([who, '404 not-found']);
    expect([who, await outcome(who, `${path}/test`, {})]).toEqual([who, '404 not-found']);
    expect([who, await outcome(who, `${path}/end`, {})]).toEqual([who, '404 not-found']);
  }
  expect(await outcome('bea', 'supplies/acme/webhooks')).toBe('403 forbidden');
  const { webhooks } = webhookListSchema.parse((await ask('bea', 'supplies/bolt/webhooks'))[1]);
  expect(webhooks.map((one) => one.webhookId)).not.toContain(webhookId);
});

test('what is not taken comes again, later and later, under its own id; given up after ten, it can be sent again', async () => {
  const { webhookId } = await make('ada', 'supplies/acme/webhooks');
  const path = `supplies/acme/webhooks/${webhookId}`;
  status = 503;
  expect(await outcome('ada', `${path}/test`, {})).toBe('200');
  await sendMessages(chain.context);
  await sendMessages(chain.context);
  const [first] = await messagesOf('ada', path);
  expect(first).toMatchObject({ outcome: 'waiting', attempts: 1, status: 503, trouble: 'bad-status' });
  expect(first?.nextTryAtMs).toBe(chain.nowMs + 5_000);
  for (let n = 0; n < 12; n++) {
    chain.nowMs += dayMs;
    await sendMessages(chain.context);
  }
  expect(got).toHaveLength(10);
  expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(await messagesOf('ada', path)).toMatchObject([{ outcome: 'given-up', attempts: 10, nextTryAtMs: null }]);
  status = 204;
  expect(await outcome('ada', `${path}/messages/${first?.messageId}/again`, {})).toBe('200');
  await sendMessages(chain.context);
  expect(await messagesOf('ada', path)).toMatchObject([{ outcome: 'taken', status: 204, trouble: null }]);
  expect(await outcome('ada', `${path}/messages/nothing/again`, {})).toBe('404 not-found');
});

test('a server that died with a message on its way loses it not; two servers send it once', async () => {
  await make('ada', 'supplies/acme/webhooks');
  await order('acme');
  await Promise.all([sendMessages(chain.context), sendMessages(chain.context)]);
  expect(got).toHaveLength(1);
  // As it stands when its server died: taken up, and not settled.
  await chain.sql('update webhook_message set done_at_ms = null, next_try_at_ms = $1', [chain.nowMs + 60_000]);
  await sendMessages(chain.context);
  expect(got).toHaveLength(1);
  chain.nowMs += 60_000;
  await sendMessages(chain.context);
  expect(got).toHaveLength(2);
});

test('nothing is sent to an address that is not public, nor after a redirect, nor once it is ended', async () => {
  const { webhookId } = await make('ada', 'supplies/acme/webhooks');
  const path = `supplies/acme/webhooks/${webhookId}`;
  status = 302;
  await ask('ada', `${path}/test`, {});
  await sendMessages(chain.context);
  expect(await messagesOf('ada', path)).toMatchObject([{ outcome: 'waiting', status: 302, trouble: 'bad-status' }]);
  chain.context.privateHooks = false;
  chain.nowMs += dayMs;
  await sendMessages(chain.context);
  expect(got).toHaveLength(1);
  expect(await messagesOf('ada', path)).toMatchObject([{ outcome: 'waiting', trouble: 'address-not-allowed' }]);
  for (const foreign of [
    url,
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.7/x',
    'http://shop.example/',
    'ftp://a.example/',
  ]) {
    const told = [foreign, await outcome('ada', 'supplies/acme/webhooks', { url: foreign, events: ['order.changed'] })];
    expect(told).toEqual([foreign, '400 bad-request']);
  }
  chain.context.privateHooks = true;
  expect(await outcome('ada', `${path}/end`, {})).toBe('200');
  expect(await outcome('ada', `${path}/end`, {})).toBe('200');
  expect(await messagesOf('ada', path)).toMatchObject([{ outcome: 'given-up', trouble: 'ended' }]);
  chain.nowMs += dayMs;
  await order('acme');
  await sendMessages(chain.context);
  expect(got).toHaveLength(1);
  expect(await outcome('ada', `${path}/test`, {})).toBe('404 not-found');
});

test('ten addresses at most; one that says it is gone is tried no more', async () => {
  for (let n = 0; n < 10; n++) await make('ada', 'supplies/acme/webhooks', ['order.changed']);
  expect(await outcome('ada', 'supplies/acme/webhooks', { url, events: ['order.changed'] })).toBe('409 conflict');
  status = 410;
  await order('acme');
  await sendMessages(chain.context);
  expect(got).toHaveLength(10);
  const { webhooks } = webhookListSchema.parse((await ask('ada', 'supplies/acme/webhooks'))[1]);
  expect(webhooks.map(({ givenUp, waiting }) => [givenUp, waiting])).toEqual(Array.from({ length: 10 }, () => [1, 0]));
});

test('a notice, what was received on it and its end are told once each, also after a rebuild; a forged one of another chain’s supplier tells nobody', async () => {
  await make('ada', 'supplies/acme/webhooks', ['delivery.changed']);
  await make('bea', 'supplies/bolt/webhooks', ['delivery.changed']);
  await make('olga', 'webhooks', ['delivery.changed']);
  const announced = await ask('ada', 'supplies/acme/stores/store-a/deliveries', {
    lines: [{ skuId: 'TEA', quantity: 4 }],
  });
  const [deliveryId = ''] = announceAnswerSchema.parse(announced[1]).deliveryIds;
  expect(deliveryId).not.toBe('');
  const till = await makeTill(chain.context, 'store-a', 1);
  till.orderedAtMs = Math.max(till.orderedAtMs, chain.nowMs + 60_000);
  const teas = receivedLine({ skuId: 'TEA', gtin14: null, quantity: 3, serials: [] });
  const entries = [
    await till.next('goods-received', received([teas], { deliveryId }), { operatorId: 'mia' }),
    await till.next('delivery-closed', { deliveryId, note: '', approvals: [] }, { operatorId: 'mia' }),
  ];
  await post(chain.context, till, entries);
  const settle = async () => {
    chain.nowMs += 600_000;
    await drainOutbox(chain.context);
    await sendMessages(chain.context);
  };
  await settle();
  const told = bodies();
  expect(told.map(({ type, data }) => [type, data.id, data.supplierId, data.step, data.side]).sort()).toEqual(
    ['announced', 'closed', 'received'].flatMap((step) => {
      const one = ['delivery.changed', deliveryId, 'acme', step, step === 'announced' ? 'supplier' : 'buyer'];
      return [one, one];
    }),
  );
  expect(told.every(({ data }) => data.storeId === 'store-a' && data.version >= 1)).toBe(true);
  await rebuildStore(chain.context, 'store-a');
  await settle();
  expect(got).toHaveLength(6);
  const source = { type: 'supplier', supplierId: 'elsewhere', name: 'Elsewhere' };
  const lines = [{ skuId: 'TEA', gtin14: null, quantity: 1, serials: [], sscc: null, batch: null, expiresOn: null }];
  const forged = { source, reference: '', expectedOn: null, placeId: 'sales', lines, approvals: [] };
  await post(chain.context, till, [await till.next('delivery-announced', forged, { operatorId: 'mia' })]);
  await settle();
  expect(
    got.slice(6).filter(({ body }) => webhookBodySchema.parse(JSON.parse(body)).data.supplierId !== 'elsewhere'),
  ).toEqual([]);
});
