import { expect, type Page, test } from '@playwright/test';
import { FakeServer } from '#pwa/db/fake-server.ts';
import type { Till } from '#pwa/db/till-types.ts';
import { entryId } from '#schemas/journal/envelope.ts';
import { emptyStock } from '#schemas/stock/stock-row.ts';
import { protocolVersion } from '#schemas/sync/protocol.ts';
import { plainLine, plainTender, plainTicket } from '#schemas/transaction/retail-transaction.ts';
import { BrowserProfile } from './browser-profile.ts';
import { startHarness } from './harness-server.ts';

type TillWindow = Window & { till: Till };

let harness: Awaited<ReturnType<typeof startHarness>>;
test.beforeAll(async () => {
  harness = await startHarness();
});
test.afterAll(async () => {
  await harness.close();
});

/** A shop of a few SKUs, with a sale of its other till in the journal. */
async function shopServer(): Promise<FakeServer> {
  const server = new FakeServer('shop');
  for (let at = 0; at < 8; at++) {
    const skuId = `SKU-${at}`;
    const facts = { categoryId: null, brand: null, taxClass: 'standard', tracking: 'quantity', variant: null };
    server.set('sku', skuId, { skuId, names: { en: `Thing ${at}`, 'zh-Hans': `东西${at}` }, ...facts });
    server.set('price', skuId, { skuId, priceMinor: 120, onlinePriceMinor: null });
    server.set('stock', `floor|${skuId}`, { ...emptyStock('floor', skuId), received: 5 });
  }
  server.couch.put({
    _id: entryId(2, 1),
    version: 1,
    kind: 'retail-transaction',
    storeId: 'shop',
    tillNumber: 2,
    sequence: 1,
    previousHash: '0'.repeat(64),
    deviceAtMs: 1,
    clockOffsetMs: 0,
    orderedAtMs: 1,
    operatorId: 'ben',
    body: { transactionId: 'of the other till' },
    hash: '0'.repeat(64),
    signature: 'A'.repeat(86),
  });
  server.cut();
  return server;
}

/** What the page and its worker ask of the server, the fake answers. */
async function answerWith(page: Page, server: FakeServer): Promise<void> {
  await page.context().route(/^http:\/\/[^/]+\/(feed|sync)\//, async (route) => {
    const request = route.request();
    const body = request.postData();
    const asked = { method: request.method(), ...(body === null ? {} : { body }) };
    const answer = await server.fetch(request.url(), asked).catch(() => null);
    const fulfilled =
      answer === null
        ? route.abort()
        : route.fulfill({
            status: answer.status,
            headers: { 'content-type': answer.headers.get('content-type') ?? 'application/octet-stream' },
            body: Buffer.from(await answer.arrayBuffer()),
          });
    // The page may be gone by now.
    await fulfilled.catch(() => undefined);
  });
}

async function openTill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { harness } = window;
    const identities = new harness.IdentityDatabase();
    let identity = await identities.identity.get('till');
    if (identity === undefined) {
      const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
      const pinKey = (await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])) as CryptoKey;
      const named = { storeId: 'shop', storeName: 'Shop', tillNumber: 1, token: 'token', pairedAtMs: 0 };
      identity = { slot: 'till', ...named, signingKey: (keys as CryptoKeyPair).privateKey, pinKey };
      await identities.identity.put(identity);
    }
    const opened = await harness.openTill({ identity, baseUrl: '', waitMs: 500 });
    if (!opened.ok) throw new Error(opened.error.code);
    Object.assign(window, { till: opened.value });
  });
}

const status = (page: Page) => page.evaluate(() => (window as unknown as TillWindow).till.status);
const onHand = (page: Page) =>
  page.evaluate(async () => (await (window as unknown as TillWindow).till.skuById('SKU-3'))?.onHand);

