import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, type Page, test } from '@playwright/test';
import type { Entry } from '#schemas/journal/envelope.ts';
import { genesisText, hashedText } from '#schemas/journal/seal.ts';
import { BrowserProfile } from './browser-profile.ts';
import { startHarness } from './harness-server.ts';

const sha256 = (value: string) => createHash('sha256').update(value).digest('hex');

let harness: Awaited<ReturnType<typeof startHarness>>;
test.beforeAll(async () => {
  harness = await startHarness();
});
test.afterAll(async () => {
  await harness.close();
});

/** Opens the journal of till 7, whose key is made at the first time and kept as a till's is. */
async function openJournal(page: Page): Promise<Entry[]> {
  return page.evaluate(async () => {
    const { harness } = window;
    harness.makeJournalsStrict();
    // As a till does when it opens: what the last kill tore must not cost what is written now.
    await harness.renewStorageLog();
    const identities = new harness.IdentityDatabase();
    let identity = await identities.identity.get('till');
    if (identity === undefined) {
      const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
      const pinKey = (await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])) as CryptoKey;
      const named = { storeId: 'shop', storeName: 'Shop', tillNumber: 7, token: '', pairedAtMs: 0 };
      identity = { slot: 'till', ...named, signingKey: (keys as CryptoKeyPair).privateKey, pinKey };
      await identities.identity.put(identity);
    }
    const { storeId, tillNumber, signingKey } = identity;
    const pouch = harness.journalPouch();
    const isOwner = () => true;
    const journal = await harness.OwnJournal.open({ pouch, adapter: 'idb', storeId, tillNumber, signingKey, isOwner });
    Object.assign(window, { journal });
    return journal.after(0);
  });
}

/** Commits one entry after another until the page dies; tells each sequence number the moment it counts as committed. */
async function keepCommitting(page: Page, committed: number[]): Promise<void> {
  await page.exposeFunction('told', (sequence: number) => committed.push(sequence));
  await page.evaluate(() => {
    const { journal, told } = window as unknown as {
      journal: import('#pwa/db/own-journal.ts').OwnJournal;
      told: (sequence: number) => void;
    };
    void (async () => {
      for (let at = 1; ; at++) {
        const result = await journal.commit({
          kind: 'stock-adjusted',
          version: 1,
          body: { at, note: 'x'.repeat(at % 2_000) },
          operatorId: 'anna',
          deviceAtMs: Date.now(),
          clockOffsetMs: null,
          seenOrderedAtMs: 0,
        });
        if (result.ok) told(result.value.sequence);
      }
    })();
  });
}

function assertChain(entries: readonly Entry[]): void {
  let previousHash = sha256(genesisText('shop', 7));
  entries.forEach((entry, index) => {
    expect(entry.sequence).toBe(index + 1);
    expect(entry.previousHash).toBe(previousHash);
    expect(entry.hash).toBe(sha256(hashedText(entry)));
    previousHash = entry.hash;
  });
}

test('[J1] [J3] a tablet killed at any instant keeps every committed entry, whole, and the chain goes on', async () => {
  const profile = new BrowserProfile();
  try {
    let page = await profile.open(harness.url);
    let entries = await openJournal(page);
    // Moments of death spread over many puts: some fall between two, some within one.
    for (const lifeMs of [35, 90, 141, 203, 277, 360]) {
      const before = entries.length;
      const committed: number[] = [];
      await keepCommitting(page, committed);
      while (committed.length === 0) await sleep(1);
      await sleep(lifeMs);
      await profile.kill();

      page = await profile.open(harness.url);
      entries = await openJournal(page);
      assertChain(entries);
      const last = committed.at(-1) ?? 0;
      expect(last).toBeGreaterThan(before);
      expect(entries.length, 'what was told as committed is there').toBeGreaterThanOrEqual(last);
    }
  } finally {
    await profile.remove();
  }
});

test('[J1] entries are put with strict durability, and nothing else of the journal is', async () => {
  const profile = new BrowserProfile();
  try {
    const page = await profile.open(harness.url);
    await page.evaluate(() => {
      const opened: unknown[] = [];
      Object.assign(window, { opened });
      const open = IDBDatabase.prototype.transaction;
      IDBDatabase.prototype.transaction = function (stores, mode, options) {
        const transaction = open.call(this, stores, mode, options);
        opened.push([this.name, [...transaction.objectStoreNames], transaction.mode, transaction.durability]);
        return transaction;
      };
    });
    // The wrapper under test is put on top, so the one above sees what IndexedDB really opens.
    await openJournal(page);
    const opened = await page.evaluate(async () => {
      const { journal, opened, harness } = window as unknown as Window & {
        journal: import('#pwa/db/own-journal.ts').OwnJournal;
        opened: [string, string[], string, string][];
      };
      opened.length = 0;
      const draft = { kind: 'stock-adjusted', version: 1, body: {}, operatorId: 'anna', deviceAtMs: 1 };
      const result = await journal.commit({ ...draft, clockOffsetMs: null, seenOrderedAtMs: 0 });
      const others = new (harness.journalPouch())('onecode-others-shop-7', { adapter: 'idb' });
      await others.put({ _id: '0001-000000001' });
      return { ok: result.ok, opened: opened.filter(([, , mode]) => mode === 'readwrite') };
    });
    expect(opened.ok).toBe(true);
    const entryWrites = opened.opened.filter(([, stores]) => stores.includes('by-sequence'));
    expect(entryWrites.map(([name, , , durability]) => [name, durability])).toEqual([
      ['_pouch_onecode-own-shop-7', 'strict'],
      ['_pouch_onecode-others-shop-7', 'default'],
    ]);
  } finally {
    await profile.remove();
  }
});
