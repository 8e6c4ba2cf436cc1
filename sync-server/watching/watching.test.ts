import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import type { ServerContext } from '../context.ts';
import { openDatabase } from '../db/database.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { line, makeStore, makeTill, openTestContext } from '../journal/test-journal.ts';
import { readSettings } from '../settings.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createWatchApp } from './watch-server.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let storeId: string;
let folder: string;
let metrics: Metrics;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  folder = mkdtempSync(join(tmpdir(), 'onecode-watching-'));
  metrics = createMetrics(context, { backups: folder });
});
afterAll(async () => {
  await context.close();
  await drop();
  rmSync(folder, { recursive: true, force: true });
});

const own = /^onecode_(?!process_|nodejs_)/;
const namesIn = (text: string) => [...new Set(text.match(/\bonecode_[a-z_]+/g) ?? [])];
/** A histogram's series have names of their own. */
const baseOf = (name: string) => name.replace(/_(?:bucket|count|sum)$/, '');
const fileBeside = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');

test('what stores and tills are at is read from the database at that moment', async () => {
  const till = await makeTill(context, storeId, 7);
  await post(context, till, [await till.sale([line('tea')]), await till.next('moon-landing', {})]);
  till.sequence += 3;
  await post(context, till, [await till.sale([line('tea')])]);
  till.sequence += 1;
  till.previousHash = 'f'.repeat(64);
  till.sequence -= 1;
  await post(context, till, [await till.sale([line('tea')])]);
  await context.database.pool.query('update till set waiting_entries = 4 where store_id = $1 and till_number = 7', [
    storeId,
  ]);
  const { text } = await metrics.read();
  expect(text).toContain('onecode_database_up 1');
  expect(text).toContain(`onecode_journal_entries{store="${storeId}"} 4`);
  expect(text).toContain(`onecode_unposted_entries{store="${storeId}"} 1`);
  expect(text).toContain(`onecode_chain_breaks{store="${storeId}"} 1`);
  expect(text).toContain(`onecode_till_missing_entries{store="${storeId}",till="7"} 3`);
  expect(text).toContain(`onecode_till_waiting_entries{store="${storeId}",till="7"} 4`);
  expect(text).not.toMatch(/onecode_(backup_age_seconds|log_archive_failing) \d+$/m);
  const copies = { lastAtMs: null, isOverdue: false, trouble: null };
  context.archive = { state: async () => ({ fromMs: null, archivedAtMs: null, isFailing: true, copies }) };
  expect((await metrics.read()).text).toContain('onecode_log_archive_failing 1');
  const blind = createMetrics(context, { backups: join(import.meta.dirname, 'alerts.yml') });
  expect((await blind.read()).text).toContain('onecode_database_up 1');
});

test('the documented list is what there is, and rules and dashboard ask for nothing else', () => {
  const names = metrics.registry.getMetricsAsArray().map(({ name }) => name);
  const ours = names.filter((name) => own.test(name)).sort();
  const documented = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'metrics.md'), 'utf8')
    .split('\n')
    .flatMap((text) => /^\| `(onecode_[a-z_]+)`/.exec(text)?.[1] ?? []);
  expect(documented.sort()).toEqual(ours);
  for (const file of ['alerts.yml', 'grafana.json']) {
    for (const name of namesIn(fileBeside(file))) expect(ours, `${name} in ${file}`).toContain(baseOf(name));
  }
  expect(() => JSON.parse(fileBeside('grafana.json'))).not.toThrow();
});

test('requests are counted by area, never by what they name', async () => {
  const app = createApp(context, { onRequest: metrics.count });
  await app.request('/healthz');
  await app.request(`/feed/${storeId}/manifest`);
  await app.request('/secret-token-of-somebody/letter');
  const { text } = await metrics.read();
  expect(text).toContain('onecode_request_duration_seconds_count{method="GET",area="feed",status="401"} 1');
  expect(text).toContain('area="app"');
  expect(text).not.toContain('secret-token');
});

test('with a token nobody looks without it, and a database that is away is told', async () => {
  const app = createWatchApp(context, metrics, 'open sesame');
  for (const path of ['/metrics', '/']) {
    expect((await app.request(path)).status).toBe(401);
    expect((await app.request(path, { headers: { authorization: 'Bearer open sesamE' } })).status).toBe(401);
    const answer = await app.request(path, { headers: { authorization: 'Bearer open sesame' } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain(storeId);
  }
  const database = openDatabase('postgresql://nobody@127.0.0.1:1/none', { poolSize: 1 });
  const away: ServerContext = { ...context, database };
  const blind = createWatchApp(away, createMetrics(away, { backups: folder }), null);
  expect(await (await blind.request('/metrics')).text()).toContain('onecode_database_up 0');
  expect((await blind.request('/')).status).toBe(503);
  await database.close();
});

test('metrics are off, then of this machine alone, and beyond it behind a token', () => {
  const watch = (env: Record<string, string>) => {
    const settings = readSettings([], env);
    return settings.ok ? settings.value.watch : settings.error.code;
  };
  expect(watch({})).toBeNull();
  expect(watch({ ONECODE_METRICS_PORT: '9464' })).toEqual({ host: '127.0.0.1', port: 9464, token: null });
  expect(watch({ ONECODE_METRICS_PORT: 'x' })).toBe('bad-setting');
  expect(watch({ ONECODE_METRICS_PORT: '1', ONECODE_METRICS_HOST: '0.0.0.0' })).toBe('bad-setting');
  const open = { ONECODE_METRICS_PORT: '1', ONECODE_METRICS_HOST: '0.0.0.0', ONECODE_METRICS_TOKEN: 't' };
  expect(watch(open)).toMatchObject({ host: '0.0.0.0', token: 't' });
});

test('the log says nothing of people: no name, number, address, code, token or password is in any line', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'trace', base: null }, { write: (text: string) => void lines.push(text) });
  const app = createApp({ ...context, log });
  const personal = [
    'Ottilie',
    '07946-0101',
    'ottilie@example.org',
    'open sesame',
    '246810',
    'K-1729',
    'bearer-of-nothing',
  ];
  const [name, phone, email, password, pin, card, token] = personal;
  const body = JSON.stringify({ name, username: name, phone, email, password, pin, cardNumber: card, code: pin });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, cookie: `session=${token}` };
  const query = new URLSearchParams({ q: `${name} ${phone}`, email: email ?? '', code: card ?? '' });
  for (const path of [
    '/api/session',
    '/api/pair',
    `/api/stores/${storeId}/members`,
    `/api/stores/${storeId}/members/find`,
    `/sync/${storeId}/_bulk_docs`,
    `/feed/${storeId}/receipts`,
    '/api/account/password',
  ]) {
    await app.request(`${path}?${query}`, { method: 'POST', headers, body });
    await app.request(`${path}?${query}`, { method: 'POST', headers, body: body.slice(0, 20) });
    await app.request(`${path}?${query}`, { headers });
  }
  const till = await makeTill({ ...context, log } as typeof context, storeId, 8);
  await post({ ...context, log }, till, [await till.next('moon-landing', { name, phone, email, card })]);
  expect(lines.length).toBeGreaterThan(10);
  const said = lines.join('').toLowerCase();
  for (const secret of personal) expect(said, secret).not.toContain(secret.toLowerCase());
});
