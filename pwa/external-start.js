import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the page finds the script that starts the app; the service worker keeps it (src/service-worker.ts). */
const startFile = 'start.js';
const inlineScript = /<script>([\s\S]*?)<\/script>/g;

/**
 * Wraps an adapter: SvelteKit starts the app from a script within the page, which a strict Content-Security-Policy
 * forbids; so its text goes into a file of its own. Done as the page is written, before it is compressed.
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function withExternalStart(adapter) {
  return {
    ...adapter,
    adapt: (builder) =>
      adapter.adapt({
        ...builder,
        async generateFallback(file) {
          await builder.generateFallback(file);
          const { page, script } = splitPage(readFileSync(file, 'utf8'));
          writeFileSync(join(dirname(file), startFile), script);
          writeFileSync(file, page);
        },
      }),
  };
}

// Zod tries whether it may compile schemas to functions; the policy forbids that, and each try is reported as a breach of
// it. Said here, before any module runs.
const zodSetting = 'globalThis.__zod_globalConfig = { jitless: true };';

/** @param {string} html */
function splitPage(html) {
  const scripts = [...html.matchAll(inlineScript)];
  const [only] = scripts;
  // A plain script, not a module: it asks for its own place in the page.
  if (scripts.length !== 1 || !only)
    throw new Error(`the page has ${scripts.length} scripts within, not the one that starts the app`);
  return {
    page: html.replace(only[0], `<script src="/${startFile}"></script>`),
    script: `${zodSetting}\n${only[1]?.trim()}\n`,
  };
}
