import { expect, test } from 'vitest';
import { deviceKind } from './device-kind.ts';

test('the steps of the device at hand come first', () => {
  const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15';
  expect(deviceKind(mac, 0)).toBe('macos');
  expect(deviceKind(mac, 5)).toBe('ipad');
  expect(deviceKind('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 5)).toBe('ipad');
  expect(deviceKind('Mozilla/5.0 (Linux; Android 15; SM-X210) Chrome/140.0', 5)).toBe('android');
  expect(deviceKind('Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/140.0', 0)).toBe('chromebook');
  expect(deviceKind('Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0', 0)).toBe('windows');
});
