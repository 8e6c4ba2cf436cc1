import { expect, test } from 'vitest';
import { MemoryStorage } from './memory-storage.ts';
import { localeFor, Preferences } from './preferences.svelte.ts';

test('Taiwan, Hong Kong and Macau get traditional characters, other Chinese simplified ones', () => {
  expect(localeFor(['zh-TW'])).toBe('zh-Hant');
  expect(localeFor(['zh-HK', 'en'])).toBe('zh-Hant');
  expect(localeFor(['zh-Hant-MO'])).toBe('zh-Hant');
  expect(localeFor(['zh-Hans-HK'])).toBe('zh-Hans');
  expect(localeFor(['zh-CN'])).toBe('zh-Hans');
  expect(localeFor(['zh'])).toBe('zh-Hans');
});

test('the first language that we have wins; none is English', () => {
  expect(localeFor(['de-DE', 'zh-SG', 'en'])).toBe('zh-Hans');
  expect(localeFor(['de-DE', 'en-GB', 'zh-CN'])).toBe('en');
  expect(localeFor(['fr'])).toBe('en');
});

test('choices are kept on the device', () => {
  const storage = new MemoryStorage();
  const before = new Preferences(storage, ['en']);
  before.locale = 'zh-Hant';
  before.theme = 'dark';
  before.idleMinutes = 10;
  before.sound = false;
  const after = new Preferences(storage, ['en']);
  expect([after.locale, after.theme, after.idleMinutes, after.sound]).toEqual(['zh-Hant', 'dark', 10, false]);
});

test('what is stored and makes no sense is passed over', () => {
  const storage = new MemoryStorage();
  for (const stored of ['{', 'null', '[]', '{"locale":"xx","theme":7,"idleMinutes":-1}']) {
    storage.setItem('onecode-preferences', stored);
    const preferences = new Preferences(storage, ['zh-TW']);
    expect([preferences.locale, preferences.theme, preferences.idleMinutes]).toEqual(['zh-Hant', 'system', 5]);
  }
});

test('dates follow the region that the browser names for the chosen language', () => {
  const preferences = new Preferences(new MemoryStorage(), ['fr-CH', 'en-GB', 'en', 'zh-HK']);
  expect(preferences.formatLocale).toBe('en-GB');
  preferences.locale = 'zh-Hant';
  expect(preferences.formatLocale).toBe('zh-HK');
  preferences.locale = 'zh-Hans';
  expect(preferences.formatLocale).toBe('zh-Hans');
});
