import { ok } from '#schemas/result.ts';
import { App, type AppOptions } from './app.svelte.ts';
import { type FakeTill, fakeIdentity, stayingTill } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';

export type FakeAppOptions = {
  /** Of the device: what a reload finds again. */
  storage?: Storage;
  nowMs?: number;
  signal?: (sound: 'good' | 'again' | 'bad') => void;
  payments?: AppOptions['payments'];
};

/** The app on a till that is paired and open, started; nobody is signed in. */
export async function startFakeApp(till: FakeTill, options: FakeAppOptions = {}): Promise<App> {
  const { storage = new MemoryStorage(), nowMs = 1_000, signal = () => undefined } = options;
  const app = new App({
    door: {
      ...stayingTill,
      identity: async () => fakeIdentity,
      pair: async () => ok(fakeIdentity),
      own: async () => ok({ held: true, release: async () => undefined, onLoss: () => undefined }),
      open: async () => ok(till),
    },
    storage,
    basketCopy: { read: async () => null, write: async () => undefined },
    tabStorage: new MemoryStorage(),
    languages: ['en'],
    ...(options.payments ? { payments: options.payments } : {}),
    newId: () => crypto.randomUUID(),
    nowMs: () => nowMs,
    signal,
    reload: () => undefined,
  });
  await app.start();
  return app;
}
