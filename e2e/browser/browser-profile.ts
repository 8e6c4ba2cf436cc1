import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Page } from '@playwright/test';
import { chromiumArguments, chromiumProgram } from '../journeys/chromium.ts';

const startLimitMs = 60_000;

/** A Chromium on a profile folder that outlives it: killed like a tablet whose battery is pulled, then started again. */
export class BrowserProfile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'onecode-profile-'));
  #process: ChildProcess | null = null;
  #browser: Browser | null = null;

  /** Starts it and opens a page. */
  async open(url: string): Promise<Page> {
    const portFile = join(this.#folder, 'DevToolsActivePort');
    rmSync(portFile, { force: true });
    const args = [...chromiumArguments, '--headless', `--user-data-dir=${this.#folder}`, '--remote-debugging-port=0'];
    // A process group of its own, so that its children die with it.
    this.#process = spawn(chromiumProgram(), [...args, 'about:blank'], { detached: true, stdio: 'ignore' });
    const deadline = Date.now() + startLimitMs;
    let port = '';
    while (port === '') {
      if (Date.now() > deadline) throw new Error('Chromium did not start');
      if (existsSync(portFile)) [port = ''] = readFileSync(portFile, 'utf8').split('\n');
      await sleep(20);
    }
    this.#browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    return this.newPage(url);
  }

  async newPage(url: string): Promise<Page> {
    const context = this.#browser?.contexts()[0];
    if (context === undefined) throw new Error('Chromium is not open');
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction(() => 'harness' in window);
    return page;
  }

  /** Kills all of its processes at once: nothing in it gets to finish. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child?.pid === undefined) return;
    this.#process = null;
    const ended = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await ended;
    await this.#browser?.close().catch(() => undefined);
    this.#browser = null;
  }

  /** Leaves half a record at the end of the databases' log, as a power cut in the middle of a write does. */
  tearLog(): void {
    const databases = join(this.#folder, 'Default', 'IndexedDB');
    const [origin = ''] = readdirSync(databases).filter((name) => name.endsWith('.leveldb'));
    const [log = ''] = readdirSync(join(databases, origin))
      .filter((name) => /^\d+\.log$/.test(name))
      .toSorted()
      .reverse();
    // Checksum, length 500, type "whole record" (LevelDB's log format), and a fifth of what should follow.
    appendFileSync(join(databases, origin, log), Buffer.from([1, 2, 3, 4, 0xf4, 0x01, 1, ...new Uint8Array(100)]));
  }

  async remove(): Promise<void> {
    await this.kill();
    // Its last children may still be writing.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
