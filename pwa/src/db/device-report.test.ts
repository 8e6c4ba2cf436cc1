import { expect, test } from 'vitest';
import { deltaQuerySchema } from '#schemas/sync/delta-query.ts';
import { DeviceReport } from './device-report.ts';

test('a till tells its space and its battery in numbers that the server takes', async () => {
  const report = new DeviceReport(() => 0, {
    storage: { estimate: async () => ({ usage: 5_000_000, quota: 9_000_000_000 }), persisted: async () => true },
    getBattery: async () => ({ level: 0.456, charging: false }),
  });
  await report.read();
  expect(report.facts()).toEqual({
    usage: 5_000_000,
    quota: 9_000_000_000,
    persisted: '1',
    battery: 46,
    charging: '0',
  });
  expect(deltaQuerySchema.safeParse({ chain: 0, store: 0, ...report.facts() }).success).toBe(true);
});

test('a browser that tells nothing, or fails to, is no trouble', async () => {
  const none = new DeviceReport(() => 0, {});
  await none.read();
  expect(none.facts()).toEqual({});
  const failing = () => Promise.reject(new Error('not here'));
  const broken = new DeviceReport(() => 0, { storage: { estimate: failing, persisted: failing }, getBattery: failing });
  await broken.read();
  expect(broken.facts()).toEqual({});
});
