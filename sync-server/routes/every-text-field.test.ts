import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { z } from 'zod';
import { createApp } from '../app.ts';
import { addSkus, openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { PageKeeper } from '../feed/page-keeper.ts';
import { expectTextAlone, hostile } from './hostile-answers.ts';
import { type Attack, countTexts, hostileBody } from './hostile-bodies.ts';
import { type Asker, makeAskers } from './matrix-askers.ts';

/** The schema that each route read what it was sent by; found out by asking. */
const bodies = new Map<string, z.ZodType>();
const queries = new Map<string, z.ZodType>();
let asked = '';
vi.mock('./answers.ts', async (original) => {
  const answers = await original<typeof import('./answers.ts')>();
  return {
    ...answers,
    parseBody: (c: Context, schema: z.ZodType) => {
      bodies.set(asked, schema);
      return answers.parseBody(c, schema);
    },
    parseQuery: (c: Context, schema: z.ZodType) => {
      queries.set(asked, schema);
      return answers.parseQuery(c, schema);
    },
  };
});

const tables = () =>
  shop.context.database.pool.query(`select count(*)::int from pg_tables where schemaname = 'public'`);

let shop: TestShop;
let app: Hono;
let askers: Asker[];
/** What is there, by the name of the field or parameter that names it. */
const known: Record<string, unknown> = {
  ...{ skuId: 'A-00001', sku: 'A-00001', gtin14: '04006381333931', storeId: 'store-a', toStoreId: 'store-b' },
  ...{ supplierId: 'acme', placeId: 'floor', roleId: 'clerk', taxClass: 'standard', timeZone: 'UTC', currency: 'EUR' },
  ...{ categoryIds: [], gln: null, photo: null, logo: null, email: null, pin: null, password: 'ten letters or more' },
  ...{
    channel: 'staff',
    scopeType: 'store',
    scopeId: 'store-a',
    rights: ['read-reports'],
    workingHours: [],
    languages: ['en'],
  },
  ...{ operatorId: 'owner', priceListId: 'list', promotionId: 'promotion', serial: 'S1', serials: [], codes: [] },
  ...{ gtins: ['4006381333931'], batches: [], deliveries: [], deadlineAtMs: null, expiresOn: '2027-11-23' },
  ...{ validFromMs: 1_800_000_000_000, validUntilMs: 1_900_000_000_000, fromMinute: 60, untilMinute: 120 },
  ...{
    url: 'https://shop.example/feed',
    href: 'https://a.example',
    digitalLink: 'https://a.example/01/1',
    batch: 'L1',
  },
  ...{ couponIds: ['C1'], brands: [], reprintOf: null, gtin: undefined, sscc: undefined, orderId: undefined },
  ...{ lineNumber: 1, dueOn: '2027-11-23', firstTier: 'Friend' },
};

const contractTerms = {
  ...{ validFrom: '2027-11-23', currency: 'EUR', leadDays: 5, minimumMinor: null, returnDays: 14, paymentDays: 30 },
  ...{ prepaymentPercent: 0, depositMinor: null, prices: [] },
};

/** Routes that are sent a file, or nothing. */
const readNothing = [
  'POST /api/session/passkey/options',
  'POST /api/setup',
  'POST /api/account/passkeys/options',
  'POST /api/staff/:operator/badge',
  'POST /api/staff/:operator/return',
  'POST /api/supplies/:supplier/catalogue/csv',
  'POST /api/supplies/:supplier/webhooks/:webhook/messages/:message/again',
  'POST /api/supplies/:supplier/webhooks/:webhook/test',
  'POST /api/webhooks/:webhook/messages/:message/again',
  'POST /api/webhooks/:webhook/test',
  'POST /api/supplies/:supplier/stores/:store/deliveries/csv',
  'POST /api/stores/:store/deliveries/csv',
  'POST /api/stores/:store/orders/csv',
  'POST /api/stores/:store/places/:place/open',
  'POST /api/stores/:store/price-lists/:list/csv',
  'PUT /api/stores/:store/online-prices/csv',
  'POST /api/stores/:store/price-hook',
  'POST /api/hooks/online-prices/:hook',
  'POST /api/stores/:store/tills/:number/stay',
  'POST /api/stores/:store/pairing-codes',
  'POST /api/stores/:store/exports',
  'POST /api/stores/:store/staff/:operator/badge',
  'POST /api/stores/:store/staff/:operator/return',
  'POST /feed/:store/discards/:id/done',
  'POST /feed/:store/instructions/:id/done',
  'POST /m/consents',
  'POST /m/enter',
  'POST /m/sign-in',
  'POST /m/sign-out',
];
/** Those that ask for a secret or for something posted first: what they are sent is refused, and read all the same. */
const kept =
  /\/(pair|session|second-factor|password|passkeys(\/:passkey)?|confirm|backup-codes|accept|finish|approve|block|reprint|receipt-jobs|merge|redeem|codes|returns\/:return\/steps|deposit|rating|work\/mark)$/;

/** Ids of what was made here, for later paths. */
const made: Record<string, string> = {};
/** A second passes with each request: nobody is told to wait. */
let nowMs = Date.now();
/** What takes something away comes last. */
const ends = /\/(end|leave|erase|revoke|wipe|close|cancel|remove|off|end-others)$/;

beforeAll(async () => {
  shop = await openTestShop({ nowMs: () => nowMs });
  const keeper = new PageKeeper(shop.context, { inProcess: true });
  app = createApp(shop.context, { keeper });
  askers = await makeAskers(shop.context, app);
  await addSkus(shop.context, 'chain', 'A', 3);
});
afterAll(() => shop.close());

function isOfAccounts(route: string): boolean {
  return /\/api\/(session|account|password|invit|setup|pair)/.test(route);
}

function askerOf(route: string): Asker {
  const name = /\/api\/supplies\//.test(route) ? 'supplier-admin' : / \/(feed|sync)\//.test(route) ? 'till' : 'owner';
  // What ends the asker's own session, or changes how they come in, is asked by somebody else.
  const who = isOfAccounts(route) ? 'accountant' : name;
  const asker = askers.find((one) => one.name === who);
  if (!asker) throw new Error(`${who} asks`);
  return asker;
}

/** The path with what is there in its parameters. */
function pathOf(route: string): string {
  const path = route.slice(route.indexOf(' ') + 1).replace('*', 'nowhere');
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const supplier = path.includes('/supplies/') ? 'acme' : made.supplierId;
    // The first payment that was booked is the one that is corrected.
    const payment = '00000000-0000-4000-8000-000000000000';
    const fixed: Record<string, unknown> = { store: 'store-a', supplier, number: 1, list: 'list', payment };
    const id = fixed[name] ?? made[`${name}Id`] ?? known[`${name}Id`] ?? known[name] ?? 'nowhere';
    // The owner goes on asking.
    return encodeURIComponent(id === 'owner' ? 'nowhere' : String(id));
  });
}

