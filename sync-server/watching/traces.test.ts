import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { line, makeStore, makeTill, openTestContext, saleBody, testNowMs } from '../journal/test-journal.ts';
import { readSettings } from '../settings.ts';
import { startTraces, traceIdOf } from './traces.ts';

type SentSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: unknown }[];
};
type Sent = { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] };

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let storeId: string;
const closing: (() => Promise<unknown> | unknown)[] = [];

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  await context.close();
  await drop();
});

/** Somebody who is told of traces; `answers`: with what. */
async function collector(answers: number): Promise<{ url: string; told: string[] }> {
  const told: string[] = [];
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    told.push(text);
    response.writeHead(answers, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the collector has no port');
  return { url: `http://127.0.0.1:${address.port}`, told };
}

/** Traces to that address, in the log what came of them. */
function tracing(url: string, ratio = 1) {
  const logged: string[] = [];
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = url;
  const traces = startTraces(ratio, pino({ level: 'warn' }, { write: (text: string) => void logged.push(text) }));
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return { traces, logged };
}

const spansOf = (told: readonly string[]) =>
  told.flatMap((text) =>
    (JSON.parse(text) as Sent).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
const msOf = (nanoseconds: string) => Number(BigInt(nanoseconds) / 1_000_000n);

test('a sale is traced from its first scan to its posting, found by its number, and names nobody and no amount', async () => {
  const { url, told } = await collector(200);
  const { traces } = tracing(url);
  const till = await makeTill(context, storeId, 1);
  const openedAtMs = till.orderedAtMs - 60_000;
  const sale = await till.next('retail-transaction', { ...saleBody([line('tea')]), openedAtMs });
  const watched = { ...context, traces, nowMs: () => testNowMs + 5_000 };
  await post(watched, till, [sale]);
  await post(watched, till, [sale]);
  await traces.close();

  const spans = spansOf(told);
  expect(spans.map(({ name }) => name).sort()).toEqual(['counter', 'posting', 'retail-transaction', 'waiting']);
  const root = spans.find(({ name }) => name === 'retail-transaction');
  const parts = spans.filter((span) => span !== root);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([traceIdOf(storeId, sale._id)]));
  expect(new Set(parts.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([root?.spanId]));
  expect(root?.parentSpanId || null).toBeNull();
  const timesOf = (name: string) =>
    spans
      .filter((span) => span.name === name)
      .flatMap((span) => [msOf(span.startTimeUnixNano), msOf(span.endTimeUnixNano)]);
  expect(timesOf('retail-transaction')).toEqual([openedAtMs, testNowMs + 5_000]);
  expect(timesOf('counter')).toEqual([openedAtMs, sale.deviceAtMs]);
  expect(timesOf('waiting')).toEqual([sale.deviceAtMs, testNowMs + 5_000]);
  expect(timesOf('posting')).toEqual([testNowMs + 5_000, testNowMs + 5_000]);
  expect(root?.attributes.map(({ key }) => key).sort()).toEqual([
    'onecode.entry.id',
    'onecode.entry.kind',
    'onecode.store.id',
    'onecode.till.number',
  ]);
  expect(told.join('')).not.toMatch(/amy|tea|minor/i);
});

test('what is not a sale has no part at the counter; of none that is not drawn is anything told', async () => {
  const { url, told } = await collector(200);
  const till = await makeTill(context, storeId, 2);
  const all = tracing(url).traces;
  await post({ ...context, traces: all }, till, [await till.next('moon-landing', {})]);
  await all.close();
  expect(spansOf(told).map(({ name }) => name)).toEqual(['waiting', 'posting', 'moon-landing']);

  const none = tracing(url, 0).traces;
  await post({ ...context, traces: none }, till, [await till.sale([line('tea')])]);
  await none.close();
  expect(spansOf(told)).toHaveLength(3);
});

test.each([
  ['refuses', 400],
  ['is not there', null],
])('a collector that %s holds up no posting, and is told in the log', async (_, answers) => {
  const { url } = answers === null ? { url: 'http://127.0.0.1:9' } : await collector(answers);
  const { traces, logged } = tracing(url);
  const till = await makeTill(context, storeId, answers === null ? 3 : 4);
  const sales = [];
  for (let nth = 0; nth < 50; nth++) sales.push(await till.sale([line('tea')]));
  await post({ ...context, traces }, till, sales);
  const ended = await Promise.race([traces.close().then(() => 'ended'), sleep(60_000, 'hangs', { ref: false })]);
  expect(ended).toBe('ended');
  expect(logged.join('')).toContain('traces cannot be sent');
});

test('settings turn traces on, and what is no address or no part is said', () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_SAMPLER_ARG: '0.1' };
  expect(readSettings([], {})).toMatchObject({ value: { traces: null } });
  expect(readSettings([], env)).toMatchObject({ value: { traces: { ratio: 0.1 } } });
  for (const wrong of [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, { OTEL_TRACES_SAMPLER_ARG: '11' }]) {
    const [[name] = ['']] = Object.entries(wrong);
    expect(readSettings([], { ...env, ...wrong })).toMatchObject({
      error: { message: expect.stringContaining(name) },
    });
  }
});
