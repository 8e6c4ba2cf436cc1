import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { version } from '$app/env';
import { assets, immutable } from '$app/manifest';

declare const __CHART_FILES__: readonly string[];
/** What the office alone asks for; it has a line to the server whenever it works. */
const ofTheOffice = new Set(__CHART_FILES__);
const worker = globalThis as unknown as ServiceWorkerGlobalScope;

// A browser's first look into its databases takes as long as fetching the app: it is taken while that goes on.
indexedDB.databases?.().catch(console.debug);

// The app shell only: what comes from /api, /feed and /sync is kept by the app's databases, never by HTTP caches.
const shell = '/index.html';
const address = (path: string) => `/${path.replace(/^\.?\//, '')}`;

precacheAndRoute([
  { url: shell, revision: version },
  // Written beside the page (external-start.js).
  { url: '/start.js', revision: version },
  // Their names hold their hashes.
  ...immutable
    .filter(({ path }) => !ofTheOffice.has(path.replace(/^\.?\//, '')))
    .map(({ path }) => ({ url: address(path), revision: null })),
  ...assets.map(({ path }) => ({ url: address(path), revision: version })),
]);
cleanupOutdatedCaches();

const ofTheServer = [/^\/(?:api|feed|sync|01|r|m|\.well-known)(?:\/|$)/, /^\/(?:healthz|readyz)$/];
registerRoute(new NavigationRoute(createHandlerBoundToURL(shell), { denylist: ofTheServer }));

// A new version waits until the app says that nobody is in the middle of a sale.
worker.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void worker.skipWaiting();
});

// The first visit too can go offline at once: pages that are open already get their later parts from here.
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
