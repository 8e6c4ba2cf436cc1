import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ExportLine, ExportReport } from '#schemas/api/exports.ts';
import { exportLineSchema } from '#schemas/api/exports.ts';
import type { ExportHeader, ExportKey } from '#schemas/export/export-file.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { postDocuments } from '../journal/posting.ts';
import {
  asDocument,
  line,
  makeStore,
  makeTill,
  openTestContext,
  type TestTill,
  testNowMs,
} from '../journal/test-journal.ts';
import { exportKeyOf } from './export-key.ts';
import { loadExport } from './load-export.ts';
import { exportFile } from './test-export.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let storeId: string;
let till: TestTill;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop } = made);
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});
beforeEach(async () => {
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 3);
});

const sales = async (count: number): Promise<Entry[]> => {
  const made: Entry[] = [];
  for (let left = count; left > 0; left--) made.push(await till.sale([line('tea')]));
  return made;
};

const fileOf = (lines: readonly unknown[], changes: Partial<ExportHeader> = {}) =>
  exportFile(context, till, lines, changes);
const exportOf = (entries: readonly Entry[], changes: Partial<ExportHeader> = {}) =>
  fileOf(
    entries.map((entry) => asDocument(entry)),
    changes,
  );

async function load(file: Uint8Array<ArrayBuffer>, into = storeId): Promise<ExportLine> {
  const lines: ExportLine[] = [];
  for await (const one of loadExport(context, into, file)) lines.push(exportLineSchema.parse(one));
  const last = lines.pop();
  if (last === undefined) throw new Error('an answer');
  expect(lines.every(({ type }) => type === 'progress')).toBe(true);
  return last;
}

const soldTea = async () =>
  (await context.database.pool.query(`select sold from stock where store_id = $1`, [storeId])).rows[0]?.sold ?? 0;

describe('what a dead tablet left behind', () => {
  test('is posted as if the till had sent it, and its missing numbers are there', async () => {
    const entries = await sales(5);
    const beforehand = [entries[0], entries[4]].map((entry) => asDocument(entry as Entry));
    await postDocuments(context, storeId, till.author, beforehand);
    expect(await load(await exportOf(entries.slice(1, 4)))).toEqual({
      type: 'report',
      tillNumber: 3,
      tillName: 'till 3',
      madeAtMs: testNowMs,
      entries: 3,
      added: 3,
      known: 0,
      refusedCount: 0,
      refused: [],
      revokedAtMs: null,
      afterRevocation: 0,
      missing: 0,
      missingRanges: [],
      lastSequence: 5,
    } satisfies ExportReport);
    expect(await soldTea()).toBe(5);
  });

  test('[P1] loaded twice, in two halves that overlap, or beside the till itself, it counts once', async () => {
    const entries = await sales(6);
    expect(await load(await exportOf(entries.slice(0, 4)))).toMatchObject({
      added: 4,
      missing: 2,
      missingRanges: [[5, 6]],
    });
    await postDocuments(
      context,
      storeId,
      till.author,
      entries.map((entry) => asDocument(entry, `1-${'0'.repeat(32)}`)),
    );
    expect(await load(await exportOf(entries.slice(2)))).toMatchObject({ added: 0, known: 4, missing: 0 });
    expect(await soldTea()).toBe(6);
  });

  test('of a till with many entries is loaded in portions that say how far it is', async () => {
    const file = await exportOf(await sales(600));
    const told: number[] = [];
    for await (const one of loadExport(context, storeId, file)) if (one.type === 'progress') told.push(one.done);
    expect(told).toEqual([0, 250, 500]);
    expect(await soldTea()).toBe(600);
  });

  test('it says what is missing still, in the middle and at the end', async () => {
    const entries = await sales(9);
    expect(await load(await exportOf([...entries.slice(0, 2), ...entries.slice(4, 6)]))).toMatchObject({
      added: 4,
      missing: 5,
      missingRanges: [
        [3, 4],
        [7, 9],
      ],
    });
  });

  test('of a revoked till is taken, and it is said how much is dated after', async () => {
    const entries = await sales(4);
    const revokedAtMs = (entries[1]?.deviceAtMs ?? 0) + 0.5;
    await context.database.pool.query('update till set revoked_at_ms = $2 where store_id = $1', [
      storeId,
      Math.floor(revokedAtMs),
    ]);
    expect(await load(await exportOf(entries))).toMatchObject({ added: 4, afterRevocation: 2 });
  });
});

