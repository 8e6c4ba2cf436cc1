import { expect, test } from 'vitest';
import { bytesText, dateTimeText, durationText, timeText } from './time-text.ts';

test('spans of time are said in their largest unit and the next', () => {
  expect(durationText(0, 'en')).toBe('0 sec');
  expect(durationText(59_999, 'en')).toBe('59 sec');
  expect(durationText(125_000, 'en')).toBe('2 min 5 sec');
  expect(durationText(2 * 3_600_000 + 5 * 60_000 + 7_000, 'en')).toBe('2 hr 5 min');
  expect(durationText(3 * 86_400_000, 'en')).toBe('3 days');
  expect(durationText(-5, 'en')).toBe('0 sec');
  expect(durationText(125_000, 'zh-Hant')).toBe('2 分鐘 5 秒');
});

test('times are those of the store', () => {
  const atMs = Date.UTC(2026, 10, 22, 1, 5);
  expect(timeText(atMs, 'en-GB', 'Asia/Taipei')).toBe('09:05');
  expect(dateTimeText(atMs, 'en-GB', 'America/New_York')).toBe('21 Nov 2026, 20:05');
});

test('bytes are said in the unit that fits', () => {
  expect(bytesText(1_500, 'en')).toBe('1.5 kB');
  expect(bytesText(23_456_789, 'en')).toBe('23.5 MB');
  expect(bytesText(2e9, 'en')).toBe('2 GB');
});
