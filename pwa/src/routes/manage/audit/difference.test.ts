import { expect, test } from 'vitest';
import { difference, plainValue } from './difference.ts';

test('only what changed is told, with what is new and what is gone', () => {
  expect(difference({ name: 'A', locale: 'en', gone: 1 }, { name: 'B', locale: 'en', languages: ['cy'] })).toEqual([
    { field: 'name', before: 'A', after: 'B' },
    { field: 'gone', before: 1, after: null },
    { field: 'languages', before: null, after: ['cy'] },
  ]);
  expect(difference(null, { name: 'A' })).toEqual([{ field: 'name', before: null, after: 'A' }]);
  expect(difference(null, null)).toEqual([]);
});

test('a value is one line, whatever is in it', () => {
  expect(plainValue(null)).toBe('—');
  expect(plainValue([])).toBe('—');
  expect(plainValue(['en', 'cy'])).toBe('en, cy');
  expect(plainValue([{ weekday: 1, from: '09:00', until: '17:30' }])).toBe('1 · 09:00 · 17:30');
  expect(plainValue('data:image/png;base64,AAAA')).toBe('🖼');
  expect(plainValue(false)).toBe('✗');
});
