import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const variable = 'ONECODE_TEST_RUN';

/**
 * One test run's own temporary folder and the mark by which all its processes are found again: every process that
 * the run starts, even one that left its process group (PostgreSQL, a browser), carries the mark in its environment.
 */
export class TestRun {
  /** The run's temporary folder. */
  folder = mkdtempSync(join(tmpdir(), 'onecode-test-'));
  #mark = `${variable}=${basename(this.folder)}`;

  constructor() {
    // PostgreSQL runs as another account when we are root, and must be able to enter.
    chmodSync(this.folder, 0o711);
  }

  /** Environment of everything the run starts. @returns {NodeJS.ProcessEnv} */
  env() {
    return { [variable]: basename(this.folder), TMPDIR: this.folder };
  }

  /** Process ids of what the run started and what still runs. Only Linux can be asked. @returns {number[]} */
  leftBehind() {
    if (platform() !== 'linux') return [];
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
    return pids.filter((pid) => pid !== process.pid && environmentOf(pid).includes(this.#mark));
  }

  /**
   * Ends what is left behind, after a moment to end by itself.
   * @returns {Promise<number>} how many had to be killed
   */
  async sweep() {
    for (let waitedMs = 0; waitedMs < 3000 && this.leftBehind().length > 0; waitedMs += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const pids = this.leftBehind();
    for (const pid of pids) kill(pid);
    return pids.length;
  }

  async end() {
    await this.sweep();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** @param {number} pid @returns {string[]} empty when the process is gone, a zombie or another account's */
function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** @param {number} pid a process id, or a negative process group id */
export function kill(pid, /** @type {NodeJS.Signals} */ signal = 'SIGKILL') {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself meanwhile.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
