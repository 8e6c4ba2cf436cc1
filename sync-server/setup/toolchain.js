import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The files of this folder run before anything is installed: plain JavaScript for Node 20, no packages.

/** The clone's top folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Something a person must put right. The message says what happened, what is safe and what to do next. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/** @param {string} line one line of progress for the person who waits */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * The Node 24 that runs the server: the one that npm installed with the packages, else the running one.
 * @returns {string}
 */
export function node24() {
  const name = platform() === 'win32' ? 'node.exe' : 'node';
  const installed = join(root, 'node_modules', 'node', 'bin', name);
  if (existsSync(installed)) return installed;
  if (Number.parseInt(process.versions.node, 10) >= 24 && existsSync(process.execPath)) return process.execPath;
  throw new SetupError(
    `Node 24 was not installed with the packages (this is Node ${process.versions.node}). Perhaps npm is told to ignore ` +
      'install scripts. Run "npm config set ignore-scripts false", remove the folder node_modules and start again; ' +
      'or install Node 24 yourself. Your data is untouched.',
  );
}

/**
 * The program behind a package's command, as its package.json names it.
 * @param {string} packageName @param {string} [command] the command, when it is not named like the package
 */
export function programOf(packageName, command = packageName) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/** The search path with our Node 24 and the packages' commands first. */
export function toolPath() {
  return [dirname(node24()), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
}

/**
 * The search path without this clone's commands: npm must not run on the very Node that it is about to replace.
 */
export function systemPath() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.includes(join('node_modules', '.bin'))).join(delimiter);
}

/**
 * Runs a program to its end and keeps what it says. With `waiting`, a line every 15 s tells that it still runs.
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, waiting?: string, limitMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string, seconds: number }>} code 127 when it cannot be started
 */
export function runQuietly(file, args, { cwd = root, env = process.env, waiting, limitMs } = {}) {
  const startedAtMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedAtMs) / 1000);
  return new Promise((done) => {
    const options = { cwd, env, shell: platform() === 'win32' && !file.includes('\\') };
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const heartbeat = waiting ? setInterval(() => say(`  … ${waiting} (${seconds()} s)`), 15_000) : undefined;
    // QUIRK(node): spawn's own `timeout` keeps a program waiting for its end when the child could not even be started.
    const limit = limitMs ? setTimeout(() => child.kill('SIGKILL'), limitMs) : undefined;
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    /** @param {number} code */
    const end = (code) => {
      clearInterval(heartbeat);
      clearTimeout(limit);
      done({ code, output, seconds: seconds() });
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}

/**
 * Calls `stop` when somebody asks this program to stop: by a signal, or by ending the npm that runs it.
 *
 * QUIRK(npm): told to end, npm passes the signal to a shell between itself and us, which ends without telling us. What is
 * left to see is that our parent has changed.
 * @param {(signal: NodeJS.Signals) => void} stop called for each signal, and for the end of npm unless a signal came first
 */
export function onStop(stop) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop('SIGTERM');
  }, 300);
  watch.unref();
  if (!process.env.npm_lifecycle_event) clearInterval(watch);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      clearInterval(watch);
      stop(signal);
    });
  }
}

/** @param {string} output @param {number} count */
export function lastLines(output, count) {
  return output.trim().split('\n').slice(-count).join('\n');
}
