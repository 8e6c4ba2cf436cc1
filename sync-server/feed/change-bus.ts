import { randomUUID } from 'node:crypto';
import pg from 'pg';

const channel = 'onecode_changes';
/** At most this often a process tells the others; its own waiters are told at once. */
const notifyEveryMs = 10;
const reconnectMs = 1_000;

export type ChangeBusOptions = {
  /** Connection string: changes are told to other server processes on that database, and heard from them. */
  url?: string;
  /** Told when the connection to the others is lost; waiters' polling covers the gap. */
  onTrouble?: (error: Error) => void;
};

/**
 * Says that rows of a scope (a store's or a merchant's id) have changed: within this process at once, in other processes
 * of the same database through LISTEN and a coalesced NOTIFY outside the writer's transaction. A hint, no more:
 * what changed is read from the tables, and a lost hint is made good by polling.
 */
export class ChangeBus {
  readonly #id = randomUUID();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #options: ChangeBusOptions;
  readonly #untold = new Set<string>();
  /** Connected or connecting; events of an earlier one are stale. */
  #client: pg.Client | null = null;
  #listening = false;
  #timer: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: ChangeBusOptions = {}) {
    this.#options = options;
  }

  /** Once true, every wait answers at once: the server stops. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Joins the other processes; with a `url` only. Resolves once it listens or has failed and will try again. */
  async connect(): Promise<void> {
    const { url } = this.#options;
    if (url === undefined || this.#closed || this.#client) return;
    const client = new pg.Client({ connectionString: url, application_name: 'onecode changes' });
    this.#client = client;
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('the connection ended')));
    client.on('notification', ({ payload }) => this.#heard(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      if (this.#client !== client) return;
      this.#listening = true;
      this.#wake(joinedScope);
    } catch (error) {
      this.#lost(client, error as Error);
    }
  }

  /** Call after the commit. */
  publish(scopeId: string): void {
    this.#wake(scopeId);
    if (!this.#listening) return;
    this.#untold.add(scopeId);
    this.#timer ??= setTimeout(() => this.#tell(), notifyEveryMs);
  }

  /** Calls `listener` after each change of the scope until the returned function is called. */
  subscribe(scopeId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(scopeId) ?? new Set();
    this.#listeners.set(scopeId, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(scopeId) === listeners) this.#listeners.delete(scopeId);
    };
  }

  /**
   * Resolves at the first change of any of the scopes from now on, after `timeoutMs`, or when `signal` or the bus ends
   * (both as `timeout`). Ask for it BEFORE reading what you compare with, or a change in between is missed.
   */
  wait(scopeIds: readonly string[], timeoutMs: number, signal?: AbortSignal): Promise<'changed' | 'timeout'> {
    return new Promise((resolve) => {
      const undo: (() => void)[] = [];
      const settle = (outcome: 'changed' | 'timeout') => {
        for (const step of undo) step();
        resolve(outcome);
      };
      if (this.#closed || signal?.aborted) return settle('timeout');
      const timer = setTimeout(() => settle('timeout'), timeoutMs);
      const onAbort = () => settle('timeout');
      undo.push(() => clearTimeout(timer));
      undo.push(this.subscribe(closing, onAbort));
      for (const scopeId of scopeIds) undo.push(this.subscribe(scopeId, () => settle('changed')));
      signal?.addEventListener('abort', onAbort, { once: true });
      undo.push(() => signal?.removeEventListener('abort', onAbort));
    });
  }

  /** Frees every waiter at once; later waits answer `timeout`. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#retry) clearTimeout(this.#retry);
    // The last changes are told before the line is cut: the client ends after what it was asked.
    this.#tell();
    const client = this.#client;
    this.#client = null;
    this.#listening = false;
    this.#wake(closing);
    if (client) await client.end();
  }

  #wake(scopeId: string): void {
    for (const listener of [...(this.#listeners.get(scopeId) ?? [])]) listener();
  }

  #heard(payload: string): void {
    const [from, ...scopeIds] = payload.split(' ');
    if (from !== this.#id) for (const scopeId of scopeIds) this.#wake(scopeId);
  }

  #tell(): void {
    this.#timer = null;
    const client = this.#client;
    // A payload is shorter than 8,000 bytes and an id than 33, so the rest of a very long list waits for the next time.
    const scopeIds = [...this.#untold].slice(0, 200);
    for (const scopeId of scopeIds) this.#untold.delete(scopeId);
    if (client === null || !this.#listening || scopeIds.length === 0) return;
    const payload = [this.#id, ...scopeIds].join(' ');
    client.query('select pg_notify($1, $2)', [channel, payload]).catch((error: Error) => this.#lost(client, error));
    if (this.#untold.size > 0 && !this.#closed) this.#timer = setTimeout(() => this.#tell(), notifyEveryMs);
  }

  #lost(client: pg.Client, error: Error): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#listening = false;
    const report = (trouble: Error) => this.#options.onTrouble?.(trouble);
    report(error);
    client.end().catch(report);
    this.#retry = setTimeout(() => this.connect().catch(report), reconnectMs);
  }
}

// No id has a space, so no scope is called these.
const closing = ' closing';
/** Changes in this process alone, when it hears the others from now on; what they said before was missed. */
export const joinedScope = ' joined';
