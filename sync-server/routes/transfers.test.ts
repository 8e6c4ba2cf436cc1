import { afterAll, beforeAll, expect, test } from 'vitest';
import { transferDetailSchema, transferListSchema } from '#schemas/api/transfers.ts';
import { writeBackOfficeEntry } from '../journal/back-office.ts';
import { postDocuments } from '../journal/posting.ts';
import { asDocument, makeTill, type TestTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let till: TestTill;
const transfers = 'stores/store-a/transfers';
const gtin14 = '00036000291452';

beforeAll(async () => {
  chain = await TestChain.open();
  till = await makeTill(chain.context, 'store-a', 1);
});
afterAll(() => chain.close());

async function send(note: string): Promise<string> {
  const origin = { placeId: 'floor', sscc: null, batch: null, expiresOn: null };
  const entry = await till.next('transfer-sent', {
    toStoreId: 'store-b',
    toStoreName: 'Ancoats',
    note,
    lines: [
      { skuId: 'TEA', gtin14: null, quantity: 10, serials: [], ...origin },
      { skuId: 'JUM', gtin14, quantity: 2, serials: ['J1', 'J2'], ...origin },
    ],
    approvals: [],
  });
  await postDocuments(chain.context, 'store-a', till.author, [asDocument(entry)]);
  return entry._id;
}
async function delivered(transferId: string, entryId: string, isClosed: boolean, lines: object[]) {
  const body = { transferId, toStoreId: 'store-b', entryId, isClosed, placeId: 'floor', lines, approvals: [] };
  const written = await writeBackOfficeEntry(chain.context, 'store-a', {
    kind: 'transfer-delivered',
    body,
    operatorId: 'mia',
  });
  expect(written.ok).toBe(true);
}

test('what was sent, what arrived, what is still in transit, and which units', async () => {
  const first = await send('before the fair');
  const second = await send('');
  await delivered(first, '0001-000000001', false, [
    { skuId: 'TEA', gtin14: null, quantity: 4, serials: [], condition: 'good' },
    { skuId: 'JUM', gtin14, quantity: 1, serials: ['J2'], condition: 'damaged' },
  ]);
  const { transfers: open } = transferListSchema.parse((await chain.ask('mia', transfers))[1]);
  expect(open.map(({ transferId }) => transferId)).toEqual([second, first]);
  expect(open[1]).toMatchObject({
    toStoreName: 'Ancoats',
    note: 'before the fair',
    stage: 'partly',
    ...{ sent: 12, arrived: 5, damaged: 1, inTransit: 7, missing: 0 },
  });
  const detail = transferDetailSchema.parse((await chain.ask('mia', `${transfers}/${first}`))[1]);
  expect(detail.skus).toMatchObject([
    { skuId: 'TEA', inTransit: 6 },
    { skuId: 'JUM', inTransit: 1 },
  ]);
  expect(detail.unitsNotThere).toEqual([{ skuId: 'JUM', gtin14, serial: 'J1' }]);

  await delivered(first, '0000-000000009', true, []);
  const closed = transferListSchema.parse((await chain.ask('mia', `${transfers}?state=closed`))[1]);
  expect(closed.transfers).toMatchObject([{ transferId: first, stage: 'done', inTransit: 0, missing: 7 }]);
  const page = transferListSchema.parse((await chain.ask('mia', `${transfers}?limit=1`))[1]);
  expect(page).toMatchObject({ transfers: [{ transferId: second }], next: null });
});

test('[A1] a transfer of another store is none', async () => {
  const { transfers: open } = transferListSchema.parse((await chain.ask('mia', transfers))[1]);
  const id = open[0]?.transferId;
  expect(await chain.outcome('nat', `stores/store-b/transfers/${id}`)).toBe('404 not-found');
  expect(await chain.outcome('nat', `${transfers}/${id}`)).toBe('403 forbidden');
  expect(await chain.outcome('mia', `${transfers}/x`)).toBe('404 not-found');
});