/** Sells one piece of SKU-3. */
function sell(page: Page): Promise<boolean> {
  return page.evaluate(
    async ([plainLine, plainTicket, tender]) => {
      const amounts = { netMinor: 100, taxMinor: 20, totalMinor: 120 };
      const line = { lineNumber: 1, skuId: 'SKU-3', gtin14: null, serial: null, name: 'Thing 3', quantity: 1 };
      const tax = {
        unitPriceMinor: 120,
        taxClass: 'standard',
        taxRateBasisPoints: 2_000,
        placeId: 'floor',
      };
      const body = {
        ...plainTicket,
        transactionId: crypto.randomUUID(),
        businessDay: '2026-11-22',
        openedAtMs: 1,
        currency: 'GBP',
        pricesIncludeTax: true,
        lines: [{ ...plainLine, ...line, ...tax, ...amounts }],
        ...amounts,
        roundingMinor: 0,
        tenders: [tender],
        changeMinor: 0,
        memberId: null,
        approvals: [],
      };
      return (await (window as unknown as TillWindow).till.commit('retail-transaction', body, 'anna')).ok;
    },
    [plainLine, plainTicket, plainTender('cash', 120)] as const,
  );
}

test("[F2] a tablet loads, sells offline over a kill, posts once when back, and has the other till's entries", async () => {
  const server = await shopServer();
  const profile = new BrowserProfile();
  try {
    let page = await profile.open(harness.url);
    await answerWith(page, server);
    await openTill(page);
    await expect.poll(async () => (await status(page)).complete).toBe(true);
    expect(await onHand(page)).toBe(5);
    // Pulled by the worker into a database that this page reads.
    const recent = () =>
      page.evaluate(async () => (await (window as unknown as TillWindow).till.recentTransactions(5)).map((e) => e._id));
    await expect.poll(recent).toEqual(['0002-000000001']);

    server.meets = () => Promise.reject(new TypeError('no network'));
    server.wake();
    expect(await sell(page)).toBe(true);
    expect(await sell(page)).toBe(true);
    await profile.kill();
    page = await profile.open(harness.url);
    await openTill(page);
    expect(await status(page)).toMatchObject({ waiting: 2, sellable: true });
    expect(await onHand(page)).toBe(3);

    server.meets = () => null;
    await answerWith(page, server);
    await expect.poll(async () => (await status(page)).waiting).toBe(0);
    expect(server.couch.received).toEqual(['0001-000000001', '0001-000000002']);
    expect(await onHand(page)).toBe(3);
    expect(server.row('stock', 'floor|SKU-3')).toMatchObject({ sold: 2 });
  } finally {
    await profile.remove();
  }
});

test('the keys of a paired till outlive the browser, and no script can read them', async () => {
  const profile = new BrowserProfile();
  try {
    const first = await profile.open(harness.url);
    const answer = { protocol: protocolVersion, storeId: 'shop', storeName: 'Shop', tillNumber: 1, serverTimeMs: 1 };
    const secrets = { token: 'T'.repeat(43), pinKey: 'A'.repeat(43) };
    await first.route('**/api/pair', (route) => route.fulfill({ json: { ...answer, ...secrets } }));
    const paired = await first.evaluate(
      async () => (await window.harness.pair({ baseUrl: '', code: 'ABCD1234', deviceName: 'Tablet' })).ok,
    );
    expect(paired).toBe(true);
    await profile.kill();
    const second = await profile.open(harness.url);
    const kept = await second.evaluate(async () => {
      const identity = await window.harness.loadIdentity();
      if (identity === null) return null;
      const exported = await crypto.subtle.exportKey('jwk', identity.signingKey).catch((error: Error) => error.name);
      const signed = await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        identity.signingKey,
        new Uint8Array(3),
      );
      return { storeId: identity.storeId, exported, signature: signed.byteLength };
    });
    expect(kept).toEqual({ storeId: 'shop', exported: 'InvalidAccessError', signature: 64 });
  } finally {
    await profile.remove();
  }
});
