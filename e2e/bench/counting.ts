// A stock-take on real tablets in a store of 120,000 units: three tablets at once, scans by hand, tags by an RFID reader, and a
// battery that dies in the middle. Run alone: node e2e/bench/counting.ts [--small]
import { expect } from '@playwright/test';
import { epcOf } from '#schemas/item-code/epc.ts';
import { isGtin14 } from '#schemas/item-code/gtin.ts';
import { openDatabase } from '#sync-server/db/database.ts';
import { readTags } from '../journeys/rfid-reading.ts';
import { type BenchStore, startBenchStore } from './bench-store.ts';
import { spread } from './figures.ts';
import { type GeneratedSize, gtinOf } from './generate-store.ts';
import type { TimedTablet } from './stopwatch.ts';
import { loadedTablet } from './till-rows.ts';

export type CountingSize = {
  store: GeneratedSize;
  perSecond: number;
  seconds: number;
  /** Units in the stock-take when the battery dies, and at its end; what is not scanned comes by RFID. */
  beforeKill: number;
  byRfid: number;
  tagsPerSecond: number;
  onThreeTablets: number;
};
const fullSize: CountingSize = {
  store: { skus: 2_000, units: 120_000, members: 1_000 },
  ...{ perSecond: 50, seconds: 30, beforeKill: 50_000, byRfid: 100_000, tagsPerSecond: 500, onThreeTablets: 15_000 },
};
export const smallCounting: CountingSize = {
  store: { skus: 500, units: 6_000, members: 100 },
  ...{ perSecond: 50, seconds: 5, beforeKill: 2_000, byRfid: 4_000, tagsPerSecond: 500, onThreeTablets: 600 },
};

/** Of the units that were scanned: how many the server has not, and how many it was told twice. */
type OnRecord = { lost: number; twice: number };

export type CountingFigures = {
  together: { units: number; seconds: number; settledMs: number } & OnRecord;
  scans: { scans: number; lagsMs: number[] } & OnRecord;
  tags: { tags: number; reads: number; pauses: number; lagsMs: number[] } & OnRecord;
  /** From the tap on the tile to the number on the screen, and from opening the page itself. */
  resume: { units: number; tappedMs: number; openedMs: number };
};

type Code = { gtin14: string; serial: string };

/** Units of the generated store that are on the floor by the books: every tenth is sold (generate-store.ts). */
function codesOf({ skus, units }: GeneratedSize): Code[] {
  const coded = Math.ceil(skus / 5);
  return Array.from({ length: units }, (_, number) => number)
    .filter((number) => Math.floor(number / coded) % 10 !== 0)
    .map((number) => ({
      gtin14: gtinOf((number % coded) * 5),
      serial: `U${number.toString(16).padStart(7, '0')}`,
    }));
}

const scanOf = ({ gtin14, serial }: Code) => `https://id.example/01/${gtin14}/21/${serial}`;

function epcHex({ gtin14, serial }: Code): string {
  if (!isGtin14(gtin14)) throw new Error(gtin14);
  return epcOf(gtin14, serial, 7).hex;
}

/**
 * A hand scanner that never rests, played in the page: its keys go through the scanner's own listener. Answers, for each scan,
 * the time from its last key to the frame that counts it; of use where nobody else counts.
 */
