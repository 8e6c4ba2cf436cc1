import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '..', '..');
/** Only a hang reaches it: a first start makes a PostgreSQL cluster and seeds the demo chain. */
const startLimitMs = 120_000;

export type ServerProcessOptions = {
  /** Arguments of `npm start`, such as `--empty`. */
  args?: readonly string[];
  env?: Record<string, string>;
};

/** The real server as a process of its own, with its own data folder and its own PostgreSQL, on a port that stays. */
export class ServerProcess {
  readonly baseUrl: string;
  readonly #port: number;
  readonly #dataDir: string;
  readonly #options: ServerProcessOptions;
  #child: ChildProcess | null = null;
  #output = '';

  private constructor(port: number, options: ServerProcessOptions) {
    this.#port = port;
    this.#options = options;
    this.#dataDir = mkdtempSync(join(tmpdir(), 'onecode-journeys-'));
    this.baseUrl = `${options.args?.includes('--tls') ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  static async start(options: ServerProcessOptions = {}): Promise<ServerProcess> {
    const server = new ServerProcess(await freePort(), options);
    await server.start();
    return server;
  }

  /** All that it has printed, of all its lives. */
  get output(): string {
    return this.#output;
  }

  get dataDir(): string {
    return this.#dataDir;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it on the same data and port; resolves when it is ready. */
  async start(): Promise<void> {
    const env = {
      ...process.env,
      ...this.#options.env,
      ONECODE_DATA: this.#dataDir,
      ONECODE_HOST: '127.0.0.1',
      ONECODE_PORT: String(this.#port),
    };
    const args = [join('sync-server', 'main.ts'), ...(this.#options.args ?? [])];
    const node = join(root, 'node_modules', 'node', 'bin', 'node');
    const child = spawn(node, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    await this.#ready(child);
  }

  /** Ends it: cleanly (SIGTERM), or as a power cut does to it (SIGKILL; its PostgreSQL lives on, as it would). */
  async kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Ends it and its PostgreSQL, and removes the data. */
  async close(): Promise<void> {
    // A killed server leaves its PostgreSQL to the next start: so start it to stop both.
    if (!this.#child) await this.start();
    await this.kill('SIGTERM');
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + startLimitMs;
    while (Date.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${this.#output}`);
      if (await isReady(`${this.baseUrl}/readyz`)) return;
      await sleep(50);
    }
    throw new Error(`the server is not ready after ${startLimitMs / 1_000} s:\n${this.#output}`);
  }
}

/** Whoever answers there; whether its certificate is to be trusted is a journey's matter. */
function isReady(url: string): Promise<boolean> {
  return new Promise((answered) => {
    const options = { agent: false, rejectUnauthorized: false };
    const sent = url.startsWith('https:') ? https.get(url, options) : http.get(url, { agent: false });
    sent.on('response', (answer) => answered(answer.resume().statusCode === 200));
    sent.on('error', () => answered(false));
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
