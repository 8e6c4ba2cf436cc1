import { expect, test } from 'vitest';
import type { UnitRow } from '#schemas/stock/unit.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import { cartonUnits } from './count-carton.ts';

const gtin14 = '09506000134352';
const lines = [{ skuId: 'COAT', gtin14, quantity: 2, serials: ['C1', 'C2'], batch: null, expiresOn: null }];
const till = (...states: (UnitState | null)[]) => ({
  unit: async (_gtin14: string, serial: string) => {
    const state = states[Number(serial.slice(1)) - 1] ?? null;
    return state === null ? null : ({ state, placeId: 'floor' } as UnitRow);
  },
});
const inside = (...states: (UnitState | null)[]) => cartonUnits(till(...states), { lines }, 'floor', () => false);

test('a carton counts for what is here by the books; one that nobody has received is told from one that is empty', async () => {
  expect(await inside('in-stock', 'sold')).toMatchObject({ units: [{ serial: 'C1' }], isAwaited: false });
  expect(await inside('expected', 'expected')).toMatchObject({ units: [], isAwaited: true });
  expect(await inside('expected', 'in-stock')).toMatchObject({ units: [{ serial: 'C2' }], isAwaited: false });
  expect(await inside('sold', 'sold')).toMatchObject({ units: [], isAwaited: false });
  expect(await inside(null, null)).toMatchObject({ units: [], isAwaited: false });
});
