import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { waitUntilGone } from '../db/process-identity.ts';
import { explainNpmFailure, isInstalled } from './packages.js';
import { TestRun } from './run-marker.js';
import { hashOf, sources } from './web-app.js';

const folder = mkdtempSync(join(tmpdir(), 'onecode-setup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test('packages count as installed when all that this machine needs is there in the locked version', () => {
  const wanted = {
    '': { version: '0.1.0' },
    'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
    'node_modules/for-other-machines': { version: '1.0.0', optional: true },
  };
  expect(isInstalled(wanted, { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' } })).toBe(true);
  expect(isInstalled(wanted, { 'node_modules/zod': { version: '4.0.1', integrity: 'sha512-b' } })).toBe(false);
  expect(isInstalled(wanted, {})).toBe(false);
});

test.each([
  ['npm error code ENOTFOUND', 'network'],
  ['npm error code ENOSPC', 'disk is full'],
  ['npm error code EACCES', 'may not write'],
  ['npm error code E404', 'which registry'],
  ['something nobody has seen', 'own words'],
])('when npm fails with "%s" the message speaks of "%s" and of the data', (output, word) => {
  const message = explainNpmFailure(output);
  expect(message).toContain(word);
  expect(message).toContain('Your data is untouched');
  expect(message).toContain(output);
});

test('the web app is built again when a source changes, not when a test or a built file does', () => {
  write('pwa/src/app.ts', 'one');
  const first = hashOf(folder, ['pwa', 'schemas']);
  write('pwa/src/app.test.ts', 'a test');
  write('pwa/build/index.html', 'built');
  expect(hashOf(folder, ['pwa', 'schemas'])).toBe(first);
  write('pwa/src/app.ts', 'two');
  expect(hashOf(folder, ['pwa', 'schemas'])).not.toBe(first);
});

test('what the first build leaves beside the settings of the languages does not ask for a second one', () => {
  write('pwa/project.inlang/settings.json', 'en');
  const first = hashOf(folder, sources);
  write('pwa/project.inlang/cache/paraglide-js/1.json', 'made');
  write('pwa/project.inlang/.meta.json', 'made');
  write('pwa/src/paraglide/runtime.js', 'made');
  expect(hashOf(folder, sources)).toBe(first);
  write('pwa/project.inlang/settings.json', 'en, zh-Hans');
  expect(hashOf(folder, sources)).not.toBe(first);
});

test('a test run ends a process that left its group, and no other', async () => {
  const run = new TestRun();
  const wait = ['-e', 'setInterval(() => undefined, 1000)'];
  const marked = spawn(process.execPath, wait, {
    env: { ...process.env, ...run.env() },
    detached: true,
    stdio: 'ignore',
  });
  const other = spawn(process.execPath, wait, { stdio: 'ignore' });
  await expect.poll(() => run.leftBehind()).toEqual([marked.pid]);
  expect(await run.sweep()).toBe(1);
  expect(await waitUntilGone(marked.pid ?? 0, 20_000)).toBe(true);
  expect(other.exitCode).toBe(null);
  other.kill('SIGKILL');
  await run.end();
});
