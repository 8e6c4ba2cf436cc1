import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Entry } from '#schemas/journal/envelope.ts';
import { bodySchemaOf, entryVersionOf, type FactKind, factKinds, factOf } from '#schemas/journal/kinds.ts';
import { personSchema } from '#schemas/members/sealed-person.ts';
import { receiptLink, receiptOf } from '#schemas/receipt/receipt-of.ts';
import { defaultReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import { localeCodes } from '#schemas/text.ts';
import { printEscpos } from '../../printing/fixtures/escpos-paper.ts';
import { escposPrintout } from '../../printing/receipt/escpos.ts';
import { resvgText } from '../../printing/text/resvg.ts';
import { createApp } from '../app.ts';
import { openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { asDocument, makeTill, type TestTill } from '../journal/test-journal.ts';
import { drainOutbox } from '../transfers/drain-outbox.ts';
import { expectTextAlone, hostile } from './hostile-answers.ts';
import { type Attack, textFields } from './hostile-bodies.ts';
import { HostileEntries } from './hostile-entries.ts';
import { type Asker, makeAskers } from './matrix-askers.ts';

/** What only printers obey: their commands may stand in an entry, as any text may. */
const programs = [...hostile, '\u001b@\u001bp01\u001dVA', '^XZ^XA~JR~DG'];
/** Once about what is there, once with programs for ids too. */
const attacks = [false, true].flatMap((inKeys) => programs.map((text) => ({ text, inKeys })));

type Posted = { kind: FactKind; version: number; attack: Attack; body: unknown; entry: Entry };

let shop: TestShop;
let app: Hono;
let askers: Asker[];
let till: TestTill;
let entries: HostileEntries;
const posted: Posted[] = [];
/** A second passes with each request: nobody is told to wait. */
let nowMs = Date.UTC(2026, 10, 23, 12);

beforeAll(async () => {
  shop = await openTestShop({ nowMs: () => nowMs });
  app = createApp(shop.context);
  askers = await makeAskers(shop.context, app);
  till = await makeTill(shop.context, 'store-a', 7);
  entries = new HostileEntries(shop.context, till);
});
afterAll(() => shop.close());

function ask(who: string, path: string, init: RequestInit = {}) {
  nowMs += 1_000;
  const asker = askers.find(({ name }) => name === who);
  if (!asker) throw new Error(`${who} asks`);
  return app.request(path, { ...init, headers: { ...asker.headers, 'content-type': 'application/json' } });
}

async function send(entry: Entry): Promise<unknown> {
  const headers = { authorization: `Bearer ${till.token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ docs: [asDocument(entry)], new_edits: false });
  return (await app.request('/sync/store-a/_bulk_docs', { method: 'POST', headers, body })).json();
}

const versionsOf = (kind: FactKind) => Array.from({ length: entryVersionOf(kind) }, (_, index) => index + 1);

function schemaOf(kind: FactKind, version: number): z.ZodType {
  const schema = bodySchemaOf(kind, version);
  if (!schema) throw new Error(`${kind} ${version}`);
  return schema;
}

test('every text field of every kind of entry takes a program for a text: it is posted, and read back as it was said', async () => {
  for (const [number, attack] of attacks.entries()) {
    for (const { kind, version } of entries.order.flatMap((kind) =>
      versionsOf(kind).map((version) => ({ kind, version })),
    )) {
      const made = { ...attack, number };
      const body = await entries.bodyOf(kind, schemaOf(kind, version), made);
      const read = factOf({ kind, version, body });
      expect(read.ok ? null : read.error, `${kind} ${version} ${JSON.stringify(body)}`).toBeNull();
      // Not all that an operator's id may be is one that somebody has.
      const operatorId = attack.inKeys ? '<img/src=x/onerror=alert(1)>' : 'owner';
      const entry = await till.next(kind, body, { version, operatorId });
      if (version === entryVersionOf(kind)) entries.learn(kind, entry);
      posted.push({ kind, version, attack: made, body, entry });
      expect(await send(entry), `${kind} ${version}`).toEqual([]);
    }
  }
  await drainOutbox(shop.context);
  const { rows } = await shop.context.database.pool.query(
    "select kind, unpostable from journal where store_id = 'store-a' and unpostable is not null",
  );
  expect(rows).toEqual([]);
  expect('polluted' in {}).toBe(false);
  for (const { entry, body } of posted) {
    const response = await ask('till', `/sync/store-a/${entry._id}`);
    expect(((await response.json()) as Entry).body).toEqual(body);
  }
});

test('no kind and no text field of one is left out', () => {
  expect([...new Set(posted.map(({ kind }) => kind))].toSorted()).toEqual(factKinds.toSorted());
  const missed = factKinds.flatMap((kind) =>
    versionsOf(kind).flatMap((version) => {
      const bodies = posted.filter((one) => one.kind === kind && one.version === version);
      return notReached(schemaOf(kind, version), bodies).map((field) => `${kind} ${version} ${field}`);
    }),
  );
  // What is sealed is no text but to whoever holds the key.
  expect(missed).toEqual(['member-enrolled 1 person.text', 'member-edited 1 person.text']);
  const persons = entries.persons.map(({ person, attack }) => ({ body: person, attack }));
  expect(notReached(personSchema, persons)).toEqual([]);
});

function notReached(schema: z.ZodType, bodies: readonly { body: unknown; attack: Attack }[]): string[] {
  const reached = new Set(bodies.flatMap(({ body, attack }) => fieldsWith(body, attack.text)));
  return textFields(schema, programs).filter((field) => !reached.has(field));
}

/** Where in a body a program stands, as `lines.name`. */
function fieldsWith(value: unknown, program: string, path = ''): string[] {
  const starts = [program, program.replace(/[^!-{}~]/g, '')].map((text) => text.slice(0, 4));
  if (typeof value === 'string') return starts.some((start) => value.startsWith(start)) ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((part) => fieldsWith(part, program, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => fieldsWith(part, program, path ? `${path}.${name}` : name));
}

test('what entries say is text in every answer, file and page about them', async () => {
  const seen = new Set<string>();
  const routes = [...new Set(app.routes.filter(({ method }) => method === 'GET').map(({ path }) => path))];
  for (const route of routes.filter((path) => !path.includes('*') && !/_changes$/.test(path))) {
    const who = /\/api\/supplies\//.test(route) ? 'supplier-admin' : /^\/(feed|sync)/.test(route) ? 'till' : 'owner';
    for (const path of entries.pathsOf(route)) {
      if (await expectTextAlone(await ask(who, path), path)) seen.add(route);
    }
  }
  for (const route of [
    '/api/stores/:store/transactions/:entryId',
    '/api/stores/:store/deliveries/:delivery',
    '/api/stores/:store/transfers/:transfer',
    '/api/stores/:store/counts/:count/review',
    '/api/stores/:store/counts/reports.csv',
    '/api/stores/:store/shifts/:shift',
    '/api/stores/:store/members/:member',
    '/api/stores/:store/personal-data/members/:person/export',
    '/api/stores/:store/units/:gtin14/:serial/epcis',
    '/api/stores/:store/exceptions',
    '/feed/:store/receipts/:entryId',
  ]) {
    expect([...seen]).toContain(route);
  }
}, 120_000);

test('a receipt of any of them is paper with text on it, and a page with text on it', async () => {
  const text = resvgText();
  const sales = posted.filter(({ kind }) => kind === 'retail-transaction');
  for (const { entry, attack } of sales) {
    const fact = factOf(entry);
    if (!fact.ok || fact.value.kind !== 'retail-transaction') throw new Error('a sale is one');
    const said = { storeName: attack.text, merchantName: attack.text, operatorName: attack.text, address: attack.text };
    const facts = { ...said, header: attack.text, footer: attack.text, timeZone: 'UTC', origin: null, logo: null };
    for (const locale of localeCodes) {
      const receipt = receiptOf(entry, fact.value.body, { ...facts, locale, isCopy: false, voidedBy: null });
      const bytes = escposPrintout({ receipt, opensDrawer: false }, defaultReceiptProfile, text);
      expect(printEscpos(bytes, defaultReceiptProfile, text)).toMatchObject({ kicks: 0, cuts: 1 });
    }
    const page = await app.request(receiptLink('', 'store-a', entry._id, entry.hash));
    expect(page.status).toBe(200);
    if (attack.text.startsWith('<img'))
      expect(await page.clone().text()).toContain('&lt;img src=x onerror=alert(1)&gt;');
    await expectTextAlone(page, `the receipt of ${entry._id}`);
  }
});
