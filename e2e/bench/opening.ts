import type { Page } from '@playwright/test';
import type { OwnJournal } from '#pwa/db/own-journal.ts';
import { BrowserProfile } from '../browser/browser-profile.ts';
import { startHarness } from '../browser/harness-server.ts';

/** Milliseconds to open till 7's journal; it stays open in the page. */
function open(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { harness } = window;
    harness.makeJournalsStrict();
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const { privateKey: signingKey } = keys as CryptoKeyPair;
    const till = { storeId: 'shop', tillNumber: 7, signingKey, isOwner: () => true };
    const pouch = harness.journalPouch();
    const startedAtMs = performance.now();
    const journal = await harness.OwnJournal.open({ pouch, adapter: 'idb', ...till });
    const tookMs = performance.now() - startedAtMs;
    Object.assign(window, { journal });
    return tookMs;
  });
}

/** Entries of the size of a four-line sale; sealing each would take minutes, and opening does not look at it. */
async function fill(page: Page, entries: number): Promise<void> {
  await page.evaluate(async (count) => {
    const { journal } = window as unknown as { journal: OwnJournal };
    const draft = { kind: 'retail-transaction', version: 1, body: { text: 'x'.repeat(1_000) }, operatorId: 'anna' };
    await journal.commit({ ...draft, deviceAtMs: 1, clockOffsetMs: null, seenOrderedAtMs: 0 });
    const [first] = await journal.latest(1);
    if (first === undefined) throw new Error('a sealed entry');
    for (let from = 2; from <= count; from += 1_000) {
      const batch = Array.from({ length: Math.min(1_000, count + 1 - from) }, (_, at) => ({
        ...first,
        _id: `0007-${String(from + at).padStart(9, '0')}`,
        sequence: from + at,
      }));
      await journal.database.bulkDocs(batch);
    }
  }, entries);
}

/** Opens the journal in a browser that was just started, again and again. */
async function samples(profile: BrowserProfile, url: string, rate: number, times: number): Promise<number[]> {
  const taken: number[] = [];
  for (let left = times; left > 0; left--) {
    await profile.kill();
    const page = await profile.open(url);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
    taken.push(await open(page));
  }
  return taken;
}

/** A tablet switched on: its own journal with nothing in it, and with so many entries. */
export async function openingMs(
  entries: number,
  rate: number,
  times: number,
): Promise<{ empty: number[]; full: number[] }> {
  const harness = await startHarness();
  const profile = new BrowserProfile();
  try {
    await open(await profile.open(harness.url));
    const empty = await samples(profile, harness.url, rate, times);
    await profile.kill();
    const page = await profile.open(harness.url);
    await open(page);
    await fill(page, entries);
    return { empty, full: await samples(profile, harness.url, rate, times) };
  } finally {
    await profile.remove();
    await harness.close();
  }
}