async function ask(route: string, body?: string, query = ''): Promise<Response> {
  asked = route;
  nowMs += 1_000;
  const headers = { ...askerOf(route).headers, 'content-type': 'application/json', 'x-onecode-request': '1' };
  const [method = ''] = route.split(' ');
  return app.request(`${pathOf(route)}${query}`, { method, headers, ...(body !== undefined && { body }) });
}

function routesOf(...methods: string[]): string[] {
  const routes = app.routes.filter(({ method, path }) => methods.includes(method) && !path.startsWith('/sync'));
  return [...new Set(routes.map(({ method, path }) => `${method} ${path}`))];
}

/** Ids of what was made: later paths and bodies name it. */
function learn(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return;
  for (const [name, value] of Object.entries(answer)) {
    if (/Id$/.test(name) && typeof value === 'string') made[name] = value;
    if (/Ids$/.test(name) && Array.isArray(value)) made[name.slice(0, -1)] = String(value[0]);
  }
}

/** Whatever is sent: an answer, which is no error of ours. */
async function expectCalm(route: string, body: string): Promise<{ status: number; text: string }> {
  const response = await ask(route, body);
  const text = await response.text();
  expect(response.status, `${route} ${body.slice(0, 300)} ${text.slice(0, 300)}`).toBeLessThan(500);
  expect(text, route).not.toMatch(/at .*\.ts:\d+/);
  return { status: response.status, text };
}

/** Where a name means something else. */
function knownFor(route: string, number: number): Record<string, unknown> {
  const { printerId } = made;
  // An order that the office has just drafted is sent; its supplier answers in the next round.
  const note = hostile[number];
  if (route === 'POST /api/stores/:store/orders/:order/steps') return { version: 1, step: { step: 'ordered', note } };
  if (route.endsWith('/contract')) {
    // The supplier's own goes on from round to round; of the office's, each is with a supplier that was just added.
    const terms = { ...contractTerms, text: note };
    return { version: route.includes('/supplies/') ? number : 0, step: { step: 'proposed', terms, note } };
  }
  if (route.includes('/fair-play')) return ofFairPlay(route, number, note ?? '');
  // Nothing is agreed with a supplier that was just added.
  if (route.endsWith('/deposit')) return { ...known, version: 0, amountMinor: 1 };
  if (route.includes('/statements')) return { ...known, lineNumber: null, ...ofStatement(route, number, note ?? '') };
  if (route.endsWith('/orders/:order/steps')) return { version: 2, step: { step: 'confirmed', note } };
  // A text alone is no address.
  if (route.endsWith('/webhooks')) return { url: `https://hooks.example/${note}`, events: ['order.changed'] };
  const ofSupplier = { rights: ['read-supplies'], scopeType: 'supplier', scopeId: 'acme', roleId: 'supplier-clerk' };
  if (route.includes('/supplies/')) return { ...known, ...ofSupplier };
  // A campaign is made once, and its codes are a file: they are asked of one that is not there.
  if (route.endsWith('/coupons')) {
    return { ...known, campaignId: `spring-${number}`, fromMs: 1_800_000_000_000, untilMs: 1_900_000_000_000 };
  }
  if (/\/segments(\/count)?$/.test(route)) return { segmentId: null, conditions: [{ kind: 'seen-within', days: 30 }] };
  // A correction has an id of its own, and names a payment that was booked.
  if (route.endsWith('/correct')) return { ...known, paymentId: randomUUID() };
  if (route.endsWith('/places')) return { ...known, placeId: `place-${number}` };
  // A text without digits is nobody's phone, and no place.
  if (/\/members(\/:member)?$/.test(route)) return { ...known, phone: '020 7946 0101', position: '51.539, -0.143' };
  return { ...known, ...(printerId !== undefined && { printerId }) };
}

