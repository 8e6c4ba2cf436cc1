import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, node24, programOf, root, runQuietly, SetupError, say, toolPath } from './toolchain.js';

/** `project.inlang` is filled by the first build with files of its own: what we wrote in it is its settings alone. */
export const sources = [
  'pwa',
  'pwa/project.inlang/settings.json',
  'schemas',
  'printing',
  'svelte.config.js',
  'package-lock.json',
];
const made = new Set(['node_modules', 'build', '.svelte-kit', 'paraglide', 'project.inlang']);

/** Builds the web app, unless the build that is there came from these very sources. */
export async function ensureWebApp() {
  const stampFile = join(root, '.onecode', 'build-stamp');
  const stamp = hashOf(root, sources);
  const isBuilt = existsSync(join(root, 'pwa', 'build', 'index.html'));
  if (isBuilt && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  say('Building the web app …');
  // A build that is cut short must not look like a whole one.
  rmSync(stampFile, { force: true });
  const env = { ...process.env, PATH: toolPath() };
  const args = [programOf('vite'), 'build'];
  const { code, output, seconds } = await runQuietly(node24(), args, {
    cwd: join(root, 'pwa'),
    env,
    waiting: 'still building',
  });
  if (code !== 0) {
    throw new SetupError(
      'The web app could not be built. Your data is untouched. If you changed its sources, put right what is named ' +
        `below; if not, this is a fault of ours: please report it with these lines.\n\n${lastLines(output, 25)}`,
    );
  }
  mkdirSync(join(root, '.onecode'), { recursive: true });
  writeFileSync(stampFile, stamp);
  say(`Web app built in ${seconds} s.`);
}

/**
 * One hash over the names and contents of files, without tests and what a build makes.
 * @param {string} base @param {string[]} paths files and folders, relative to base
 */
export function hashOf(base, paths) {
  const hash = createHash('sha256');
  for (const path of paths) addToHash(hash, base, path);
  return hash.digest('hex');
}

/** @param {import('node:crypto').Hash} hash @param {string} base @param {string} path */
function addToHash(hash, base, path) {
  const absolute = join(base, path);
  const entries = existsSync(absolute) ? readEntries(absolute) : [];
  if (entries === null) {
    hash.update(`${path}\0${readFileSync(absolute, 'latin1')}\0`);
    return;
  }
  for (const name of entries) {
    if (!made.has(name) && !name.endsWith('.test.ts')) addToHash(hash, base, join(path, name));
  }
}

/** The sorted names in a folder, or null when it is a file. @param {string} path */
function readEntries(path) {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return null;
    throw error;
  }
}
