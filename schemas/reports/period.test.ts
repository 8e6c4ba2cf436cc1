import { expect, test } from 'vitest';
import { daysIn, monthsIn, periodBefore } from './period.ts';

test('days are compared with as many days right before, whole months with whole months', () => {
  expect(periodBefore({ from: '2026-11-16', to: '2026-11-22' }, 'before')).toEqual({
    from: '2026-11-09',
    to: '2026-11-15',
  });
  expect(periodBefore({ from: '2026-03-01', to: '2026-03-31' }, 'before')).toEqual({
    from: '2026-02-01',
    to: '2026-02-28',
  });
  expect(periodBefore({ from: '2026-02-01', to: '2026-02-28' }, 'before')).toEqual({
    from: '2026-01-01',
    to: '2026-01-31',
  });
  expect(periodBefore({ from: '2026-01-01', to: '2026-12-31' }, 'before')).toEqual({
    from: '2025-01-01',
    to: '2025-12-31',
  });
  expect(periodBefore({ from: '2026-01-01', to: '2026-03-31' }, 'before')).toEqual({
    from: '2025-10-01',
    to: '2025-12-31',
  });
});

test('a year before are the same days; what no year has is the last day that it has', () => {
  expect(periodBefore({ from: '2024-02-29', to: '2024-02-29' }, 'year')).toEqual({
    from: '2023-02-28',
    to: '2023-02-28',
  });
  expect(periodBefore({ from: '2025-02-01', to: '2025-02-28' }, 'year')).toEqual({
    from: '2024-02-01',
    to: '2024-02-29',
  });
});

test('both ends of a period count', () => {
  expect(daysIn({ from: '2026-03-28', to: '2026-03-30' })).toBe(3);
});

test('a period is whole months and the days beside them, none twice and none left out', () => {
  const [from, to] = ['2025-11-17', '2026-02-10'];
  expect(monthsIn({ from, to })).toEqual({
    months: { from: '2025-12', to: '2026-01' },
    days: [
      { from: '2025-11-17', to: '2025-11-30' },
      { from: '2026-02-01', to: '2026-02-10' },
    ],
  });
  const year = { from: '2026-01-01', to: '2026-12-31' };
  expect(monthsIn(year)).toEqual({ months: { from: '2026-01', to: '2026-12' }, days: [] });
  const few = { from: '2026-01-02', to: '2026-02-27' };
  expect(monthsIn(few)).toEqual({ months: null, days: [few] });
  expect(monthsIn({ from: '2026-02-01', to: '2026-02-28' }).days).toEqual([]);
});
