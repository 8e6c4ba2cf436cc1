import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase } from '../db/test-database.ts';
import { writeBackOfficeEntry } from './back-office.ts';
import { derivedRows, post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { approved, counted, countId, opened, seenNumber, seenUnits } from './test-counts.ts';
import { goods, phoneGtin14, received } from './test-goods.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let storeId: string;
let till: TestTill;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});
beforeEach(async () => {
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
  await post(context, till, [
    await till.next('goods-received', { ...received([goods('phone', ['a', 'b']), goods('tea', 10)]) }),
  ]);
});

async function stockOf(skuId: string): Promise<{ onHand: number; adjusted: number; countedAtMs: number | null }> {
  const { rows } = await context.database.pool.query(
    `select received + returned + moved_in - sold - moved_out + adjusted as "onHand", adjusted,
            counted_at_ms as "countedAtMs" from stock where store_id = $1 and place_id = 'floor' and sku_id = $2`,
    [storeId, skuId],
  );
  return rows[0];
}
async function codes(): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ code: string; entry_id: string }>(
    'select code, entry_id from exception where store_id = $1 order by code, entry_id',
    [storeId],
  );
  return rows.map((row) => `${row.code} ${row.entry_id}`);
}
const shared = { placeId: 'floor', reason: 'lost' as const, valueMinor: null };
const numberOf = (count: number, asOfMs: number) => ({ ...shared, skuId: 'tea', counted: count, expected: 10, asOfMs });

test('counting changes no stock; what is approved does, at the moment that it was counted [SC2] [SC13]', async () => {
  const batch = await till.next('goods-counted', { ...counted([seenUnits(['a'], 2), seenNumber('tea', 7)]) });
  await post(context, till, [await till.next('count-opened', { ...opened() }), batch]);
  expect([(await stockOf('tea')).onHand, (await stockOf('phone')).onHand]).toEqual([10, 2]);
  const asOfMs = batch.orderedAtMs;
  // Sold after the count, before the approval.
  till.orderedAtMs += 10;
  await post(context, till, [await till.sale([line('tea', 2)])]);
  const missing = { ...shared, skuId: 'phone', gtin14: phoneGtin14, serial: 'b', outcome: 'missing' as const, asOfMs };
  await writeBackOfficeEntry(context, storeId, {
    kind: 'count-approved',
    operatorId: 'mia',
    body: { ...approved({ units: [missing], numbers: [numberOf(7, asOfMs)], seen: [{ tillNumber: 1, sequence: 9 }] }) },
  });
  expect(await stockOf('tea')).toMatchObject({ onHand: 5, adjusted: -3, countedAtMs: asOfMs });
  expect(await stockOf('phone')).toMatchObject({ onHand: 1, countedAtMs: null });
  expect(await codes()).toEqual([]);
  const { rows } = await context.database.pool.query('select state, row from stock_count where store_id = $1', [
    storeId,
  ]);
  expect(rows).toMatchObject([{ state: 'approved', row: { countId, name: 'Autumn' } }]);
  const before = await derivedRows(context, storeId);
  expect(before.count_unit).toHaveLength(1);
  await rebuildStore(context, storeId);
  expect(await derivedRows(context, storeId)).toEqual(before);
});

test('[P1] a sale of before the count that is posted after the approval was seen by it [SC8] [SC13]', async () => {
  const asOfMs = till.orderedAtMs + 1_000;
  const missing = { ...shared, skuId: 'phone', gtin14: phoneGtin14, serial: 'b', outcome: 'missing' as const, asOfMs };
  const body = approved({ units: [missing], numbers: [numberOf(7, asOfMs)] });
  await writeBackOfficeEntry(context, storeId, { kind: 'count-approved', operatorId: 'mia', body: { ...body } });
  expect(await stockOf('tea')).toMatchObject({ onHand: 7, adjusted: -3 });
  const late = await makeTill(context, storeId, 2);
  late.orderedAtMs = asOfMs - 100;
  await post(context, late, [await late.sale([line('tea', 3), line('phone', 1, 'b')])]);
  expect(await stockOf('tea')).toMatchObject({ onHand: 7, adjusted: 0 });
  expect(await stockOf('phone')).toMatchObject({ onHand: 1, adjusted: 0 });
  const { rows } = await context.database.pool.query("select state from unit where store_id = $1 and serial = 'b'", [
    storeId,
  ]);
  expect(rows).toEqual([{ state: 'sold' }]);
  // One that was sold after it turned up, and is no alarm.
  late.orderedAtMs = asOfMs + 100;
  await post(context, late, [await late.sale([line('tea', 1)])]);
  expect((await stockOf('tea')).onHand).toBe(6);
});

test('a missing unit that is sold turned up, and it is said [SC10]', async () => {
  const missing = { ...shared, skuId: 'phone', gtin14: phoneGtin14, serial: 'b', outcome: 'missing' as const };
  const body = approved({ units: [{ ...missing, asOfMs: till.orderedAtMs + 1 }] });
  await writeBackOfficeEntry(context, storeId, { kind: 'count-approved', operatorId: 'mia', body: { ...body } });
  till.orderedAtMs += 1_000_000;
  const sale = await till.sale([line('phone', 1, 'b')]);
  await post(context, till, [sale]);
  expect(await codes()).toEqual([`unit-missing ${sale._id}`]);
  expect((await stockOf('phone')).onHand).toBe(1);
});

test('a batch that the approval has not seen is said, whichever came first [SC6] [P1]', async () => {
  const [seen, late] = [
    await till.next('goods-counted', { ...counted([seenUnits(['a'])]) }),
    await till.next('goods-counted', { ...counted([seenUnits(['b'])]) }),
  ];
  await post(context, till, [seen]);
  const body = approved({ seen: [{ tillNumber: 1, sequence: seen.sequence }] });
  await writeBackOfficeEntry(context, storeId, { kind: 'count-approved', operatorId: 'mia', body: { ...body } });
  expect(await codes()).toEqual([]);
  await post(context, till, [late]);
  expect(await codes()).toEqual([`counted-after-approval ${late._id}`]);
  expect((await stockOf('phone')).onHand).toBe(2);
});

test('a ledger that begins later has what is on hand of pieces without codes, and no units [SC13] [SC16]', async () => {
  await post(context, till, [await till.sale([line('tea', 4), line('phone', 1, 'a')])]);
  const migrations = new URL('../db/migrations/', import.meta.url);
  const [name = ''] = readdirSync(migrations).filter((file) => file.endsWith('_stock_takes.sql'));
  const backfill = readFileSync(new URL(name, migrations), 'utf8').split('--> statement-breakpoint').at(-1) ?? '';
  await context.database.pool.query('delete from stock_movement');
  await context.database.pool.query(backfill);
  const { rows } = await context.database.pool.query(
    'select sku_id, quantity, ordered_at_ms from stock_movement where store_id = $1',
    [storeId],
  );
  expect(rows).toEqual([{ sku_id: 'tea', quantity: 6, ordered_at_ms: 0 }]);
  const body = approved({ numbers: [numberOf(5, till.orderedAtMs + 5)] });
  await writeBackOfficeEntry(context, storeId, { kind: 'count-approved', operatorId: 'mia', body: { ...body } });
  expect(await stockOf('tea')).toMatchObject({ onHand: 5, adjusted: -1 });
});
