import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import pg from 'pg';
import { assert } from '#schemas/assert.ts';
import { createApp } from '#sync-server/app.ts';
import { keySealOf } from '#sync-server/auth/private-keys.ts';
import type { ServerContext } from '#sync-server/context.ts';
import { openDatabase } from '#sync-server/db/database.ts';
import { ChangeBus } from '#sync-server/feed/change-bus.ts';
import { PageKeeper } from '#sync-server/feed/page-keeper.ts';
import { retryUnpostable } from '#sync-server/journal/retry-unpostable.ts';
import { LineBroken } from './network.ts';
import { StatementFaults } from './sql-faults.ts';
import { WritePath } from './write-path.ts';

type Process = {
  context: ServerContext;
  app: Hono;
  faults: StatementFaults;
  died: Promise<never>;
  kill(reason: Error): void;
};
/** One for all processes, as of an installation. */
const secret = 'of the simulation, long enough';
const silentLog = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/**
 * The real app on a real database, run in this process under the simulation's clock. Several may serve one database.
 * A crash takes its connections away at whatever statement they are, as the death of the process would.
 */
export class SimulatedServer {
  #url: string;
  readonly #nowMs: () => number;
  #admin: pg.Pool;
  #processes: Process[] = [];
  #turn = 0;
  /** What the app logged as an error, other than in a crash: a fault. */
  readonly errors: unknown[] = [];
  readonly writePath = new WritePath();

  constructor(url: string, nowMs: () => number) {
    this.#url = url;
    this.#nowMs = nowMs;
    this.#admin = adminPool(url);
  }

  /** For the checks: a connection of the simulation's own. */
  get admin(): pg.Pool {
    return this.#admin;
  }

  get up(): boolean {
    return this.#processes.length > 0;
  }

  /** The first process's context: what the back office of the simulation calls. */
  get context(): ServerContext {
    const [first] = this.#processes;
    assert(first, 'the server is up');
    return first.context;
  }

  /** Work that each process does by itself; LineBroken when one dies in it, as a connection that it waits for never comes. */
  inEachProcess<Value>(work: (context: ServerContext) => Promise<Value>): Promise<Value[]> {
    return Promise.all(this.#processes.map(({ context, died }) => Promise.race([work(context), died])));
  }

  async start(processes: number): Promise<void> {
    assert(!this.up, 'the server is down');
    for (let left = processes; left > 0; left--) this.#processes.push(await this.#startProcess());
    const { rows } = await this.#admin.query<{ store_id: string }>('select store_id from store');
    // As main.ts does: after an upgrade, what was kept may be understood.
    for (const { store_id: storeId } of rows) await retryUnpostable(this.context, storeId);
  }

  /** Answers a request by one of the processes in turn; LineBroken when there is none, or when it dies under it. */
  async handle(request: Request): Promise<Response> {
    const process = this.#processes[this.#turn++ % Math.max(1, this.#processes.length)];
    if (!process) throw new LineBroken('no server');
    const answer = await Promise.race([process.app.fetch(request), process.died]);
    const isExcused = process.faults.struck && answer.status === 503;
    const isWell = answer.status < 500 || isExcused || !this.#processes.includes(process);
    assert(isWell, `${request.method} ${request.url}: never ${answer.status}`);
    return answer;
  }

  /** What strikes at statements, of each process. */
  get faults(): readonly StatementFaults[] {
    return this.#processes.map(({ faults }) => faults);
  }

  /** The server's data is lost, and it goes on with another database: the server must be down. */
  async moveTo(url: string): Promise<void> {
    assert(!this.up, 'the server is down');
    await this.#admin.end();
    this.#url = url;
    this.#admin = adminPool(url);
  }

  /** Kills all processes at once. Resolves when nothing of them runs in the database any more. */
  async crash(): Promise<void> {
    const dying = this.#processes;
    this.#processes = [];
    for (const process of dying) process.kill(new LineBroken('the server died'));
    const ended = dying.map(({ context }) => Promise.allSettled([context.changes.close(), context.database.close()]));
    await this.#admin.query(
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity
        where datname = current_database() and application_name like 'onecode%'`,
    );
    await Promise.all(ended);
  }

  async close(): Promise<void> {
    await this.crash();
    await this.#admin.end();
  }

  async #startProcess(): Promise<Process> {
    const database = openDatabase(this.#url, { poolSize: 4 });
    const faults = new StatementFaults((code) =>
      Object.assign(new pg.DatabaseError('a simulated fault', 0, 'error'), { code }),
    );
    database.pool.on('connect', (client) => {
      faults.watch(client);
      this.writePath.watch(client);
    });
    const changes = new ChangeBus({ url: this.#url });
    await changes.connect();
    let alive = true;
    const log = {
      ...silentLog,
      error: (...what: unknown[]) => {
        if (alive && !faults.struck) this.errors.push(what);
      },
    };
    const context: ServerContext = {
      database,
      keySeal: keySealOf(secret),
      changes,
      log,
      nowMs: this.#nowMs,
      randomBytes: (count) => Uint8Array.from(randomBytes(count)),
    };
    // A thread of its own would outlive the simulated death.
    const keeper = new PageKeeper(context, { inProcess: true });
    let kill: (reason: Error) => void = () => undefined;
    const died = new Promise<never>((_, reject) => {
      kill = (reason) => {
        alive = false;
        reject(reason);
      };
    });
    // Nobody may be waiting when it dies.
    died.catch(() => undefined);
    return { context, app: createApp(context, { keeper, secret }), faults, died, kill };
  }
}

function adminPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 2, application_name: 'simulation' });
  pool.on('error', () => undefined);
  return pool;
}
