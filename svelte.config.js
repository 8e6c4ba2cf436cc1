// SvelteKit refuses a svelte.config.js inside Vite's root, which is pwa/. So the options live here and
// pwa/vite.config.ts hands them to sveltekit(...). Paths are relative to pwa/, the working directory of Vite.
import adapter from '@sveltejs/adapter-static';
import { withExternalStart } from './pwa/external-start.js';

/** @type {import('@sveltejs/kit/vite').Config} */
const config = {
  adapter: withExternalStart(adapter({ fallback: 'index.html', pages: 'build', assets: 'build', precompress: true })),
  outDir: '.svelte-kit',
  serviceWorker: { register: false },
  compilerOptions: { runes: true },
};

export default config;
