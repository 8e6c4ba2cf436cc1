import { expect } from '@playwright/test';
import type { BenchStore } from './bench-store.ts';
import { gtinOf, skuIdOf } from './generate-store.ts';
import { generatedNames } from './generated-names.ts';
import { TimedTablet } from './stopwatch.ts';

/** Spread over the whole catalogue, without the item-coded fifth, which a GTIN alone does not sell. */
function someIndexes(bench: BenchStore, count: number): number[] {
  return Array.from({ length: count }, (_, at) => (((at + 1) * 7_919) % (bench.size.skus / 5)) * 5 + 1);
}

/** From the tap on "pair" on an empty tablet: until somebody can sell, and until all rows are there. */
export async function snapshot(bench: BenchStore, rate: number): Promise<{ selling: number; complete: number }> {
  const timed = await TimedTablet.switchOn(bench, rate);
  try {
    await timed.tablet.open('/pair');
    await timed.tablet.byId('pair-code').fill(await bench.manager.newPairingCode());
    const operator = `[data-testid="operator-${bench.store.operatorId}"]`;
    const startedAtMs = await timed.page.evaluate(() => performance.now());
    await timed.tablet.byId('pair-submit').click();
    const selling = (await timed.painted(operator)) - startedAtMs;
    await timed.signIn(bench);
    const complete = (await timed.painted('header[data-complete="true"]')) - startedAtMs;
    return { selling, complete };
  } finally {
    await timed.close();
  }
}

/** A tablet that holds the whole store, at the selling screen. */
export async function loadedTablet(bench: BenchStore, rate: number): Promise<TimedTablet> {
  const timed = await TimedTablet.switchOn(bench, rate);
  await timed.tablet.pair(bench.manager);
  await timed.signIn(bench);
  await expect(timed.page.locator('header[data-complete="true"]')).toBeVisible({ timeout: 300_000 });
  return timed;
}

/** Switched off and on without a server: navigation to the list of operators, plus last key of the PIN to ready to scan. */
export async function coldStart(bench: BenchStore, timed: TimedTablet, times: number): Promise<number[]> {
  const samples: number[] = [];
  await timed.tablet.waitForServiceWorker();
  await bench.server.kill('SIGKILL');
  for (let left = times; left > 0; left--) {
    await timed.tablet.switchOff();
    await timed.tablet.switchOn();
    await timed.prepare();
    await timed.page.goto('/', { waitUntil: 'commit' });
    const listed = await timed.painted(`[data-testid="operator-${bench.store.operatorId}"]`);
    samples.push(listed + (await timed.signIn(bench)));
  }
  await bench.server.start();
  await timed.tablet.waitForOnline(true);
  return samples;
}

/** From the scanner's last key, Enter, to the line on the screen. */
export async function scanToLine(bench: BenchStore, timed: TimedTablet, times: number): Promise<number[]> {
  const samples: number[] = [];
  for (const [at, index] of someIndexes(bench, times).entries()) {
    await timed.page.keyboard.type(gtinOf(index));
    const line = `[data-testid="basket-line"][data-sku="${skuIdOf(index)}"]`;
    samples.push(await timed.sinceEvent('keydown', line, () => timed.page.keyboard.press('Enter')));
    if (at % 8 === 7) await timed.tablet.byId('basket-clear').click();
  }
  if ((await timed.tablet.byId('basket-empty').count()) === 0) await timed.tablet.byId('basket-clear').click();
  return samples;
}

/** From the scanner's last key to the line that says what the web shop asks at this moment: the scan does not wait for it. */
export async function scanToOnline(bench: BenchStore, timed: TimedTablet, times: number): Promise<number[]> {
  const samples: number[] = [];
  for (const index of someIndexes(bench, times)) {
    const line = `[data-testid="basket-line"][data-sku="${skuIdOf(index)}"] [data-testid="line-online"][data-checked="true"]`;
    await timed.page.keyboard.type(gtinOf(index));
    samples.push(await timed.sinceEvent('keydown', line, () => timed.page.keyboard.press('Enter')));
    await timed.tablet.byId('basket-clear').click();
  }
  return samples;
}

/** As `scanToLine`, into a basket of so many other lines. */
export async function scanToFullBasket(
  bench: BenchStore,
  timed: TimedTablet,
  lines: number,
  times: number,
): Promise<number[]> {
  const samples: number[] = [];
  for (const [at, index] of someIndexes(bench, lines + times).entries()) {
    const line = `[data-testid="basket-line"][data-sku="${skuIdOf(index)}"]`;
    await timed.page.keyboard.type(gtinOf(index));
    const tookMs = await timed.sinceEvent('keydown', line, () => timed.page.keyboard.press('Enter'));
    if (at >= lines) samples.push(tookMs);
  }
  await timed.tablet.byId('basket-clear').click();
  return samples;
}