function scanFast({ page }: TimedTablet, codes: readonly string[], perSecond: number): Promise<number[]> {
  return page.evaluate(
    async ([texts, rate]) => {
      const countNow = () =>
        Number(document.querySelector('[data-testid="counting-here"]')?.getAttribute('data-count') ?? 0);
      const before = countNow();
      const shown: [number, number][] = [];
      let isOver = false;
      const look = () => {
        const count = countNow();
        // When the frame's work is done, it has been drawn.
        if (count > (shown.at(-1)?.[0] ?? before)) setTimeout(() => shown.push([count, performance.now()]));
        if (!isOver) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
      const press = (key: string) =>
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      const scannedAtMs: number[] = [];
      const startedAtMs = performance.now();
      for (const [at, text] of texts.entries()) {
        const waitMs = startedAtMs + (at * 1_000) / rate - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        for (const char of text) press(char);
        press('Enter');
        scannedAtMs.push(performance.now());
        // The page's own work comes between two scans.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      while ((shown.at(-1)?.[0] ?? 0) < before + texts.length && performance.now() - (scannedAtMs.at(-1) ?? 0) < 60_000)
        await new Promise((resolve) => setTimeout(resolve, 20));
      isOver = true;
      let next = 0;
      return scannedAtMs.map((scanned, index) => {
        while (next < shown.length && (shown[next]?.[0] ?? 0) <= before + index) next += 1;
        return (shown[next]?.[1] ?? Number.POSITIVE_INFINITY) - scanned;
      });
    },
    [codes, perSecond] as const,
  );
}

async function countFloor({ tablet }: TimedTablet): Promise<void> {
  await tablet.open('/stock/count');
  await tablet.byId('counting-shelf').selectOption('floor');
  await tablet.byId('counting-start').click();
  await expect(tablet.byId('counting-here')).toBeVisible();
}

const hereIs = ({ tablet }: TimedTablet, count: number) =>
  expect(tablet.byId('counting-here')).toHaveAttribute('data-count', String(count), { timeout: 120_000 });

/** What the server has of the latest stock-take; waits until it has so many units, or the tablet has surely sent all. */
async function onRecord({ databaseUrl }: BenchStore, units: number): Promise<OnRecord> {
  const database = openDatabase(databaseUrl, { poolSize: 1 });
  const look = async () => {
    const { rows } = await database.pool.query(
      `select count(*)::int as sightings, count(distinct (gtin14, serial))::int as units from count_unit
        where count_id = (select count_id from stock_count order by opened_at_ms desc limit 1)`,
    );
    const [row = { sightings: 0, units: 0 }] = rows as { sightings: number; units: number }[];
    return row;
  };
  try {
    let row = await look();
    for (let left = 60; row.units < units && left > 0; left--) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      row = await look();
    }
    return { lost: units - row.units, twice: row.sightings - row.units };
  } finally {
    await database.close();
  }
}

/** Three real tills in three Chromiums, not throttled: with three of them the machine itself is the brake. */
async function onThree(bench: BenchStore, codes: readonly Code[], perSecond: number) {
  const tills = [await loadedTablet(bench, 1), await loadedTablet(bench, 1), await loadedTablet(bench, 1)];
  try {
    for (const timed of tills) {
      await countFloor(timed);
      await timed.tablet.waitForWaiting(0);
    }
    const startedAtMs = performance.now();
    await Promise.all(
      tills.map((timed, nth) =>
        scanFast(timed, codes.filter((_, at) => at % tills.length === nth).map(scanOf), perSecond),
      ),
    );
    const scannedAtMs = performance.now();
    for (const timed of tills) await hereIs(timed, codes.length);
    const settledMs = performance.now() - scannedAtMs;
    const recorded = await onRecord(bench, codes.length);
    const [first] = tills;
    await first?.tablet.byId('counting-close').click();
    await first?.tablet.byId('counting-close-confirm').click();
    await first?.tablet.byId('counting-list').waitFor();
    await first?.tablet.waitForWaiting(0);
    return { units: codes.length, seconds: (scannedAtMs - startedAtMs) / 1_000, settledMs, ...recorded };
  } finally {
    for (const timed of tills) await timed.close();
  }
}

function tagsOf({ tablet }: TimedTablet, codes: readonly Code[], before: number, perSecond: number) {
  const open = () => tablet.open('/stock/count');
  return readTags(tablet, codes.map(epcHex), perSecond, { counter: 'counting-here', before, open });
}

/** The battery dies; somebody switches the tablet on and goes on counting. */
async function resume(bench: BenchStore, timed: TimedTablet, units: number): Promise<CountingFigures['resume']> {
  const here = `[data-testid="counting-here"][data-count="${units}"]`;
  await timed.tablet.kill();
  await timed.tablet.switchOn();
  await timed.prepare();
  await timed.tablet.open('/sell');
  await timed.tablet.waitForSignIn();
  await timed.signIn(bench);
  await timed.tablet.open('/stock');
  const tappedMs = await timed.sinceEvent('click', here, () => timed.tablet.byId('stock-tile-count').click());
  await timed.page.goto('/stock/count', { waitUntil: 'commit' });
  return { units, tappedMs, openedMs: await timed.painted(here) };
}

/** `rate`: of the tablet that counts alone. */
export async function benchCounting(rate: number, size: CountingSize = fullSize): Promise<CountingFigures> {
  const bench = await startBenchStore(size.store, () => undefined);
  try {
    const codes = codesOf(size.store);
    const shared = codes.slice(0, size.onThreeTablets);
    const together = await onThree(bench, shared, size.perSecond);
    const timed = await loadedTablet(bench, rate);
    try {
      await countFloor(timed);
      const scans = size.perSecond * size.seconds;
      const lagsMs = await scanFast(timed, codes.slice(0, scans).map(scanOf), size.perSecond);
      const scanned = { scans, lagsMs, ...(await onRecord(bench, scans)) };
      const first = await tagsOf(timed, codes.slice(scans, size.beforeKill), scans, size.tagsPerSecond);
      await onRecord(bench, size.beforeKill);
      const resumed = await resume(bench, timed, size.beforeKill);
      const rest = await tagsOf(timed, codes.slice(size.beforeKill, size.byRfid), size.beforeKill, size.tagsPerSecond);
      const tags = {
        ...{ tags: first.tags + rest.tags, reads: first.reads + rest.reads, pauses: first.pauses + rest.pauses },
        lagsMs: [...first.lagsMs, ...rest.lagsMs],
      };
      return { together, scans: scanned, tags: { ...tags, ...(await onRecord(bench, size.byRfid)) }, resume: resumed };
    } finally {
      await timed.close();
    }
  } finally {
    await bench.close();
  }
}

if (import.meta.main) {
  const size = process.argv.includes('--small') ? smallCounting : fullSize;
  const { together, scans, tags, resume: resumed } = await benchCounting(4, size);
  console.log('three tablets', together);
  console.log('scans', { ...scans, lagsMs: spread(scans.lagsMs) });
  console.log('tags', { ...tags, lagsMs: spread(tags.lagsMs) });
  console.log('resume', resumed);
}
