import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureChromium } from './chromium.js';
import { countPlaywright, countStep, countsLine, countVitest, sumCounts } from './counts.js';
import { ensurePackages } from './packages.js';
import { kill, TestRun } from './run-marker.js';
import { node24, onStop, programOf, root, SetupError, say, toolPath } from './toolchain.js';
import { ensureWebApp } from './web-app.js';

/** @typedef {{ name: string, group: string, args: string[], cwd?: string, env?: NodeJS.ProcessEnv,
 *   report?: { file: string, count(report: any): import('./counts.js').Counts } }} Step */

const groups = ['lint', 'unit', 'server', 'browser'];

/**
 * All that `npm test` runs, in order: what fails quickly comes first.
 * @param {string} folder where reports go
 * @returns {Step[]}
 */
function allSteps(folder) {
  const playwrightReport = join(folder, 'playwright.json');
  return [
    {
      name: 'lint and format (Biome)',
      group: 'lint',
      args: [programOf('@biomejs/biome', 'biome'), 'check', '--error-on-warnings', '.'],
    },
    { name: 'types (tsc)', group: 'lint', args: [programOf('typescript', 'tsc'), '--noEmit'] },
    {
      name: 'types of the web app (svelte-check)',
      group: 'lint',
      args: [programOf('svelte-check')],
      cwd: join(root, 'pwa'),
    },
    vitestStep('units and properties (Vitest)', 'unit', 'core', folder),
    vitestStep('server on PostgreSQL (Vitest)', 'server', 'server', folder),
    {
      name: 'journeys in Chromium (Playwright)',
      group: 'browser',
      args: [
        programOf('@playwright/test', 'playwright'),
        'test',
        '--config=e2e/playwright.config.ts',
        '--reporter=list,json',
      ],
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
      report: { file: playwrightReport, count: countPlaywright },
    },
  ];
}

/** @param {string} name @param {string} group @param {string} project @param {string} folder @returns {Step} */
function vitestStep(name, group, project, folder) {
  const file = join(folder, `vitest-${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const args = [programOf('vitest'), 'run', `--project=${project}`, ...reporters];
  return { name, group, args, report: { file, count: countVitest } };
}

/** `npm test [-- lint unit server browser]`: sets up whatever is missing, runs everything, ends with the counts. */
async function test() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((group) => !groups.includes(group));
  if (unknown) throw new SetupError(`"${unknown}" is not a part of the tests. Choose from: ${groups.join(', ')}.`);
  await ensurePackages();
  // The build also makes the messages and types that lint and unit tests read.
  await ensureWebApp();
  const needsBrowser = wanted.length === 0 || wanted.includes('browser');
  const browser = needsBrowser ? { ONECODE_CHROMIUM: await ensureChromium() } : {};
  const run = new TestRun();
  onStop(stopStep);
  try {
    const steps = allSteps(run.folder).filter((step) => wanted.length === 0 || wanted.includes(step.group));
    process.exitCode = await runSteps(run, steps, { ...process.env, ...run.env(), ...browser, PATH: toolPath() });
  } finally {
    await run.end();
  }
}

/** What a signal must end: the process group of the running step, and the steps after it. */
const current = { group: 0, isStopped: false };

function stopStep() {
  current.isStopped = true;
  const { group } = current;
  if (group === 0) return;
  kill(group, 'SIGTERM');
  setTimeout(() => kill(group), 10_000).unref();
}

/** @param {TestRun} run @param {Step[]} steps @param {NodeJS.ProcessEnv} env @returns {Promise<number>} exit code */
async function runSteps(run, steps, env) {
  /** @type {{ name: string, seconds: string, counts: import('./counts.js').Counts }[]} */
  const results = [];
  for (const step of steps) {
    say(`\n── ${step.name}`);
    const startedAtMs = Date.now();
    const code = await runStep(step, { ...env, ...step.env });
    const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
    const killed = await run.sweep();
    if (killed > 0) say(`   ${killed} processes were left behind and were ended.`);
    const counts = countStep(code, step.report);
    results.push({ name: step.name, seconds, counts });
    say(`── ${step.name}: ${countsLine(counts)} in ${seconds} s`);
    if (current.isStopped) break;
  }
  const sum = sumCounts(results.map((result) => result.counts));
  say('');
  for (const { name, seconds, counts } of results) say(`${seconds.padStart(7)} s  ${name}: ${countsLine(counts)}`);
  const isComplete = results.length === steps.length;
  if (!isComplete) say(`Stopped: ${steps.length - results.length} steps were not run.`);
  say(countsLine(sum));
  return sum.failed > 0 || !isComplete ? 1 : 0;
}

/**
 * Runs a step in a process group of its own, so that a Ctrl-C reaches it through us alone and nothing of it survives.
 * @param {Step} step @param {NodeJS.ProcessEnv} env @returns {Promise<number>} exit code
 */
function runStep(step, env) {
  return new Promise((done) => {
    const options = { cwd: step.cwd ?? root, env, detached: true };
    const child = spawn(node24(), step.args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    const group = -(child.pid ?? 0);
    current.group = group;
    /** @param {number} code */
    const end = (code) => {
      current.group = 0;
      if (group !== 0) kill(group);
      done(code);
    };
    child.on('error', () => end(127));
    child.on('exit', (code) => end(code ?? 1));
  });
}

test().catch((error) => {
  const isOurs = !(error instanceof SetupError);
  process.stderr.write(`\n${isOurs ? `A fault of ours in the set-up: ${error.stack}` : error.message}\n`);
  say(countsLine({ passed: 0, failed: 1, skipped: 0 }));
  process.exitCode = 1;
});
