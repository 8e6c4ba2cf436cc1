import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultItemPageSettings } from '#schemas/api/item-page.ts';
import { createApp } from '../app.ts';
import { addStore, openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { addPageChain, addUnit, jam, jumper, setPage } from './test-goods.ts';

/** 22 November 2026, noon. */
let nowMs = Date.UTC(2026, 10, 22, 12);
let shop: TestShop;
let app: Hono;

beforeAll(async () => {
  shop = await openTestShop({ nowMs: () => nowMs });
  app = createApp(shop.context);
  await addPageChain(shop.context, 'acme', 'https://id.acme.example/');
  await addUnit(shop.context, 'acme', { serial: 'NEW1', state: 'in-stock', batch: 'B-7', expiresOn: '2027-01-31' });
  await addUnit(shop.context, 'acme', { serial: 'SOLD1', state: 'sold', soldOn: '2026-11-03', batch: 'B-8' });
  await addUnit(shop.context, 'acme', { serial: 'OLD1', state: 'in-stock', expiresOn: '2026-11-21' });
  await addUnit(shop.context, 'acme', { serial: 'GONE1', state: 'gone' });
  await addUnit(shop.context, 'acme', { serial: 'MADE1', state: 'commissioned' });
});
afterAll(() => shop.close());

type Asked = { status: number; text: string; headers: Headers };

async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Asked> {
  const answer = await app.request(path, { method, headers: { host: 'shop.test', accept: 'text/html', ...headers } });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}
const unit = (serial: string) => `/01/${jumper.gtin14}/21/${serial}`;
const noticesIn = (text: string) => [...text.matchAll(/data-notice="([a-z-]+)"/g)].map(([, notice]) => notice);

describe('the page behind an item code', () => {
  test('shows name, variant, online price, batch and date of a unit, and that its code is known', async () => {
    const { status, text, headers } = await get(unit('NEW1'));
    expect(status).toBe(200);
    for (const said of [
      'Harbour jumper',
      'Navy, M',
      '€45.00',
      'B-7',
      '31 January 2027',
      '9506000134352',
      'NEW1',
      'Shop acme',
    ])
      expect(text).toContain(said);
    expect(noticesIn(text)).toEqual(['known']);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(Buffer.byteLength(text)).toBeLessThan(14_000);
  });

  test('a sold unit says when it was sold, as a warning of a copy', async () => {
    const { text } = await get(unit('SOLD1'));
    expect(noticesIn(text)).toEqual(['sold']);
    expect(text).toContain('Sold on 3 November 2026');
    expect(text).toContain('may have been copied');
  });

  test('a date that has passed is said; its last day is still good', async () => {
    expect(noticesIn((await get(unit('OLD1'))).text)).toEqual(['expired']);
    nowMs = Date.UTC(2026, 10, 21, 23, 59);
    expect(noticesIn((await get(unit('OLD1'))).text)).toEqual(['known']);
    nowMs = Date.UTC(2026, 10, 22, 12);
  });

  test('a code that was made is known before its item is received; one taken off sale says so', async () => {
    expect(noticesIn((await get(unit('MADE1'))).text)).toEqual(['known']);
    expect(noticesIn((await get(unit('GONE1'))).text)).toEqual(['gone']);
  });

  test('an unknown serial answers in the same shape, and believes nothing that the code says of itself', async () => {
    const known = await get(unit('NEW1'));
    const unknown = await get(`/01/${jumper.gtin14}/10/FAKE/21/NOBODY?17=300101`);
    expect(unknown.status).toBe(known.status);
    expect(noticesIn(unknown.text)).toEqual(['unknown']);
    expect(unknown.text).not.toContain('FAKE');
    expect(unknown.text).not.toContain('2030');
    const names = (headers: Headers) => [...headers.keys()].filter((name) => name !== 'x-request-id').sort();
    expect(names(unknown.headers)).toEqual(names(known.headers));
  });

  test('nothing of the store is in it: no place, no state, no stock, no other unit', async () => {
    const pages = await Promise.all(['NEW1', 'SOLD1', 'GONE1', 'MADE1'].map((serial) => get(unit(serial))));
    for (const { text } of pages) expect(text).not.toMatch(/floor|acme-store|in-stock|commissioned|0001-000000001/);
  });

  test('an article without a serial shows what its code says: batch and date', async () => {
    const { status, text, headers } = await get(`/01/${jam.gtin14}/10/LOT-3?17=270228`);
    expect(status).toBe(200);
    expect(noticesIn(text)).toEqual([]);
    for (const said of ['LOT-3', '28 February 2027', '€3.50']) expect(text).toContain(said);
    expect(text).toContain('Jam &lt;b&gt;&quot;&amp;&#39;');
    expect(headers.get('cache-control')).toBe('public, max-age=60');
  });

  test('in the language of the browser, or the one that the address asks for', async () => {
    const hans = await get(unit('SOLD1'), { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' });
    expect(hans.text).toContain('<html lang="zh-Hans">');
    expect(hans.text).toContain('海港毛衣');
    expect(hans.text).toContain('已于 2026年11月3日 售出');
    const hant = await get(`${unit('SOLD1')}?lang=zh-Hant&17=270131`, { 'accept-language': 'zh-CN' });
    expect(hant.text).toContain('<html lang="zh-Hant">');
    expect(hant.headers.get('content-language')).toBe('zh-Hant');
    expect(hant.headers.get('vary')).toMatch(/Accept-Language/);
    // What the code says beside its path goes along to the other languages.
    expect(hant.text).toContain('href="?17=270131&amp;lang=en"');
  });

  test('GTINs of every length, extra AIs, trailing slashes and HEAD are the same page', async () => {
    for (const path of [
      '/01/9506000134352',
      `/01/${jumper.gtin14}/`,
      `/01/${jumper.gtin14}/22/2A`,
      `${unit('NEW1')}//`,
    ]) {
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    }
    const head = await get(unit('NEW1'), {}, 'HEAD');
    expect([head.status, head.text, head.headers.has('etag')]).toEqual([200, '', true]);
  });

  test('an unchanged page is not sent again', async () => {
    const { headers } = await get(unit('NEW1'));
    const again = await get(unit('NEW1'), { 'if-none-match': headers.get('etag') ?? '' });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test('may run nothing and load nothing but its icon, and has no script', async () => {
    const { text, headers } = await get(unit('NEW1'));
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}';/);
    expect(policy).not.toContain('unsafe');
    expect(text).not.toMatch(/<script|javascript:| on[a-z]+=| style=/i);
    expect((await get('/healthz')).headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  test('is told of to other sites by the page of its article', async () => {
    const { text } = await get(unit('NEW1'));
    expect(text).toContain(`<meta property="og:url" content="https://id.acme.example/01/${jumper.gtin14}">`);
    expect(text).toContain('<meta property="og:title" content="Harbour jumper · Navy, M · Shop acme">');
    expect(text).toContain('<meta name="robots" content="noindex">');
    expect((await get(`/01/${jumper.gtin14}`)).text).not.toContain('noindex');
  });
});

describe('what is wrong is said kindly', () => {
  test.each([
    ['/01/', 400],
    ['/01/09506000134353', 400],
    [`/01/${jumper.gtin14}/21/${'1'.repeat(21)}`, 400],
    [`/01/${jumper.gtin14}/21`, 400],
    [`/01/${jumper.gtin14}/21/%ZZ`, 400],
    ['/01/04006381333931', 404],
    [`/01/${jumper.gtin14}?linkType=gs1:recipeInfo`, 404],
  ])('%s: %i', async (path, status) => {
    const page = await get(path, { 'accept-language': 'zh-TW' });
    expect([page.status, page.text.includes('<html lang="zh-Hant">')]).toEqual([status, true]);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const json = await get(path, { accept: 'application/linkset+json' });
    expect([json.status, JSON.parse(json.text)]).toMatchObject([status, { error: { code: expect.any(String) } }]);
  });

  test('while the database is away: come back in a minute', async () => {
    const query = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    const pool = Object.assign(Object.create(shop.context.database.pool), { query });
    const away = createApp({ ...shop.context, database: { ...shop.context.database, pool } });
    const answer = await away.request(unit('NEW1'), { headers: { accept: 'text/html', 'accept-language': 'zh-CN' } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.text()).toContain('<html lang="zh-Hans">');
  });

  test('other methods are not answered, and a browser may ask what is', async () => {
    expect((await get(unit('NEW1'), {}, 'POST')).status).toBe(404);
    const options = await get(unit('NEW1'), {}, 'OPTIONS');
    expect([options.status, options.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });
});

describe('the merchant chooses', () => {
  test('what is shown, at once', async () => {
    const nothing = { price: 'none', batch: false, expiry: false, authenticity: false, story: false, origin: false };
    await setPage(shop.context, 'acme', { ...defaultItemPageSettings, ...nothing });
    const { text } = await get(unit('SOLD1'));
    expect(noticesIn(text)).toEqual([]);
    for (const hidden of ['€', 'B-8', 'Sold on']) expect(text).not.toContain(hidden);
    // A date that has passed is told all the same.
    expect(noticesIn((await get(unit('OLD1'))).text)).toEqual(['expired']);
    await setPage(shop.context, 'acme', { ...defaultItemPageSettings, price: 'store' });
    expect((await get(unit('NEW1'))).text).toContain('€48.00');
    await setPage(shop.context, 'acme', defaultItemPageSettings);
    expect((await get(unit('NEW1'))).text).toContain('€45.00');
  });

  test('a story in paragraphs, and an origin', async () => {
    await shop.context.database.pool.query('insert into sku_story values ($1, $2, $3, $4)', [
      ...['acme', jumper.skuId],
      JSON.stringify({ en: 'Knitted in Whitby.\n\nFrom <Shetland> wool.' }),
      JSON.stringify({ en: 'Yorkshire', 'zh-Hans': '约克郡' }),
    ]);
    await setPage(shop.context, 'acme', defaultItemPageSettings);
    const { text } = await get(unit('NEW1'));
    expect(text).toContain('<p>Knitted in Whitby.</p><p>From &lt;Shetland&gt; wool.</p>');
    expect(text).toContain('Yorkshire');
    expect((await get(`${unit('NEW1')}?lang=zh-Hans`)).text).toContain('约克郡');
  });

  test('a recall is told of its batch, of the article while the batch is unknown, and never after it has ended', async () => {
    const { pool } = shop.context.database;
    await pool.query(
      `insert into recall (merchant_id, recall_id, title, advice, gtins, batches, units, opened_at_ms, opened_by, revision)
       values ('acme', 'r1', 'Needles found', 'Call the head office', $1, '["B-8"]', '[]', 1, 'boss', 1)`,
      [JSON.stringify([jumper.gtin14])],
    );
    await setPage(shop.context, 'acme', defaultItemPageSettings);
    const sold = await get(unit('SOLD1'));
    expect(noticesIn(sold.text)).toEqual(['recalled', 'sold']);
    // Those words are for staff.
    expect(sold.text).not.toMatch(/Needles|head office/);
    expect(noticesIn((await get(unit('NEW1'))).text)).toEqual(['known']);
    expect(noticesIn((await get(`/01/${jumper.gtin14}`)).text)).toEqual(['recalled-perhaps']);
    expect(noticesIn((await get(`/01/${jumper.gtin14}/10/B-8`)).text)).toEqual(['recalled']);
    await pool.query('update recall set deleted = true');
    await setPage(shop.context, 'acme', defaultItemPageSettings);
    expect(noticesIn((await get(unit('SOLD1'))).text)).toEqual(['sold']);
  });
});

test('of several chains the one whose domain was asked answers, and knows nothing of the others', async () => {
  const several = await openTestShop();
  const serves = createApp(several.context);
  const ask = async (host: string, path: string) => (await serves.request(path, { headers: { host } })).status;
  expect(await ask('id.acme.example', `/01/${jumper.gtin14}`)).toBe(404);
  await addPageChain(several.context, 'acme', 'https://id.acme.example');
  await addStore(several.context, 'other', 'other-store');
  await several.context.database.pool.query(
    `update merchant set digital_link_domain = 'https://ID.other.example:8443/x' where merchant_id = 'other'`,
  );
  const fresh = createApp(several.context);
  const asked = async (host: string) => (await fresh.request(`/01/${jumper.gtin14}`, { headers: { host } })).status;
  expect(await asked('ID.acme.example')).toBe(200);
  expect(await asked('id.acme.example:443')).toBe(200);
  expect(await asked('id.other.example:8443')).toBe(404);
  expect(await asked('localhost')).toBe(404);
  await several.close();
});