/** Rules of one number after the other; complaints without a rule, of which each side says something. */
function ofFairPlay(route: string, number: number, note: string): Record<string, unknown> {
  if (route.endsWith('/rules')) return { ...known, version: number };
  if (route.endsWith('/steps')) return { version: 1, step: { step: 'said', note } };
  return { ...known, ruleId: null, order: null, amountMinor: 0, photos: [] };
}

/** It is drawn, drawn again, sent and approved; its supplier puts something on, or approves it in every other round. */
function ofStatement(route: string, number: number, note: string): Record<string, unknown> {
  const isSupplier = route.includes('/supplies/');
  if (route.endsWith('/approval')) return { version: isSupplier ? 4 : 3, note };
  if (!route.endsWith('/steps')) return {};
  if (!isSupplier) return { version: 2, step: { step: 'sent', note } };
  const step = { step: 'item-proposed', kind: 'addition', amountMinor: 1, note };
  return { version: number % 2 === 0 ? 4 : 99, step };
}

/** Sends a program in every text field of a route's body, as often as its schema has ways to be read. */
async function attack(route: string, { text, number }: Attack): Promise<void> {
  if (!bodies.has(route)) await expectCalm(route, '{}');
  const schema = bodies.get(route);
  if (schema === undefined) return;
  const body = JSON.stringify(hostileBody(schema, { text, number }, knownFor(route, number)));
  const answer = await expectCalm(route, body);
  if (answer.status < 300) {
    stored.add(route);
    learn(JSON.parse(answer.text || '{}'));
  } else if (!refusals.has(route)) refusals.set(route, `${answer.text.slice(0, 200)} ${body.slice(0, 600)}`);
  const polluted = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},';
  if (number === 0) await expectCalm(route, body.replace(/^\{/, polluted));
}

const stored = new Set<string>();
const refusals = new Map<string, string>();

test('every text field of every body takes a program for a text, and none of them is one', async () => {
  const before = (await tables()).rows;
  const writing = routesOf('POST', 'PUT').filter((route) => !ends.test(route));
  for (const [number, text] of hostile.entries()) {
    // Each sign-in costs a hash.
    for (const route of writing) if (number < 2 || !isOfAccounts(route)) await attack(route, { text, number });
  }
  const withText = [...bodies]
    .filter(([route, schema]) => route !== '' && countTexts(schema) > 0)
    .map(([route]) => route);
  const without = writing.filter((route) => !bodies.has(route));
  expect(without.toSorted(), 'routes that read no JSON of their own').toEqual(readNothing.toSorted());
  const refused = withText.filter((route) => !stored.has(route));
  expect(
    refused.filter((route) => !kept.test(route)).map((route) => [route, refusals.get(route)]),
    'what takes text has taken it: give it what it names (`known`)',
  ).toEqual([]);
  expect('polluted' in {}).toBe(false);
  expect((await tables()).rows).toEqual(before);
});

test('what was sent is read as text everywhere: no formula in a file, no markup in a page, no error', async () => {
  const seen = new Set<string>();
  for (const route of routesOf('GET')) {
    const response = await ask(route);
    if (await expectTextAlone(response, route)) seen.add(route);
  }
  // Where the programs of above are shown.
  for (const route of [
    '/api/audit/export',
    '/api/suppliers',
    '/api/stores/:store/print-jobs/:job',
    '/feed/:store/printers',
  ]) {
    expect([...seen]).toContain(`GET ${route}`);
  }
  expect(seen.size).toBeGreaterThan(25);
});

test('every text field of every query is a text', async () => {
  for (const [number, text] of hostile.entries()) {
    for (const [route, schema] of queries) {
      const query = hostileBody(schema, { text, number }, known) as Record<string, unknown>;
      const given = Object.entries(query).filter(([, value]) => typeof value !== 'object');
      const response = await ask(
        route,
        undefined,
        `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`,
      );
      expect(response.status, `${route} ${JSON.stringify(query)} ${await response.text()}`).toBeLessThan(500);
    }
  }
});

test('what ends something takes a program for a text too', async () => {
  const ending = routesOf('POST', 'PUT').filter((route) => ends.test(route));
  for (const [number, text] of hostile.slice(0, 2).entries()) {
    for (const route of ending) await attack(route, { text, number });
  }
  expect('polluted' in {}).toBe(false);
});
