// What a scan costs in the open basket of a till: the state classes as they ship, built as the app is, on a slowed-down tablet.
// Run alone: node e2e/bench/basket-state.ts
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, preview } from 'vite';
import { BrowserProfile } from '../browser/browser-profile.ts';
import type { BasketRun } from './basket-page.svelte.ts';
import { percentile } from './figures.ts';

declare global {
  interface Window {
    timeScans(run: BasketRun): Promise<number[]>;
  }
}

export type ScanTimes = { basket: number[]; wholesale: number[] };
const fullShop = { skus: 100_000, promotions: 500 };
/** The first basket of each run warms up and is not counted. */
export const fullRuns = {
  basket: { ...fullShop, lines: 50, scans: 20, baskets: 26 },
  wholesale: { ...fullShop, lines: 999, scans: 5, baskets: 3 },
};
export const smallRuns = {
  basket: { ...fullRuns.basket, skus: 20_000, scans: 4, baskets: 3 },
  wholesale: { ...fullRuns.wholesale, skus: 20_000, scans: 2, baskets: 2 },
};

/** Serves a page with the program, bundled for production. */
async function servePage(): Promise<{ url: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'onecode-basket-'));
  await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
    build: {
      outDir: folder,
      emptyOutDir: true,
      lib: { entry: join(import.meta.dirname, 'basket-page.svelte.ts'), formats: ['es'], fileName: () => 'page.js' },
    },
  });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="/page.js"></script>');
  const server = await preview({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
  const address = server.httpServer.address();
  if (typeof address !== 'object' || address === null) throw new Error('the page has no port');
  return {
    url: `http://127.0.0.1:${address.port}/index.html`,
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function benchBasketState(rate: number, runs: typeof fullRuns): Promise<ScanTimes> {
  const served = await servePage();
  const profile = new BrowserProfile();
  try {
    const page = await profile.open(served.url);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
    const time = (run: BasketRun) => page.evaluate((given) => window.timeScans(given), run);
    return { basket: await time(runs.basket), wholesale: await time(runs.wholesale) };
  } finally {
    await profile.remove();
    await served.close();
  }
}

if (import.meta.main) {
  for (const rate of [1, 4]) {
    const times = await benchBasketState(rate, fullRuns);
    const row = (ms: number[]) => ({ p50Ms: percentile(ms, 0.5), p95Ms: percentile(ms, 0.95) });
    console.log(`${rate}×`);
    console.table({ '50 lines': row(times.basket), '1,000 lines': row(times.wholesale) });
  }
}
