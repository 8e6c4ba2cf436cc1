import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';
import config from '../svelte.config.js';

const serverUrl = process.env.ONECODE_SERVER_URL ?? 'http://127.0.0.1:4710';

/** Loaded when it is asked for: the back office, its charts, the camera. SvelteKit demands its own files to be apart. */
const ofItsOwn =
  /\/routes\/(?:manage|setup|pair)\/|\/devices\/camera\/|\/components\/charts\/|\/office[-.]|\/(?:report|goods)-(?:text|link)|\/(?:work|team)-text|\/snooze|\/exception-link|\/WaitingRequest|\/live-day|\/node_modules\/(?:@sveltejs\/kit|@zxing|zxing-wasm|workbox-|echarts|zrender|tslib)/;
const rowsAndJournal = /\/pwa\/src\/db\/|\/schemas\/|\/node_modules\/(?:dexie|pouchdb-|spark-md5|uuid|events|zod)/;

/**
 * What a till needs to sell goes into two files, which the page names in its head. As eighty small ones, found out one after
 * the other, they made a cold start half a second longer (a quarter of the work of all processes was asking for files).
 */
function chunkName(id: string): string | null {
  if (ofItsOwn.test(id)) return null;
  if (rowsAndJournal.test(id)) return 'rows-and-journal';
  return /\/node_modules\/|\/pwa\/src\//.test(id) ? 'till' : null;
}
// What the page tells SvelteKit at its start has to be there before the till's files run: a file of its own, else the till's
// would come with it, find no version, and take every missing page for a new version of the app.
const isStart = (id: string) =>
  /\/kit\/src\/runtime\/client\/payload\.js|vite\/preload-helper/.test(id) ? 'start' : null;
const groups = [
  { name: isStart, debugName: 'start', priority: 1 },
  { name: chunkName, debugName: 'till' },
];

/** Charts are half a megabyte that a till would keep and never draw: named when they are built, left out of what it keeps. */
const chartFiles = new Set<string>();
const chartsOfTheOffice: Plugin = {
  name: 'charts-of-the-office',
  sharedDuringBuild: true,
  generateBundle(_, bundle) {
    for (const [file, built] of Object.entries(bundle)) {
      const isChart = built.type === 'chunk' && built.moduleIds.some((id) => id.includes('/node_modules/echarts/'));
      if (isChart) chartFiles.add(file);
    }
  },
  transform(code, id) {
    if (!id.endsWith('/src/service-worker.ts')) return null;
    return { code: code.replaceAll('__CHART_FILES__', JSON.stringify([...chartFiles])), map: null };
  },
};

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    }),
    tailwindcss(),
    sveltekit(config),
    chartsOfTheOffice,
  ],
  environments: { client: { build: { rolldownOptions: { output: { codeSplitting: { groups } } } } } },
  worker: { format: 'es' },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/sync', '/feed', '/01', '^/r/', '^/m(?:/|$|\\?)'].map((path) => [path, serverUrl]),
    ),
    fs: { allow: ['..'] },
  },
});
