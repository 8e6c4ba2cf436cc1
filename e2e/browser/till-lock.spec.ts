import { expect, type Page, test } from '@playwright/test';
import { BrowserProfile } from './browser-profile.ts';
import { startHarness } from './harness-server.ts';

let harness: Awaited<ReturnType<typeof startHarness>>;
let profile: BrowserProfile;

test.beforeAll(async () => {
  harness = await startHarness();
});
test.afterAll(async () => {
  await harness.close();
});
test.beforeEach(() => {
  profile = new BrowserProfile();
});
test.afterEach(async () => {
  await profile.remove();
});

/** Becomes the owner and opens the journal, as the app does; what is lost is closed. */
async function own(page: Page, how: 'own' | 'take-over'): Promise<string> {
  return page.evaluate(async (how) => {
    const { harness } = window;
    const owned = how === 'own' ? await harness.ownTill() : await harness.takeOverTill();
    if (!owned.ok) return owned.error.code;
    const ownership = owned.value;
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const journal = await harness.OwnJournal.open({
      pouch: harness.journalPouch(),
      adapter: 'idb',
      storeId: 'shop',
      tillNumber: 7,
      signingKey: (keys as CryptoKeyPair).privateKey,
      isOwner: () => ownership.held,
    });
    ownership.onLoss(() => journal.close());
    Object.assign(window, { journal, ownership });
    return 'owner';
  }, how);
}

/** Commits a number of entries one after the other; what each came to. */
function commit(page: Page, count: number): Promise<string[]> {
  return page.evaluate(async (count) => {
    const { journal } = window as unknown as { journal: import('#pwa/db/own-journal.ts').OwnJournal };
    const results: string[] = [];
    for (let at = 0; at < count; at++) {
      const result = await journal.commit({
        kind: 'stock-adjusted',
        version: 1,
        body: { at },
        operatorId: 'anna',
        deviceAtMs: Date.now(),
        clockOffsetMs: null,
        seenOrderedAtMs: 0,
      });
      results.push(result.ok ? String(result.value.sequence) : result.error.code);
    }
    return results;
  }, count);
}

test('[J4] of two tabs one writes; the other learns it at once', async () => {
  const first = await profile.open(harness.url);
  const second = await profile.newPage(harness.url);
  expect(await own(first, 'own')).toBe('owner');
  expect(await own(second, 'own')).toBe('owned-elsewhere');
  expect(await commit(first, 2)).toEqual(['1', '2']);
});

test('[J4] a tab that takes over gets the journal after the put at work, and the old one commits nothing more', async () => {
  const first = await profile.open(harness.url);
  const second = await profile.newPage(harness.url);
  await own(first, 'own');
  const committing = commit(first, 60);
  expect(await own(second, 'take-over')).toBe('owner');
  const before = await committing;
  const after = await commit(second, 3);
  const done = before.filter((result) => result !== 'not-owner').map(Number);
  expect(done).toEqual(Array.from({ length: done.length }, (_, at) => at + 1));
  expect(before.slice(done.length)).toEqual(Array(60 - done.length).fill('not-owner'));
  expect(after).toEqual([1, 2, 3].map((at) => String(done.length + at)));
  expect(await own(first, 'own')).toBe('owned-elsewhere');
});

test('[J4] a closed tab and a killed browser leave the till to the next', async () => {
  const first = await profile.open(harness.url);
  await own(first, 'own');
  await commit(first, 1);
  const second = await profile.newPage(harness.url);
  await first.close();
  await expect.poll(() => own(second, 'own')).toBe('owner');
  expect(await commit(second, 1)).toEqual(['2']);
  await profile.kill();
  const third = await profile.open(harness.url);
  expect(await own(third, 'own')).toBe('owner');
  expect(await commit(third, 1)).toEqual(['3']);
});

test('[J4] a tab that does not let go loses the till by force, and can write no more', async () => {
  const first = await profile.open(harness.url);
  const second = await profile.newPage(harness.url);
  await own(first, 'own');
  // Frozen: it hears no message.
  await first.evaluate(() => {
    BroadcastChannel.prototype.postMessage = () => undefined;
    const { ownership } = window as unknown as { ownership: import('#pwa/db/till-lock.ts').Ownership };
    Object.defineProperty(Object.getPrototypeOf(ownership), 'release', { value: async () => undefined });
  });
  const refused = await second.evaluate(() => window.harness.takeOverTill({ waitMs: 300 }));
  expect(refused).toEqual({ ok: false, error: { code: 'not-released' } });
  const forced = await second.evaluate(
    async () => (await window.harness.takeOverTill({ waitMs: 300, force: true })).ok,
  );
  expect(forced).toBe(true);
  expect(await commit(first, 1)).toEqual(['not-owner']);
});
