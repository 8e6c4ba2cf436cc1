import type { Result } from '#schemas/result.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import type { PairFailure } from '../db/identity.ts';
import type { Ownership } from '../db/till-lock.ts';
import type { Till, TillIdentity, TillStatus } from '../db/till-types.ts';
import type { TillDoor } from './till-door.ts';

/** `elsewhere`: another tab is this till; `failed`: the till's databases do not open. */
export type TillPhase = 'starting' | 'unpaired' | 'elsewhere' | 'open' | 'failed';

export type TillStateOptions = {
  door: TillDoor;
  /** Runs before the screens see the till open. */
  onOpen: (till: Till) => Promise<void>;
  /** The store's facts have changed: who is on the staff and may do what. */
  onConfig?: () => void;
  /** Another tab took over: this one starts from scratch when it is used again. */
  onLost: () => void;
};

/** This tablet's till as the screens see it. */
export class TillState {
  readonly #options: TillStateOptions;
  #phase = $state<TillPhase>('starting');
  #identity = $state.raw<TillIdentity | null>(null);
  #till = $state.raw<Till | null>(null);
  #status = $state.raw<TillStatus | null>(null);
  #config = $state.raw<StoreConfig | null>(null);
  #failureCode = $state<string | null>(null);
  #started: Promise<void> | null = null;

  constructor(options: TillStateOptions) {
    this.#options = options;
  }

  get phase(): TillPhase {
    return this.#phase;
  }
  get identity(): TillIdentity | null {
    return this.#identity;
  }
  get till(): Till | null {
    return this.#till;
  }
  get status(): TillStatus | null {
    return this.#status;
  }
  get config(): StoreConfig | null {
    return this.#config;
  }
  get failureCode(): string | null {
    return this.#failureCode;
  }
  get staff(): readonly StaffRow[] {
    return this.#config?.staff ?? [];
  }

  /** Opens the till once; later calls wait for the same opening. */
  start(): Promise<void> {
    this.#started ??= this.#start(false);
    return this.#started;
  }

  /** Makes this tab the till although another one is. */
  useHere(): Promise<void> {
    this.#started = this.#start(true);
    return this.#started;
  }

  async pair(code: string, deviceName: string): Promise<Result<TillIdentity, PairFailure>> {
    const paired = await this.#options.door.pair(code, deviceName);
    if (paired.ok) {
      this.#started = this.#start(false);
      await this.#started;
    }
    return paired;
  }

  async #start(takeOver: boolean): Promise<void> {
    const { door } = this.#options;
    // Browsers hide keys, locks and the service worker from pages that are not served over HTTPS or from localhost.
    if (globalThis.isSecureContext === false) {
      this.#fail('insecure');
      return;
    }
    try {
      const identity = await door.identity();
      this.#identity = identity;
      if (!identity) {
        this.#phase = 'unpaired';
        return;
      }
      const owned = await door.own(takeOver);
      if (!owned.ok) {
        this.#phase = 'elsewhere';
        return;
      }
      await this.#open(identity, owned.value);
    } catch (error) {
      // A browser without IndexedDB (private windows of some) throws where nothing else can go wrong.
      this.#fail('storage-failed');
      console.error(error);
    }
  }

  async #open(identity: TillIdentity, ownership: Ownership): Promise<void> {
    const opened = await this.#options.door.open(identity, ownership);
    if (!opened.ok) {
      this.#fail(opened.error.code);
      return;
    }
    const till = opened.value;
    await this.#options.onOpen(till);
    till.onStatus((status) => {
      this.#status = status;
    });
    till.onConfig((config) => {
      this.#config = config;
      this.#options.onConfig?.();
    });
    this.#status = till.status;
    this.#config = till.config();
    this.#till = till;
    this.#phase = 'open';
    // Last: opening set what closes the till, and from here on the screens have to know as well.
    ownership.onLoss(() => this.#lost());
    if (!ownership.held) await this.#lost();
  }

  #fail(code: string): void {
    this.#failureCode = code;
    this.#phase = 'failed';
  }

  async #lost(): Promise<void> {
    const till = this.#till;
    this.#till = null;
    this.#phase = 'elsewhere';
    this.#options.onLost();
    await till?.close();
  }
}
