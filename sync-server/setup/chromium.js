import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { node24, programOf, root, runQuietly, SetupError, say, toolPath } from './toolchain.js';

const minuteMs = 60_000;

/**
 * Finds a Chromium that starts on this machine, or gets one: the one that ONECODE_CHROMIUM names, one on the path,
 * Playwright's, Debian's package (as root).
 * @returns {Promise<string>} its program
 */
export async function ensureChromium() {
  const named = process.env.ONECODE_CHROMIUM;
  if (named) {
    if (await starts(named)) return named;
    throw new SetupError(`ONECODE_CHROMIUM names ${named}, which does not start. Correct it, or unset it.`);
  }
  return (await fromPath()) ?? (await fromPlaywright()) ?? (await fromDebian()) ?? giveUp();
}

async function fromPath() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    const { code, output } = await runQuietly('sh', ['-c', `command -v ${name}`]);
    const program = output.trim();
    if (code === 0 && (await starts(program))) return program;
  }
  return null;
}

async function fromPlaywright() {
  // It tries several addresses several times: where none answers, its usual 30 s each would add up to minutes.
  const env = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '4000', ...process.env, PATH: toolPath() };
  const print = "import('playwright-core').then(({ chromium }) => console.log(chromium.executablePath()))";
  const { output } = await runQuietly(node24(), ['-e', print], { cwd: root, env });
  const program = output.trim();
  if (existsSync(program) && (await starts(program))) return program;
  say('No Chromium on this machine: downloading one (Playwright, about 170 MB) …');
  const args = [programOf('playwright-core'), 'install', '--no-shell', 'chromium'];
  const installed = await runQuietly(node24(), args, { env, waiting: 'still downloading', limitMs: 10 * minuteMs });
  if (installed.code === 0 && (await starts(program))) return program;
  say(installed.code === 0 ? '  It lacks libraries on this machine.' : '  It cannot be downloaded here.');
  return null;
}

async function fromDebian() {
  if (userInfo().uid !== 0) return null;
  say("Installing Debian's Chromium (apt-get) …");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { cwd: '/', env, waiting: 'still installing', limitMs: 15 * minuteMs };
  await runQuietly('apt-get', ['update'], options);
  const { code } = await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  if (code !== 0) return null;
  // Chinese letters in screenshots; no test needs them, so a failure is none.
  await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', 'fonts-noto-cjk'], options);
  return fromPath();
}

/** @returns {never} */
function giveUp() {
  throw new SetupError(
    'The browser tests need a Chromium, and none could be found or installed. Install one ("apt-get install chromium" ' +
      'as root), or set ONECODE_CHROMIUM to its program. All other tests run without it: npm test -- lint unit server',
  );
}

/** Whether it is a browser that starts: a missing library or an empty stand-in shows here. @param {string} program */
async function starts(program) {
  const { code, output } = await runQuietly(program, ['--version', '--no-sandbox'], {
    cwd: join('/'),
    limitMs: minuteMs,
  });
  return code === 0 && /Chrom/.test(output);
}
