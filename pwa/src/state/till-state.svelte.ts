import { assert } from '#schemas/assert.ts';
import type { Result } from '#schemas/result.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import type { PairFailure } from '../db/identity.ts';
import type { Farewell } from '../db/identity-database.ts';
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
  /** Nothing is begun that a person would lose: the till may end. */
  isIdle?: () => boolean;
  /** This tablet is no till any more: start from scratch. */
  onLeft?: () => void;
  /** Another tab took over: this one starts from scratch when it is used again. */
  onLost: () => void;
};

/** A moved till that does not reach the server tries again after this. */
const retryMs = 3_000;

/** This tablet's till as the screens see it. */
export class TillState {
  readonly #options: TillStateOptions;
  #phase = $state<TillPhase>('starting');
  #identity = $state.raw<TillIdentity | null>(null);
  #till = $state.raw<Till | null>(null);
  #status = $state.raw<TillStatus | null>(null);
  #config = $state.raw<StoreConfig | null>(null);
  #failureCode = $state<string | null>(null);
  #farewell = $state.raw<Farewell | null>(null);
  #isLeaving = false;
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
  /** What the back office did with the till that this tablet was. */
  get farewell(): Farewell | null {
    return this.#farewell;
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
        await this.#arrive();
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
      void this.obey();
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

  /** Does what the back office asks of this till, once nothing is left to send and nobody is in the middle of a sale. */
  async obey(): Promise<void> {
    const [till, status] = [this.#till, this.#status];
    if (till !== null && status !== null && status.discard !== null) return this.#discard(till);
    if (till === null || status === null || status.instruction === null || this.#isLeaving) return;
    const isSent = status.waiting === 0 && status.denied.length === 0;
    if (!isSent || !status.online || this.#options.isIdle?.() === false) return;
    this.#isLeaving = true;
    const { instruction } = status;
    const done = await till.carryOut();
    if (!done.ok) {
      this.#isLeaving = false;
      return;
    }
    const { code } = done.value;
    await this.#leave(till, instruction.type === 'move' ? { storeName: instruction.storeName, code } : null);
  }

  /** At once, whoever is in the middle of what: the tablet may be in wrong hands. */
  async #discard(till: Till): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    await this.#leave(till, null, { lostEntries: await till.discard() });
  }

  /** Clears this tablet though entries wait that a revoked till cannot send: a person has saved them, or lets them go. */
  async clearRevoked(): Promise<void> {
    assert(this.#till !== null && this.#status?.revoked === true, 'a revoked till may be cleared by hand');
    this.#isLeaving = true;
    await this.#leave(this.#till, null);
  }

  /** Ends a till whose own record is lost, so that the tablet can be paired as a new one. */
  async startAnew(): Promise<void> {
    assert(this.#till !== null && this.#status?.trouble === 'journal-lost', 'the record of the till is lost');
    this.#isLeaving = true;
    await this.#leave(this.#till, null, { isJournalLost: true });
  }

  async #leave(
    till: Till,
    moved: Farewell['moved'],
    why: Pick<Farewell, 'lostEntries' | 'isJournalLost'> = {},
  ): Promise<void> {
    const { storeId, tillNumber } = till.identity;
    const farewell: Farewell = { storeId, tillNumber, name: till.status.name ?? '', moved };
    await this.#options.door.sayFarewell({ ...farewell, ...why });
    await till.close();
    this.#options.onLeft?.();
  }

  /** A tablet that is no till: what an earlier one left is cleared, and a moved one pairs with its new store by itself. */
  async #arrive(): Promise<void> {
    const { door } = this.#options;
    const farewell = await door.farewell();
    this.#farewell = farewell;
    this.#phase = 'unpaired';
    if (farewell === null) return;
    // Done again at the next start when something holds on to it.
    await door.clear(farewell).catch((error: Error) => console.warn('not all of the old till is cleared', error));
    if (farewell.moved?.code) void this.#pairMoved(farewell, farewell.moved.code);
  }

  async #pairMoved(farewell: Farewell, code: string): Promise<void> {
    while (this.#phase === 'unpaired') {
      const paired = await this.pair(code, farewell.name);
      if (paired.ok) return;
      if (paired.error.code !== 'offline') break;
      await new Promise((retry) => setTimeout(retry, retryMs));
    }
    // A person types another code.
    if (farewell.moved) this.#farewell = { ...farewell, moved: { ...farewell.moved, code: null } };
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