/** From each key typed into the search to the last change of its results. */
export async function searchKeys(bench: BenchStore, timed: TimedTablet, texts: number): Promise<number[]> {
  await timed.tablet.byId('search-input').click();
  await timed.page.evaluate(() => {
    const samples: number[] = [];
    let changedAtMs = 0;
    new MutationObserver(() => {
      requestAnimationFrame(() => setTimeout(() => (changedAtMs = performance.now())));
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
    let typedAtMs = 0;
    window.addEventListener(
      'input',
      (event) => {
        if (changedAtMs > typedAtMs && typedAtMs > 0) samples.push(changedAtMs - typedAtMs);
        typedAtMs = event.timeStamp;
      },
      { capture: true },
    );
    Object.assign(window, { searchSamples: samples });
  });
  for (const index of someIndexes(bench, texts)) {
    await timed.tablet.byId('search-input').fill('');
    // Two words, as a clerk who knows the name; slower than a scanner, so that each key is answered.
    const text = generatedNames(index).en.split(' ').slice(0, 2).join(' ').slice(0, 12);
    await timed.page.keyboard.type(text, { delay: 250 });
  }
  await timed.tablet.byId('search-input').fill('');
  await timed.page.keyboard.press('Escape');
  // A key of a person's right before a scan would spoil it.
  await timed.page.waitForTimeout(1_000);
  return timed.page.evaluate(() => (window as unknown as { searchSamples: number[] }).searchSamples);
}

const handOverMs = 500;

/**
 * From the tap on "finish": until the entry is on the disk; until the change and the way on are painted, when the next
 * customer's goods may be scanned; until the receipt is. And from the tap on "next customer" until the empty basket is.
 */
export async function pay(
  bench: BenchStore,
  timed: TimedTablet,
  times: number,
): Promise<{ committed: number[]; ready: number[]; shown: number[]; next: number[] }> {
  const [committed, ready, shown, next]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const index of someIndexes(bench, times)) {
    await timed.tablet.scan(gtinOf(index));
    await timed.tablet.byId('pay-button').click();
    await timed.tablet.byId('pay-exact').click();
    const readyAtMs = timed.painted('[data-testid="next-customer"]');
    const finish = timed.tablet.byId('pay-finish');
    shown.push(await timed.sinceEvent('click', '[data-testid="receipt"]', () => finish.click()));
    const tappedAtMs = await timed.page.evaluate(() => window.pageClock.last.click ?? 0);
    ready.push((await readyAtMs) - tappedAtMs);
    committed.push((await timed.page.evaluate(() => window.pageClock.committedAtMs)) - tappedAtMs);
    // The change is handed over; what the till does meanwhile, nobody waits for.
    await timed.page.waitForTimeout(handOverMs);
    const done = timed.tablet.byId('next-customer');
    next.push(await timed.sinceEvent('click', 'main:not([hidden]) [data-testid="basket-empty"]', () => done.click()));
  }
  return { committed, ready, shown, next };
}

/** From the tap on "finish" on one tablet to the new stock painted on the other. */
export async function tillToTill(bench: BenchStore, one: TimedTablet, times: number): Promise<number[]> {
  const other = await loadedTablet(bench, 1);
  const samples: number[] = [];
  try {
    const [index = 1] = someIndexes(bench, 1);
    const skuId = skuIdOf(index);
    await other.tablet.byId('search-input').fill(skuId);
    const result = `[data-testid="search-result"][data-sku="${skuId}"]`;
    await other.painted(result);
    for (let left = times; left > 0; left--) {
      const before = Number(await other.page.locator(result).getAttribute('data-on-hand'));
      const after = other.page.evaluate(
        async (wanted) => performance.timeOrigin + (await window.pageClock.painted(wanted)),
        `${result}[data-on-hand="${before - 1}"]`,
      );
      await one.tablet.scan(gtinOf(index));
      await one.tablet.byId('pay-button').click();
      await one.tablet.byId('pay-exact').click();
      await one.tablet.byId('pay-finish').click();
      const tappedAtMs = await one.page.evaluate(() => performance.timeOrigin + (window.pageClock.last.click ?? 0));
      samples.push((await after) - tappedAtMs);
      await one.tablet.nextCustomer();
    }
  } finally {
    await other.close();
  }
  return samples;
}

/** Sales made without a server; when it is back, from its being ready and from the till's first contact until none waits. */
export async function waitingEntries(
  bench: BenchStore,
  timed: TimedTablet,
  count: number,
): Promise<{ sinceReady: number; sinceContact: number }> {
  await bench.server.kill('SIGKILL');
  for (const index of someIndexes(bench, count)) {
    await timed.tablet.scan(gtinOf(index));
    await timed.tablet.byId('pay-button').click();
    await timed.tablet.byId('pay-exact').click();
    await timed.tablet.byId('pay-finish').click();
    await timed.tablet.nextCustomer();
  }
  await timed.tablet.waitForWaiting(count);
  const originMs = await timed.page.evaluate(() => performance.timeOrigin);
  const contact = timed.painted('[data-testid="sync-badge"][data-online="true"]');
  const posted = timed.painted('[data-testid="sync-badge"][data-waiting="0"]');
  await bench.server.start();
  const readyAtMs = Date.now();
  return { sinceReady: originMs + (await posted) - readyAtMs, sinceContact: (await posted) - (await contact) };
}
