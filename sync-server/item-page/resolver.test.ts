import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultItemPageSettings, itemPageSettingsSchema } from '#schemas/api/item-page.ts';
import { createApp } from '../app.ts';
import { openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { prefersLinkset } from './linkset.ts';
import { addPageChain, addUnit, jumper, setPage } from './test-goods.ts';

const voc = 'https://ref.gs1.org/voc/';
const path = `/01/${jumper.gtin14}`;
const host = 'id.acme.example';
const link = (type: string, href: string, locale: string | null = null) => ({
  type,
  titles: { en: `The ${type}`, 'zh-Hans': `这个 ${type}` },
  href,
  locale,
});
const links = [
  link('pip', 'https://shop.acme.example/en/{sku}?from=code#top', 'en'),
  link('pip', 'https://shop.acme.example/zh/{sku}', 'zh-Hans'),
  link('instructions', 'https://acme.example/how/{gtin}'),
  link('registerProduct', 'https://acme.example/mine/{gtin}/{serial}'),
  link('traceability', 'https://acme.example/lots/{batch}'),
];
let shop: TestShop;
let app: Hono;

beforeAll(async () => {
  shop = await openTestShop();
  app = createApp(shop.context);
  await addPageChain(shop.context, 'acme', `https://${host}`);
  await addUnit(shop.context, 'acme', { serial: 'A/1', state: 'in-stock' });
  await setPage(shop.context, 'acme', itemPageSettingsSchema.parse({ ...defaultItemPageSettings, links }));
});
afterAll(() => shop.close());

const get = (target: string, headers: Record<string, string> = {}) =>
  app.request(target, { headers: { host, accept: 'text/html', ...headers } });
async function redirect(target: string, headers: Record<string, string> = {}) {
  const answer = await get(target, headers);
  return [answer.status, answer.headers.get('location')];
}

describe('a GS1-conformant resolver', () => {
  test('leads to the link of the wanted type, in the wanted language, with all of the query passed on', async () => {
    const query = '?linkType=gs1:pip&17=261231';
    expect(await redirect(`${path}${query}`)).toEqual([
      307,
      'https://shop.acme.example/en/JUMPER-M?from=code&linkType=gs1:pip&17=261231#top',
    ]);
    expect(await redirect(`${path}${query}`, { 'accept-language': 'zh-CN' })).toEqual([
      307,
      'https://shop.acme.example/zh/JUMPER-M?linkType=gs1:pip&17=261231',
    ]);
    for (const type of [
      'instructions',
      'https://gs1.org/voc/instructions',
      `${voc}instructions`,
      'gs1%3Ainstructions',
    ]) {
      const [status, location] = await redirect(`${path}?linkType=${type}`);
      expect([status, String(location).split('?')[0]]).toEqual([307, `https://acme.example/how/${jumper.gtin14}`]);
    }
    expect(await redirect(`${path}/21/A%2F1?linkType=gs1:registerProduct`)).toEqual([
      307,
      `https://acme.example/mine/${jumper.gtin14}/A%2F1?linkType=gs1:registerProduct`,
    ]);
  });

  test('a link of a type that is not there is 404, and one that needs a serial is not there without it', async () => {
    for (const type of ['gs1:recipeInfo', 'gs1:registerProduct', 'gs1:nonsense', 'constructor']) {
      const answer = await get(`${path}?linkType=${type}`);
      expect([type, answer.status]).toEqual([type, 404]);
      expect(await answer.text()).toContain(`href="${path}?view=item"`);
    }
  });

  test('leads to our own page by itself, or to the merchant’s if they choose so', async () => {
    expect((await get(path)).status).toBe(200);
    const page = await get(`${path}/21/A%2F1`);
    expect(await page.text()).toContain(`href="https://acme.example/mine/${jumper.gtin14}/A%2F1" rel="noreferrer"`);
    await setPage(shop.context, 'acme', { ...defaultItemPageSettings, links, leadsTo: 'pip' });
    const [status, location] = await redirect(path);
    expect([status, location]).toEqual([307, 'https://shop.acme.example/en/JUMPER-M?from=code#top']);
    expect((await get(`${path}?view=item`)).status).toBe(200);
    expect((await redirect(`${path}?linkType=gs1:defaultLink`))[0]).toBe(307);
    await setPage(shop.context, 'acme', { ...defaultItemPageSettings, links });
  });

  test('without a product page of the merchant’s, ours is the one', async () => {
    await setPage(shop.context, 'acme', defaultItemPageSettings);
    expect(await redirect(`${path}/21/A%2F1?linkType=gs1:pip&lang=zh-Hant`)).toEqual([
      307,
      `${path}/21/A%2F1?view=item&lang=zh-Hant`,
    ]);
    await setPage(shop.context, 'acme', { ...defaultItemPageSettings, links });
  });

  test.each([
    ['?linkType=linkset', {}],
    ['?linkType=all', {}],
    ['', { accept: 'application/linkset+json' }],
    ['', { accept: 'text/html;q=0.5, application/linkset+json' }],
    ['', { accept: 'application/json' }],
  ])('lists all links: %s %j', async (query, headers) => {
    const answer = await get(`${path}/10/L7/21/A%2F1${query}`, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/linkset+json');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('link')).toContain('rel="linkset"');
    expect(answer.headers.get('link')).toContain('rel="http://www.w3.org/ns/json-ld#context"');
    const { linkset } = (await answer.json()) as { linkset: Record<string, { href: string; title: string }[]>[] };
    const at = (suffix: string) => linkset.find(({ anchor }) => String(anchor) === `http://${host}${path}${suffix}`);
    expect(linkset.map(({ anchor }) => String(anchor).length)).toEqual(
      linkset.map(({ anchor }) => String(anchor).length).toSorted((a, b) => b - a),
    );
    expect(at('/10/L7/21/A%2F1')?.[`${voc}registerProduct`]?.[0]?.href).toContain('/A%2F1');
    expect(at('/10/L7')?.[`${voc}traceability`]?.[0]?.href).toBe('https://acme.example/lots/L7');
    const article = at('');
    expect(article?.[`${voc}pip`]?.map(({ href }) => href)).toEqual([
      'https://shop.acme.example/en/JUMPER-M?from=code#top',
      'https://shop.acme.example/zh/JUMPER-M',
      `http://${host}${path}?view=item`,
    ]);
    for (const context of linkset) {
      const { anchor, itemDescription, ...types } = context;
      expect([typeof anchor, typeof itemDescription]).toEqual(['string', 'string']);
      // One default, without anything by which to choose, and named by what it is too.
      expect(Object.keys(context[`${voc}defaultLink`]?.[0] ?? {})).toEqual(['href', 'title']);
      for (const targets of Object.values(types)) for (const target of targets) expect(target.title).not.toBe('');
    }
  });

  test('a page tells of the list, and a description of the resolver is where it belongs', async () => {
    const page = await get(path);
    expect(page.headers.get('link')).toBe(`<${path}?linkType=linkset>; rel="linkset"; type="application/linkset+json"`);
    const answer = await app.request('/.well-known/gs1resolver', { headers: { host } });
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { name: 'Shop acme', resolverRoot: `http://${host}`, supportedPrimaryKeys: ['01'] },
    ]);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  test('a host that could not stand in an address is not put into one', async () => {
    const answer = await get(`${path}?linkType=linkset`, { host: 'a"b<c>' });
    expect(await answer.text()).not.toContain('a"b');
  });
});

test('what is accepted decides between page and list', () => {
  expect(prefersLinkset(undefined)).toBe(false);
  expect(prefersLinkset('*/*')).toBe(false);
  expect(prefersLinkset('text/html, application/linkset+json;q=0.9')).toBe(false);
  expect(prefersLinkset('application/linkset+json;q=0')).toBe(false);
  expect(prefersLinkset('Application/Linkset+JSON; q=0.3, */*;q=0.1')).toBe(true);
});

describe('a merchant’s links', () => {
  const accepts = (href: string) =>
    itemPageSettingsSchema.safeParse({ ...defaultItemPageSettings, links: [link('pip', href)] }).success;
  test.each([
    'https://a.example',
    'https://a.example:8443/x/{gtin}?s={serial}&b={batch}#{sku}',
    'https://店.example/商品/{sku}',
  ])('%s is one', (href) => expect(accepts(href)).toBe(true));
  test.each([
    'http://a.example',
    'javascript:alert(1)',
    'https://{sku}.example/',
    'https://user:secret@a.example/',
    'https://a.example/{price}',
    'https://a.example/"><script>',
    'https://a.example/a b',
    'https://',
    '//a.example',
  ])('%s is none', (href) => expect(accepts(href)).toBe(false));

  test('a code cannot lead to a link that is not there', () => {
    expect(itemPageSettingsSchema.safeParse({ ...defaultItemPageSettings, leadsTo: 'pip' }).success).toBe(false);
  });
});
