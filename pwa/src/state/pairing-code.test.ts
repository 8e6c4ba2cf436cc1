import { expect, test } from 'vitest';
import { codeIn, deviceName, shownCode } from './pairing-code.ts';

test('a code is found as it is typed, scanned or given in the address', () => {
  for (const text of [
    'ABCD2345',
    'abcd 2345',
    ' abcd-2345',
    'https://shop.example/pair?code=ABCD2345',
    '/pair?x=1&code=abcd-2345#top',
  ]) {
    expect(codeIn(text)).toBe('ABCD2345');
  }
  expect(codeIn('OIL0OIL0')).toBe('01100110');
});

test('what is no code is none', () => {
  for (const text of ['', 'ABC', '4006381333931', 'https://shop.example/01/09506000134352'])
    expect(codeIn(text)).toBe('');
});

test('a code is shown in two groups', () => {
  expect(['', 'ABCD', 'ABCD2', 'ABCD2345'].map(shownCode)).toEqual(['', 'ABCD', 'ABCD 2', 'ABCD 2345']);
});

test('a tablet is named by what can be seen of it', () => {
  expect(deviceName('Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1')).toBe(
    'iPad · Safari',
  );
  expect(deviceName('Mozilla/5.0 (Linux; Android 15; SM-X200) Chrome/150.0 Safari/537.36')).toBe(
    'Android tablet · Chrome',
  );
  expect(deviceName('')).toBe('Browser');
});
