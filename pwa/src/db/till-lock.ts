import { fail, ok, type Result } from '#schemas/result.ts';

/** The lock and the channel of one tablet's till; a test brings its own. */
export type LockPlatform = {
  locks: Pick<LockManager, 'request'>;
  channel: (name: string) => BroadcastChannel;
};

/** [J4] The right to write as the till, held for the life of the tab. */
export type Ownership = {
  /** False for ever once released, taken over or stolen. */
  readonly held: boolean;
  /**
   * What to do before the lock goes to a tab that asks for it: finish the put at work and close the journal. It is also
   * called when the lock was stolen; then it is too late to write.
   */
  onLoss(close: () => Promise<void>): void;
  release(): Promise<void>;
};

const lockName = 'onecode-till';
const channelName = 'onecode-till-lock';
type Message = { type: 'please-release' } | { type: 'released' };

function platform(): LockPlatform {
  return { locks: navigator.locks, channel: (name) => new BroadcastChannel(name) };
}

/** Becomes the one owner of this tablet's till, at once or not at all: `owned-elsewhere` means another tab is it. */
export function ownTill(on: LockPlatform = platform()): Promise<Result<Ownership, { code: 'owned-elsewhere' }>> {
  return request(on, { ifAvailable: true }, 'owned-elsewhere');
}

/**
 * Asks the owning tab to close its journal and let go, and waits for it. `not-released`: it did not within `waitMs` (the
 * browser may have frozen it); with `force` the lock is then stolen. Safe all the same: a thawed tab learns that it lost
 * the lock, and a put it had begun would meet the same sequence number as a conflict.
 */
export async function takeOverTill(
  { waitMs = 5_000, force = false }: { waitMs?: number; force?: boolean } = {},
  on: LockPlatform = platform(),
): Promise<Result<Ownership, { code: 'not-released' }>> {
  const channel = on.channel(channelName);
  channel.postMessage({ type: 'please-release' } satisfies Message);
  const taken = await request(on, { signal: AbortSignal.timeout(waitMs) }, 'not-released');
  channel.close();
  return taken.ok || !force ? taken : request(on, { steal: true }, 'not-released');
}

function request<Code extends string>(
  on: LockPlatform,
  options: LockOptions,
  otherwise: Code,
): Promise<Result<Ownership, { code: Code }>> {
  return new Promise((resolve) => {
    const lock = new TillLock(on);
    on.locks
      .request(lockName, options, (granted) => {
        if (granted === null) {
          resolve(fail({ code: otherwise }));
          return undefined;
        }
        resolve(ok(lock));
        return lock.hold();
      })
      .then(
        () => lock.lose(),
        // Rejected: stolen while held, or aborted while waiting; after a grant, `resolve` does nothing more.
        () => {
          resolve(fail({ code: otherwise }));
          return lock.lose();
        },
      );
  });
}

class TillLock implements Ownership {
  #held = false;
  #close: () => Promise<void> = async () => undefined;
  #letGo: () => void = () => undefined;
  #channel: BroadcastChannel | null = null;
  readonly #on: LockPlatform;

  constructor(on: LockPlatform) {
    this.#on = on;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Resolves when the lock may go. */
  hold(): Promise<void> {
    this.#held = true;
    this.#channel = this.#on.channel(channelName);
    this.#channel.onmessage = (event: MessageEvent<Message>) => {
      if (event.data.type === 'please-release') void this.release();
    };
    return new Promise((resolve) => {
      this.#letGo = resolve;
    });
  }

  onLoss(close: () => Promise<void>): void {
    this.#close = close;
  }

  async release(): Promise<void> {
    if (!this.#held) return;
    await this.lose();
    this.#letGo();
  }

  /** No more writing from here on. */
  async lose(): Promise<void> {
    if (!this.#held) return;
    this.#held = false;
    this.#channel?.close();
    await this.#close();
  }
}
