import { expect, test } from 'vitest';
import { browserOf } from './browser-text.ts';

test('a browser is named as people call it, whichever it descends from', () => {
  const windows =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36';
  const iPhone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1';
  expect(browserOf(windows)).toEqual({ browser: 'Chrome', system: 'Windows' });
  expect(browserOf(`${windows} Edg/150.0`)).toEqual({ browser: 'Edge', system: 'Windows' });
  expect(browserOf(iPhone)).toEqual({ browser: 'Safari', system: 'iPhone' });
  expect(browserOf('Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0')).toEqual({
    browser: 'Firefox',
    system: 'Android',
  });
  expect(browserOf('Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/150.0 Safari/537.36')?.browser).toBe('Chrome');
  expect(browserOf('curl/8')).toBe(null);
});
