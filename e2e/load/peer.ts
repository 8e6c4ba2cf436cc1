import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from '#schemas/assert.ts';
import { repositoryRoot } from '../tidy/source-tree.ts';
import type { Loaded } from './load.ts';
import type { TillsOrder } from './load-tills.ts';
import { cpuMsOf, memoryMbOf, ownCpuMs } from './machine.ts';
import { TillsThread } from './tills-thread.ts';

/** Not among the project's own packages, as nothing but this comparison wants it: fetched once, by its exact version. */
const peer = 'pouchdb-server@4.2.0';
const home = join(repositoryRoot, '.onecode', 'peer');
const program = join(home, 'node_modules', 'pouchdb-server', 'bin', 'pouchdb-server');
const startsWithinMs = 60_000;

function install(): void {
  if (existsSync(program)) return;
  mkdirSync(home, { recursive: true });
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
  execFileSync('npm', ['install', '--prefix', home, ...options, peer], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  assert(typeof address === 'object' && address !== null, 'the port is known');
  return address.port;
}

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

/**
 * The tills that load a chain, sending the same documents to pouchdb-server, a database for each store. It keeps them in LevelDB and
 * answers before they are on the disk; it checks no signature and no chain, posts nothing and tells nobody.
 */
export class LoadedPeer {
  readonly #root = mkdtempSync(join(tmpdir(), 'onecode-peer-'));
  readonly #closing: (() => Promise<unknown> | unknown)[] = [];
  readonly #storeIds: readonly string[];
  #tills: TillsThread | null = null;
  #url = '';
  #pid = 0;

  private constructor(stores: number) {
    this.#storeIds = Array.from({ length: stores }, (_, at) => `store-${at + 1}`);
    this.#closing.push(() => rmSync(this.#root, { recursive: true, force: true }));
  }

  static async start(stores: number, tillsPerStore: number): Promise<LoadedPeer> {
    const loaded = new LoadedPeer(stores);
    try {
      await loaded.#start(tillsPerStore);
      return loaded;
    } catch (error) {
      await loaded.close();
      throw error;
    }
  }

  async #start(tillsPerStore: number): Promise<void> {
    install();
    const port = await freePort();
    this.#url = `http://127.0.0.1:${port}`;
    const data = join(this.#root, 'data');
    mkdirSync(data);
    const options = ['--host', '127.0.0.1', '--port', `${port}`, '--dir', data, '--no-stdout-logs'];
    const server = spawn(process.execPath, [program, ...options], { cwd: this.#root, stdio: 'ignore' });
    this.#pid = server.pid ?? 0;
    this.#closing.push(async () => {
      if (server.exitCode === null && server.kill('SIGKILL')) await once(server, 'exit');
    });
    await this.#answers();
    for (const storeId of this.#storeIds) {
      const answer = await fetch(`${this.#url}/${storeId}`, { method: 'PUT' });
      assert(answer.status === 201, `a database: ${answer.status}`);
    }
    const tills = await TillsThread.start({ storeIds: [...this.#storeIds], tillsPerStore, listens: false });
    this.#tills = tills;
    this.#closing.push(() => tills.close());
  }

  async #answers(): Promise<void> {
    const startedAtMs = performance.now();
    for (;;) {
      const answer = await fetch(this.#url).catch(() => null);
      if (answer?.ok) return;
      assert(performance.now() - startedAtMs < startsWithinMs, 'pouchdb-server answers');
      await sleep(100);
    }
  }

  async prepare(salesPerTill: number): Promise<void> {
    await this.#tills?.prepare(salesPerTill);
  }

  sell(everyMs: number): Promise<Loaded> {
    return this.#measured({ type: 'sell', ...this.#whereto, everyMs });
  }

  /** All tills come back at once with what they have. */
  morning(): Promise<Loaded> {
    return this.#measured({ type: 'return', ...this.#whereto });
  }

  get #whereto() {
    return { urls: [this.#url], folder: '/' };
  }

  async #measured(order: Exclude<TillsOrder, { type: 'prepare' }>): Promise<Loaded> {
    assert(this.#tills !== null, 'the tills are there');
    const memoryBeforeMb = memoryMbOf(this.#pid);
    const before = { ...(await this.#kept()), cpuMs: cpuMsOf(this.#pid), tillsMs: ownCpuMs() };
    const report = await this.#tills.run(order);
    const [cpuMs, tillsMs] = [cpuMsOf(this.#pid), ownCpuMs()];
    const after = await this.#kept();
    assert(after.documents - before.documents === report.sales, `${report.sales} sales are documents, each once`);
    const each = (ms: number) => Math.round((ms * 1_000) / report.sales);
    return {
      ...report,
      salesPerSecond: Math.round((report.sales * 1_000) / report.tookMs),
      serverCpuUs: each(cpuMs - before.cpuMs),
      postgresCpuUs: 0,
      tillsCpuUs: each(tillsMs - before.tillsMs),
      memoryBeforeMb,
      memoryPeakMb: memoryMbOf(this.#pid),
      bytesPerSale: Math.round((after.bytes - before.bytes) / report.sales),
    };
  }

  async #kept() {
    let documents = 0;
    for (const storeId of this.#storeIds) {
      const answer = await fetch(`${this.#url}/${storeId}`);
      documents += ((await answer.json()) as { doc_count: number }).doc_count;
    }
    return { documents, bytes: bytesIn(join(this.#root, 'data')) };
  }

  async close(): Promise<void> {
    for (const close of this.#closing.toReversed()) await close();
  }
}
