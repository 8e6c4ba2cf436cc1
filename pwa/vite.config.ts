import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import config from '../svelte.config.js';

const serverUrl = process.env.ONECODE_SERVER_URL ?? 'http://127.0.0.1:4710';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    }),
    tailwindcss(),
    sveltekit(config),
  ],
  worker: { format: 'es' },
  server: {
    proxy: Object.fromEntries(['/api', '/sync', '/feed'].map((path) => [path, serverUrl])),
    fs: { allow: ['..'] },
  },
});
