import type { Entry } from '#schemas/journal/envelope.ts';
import type { Till } from '../db/till-types.ts';
import { Basket, type BasketOptions } from './basket.svelte.ts';
import { basketKey } from './basket-storage.ts';
import { nextScreen } from './next-screen.ts';
import { Payment } from './payment.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { ScannerState } from './scanner-state.svelte.ts';
import { SearchState } from './search-state.svelte.ts';
import { SellKeys } from './sell-keys.ts';
import { Session } from './session.svelte.ts';
import type { TillDoor } from './till-door.ts';
import { TillState } from './till-state.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

export type AppOptions = {
  door: TillDoor;
  /** Of the device. */
  storage: Storage;
  /** Of the device, too; outlives a killed browser. */
  basketCopy: BasketOptions['copy'];
  /** Of the tab. */
  tabStorage: Storage;
  languages: readonly string[];
  newId: () => string;
  nowMs: () => number;
  signal: (sound: 'good' | 'bad') => void;
  reload: () => void;
};

const useHereKey = 'onecode-use-here';

/** The nouns of the shop assistant's screens, wired to each other. One of it lives as long as the tab. */
export class App {
  readonly preferences: Preferences;
  readonly toasts = new Toasts();
  readonly till: TillState;
  readonly basket: Basket;
  readonly session: Session;
  readonly search: SearchState;
  readonly scanner: ScannerState;
  readonly payment: Payment;
  readonly keys = new SellKeys();
  #recovered = $state.raw<Entry | null>(null);
  #lastEntry = $state.raw<Entry | null>(null);
  #wasLost = false;
  #started: Promise<void> = Promise.resolve();
  readonly #options: AppOptions;

  constructor(options: AppOptions) {
    this.#options = options;
    const { storage, tabStorage, basketCopy, newId, nowMs } = options;
    this.preferences = new Preferences(storage, options.languages);
    this.basket = new Basket({ storage, copy: basketCopy, newId, nowMs });
    this.till = new TillState({
      door: options.door,
      onOpen: (till) => this.#settle(till),
      onLost: () => {
        this.#wasLost = true;
      },
    });
    const till = () => this.till.till;
    this.session = new Session({
      storage: tabStorage,
      till,
      staff: () => this.till.staff,
      nowMs,
      idleMinutes: () => this.preferences.idleMinutes,
    });
    this.session.restore();
    this.search = new SearchState({ till });
    this.payment = new Payment({
      basket: this.basket,
      till,
      config: () => this.till.config,
      operatorId: () => this.operatorId,
    });
    this.scanner = new ScannerState({
      till,
      started: () => this.#started,
      basket: this.basket,
      locale: () => this.preferences.locale,
      isReady: () => this.operatorId !== null && !this.payment.isOpen,
      signal: (sound) => {
        if (this.preferences.sound) options.signal(sound);
      },
      onAdded: () => this.search.clear(),
    });
  }

  get operatorId(): string | null {
    return this.session.operator?.operatorId ?? null;
  }
  /** What was committed here last, for its receipt. */
  get lastEntry(): Entry | null {
    return this.#lastEntry;
  }

  /** Opens the till; takes it over from another tab when `useHere` reloaded this one for that. */
  async start(): Promise<void> {
    const { tabStorage } = this.#options;
    const isTakeOver = tabStorage.getItem(useHereKey) !== null;
    tabStorage.removeItem(useHereKey);
    this.#started = isTakeOver ? this.till.useHere() : this.till.start();
    await this.#started;
  }

  /** Makes this tab the till. One that lost it starts from scratch: another tab has written since. */
  async useHere(): Promise<void> {
    if (!this.#wasLost) {
      await this.till.useHere();
      return;
    }
    this.#options.tabStorage.setItem(useHereKey, '1');
    this.#options.reload();
  }

  nextScreen(path: string): string | null {
    const { phase, status } = this.till;
    return nextScreen({
      path,
      phase,
      sellable: status?.sellable === true,
      signedIn: this.operatorId !== null,
      recoveredEntryId: this.#recovered?._id ?? null,
    });
  }

  /** Finishes paying; the entry when it is committed. */
  async finishSale(): Promise<Entry | null> {
    const entry = await this.payment.finish();
    if (entry) {
      this.#lastEntry = entry;
      this.scanner.startNew();
      this.search.clear();
    }
    return entry;
  }

  /** The receipt is seen to: on to the next customer. */
  nextCustomer(): void {
    this.#recovered = null;
  }

  /** The entry of a receipt, or null when this tablet does not hold it. */
  async receiptOf(entryId: string): Promise<Entry | null> {
    if (this.#lastEntry?._id === entryId) return this.#lastEntry;
    const recent = (await this.till.till?.recentTransactions(500)) ?? [];
    return recent.find((entry) => entry._id === entryId) ?? null;
  }

  /** [J1] The basket that was left open may be paid already: then it is a receipt and no basket. */
  async #settle(till: Till): Promise<void> {
    const { storeId, tillNumber } = till.identity;
    await this.basket.attach(basketKey(storeId, tillNumber));
    if (this.basket.isEmpty) return;
    const entry = await till.entryOfTransaction(this.basket.transactionId);
    if (!entry) return;
    this.#recovered = entry;
    this.#lastEntry = entry;
    this.basket.startNew();
  }
}
