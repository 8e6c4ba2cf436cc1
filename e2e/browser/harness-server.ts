import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'vite';

/** Serves a page with the PWA's database layer and nothing else (harness.ts), bundled by Vite as the app is. */
export async function startHarness(): Promise<{ url: string; close(): Promise<void> }> {
  const cacheDir = mkdtempSync(join(tmpdir(), 'onecode-harness-'));
  const server = await createServer({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    cacheDir,
    define: { global: 'globalThis' },
    server: { host: '127.0.0.1', port: 0, strictPort: true, hmr: false, ws: false, fs: { allow: ['../..'] } },
    // All found before the first page: a dependency found later would reload it in the middle of a test.
    optimizeDeps: { entries: ['harness.ts'] },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('the harness has no port');
  return {
    url: `http://127.0.0.1:${address.port}/harness.html`,
    close: async () => {
      await server.close();
      rmSync(cacheDir, { recursive: true, force: true });
    },
  };
}
