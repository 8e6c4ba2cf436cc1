import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { storeLabelGoodsSchema, storeLabelJobsSchema } from '#schemas/api/label-jobs.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { commissioned, goods } from '../journal/test-goods.ts';
import { makeStore, makeTill, openTestContext, type TestTill } from '../journal/test-journal.ts';
import { listStoreLabelJobs, readStoreLabelGoods } from './store-label-jobs.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
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
  till = await makeTill(context, await makeStore(context), 1);
});

const jobId = (n: number) => `0d9a7a35-52d8-4d8c-9d9b-00000000000${n}`;
const printed = async (by: TestTill, n: number, serials: string[], reprintOf: string | null = null) =>
  post(context, by, [
    await by.next('labels-printed', {
      ...{ jobId: jobId(n), reprintOf, reason: '', lines: [goods('phone', serials)], approvals: [] },
    }),
  ]);
const list = async (storeId = till.storeId) =>
  storeLabelJobsSchema.parse({ jobs: await listStoreLabelJobs(context.database.pool, storeId) }).jobs;
const read = (n: number, storeId = till.storeId) => readStoreLabelGoods(context.database.pool, storeId, jobId(n));

test('a job is what its entries printed, part by part, whichever tablet asks; reprints are none of their own', async () => {
  const other = await makeTill(context, till.storeId, 2);
  await printed(till, 1, ['a', 'b']);
  await printed(other, 2, ['x']);
  await printed(till, 1, ['c']);
  await printed(other, 3, ['a'], jobId(1));
  const jobs = await list();
  expect(jobs.map(({ jobId: id, tillNumber, total }) => [id, tillNumber, total]).sort()).toEqual([
    [jobId(1), 1, 3],
    [jobId(2), 2, 1],
  ]);
  expect(jobs.find(({ tillNumber }) => tillNumber === 1)).toMatchObject({ skus: [{ skuId: 'phone', quantity: 3 }] });
  const found = storeLabelGoodsSchema.parse(await read(1));
  expect(found.goods.flatMap(({ serials }) => serials)).toEqual(['a', 'b', 'c']);
});

test('labels say batch and date as the store knows them, and stay in their order', async () => {
  const made = commissioned([goods('phone', ['a', 'c']), goods('phone', ['b'])]);
  const [ac, b] = made.lines;
  const lines = [{ ...ac, batch: 'L1', expiresOn: '2027-01-31' }, b];
  await post(context, till, [await till.next('units-commissioned', { ...made, lines })]);
  await printed(till, 4, ['a', 'b', 'c']);
  expect((await read(4))?.goods).toMatchObject([
    { serials: ['a'], quantity: 1, batch: 'L1', expiresOn: '2027-01-31' },
    { serials: ['b'], quantity: 1, batch: null, expiresOn: null },
    { serials: ['c'], quantity: 1, batch: 'L1', expiresOn: '2027-01-31' },
  ]);
});

test('[A1] jobs of another store are neither listed nor read', async () => {
  await printed(till, 5, ['a']);
  const foreign = await makeStore(context);
  expect(await list(foreign)).toEqual([]);
  expect(await read(5, foreign)).toBeNull();
  expect(await readStoreLabelGoods(context.database.pool, till.storeId, 'no id')).toBeNull();
});
