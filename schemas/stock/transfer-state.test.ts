import { expect, test } from 'vitest';
import type { TransferDelivered, TransferSent } from './delivery.ts';
import { transferState, unitsNotThere } from './transfer-state.ts';

const gtin14 = '05012345678900';
const origin = { placeId: 'floor', sscc: null, batch: null, expiresOn: null };
const sent: TransferSent = {
  toStoreId: 'other',
  toStoreName: 'Other',
  note: '',
  approvals: [],
  lines: [
    { skuId: 'A', gtin14: null, quantity: 10, serials: [], ...origin },
    { skuId: 'B', gtin14, quantity: 2, serials: ['1', '2'], ...origin },
  ],
};
function delivered(lines: TransferDelivered['lines'], isClosed = false): TransferDelivered {
  const entryId = '0001-000000001';
  return {
    transferId: entryId,
    toStoreId: 'other',
    entryId,
    isClosed,
    placeId: 'floor',
    lines,
    approvals: [],
  };
}
const good = { gtin14: null, serials: [] as string[], condition: 'good' as const };

test('what was sent is in transit until the other store has it', () => {
  expect(transferState(sent, [])).toMatchObject({
    stage: 'in-transit',
    total: { sent: 12, arrived: 0, inTransit: 12 },
  });
  const part = delivered([{ skuId: 'A', quantity: 4, ...good }]);
  expect(transferState(sent, [part])).toMatchObject({
    stage: 'partly',
    total: { arrived: 4, inTransit: 8, missing: 0 },
  });
});

test('what is not there when the other store closes is missing; what was not sent is over', () => {
  const parts = [
    delivered([
      { skuId: 'A', quantity: 11, ...good },
      { skuId: 'B', quantity: 1, gtin14, serials: ['2'], condition: 'damaged' },
    ]),
    delivered([], true),
  ];
  const state = transferState(sent, parts);
  expect(state.stage).toBe('done');
  expect(state.total).toEqual({ sent: 12, arrived: 12, damaged: 1, inTransit: 0, missing: 1, over: 1 });
  expect(state.skus.map(({ skuId, missing, over }) => [skuId, missing, over])).toEqual([
    ['A', 0, 1],
    ['B', 1, 0],
  ]);
  expect(unitsNotThere(sent, parts)).toEqual([{ skuId: 'B', gtin14, serial: '1' }]);
});

test('all of it arrived: it is done without anybody closing it', () => {
  const all = delivered(
    sent.lines.map(({ skuId, gtin14, quantity, serials }) => ({
      skuId,
      gtin14,
      quantity,
      serials,
      condition: 'good' as const,
    })),
  );
  expect(transferState(sent, [all])).toMatchObject({ stage: 'done', total: { inTransit: 0, missing: 0 } });
  expect(unitsNotThere(sent, [all])).toEqual([]);
});
