import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, root, runQuietly, SetupError, say, systemPath } from './toolchain.js';

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean, link?: boolean }>} LockPackages */

/** Installs the packages of package-lock.json, unless exactly they are there already. */
export async function ensurePackages() {
  const lockFile = join(root, 'package-lock.json');
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  const hasLock = existsSync(lockFile);
  if (existsSync(installedFile)) {
    if (!hasLock || isInstalled(readPackages(lockFile), readPackages(installedFile))) return;
    say('The list of packages has changed since they were installed.');
  }
  say('Installing packages (about a minute, longer on a slow line) …');
  let result = await runNpm(hasLock ? ['ci'] : ['install']);
  if (result.code !== 0 && hasLock && /EUSAGE/.test(result.output)) {
    // npm ci refuses a lock that lacks a package of any other platform; npm install takes the versions it does name.
    say('package-lock.json is not complete; installing what it names, and the rest by package.json …');
    result = await runNpm(['install', '--no-save']);
  }
  if (result.code !== 0) throw new SetupError(explainNpmFailure(result.output));
  say(`Packages installed in ${result.seconds} s.`);
}

/** @param {string[]} command */
function runNpm(command) {
  const flags = ['--include=dev', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const env = { ...process.env, PATH: systemPath() };
  return runQuietly('npm', [...command, ...flags], { env, waiting: 'still installing' });
}

/** @param {string} file @returns {LockPackages} */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/**
 * Whether npm's own record of node_modules (its .package-lock.json, written last) holds all that the lock asks for.
 * Packages for other kinds of machines are optional and may be missing.
 * @param {LockPackages} wanted @param {LockPackages} installed
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted).every(([path, asked]) => {
    if (path === '' || asked.link) return true;
    const found = installed[path];
    if (!found) return asked.optional === true;
    return found.version === asked.version && (!asked.integrity || found.integrity === asked.integrity);
  });
}

/** What went wrong in npm, for a person. @param {string} output all that npm said */
export function explainNpmFailure(output) {
  const causes = [
    {
      signs: /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
      why: 'The package registry cannot be reached. Check the network and, if you have one, the proxy that npm is told to use',
    },
    {
      signs: /UNABLE_TO_|SELF_SIGNED|CERT_/,
      why: 'The certificate of the package registry is not trusted. Tell npm your certificate authority (npm config set cafile …)',
    },
    { signs: /ENOSPC/, why: 'The disk is full. Free about 2 GB' },
    {
      signs: /EACCES|EPERM|EROFS/,
      why: 'This account may not write into the folder. Use the account that owns the clone',
    },
    { signs: /ETARGET|E404/, why: 'The registry lacks a package. Check which registry npm is told to use' },
    { signs: /EINTEGRITY/, why: 'A downloaded package is damaged. Run "npm cache clean --force"' },
    { signs: /EBADENGINE|not compatible/, why: 'This Node or npm is too old. Install Node 20 or newer' },
    { signs: /spawn npm ENOENT/, why: 'npm itself is not found. Install npm (on Debian: apt-get install npm)' },
  ];
  const cause = causes.find(({ signs }) => signs.test(output));
  const why = cause?.why ?? 'Its own words are below';
  return (
    `The packages could not be installed. ${why}, then start again. ` +
    `Your data is untouched.\n\nnpm said:\n${lastLines(output, 12)}`
  );
}