describe('[J3] [A1] what is refused', () => {
  test('is named entry by entry, and the entries beside it are taken', async () => {
    const entries = await sales(5);
    const [first, second, third, fourth, fifth] = entries.map((entry) => asDocument(entry));
    const other = await makeTill(context, storeId, 4);
    const lines = [
      first,
      { ...second, operatorId: 'eve' },
      { ...third, signature: 'A'.repeat(86) },
      '{"cut',
      '7',
      asDocument(await other.sale([line('tea')])),
      { ...fourth, _rev: '2-00000000000000000000000000000000' },
      fifth,
    ];
    const answer = await load(await fileOf(lines));
    expect(answer).toMatchObject({ type: 'report', entries: 8, added: 2, refusedCount: 6, missingRanges: [[2, 4]] });
    expect(answer.type === 'report' && answer.refused.map(({ code }) => code)).toEqual([
      'broken-hash',
      'broken-signature',
      'not-an-entry',
      'not-an-entry',
      'wrong-till',
      'immutable',
    ]);
    expect(await soldTea()).toBe(2);
  });

  test('a broken chain is authentic all the same and raises its exception', async () => {
    const [first] = await sales(1);
    till.previousHash = 'f'.repeat(64);
    const second = await till.sale([line('tea')]);
    expect(await load(await exportOf([first as Entry, second]))).toMatchObject({ added: 2 });
    const { rows } = await context.database.pool.query('select code from exception where store_id = $1', [storeId]);
    expect(rows).toEqual([{ code: 'chain-broken' }]);
  });

  test('a file of another store, of an unknown till, for another key', async () => {
    const entries = await sales(1);
    const elsewhere = await makeStore(context);
    await exportKeyOf(context, elsewhere);
    const file = await exportOf(entries);
    expect(await load(file, elsewhere)).toEqual({
      type: 'refused',
      code: 'wrong-store',
      storeName: 'Test store',
      tillNumber: 3,
    });
    expect(await load(await exportOf(entries, { tillNumber: 99 }))).toMatchObject({ code: 'unknown-till' });
    expect(await load(await exportOf(entries, { tillNumber: 0 }))).toMatchObject({ code: 'unknown-till' });
    const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const storeKey: ExportKey = { kty: 'EC', crv: 'P-256', x, y };
    expect(await load(await exportOf(entries, { storeKey }))).toMatchObject({ code: 'other-key' });
    expect(await soldTea()).toBe(0);
  });

  test('a cut file, a changed byte, something else', async () => {
    const file = await exportOf(await sales(2));
    const changed = file.slice();
    changed[changed.length - 20] = (changed[changed.length - 20] ?? 0) ^ 1;
    expect(await load(changed)).toMatchObject({ type: 'refused', code: 'changed', tillNumber: 3 });
    expect(await load(file.slice(0, -1))).toMatchObject({ code: 'cut-short', tillNumber: null });
    expect(await load(new TextEncoder().encode('%PDF-1.7'))).toMatchObject({ code: 'not-an-export' });
    expect(await load(new Uint8Array())).toMatchObject({ code: 'not-an-export' });
    expect(await load(await fileOf(['x'.repeat(3_000_000)]))).toMatchObject({ code: 'not-an-export' });
    expect(await soldTea()).toBe(0);
  });

  test('an empty file of nothing waiting is loaded and adds nothing', async () => {
    expect(await load(await exportOf([]))).toMatchObject({ type: 'report', entries: 0, added: 0, missing: 0 });
  });

  test('a database that cannot commit interrupts, and loading again takes the rest', async () => {
    const file = await exportOf(await sales(1));
    const { pool } = context.database;
    const connect = () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
    const query = pool.query.bind(pool);
    const away = Object.assign(Object.create(pool), { connect, query });
    const busy = { ...context, database: { ...context.database, pool: away } };
    let last: ExportLine | null = null;
    for await (const one of loadExport(busy, storeId, file)) last = one;
    expect(last?.type).toBe('interrupted');
    expect(await load(file)).toMatchObject({ added: 1 });
  });
});

test('the key of a store is made once, however many servers ask at the same time', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => exportKeyOf(context, storeId)));
  expect(new Set(keys.map(({ x }) => x)).size).toBe(1);
});
