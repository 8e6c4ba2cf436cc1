import { expect, test } from 'vitest';
import type { UnitList } from '#schemas/api/units.ts';
import type { Result } from '#schemas/result.ts';
import type { ApiFailure } from './office-api.ts';
import { UnitSearch } from './unit-search.svelte.ts';

const exact = { gtin14: '02300000400304', serial: 'C0003' };
const found: UnitList = { units: [], next: null, exact, problem: null };

function slowOffice() {
  const asked: { q: string | null; answer: (result: Result<UnitList, ApiFailure>) => void }[] = [];
  const search = new UnitSearch(
    (query) => new Promise((resolve) => asked.push({ q: query.get('q'), answer: resolve })),
  );
  return { search, asked };
}

test('the Enter of a scanner opens its item, though typing asks again before the answer is there', async () => {
  const { search, asked } = slowOffice();
  search.wanted.q = exact.serial;
  const entered = search.find();
  await search.suggest();
  expect(asked.map(({ q }) => q)).toEqual([exact.serial]);
  asked[0]?.answer({ ok: true, value: found });
  expect(await entered).toEqual(exact);
});

test('another question makes the answer to the one before void', async () => {
  const { search, asked } = slowOffice();
  search.wanted.q = exact.serial;
  const entered = search.find();
  search.wanted.q = 'C0004';
  const typed = search.suggest();
  asked[1]?.answer({ ok: true, value: { ...found, exact: null } });
  asked[0]?.answer({ ok: true, value: found });
  expect(await entered).toBeNull();
  await typed;
  expect(search.exact).toBeNull();
});

test('what failed is asked for again', async () => {
  const { search, asked } = slowOffice();
  search.wanted.q = exact.serial;
  const first = search.suggest();
  asked[0]?.answer({ ok: false, error: { code: 'offline' } });
  await first;
  expect(search.failure).toBe('offline');
  const second = search.suggest();
  asked[1]?.answer({ ok: true, value: found });
  await second;
  expect([search.failure, search.exact]).toEqual([null, exact]);
});
