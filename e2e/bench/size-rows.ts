import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { BenchStore } from './bench-store.ts';
import type { TimedTablet } from './stopwatch.ts';

const buildDir = join(import.meta.dirname, '..', '..', 'pwa', 'build');

/** KB (1,024 bytes, gzip) of the scripts that a reload of the selling screen asks for, without service worker or cache. */
export async function firstLoadScriptKb(timed: TimedTablet): Promise<number> {
  const devtools = await timed.tablet.context.newCDPSession(timed.page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setBypassServiceWorker', { bypass: true });
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts = new Set<string>();
  devtools.on('Network.requestWillBeSent', ({ request }) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith('.js')) scripts.add(pathname);
  });
  await timed.page.reload();
  // The screen that sells, or the PIN pad before it when the till has locked itself: the same scripts are loaded.
  await timed.painted('[data-testid="search-input"], [data-testid^="operator-"]');
  const bytes = [...scripts].map((path) => gzipSync(readFileSync(join(buildDir, path)), { level: 9 }).length);
  await devtools.detach();
  return bytes.reduce((sum, size) => sum + size, 0) / 1_024;
}

/** MB of the server process's resident memory, after a while in which nobody asks for anything. */
export async function serverMemoryMb({ server }: BenchStore): Promise<number> {
  await sleep(10_000);
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_024;
}
