import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BackupState } from '#schemas/api/backups.ts';
import type { ServerContext } from '../context.ts';
import { type BackupPlan, backupDueMs, backupOverdueMs, latestOf } from './backup-plan.ts';
import type { BackupOrder } from './backup-process.ts';
import type { ScheduledOutcome } from './scheduled-backup.ts';

/** Also how long a server that starts is left alone. */
const lookEveryMs = 60_000;
const firstRetryMs = 5 * 60_000;
const lastRetryMs = 3_600_000;

/** Backups of one kind. */
export type Schedule = {
  plan: BackupPlan;
  /** When those were taken that are there, in any order. */
  takenAtMs(): readonly number[];
  take(nowMs: number, signal: AbortSignal): Promise<ScheduledOutcome>;
};

/**
 * Takes backups when the plan says so, one a server. What was taken is asked of the folder, so that a restart, a backup by hand and
 * a second server count; what failed is told in the office and tried again, sooner at first.
 */
export class BackupWorker {
  readonly #context: Pick<ServerContext, 'nowMs' | 'log'>;
  readonly #schedule: Schedule;
  readonly #ending = new AbortController();
  readonly #startedAtMs: number;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #failures = 0;
  #trouble: BackupState['trouble'] = null;

  constructor(context: Pick<ServerContext, 'nowMs' | 'log'>, schedule: Schedule) {
    this.#context = context;
    this.#schedule = schedule;
    this.#startedAtMs = context.nowMs();
  }

  start(): this {
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
    this.#timer.unref();
    return this;
  }

  /** Takes one when it is due; never throws. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch((error: Error) => this.#context.log.error({ error: error.message }, 'backups cannot be looked after'))
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  state(): BackupState {
    const lastAtMs = this.#lastAtMs();
    const overdueMs = backupOverdueMs(this.#schedule.plan, lastAtMs ?? this.#startedAtMs);
    return { lastAtMs, isOverdue: this.#context.nowMs() >= overdueMs, trouble: this.#trouble };
  }

  /** One that is being taken is given up. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#ending.abort();
    await this.#looking;
  }

  /** Null where their folder cannot be read, too: the next try fails there as well, and is told with its reason. */
  #lastAtMs(): number | null {
    try {
      return latestOf(this.#schedule.takenAtMs(), this.#context.nowMs());
    } catch {
      return null;
    }
  }

  async #look(): Promise<void> {
    const { plan } = this.#schedule;
    const { signal } = this.#ending;
    const nowMs = this.#context.nowMs();
    const last = this.#lastAtMs();
    if (last !== null && this.#trouble !== null && last > this.#trouble.triedAtMs) this.#recovered();
    if (signal.aborted || (last !== null && nowMs < backupDueMs(plan, last))) return;
    // A clock that went back must not put a try off for years.
    if (this.#trouble !== null && nowMs < this.#trouble.nextTryAtMs && nowMs >= this.#trouble.triedAtMs) return;
    const outcome = await this.#schedule.take(nowMs, signal).catch((error: Error): ScheduledOutcome => {
      return { kind: 'trouble', code: 'fault', message: error.message };
    });
    if (signal.aborted || outcome.kind === 'busy') return;
    if (outcome.kind === 'taken') {
      this.#recovered();
      this.#context.log.info(outcome, 'backup taken');
      return;
    }
    const waitMs = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#failures++);
    this.#trouble = { code: outcome.code, triedAtMs: nowMs, nextTryAtMs: nowMs + waitMs };
    this.#context.log.error(
      { code: outcome.code, error: outcome.message, tryAgainInMs: waitMs },
      'no backup was taken; what is there is as it was',
    );
  }

  #recovered(): void {
    this.#failures = 0;
    this.#trouble = null;
  }
}

/** Takes one in a process of its own, as the role that owns the tables. */
export async function inOwnProcess(order: BackupOrder, signal: AbortSignal): Promise<ScheduledOutcome> {
  const child = fork(join(import.meta.dirname, 'backup-process.ts'), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const kill = () => child.kill();
  signal.addEventListener('abort', kill);
  try {
    child.send(order);
    const [outcome] = (await Promise.race([once(child, 'message'), ended(child)])) as [ScheduledOutcome];
    return outcome;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

async function ended(child: ChildProcess): Promise<never> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  throw new Error(`the backup ended by ${signal ?? code} before it was whole`);
}
