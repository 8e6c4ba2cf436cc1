import { expect, test } from 'vitest';
import { linkInside, presetDays, readReportLink, reportHref, reportQuery, ticketsOfRow } from './report-link.ts';

const read = (search: string) => readReportLink(new URLSearchParams(search));

test('the address of a report opens the same report again, what has no name too', () => {
  const link = read(
    'by=sku&from=2026-11-01&to=2026-11-22&compare=year&category=&operator=amy&sort=units&dir=up&offset=100&scope=chain&tickets=1&measure=netMinor&q=tea&currency=GBP',
  );
  expect(link.filters).toEqual({ category: '', operator: 'amy' });
  expect(read(reportHref(link).split('?')[1] ?? '')).toEqual(link);
});

test('what makes no sense in an address is left out', () => {
  expect(read('by=weather&from=yesterday&offset=-3&sort=drop&compare=all')).toEqual(read(''));
});

test('a row opened is narrowed to it: goods by key, times by their days, within the days that were asked', () => {
  const link = read('by=month&from=2026-01-15&to=2026-02-10');
  expect(linkInside(link, '2026-01')).toMatchObject({ by: 'day', from: '2026-01-15', to: '2026-01-31', filters: {} });
  expect(linkInside(link, '2026-02')).toMatchObject({ from: '2026-02-01', to: '2026-02-10' });
  expect(linkInside(read('by=category&offset=50'), '')).toMatchObject({
    by: 'sku',
    offset: 0,
    filters: { category: '' },
  });
  expect(linkInside(read('by=week'), '2026-11-16')).toMatchObject({ by: 'day', from: '2026-11-16', to: '2026-11-22' });
  expect(ticketsOfRow(read('by=hour'), '09')).toMatchObject({ by: 'hour', hasTickets: true, filters: { hour: '09' } });
});

test('choices of days are seen from today', () => {
  expect(presetDays('last_month', '2026-03-15')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  expect(presetDays('week', '2026-01-03')).toEqual({ from: '2025-12-28', to: '2026-01-03' });
  expect(presetDays('last_year', '2026-03-15')).toEqual({ from: '2025-01-01', to: '2025-12-31' });
});

test('the server is asked in the words of its schema', () => {
  expect(reportQuery(read('by=sku&measure=units&tickets=1&scope=chain'), 'en', 100)).toBe('by=sku&locale=en&limit=100');
});
