import { setTimeout as sleep } from 'node:timers/promises';
import { expect, type Page, test } from '@playwright/test';
import type { OldEntries } from '#pwa/db/old-entries.ts';
import type { OwnJournal } from '#pwa/db/own-journal.ts';
import { BrowserProfile } from './browser-profile.ts';
import { startHarness } from './harness-server.ts';

type Opened = Window & { journal: OwnJournal; old: OldEntries };

/** Entries that the server has not posted: each stays whatever its age. */
const unposted = [100, 777];
const oldEntries = 1_500;
const youngEntries = 30;

let harness: Awaited<ReturnType<typeof startHarness>>;
test.beforeAll(async () => {
  harness = await startHarness();
});
test.afterAll(async () => {
  await harness.close();
});

/** Opens till 7's journal, with a day in 2026 as the server's time, and what lets old entries go. */
async function openJournal(page: Page): Promise<void> {
  await page.evaluate(async (missing) => {
    const { harness } = window;
    harness.makeJournalsStrict();
    await harness.renewStorageLog();
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const signingKey = (keys as CryptoKeyPair).privateKey;
    const pouch = harness.journalPouch();
    const till = { storeId: 'shop', tillNumber: 7 };
    const isOwner = () => true;
    const journal = await harness.OwnJournal.open({ pouch, adapter: 'idb', ...till, signingKey, isOwner });
    const others: typeof journal.database = new pouch('onecode-others-shop-7', { adapter: 'idb' });
    const beyond = [...missing, 1_000_000].slice(1).map((to, at): [number, number] => [(missing[at] ?? 0) + 1, to - 1]);
    const posted = { through: (missing[0] ?? 1) - 1, beyond };
    const serverNowMs = () => Date.UTC(2026, 10, 22);
    const old = new harness.OldEntries({ ...till, journal, others, posted: () => posted, serverNowMs, quietMs: 0 });
    Object.assign(window, { journal, old });
  }, unposted);
}

/** Entries as another day left them; sealing thousands one by one would take minutes. */
async function fill(page: Page): Promise<void> {
  await page.evaluate(
    async ([old, young]) => {
      const { journal } = window as unknown as Opened;
      const [first] = await journal.latest(1);
      if (first === undefined) throw new Error('a sealed entry');
      const entries = Array.from({ length: old + young }, (_, at) => ({
        ...first,
        _id: `0007-${String(at + 2).padStart(9, '0')}`,
        sequence: at + 2,
        orderedAtMs: Date.UTC(2026, 10, 22) - (at < old ? 91 : 89) * 86_400_000,
      }));
      await journal.database.bulkDocs(entries);
    },
    [oldEntries, youngEntries] as const,
  );
}

async function commit(page: Page): Promise<number | null> {
  return page.evaluate(async () => {
    const { journal } = window as unknown as Opened;
    const draft = { kind: 'stock-adjusted', version: 1, body: {}, operatorId: 'anna', deviceAtMs: 1 };
    const result = await journal.commit({ ...draft, clockOffsetMs: null, seenOrderedAtMs: 0 });
    return result.ok ? result.value.sequence : null;
  });
}

/** Sequence numbers of the entries; how many documents and revisions the database has, and how many PouchDB says. */
function held(page: Page): Promise<{ sequences: number[]; counts: number[] }> {
  return page.evaluate(async () => {
    const { journal } = window as unknown as Opened;
    const sequences = (await journal.after(0)).map(({ sequence }) => sequence);
    const connection = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('_pouch_onecode-own-shop-7');
      opening.onsuccess = () => resolve(opening.result);
    });
    const count = (store: string) =>
      new Promise<number>((resolve) => {
        const counting = connection.transaction(store).objectStore(store).count();
        counting.onsuccess = () => resolve(counting.result);
      });
    const { doc_count: told } = await journal.database.info();
    const counts = [await count('document-store'), await count('by-sequence'), told];
    connection.close();
    return { sequences, counts };
  });
}

test('[J1] [J3] old entries are let go whole, however often the tablet is killed meanwhile, and the chain goes on', async () => {
  const profile = new BrowserProfile();
  try {
    let page = await profile.open(harness.url);
    await openJournal(page);
    await commit(page);
    await fill(page);
    const last = 1 + oldEntries + youngEntries;
    const young = Array.from({ length: youngEntries }, (_, at) => last - youngEntries + 1 + at);
    for (const lifeMs of [15, 60, 130]) {
      await profile.kill();
      page = await profile.open(harness.url);
      await openJournal(page);
      const { sequences, counts } = await held(page);
      expect(sequences.filter((sequence) => unposted.includes(sequence))).toEqual(unposted);
      expect(sequences.slice(-youngEntries)).toEqual(young);
      expect(counts).toEqual([sequences.length, sequences.length, sequences.length]);
      await page.evaluate(() => {
        const { old } = window as unknown as Opened;
        void old.letGo();
      });
      await sleep(lifeMs);
    }
    await profile.kill();
    page = await profile.open(harness.url);
    await openJournal(page);
    await page.evaluate(() => (window as unknown as Opened).old.letGo());
    expect(await commit(page)).toBe(last + 1);
    const { sequences, counts } = await held(page);
    expect(sequences).toEqual([...unposted, ...young, last + 1]);
    expect(counts).toEqual([sequences.length, sequences.length, sequences.length]);
  } finally {
    await profile.remove();
  }
});
