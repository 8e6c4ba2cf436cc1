import type { Entry } from '#schemas/journal/envelope.ts';
import { readCreditCode } from '#schemas/payment/credit-code.ts';
import { badgeCodeOf } from '#schemas/policy/badge.ts';
import { fail } from '#schemas/result.ts';
import { nameIn } from '#schemas/text.ts';
import type { FoundSku, Till } from '../db/till-types.ts';
import type { LabelPrinter } from '../devices/label-printer.ts';
import type { ReceiptDevices } from '../devices/receipt-printer.ts';
import type { ScaleProtocolName } from '../devices/scale/scale-protocols.ts';
import { AccountDesk } from './account-desk.svelte.ts';
import { Approvals } from './approvals.svelte.ts';
import { BadgeDesk } from './badge-desk.svelte.ts';
import { Basket, type BasketOptions } from './basket.svelte.ts';
import { basketKey } from './basket-storage.ts';
import { Drawer } from './drawer.svelte.ts';
import { DrawerGate } from './drawer-gate.ts';
import { GiftCardDesk } from './gift-card-desk.svelte.ts';
import { type HeldReceipt, scannedReceiptId } from './held-receipts.ts';
import type { LabelDevices } from './label-choice.svelte.ts';
import { MemberDesk } from './member-desk.svelte.ts';
import { nextScreen } from './next-screen.ts';
import { Parking } from './parking.svelte.ts';
import type { PasskeyDevice } from './passkey-device.ts';
import { Payment } from './payment.svelte.ts';
import type { Keep } from './payment-book.svelte.ts';
import { postVoid } from './post-void.ts';
import { Preferences } from './preferences.svelte.ts';
import { Pricing } from './pricing.svelte.ts';
import { ReceiptDesk } from './receipt-desk.svelte.ts';
import type { MoneyNeeds } from './sale-approvals.ts';
import { SaleGate } from './sale-gate.ts';
import { ScannerState } from './scanner-state.svelte.ts';
import { SearchState } from './search-state.svelte.ts';
import { SellKeys } from './sell-keys.ts';
import { Session } from './session.svelte.ts';
import { StockRoom } from './stock-room.svelte.ts';
import { TerminalChoice, type Terminals } from './terminal-choice.svelte.ts';
import { TicketParts } from './ticket-parts.svelte.ts';
import type { TillDoor } from './till-door.ts';
import { TillState } from './till-state.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { Training, type TrainingPhase } from './training.ts';
import { type ScaleLine, Weighing } from './weighing.svelte.ts';

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
  /** Absent where this browser cannot use any. */
  passkeys?: PasskeyDevice | null;
  /** What this page prints labels by. Absent where there is no page. */
  printers?: { labelPrinter: LabelPrinter; labelDevices: LabelDevices };
  /** What this page prints receipts by, and where it came from. */
  receipts?: { devices: ReceiptDevices; origin: string };
  /** What takes cards and wallets, and where payments are kept that must not be made twice. Absent where nothing takes any. */
  payments?: { keep: Keep; terminals: Terminals; wait: (ms: number) => Promise<void> };
  /** Absent where this browser can speak to none. */
  scale?: (protocol: ScaleProtocolName) => ScaleLine;
  signal: (sound: 'good' | 'again' | 'bad') => void;
  reload: () => void;
  /** Absent: it is none. */
  training?: TrainingPhase;
};

const noPayments: Required<AppOptions>['payments'] = {
  keep: { read: async () => null, write: async () => undefined },
  terminals: {},
  wait: () => new Promise(() => undefined),
};

/** Later than this the next customer stands there. */
const receiptWaitsMs = 5 * 60_000;
const noLabelPrinter: LabelPrinter = { partLabels: 1, print: async () => fail({ code: 'no-printer' }) };
const useHereKey = 'onecode-use-here';

/** The nouns of the shop assistant's screens, wired to each other. One of it lives as long as the tab. */
export class App {
  readonly preferences: Preferences;
  readonly toasts = new Toasts();
  readonly till: TillState;
  readonly basket: Basket;
  readonly pricing: Pricing;
  readonly session: Session;
  readonly search: SearchState;
  readonly weighing: Weighing;
  readonly scanner: ScannerState;
  readonly payment: Payment;
  readonly terminals: TerminalChoice;
  readonly approvals: Approvals;
  readonly badges: BadgeDesk;
  readonly gate: SaleGate;
  readonly receipts: ReceiptDesk;
  readonly stock: StockRoom;
  readonly drawer: Drawer;
  readonly parking: Parking;
  readonly giftCards: GiftCardDesk;
  readonly accounts: AccountDesk;
  readonly members: MemberDesk;
  #training: Training | null = null;
  readonly keys = new SellKeys();
  /** Set by the selling screen while it is there: somebody scanned a receipt. */
  onReceipt: ((receiptId: string) => void) | null = null;
  #recovered = $state.raw<Entry | null>(null);
  #lastEntry = $state.raw<Entry | null>(null);
  /** A sale of this session whose receipt nobody has been done with yet. */
  #unattended = $state.raw<{ entry: Entry; savedAtMs: number } | null>(null);
  #wasLost = false;
  #started: Promise<void> = Promise.resolve();
  readonly #options: AppOptions;

  constructor(options: AppOptions) {
    this.#options = options;
    const { storage, tabStorage, basketCopy, newId, nowMs } = options;
    this.preferences = new Preferences(storage, options.languages);
    const onChange = () => {
      this.pricing.online.follow();
      if (this.basket.member !== null && this.members.known === null) this.members.follow();
    };
    this.basket = new Basket({ storage, copy: basketCopy, newId, nowMs, onChange });
    this.till = new TillState({
      door: options.door,
      onOpen: (till) => this.#settle(till),
      onConfig: () => this.session.follow(),
      onLost: () => {
        this.#wasLost = true;
      },
      isIdle: () => this.basket.isEmpty && !this.payment.isOpen && !this.#isReceiptUp && this.drawer.count === null,
      onLeft: () => {
        this.session.signOut();
        options.reload();
      },
    });
    const till = () => this.till.till;
    const config = () => this.till.config;
    const isHeld = () => this.payment.isOpen || this.payment.parts.hasMoney;
    this.pricing = new Pricing({ basket: this.basket, till, config, isHeld });
    const staff = () => this.till.staff;
    const idleMinutes = () => this.preferences.idleMinutes;
    this.session = new Session({ storage: tabStorage, till, staff, nowMs, idleMinutes });
    this.session.restore();
    this.search = new SearchState({ till });
    const signal = (sound: 'good' | 'again' | 'bad') => {
      if (this.preferences.sound) options.signal(sound);
    };
    const operatorId = () => this.operatorId;
    const passkeys = options.passkeys ?? null;
    this.approvals = new Approvals({ till, staff, operatorId, newId, nowMs, passkeys, signal });
    this.badges = new BadgeDesk({ till, session: this.session, signal });
    const { approvals, basket, session, pricing } = this;
    this.gate = new SaleGate({ approvals, basket, session, staff, pricing, money: () => this.#moneyNeeds });
    [this.terminals, this.payment, this.accounts] = this.#paying(till, operatorId);
    const locale = () => this.preferences.locale;
    const keeper = { storage, copy: basketCopy, nowMs };
    this.drawer = new Drawer({ ...keeper, till, config, gate: new DrawerGate(session, approvals), locale });
    const printers = { labelPrinter: noLabelPrinter, ...options.printers, shelfPrice: this.#shelfPrice };
    this.stock = new StockRoom({ ...keeper, ...printers, till, session, approvals, locale, newId, signal });
    const desk = { ...keeper, till, config, locale, session, approvals, newId };
    this.receipts = new ReceiptDesk({ ...desk, devices: null, origin: '', ...options.receipts });
    this.weighing = new Weighing({ scale: () => this.#scale });
    const counter = { basket, pricing, till, isHeld };
    const newSale = () => this.#newSale();
    this.parking = new Parking({ ...counter, operatorId, promotionName: this.promotionName, newId, newSale });
    this.giftCards = new GiftCardDesk({ basket, till, config, isHeld });
    this.members = new MemberDesk({ ...counter, session, signal });
    this.scanner = new ScannerState({
      till,
      started: () => this.#started,
      ...{ basket, pricing: this.pricing, locale },
      member: (raw, isUnknown) => this.members.read(raw, isUnknown),
      weigh: (found, take) => this.weighing.ask(found, take),
      isReady: () => this.#takesScans,
      signal,
      onAdded: () => this.search.clear(),
    });
  }

  readonly #shelfPrice = (found: FoundSku) => this.pricing.shelfOf(found);

  #paying(till: () => Till | null, operatorId: () => string | null): [TerminalChoice, Payment, AccountDesk] {
    const { storage, newId, payments = noPayments } = this.#options;
    const { keep, terminals, wait } = payments;
    const { basket } = this;
    const choice = new TerminalChoice(storage, terminals);
    const config = () => this.till.config;
    const isOnline = () => this.till.status?.online === true;
    const isPointsOffered = () => this.payment.isPointsOffered;
    const about = { basket, till, config, isOnline, operatorId, isPointsOffered };
    const parts = new TicketParts({ ...about, keep, choice, newId, wait });
    const approvals = () => this.gate.approvals;
    const quote = () => this.pricing.quote;
    const heldMinor = async () => (await till()?.parking.of(basket.transactionId))?.heldMinor ?? 0;
    const mayTakePoints = () => this.basket.member?.isShown === true || this.members.seesWhole;
    const knownMember = () => this.members.known;
    const told = { quote, promotionName: this.promotionName, approvals, mayTakePoints, knownMember, heldMinor };
    const payment = new Payment({ basket, parts, till, config, operatorId, ...told });
    return [choice, payment, new AccountDesk({ till, basket, newId, payment, gate: this.gate })];
  }

  get #moneyNeeds(): MoneyNeeds {
    const { isRefundOtherwise, parts } = this.payment;
    return { isRefundOtherwise, exceedsAccount: parts.exceedsAccount };
  }

  get #takesScans(): boolean {
    const isAsking = this.approvals.need !== null || this.weighing.found !== null;
    return this.operatorId !== null && !this.payment.isOpen && !isAsking;
  }

  get #scale(): ScaleLine | null {
    const { scaleProtocol } = this.preferences;
    return scaleProtocol === null ? null : (this.#options.scale?.(scaleProtocol) ?? null);
  }

  /** Whether nothing of what is done here is real. */
  get training(): Training {
    const mayTrain = () => this.operatorId !== null && !this.payment.isOpen && !this.payment.parts.hasMoney;
    this.#training ??= new Training(this.#options.training ?? 'off', { ...this.#options, mayTrain });
    return this.#training;
  }

  get operatorId(): string | null {
    return this.session.operator?.operatorId ?? null;
  }
  /** What was committed here last, for its receipt. */
  get lastEntry(): Entry | null {
    return this.#lastEntry;
  }

  /** As the customer sees it, in the language of the screen. */
  readonly promotionName = (promotionId: string): string => {
    const names = this.pricing.namesOf(promotionId);
    return names === null ? promotionId : nameIn(names, this.preferences.locale);
  };

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
      isTraining: this.training.isOn,
      phase,
      sellable: status?.sellable === true,
      signedIn: this.operatorId !== null,
      recoveredEntryId: this.#recovered?._id ?? (path === '/sign-in' ? this.#receiptAfterLock() : null),
    });
  }

  /** A customer waits for the receipt of what was just paid. */
  get #isReceiptUp(): boolean {
    return this.#unattended !== null && this.#options.nowMs() - this.#unattended.savedAtMs < receiptWaitsMs;
  }

  /** The till locked while a receipt was up, or about to be: whoever sold it and is back soon goes on there. */
  #receiptAfterLock(): string | null {
    if (this.#unattended === null || !this.basket.isEmpty) return null;
    const { entry, savedAtMs } = this.#unattended;
    const awayMs = this.#options.nowMs() - savedAtMs;
    return entry.operatorId === this.operatorId && awayMs >= 0 && awayMs < receiptWaitsMs ? entry._id : null;
  }

  /** What a scanner or the camera read: a badge goes to whoever waits for one, all else to the stock room or the basket. */
  async read(raw: string): Promise<void> {
    if (this.accounts.isAsking && (await this.accounts.scan(raw))) return;
    if (this.payment.scan(raw)) return;
    if (this.giftCards.isOpen) return this.giftCards.ask(raw);
    const badge = badgeCodeOf(raw);
    if (badge === null) return this.#readGoods(raw);
    await this.#started;
    if (this.approvals.need !== null) await this.approvals.byBadge(badge);
    else if (this.payment.isOpen) this.scanner.refuse(raw);
    else await this.badges.read(badge);
  }

  async #readGoods(raw: string): Promise<void> {
    const receiptId = scannedReceiptId(raw);
    if (receiptId !== null && this.onReceipt !== null) {
      return (await this.parking.showOf(receiptId)) ? undefined : this.onReceipt?.(receiptId);
    }
    // Who hands the slip over at the counter wants to pay with it.
    if (this.onReceipt !== null && !this.basket.isEmpty && readCreditCode(raw) !== null) {
      await this.pay();
      if (this.payment.scan(raw)) return;
    }
    if (!this.stock.isShown) return this.scanner.read(raw);
    await this.#started;
    if (this.operatorId === null || this.approvals.need !== null) this.scanner.refuse(raw);
    else await this.stock.read(raw);
  }

  /**
   * Opens the payment, once a second person has said yes to what the operator may not do alone. Not where the store sells with
   * an open shift alone and there is none.
   */
  async pay(): Promise<void> {
    // What was scanned or taken back a moment ago is part of it.
    await this.scanner.settled();
    // What another till sells by now is not sold here too, unless it is paid in part already.
    if (this.drawer.blocksSale || (this.parking.loss !== null && !this.payment.parts.hasMoney)) return;
    this.pricing.tick();
    if (this.gate.isOpen || (await this.gate.pass())) await this.payment.openWhenKnown();
  }

  /** Finishes paying; the entry when it is committed. */
  async finishSale(): Promise<Entry | null> {
    // Rights may have changed while the customer looked for coins.
    if (!this.gate.isOpen && !(await this.gate.pass())) return null;
    const entry = await this.payment.finish();
    if (entry) {
      this.#lastEntry = entry;
      this.receipts.afterSale(entry);
      void this.parking.afterSale(entry).catch(console.error);
      this.#unattended = { entry, savedAtMs: this.#options.nowMs() };
      this.scanner.startNew();
      this.search.clear();
    }
    return entry;
  }

  /** The basket is put aside, or another till's: the counter is free. */
  #newSale(): void {
    this.basket.startNew();
    this.scanner.startNew();
    this.search.clear();
  }

  /** A whole sale is taken back (post-void.ts); its own receipt is the last one then. */
  async voidSale(receipt: HeldReceipt, reason: string, isSure = false): ReturnType<typeof postVoid> {
    const till = this.till.till;
    if (till === null) return null;
    const { session, approvals } = this;
    const done = await postVoid({ till, session, approvals, newId: this.#options.newId }, receipt, reason, isSure);
    if (done?.ok) {
      this.#lastEntry = done.value;
      this.receipts.afterSale(done.value);
    }
    return done;
  }

  /** The sale of the customer who still stands there. */
  get unattendedSale(): Entry | null {
    return this.#unattended?.entry ?? null;
  }

  /** The receipt is seen to: on to the next customer. */
  nextCustomer(): void {
    this.#recovered = null;
    this.#unattended = null;
    void this.till.obey();
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
    const key = basketKey(storeId, tillNumber);
    const basket = this.basket.attach(key);
    const paying = basket.then(() => this.payment.parts.attach(till));
    const pricing = basket.then(() => this.pricing.attach(till));
    const parking = paying.then(() => this.parking.attach(till));
    const members = parking.then(() => this.members.attach(till));
    await Promise.all([members, pricing, this.stock.attach(till), this.drawer.attach(till)]);
    if (this.basket.isEmpty) return;
    const entry = await till.entryOfTransaction(this.basket.transactionId);
    if (!entry) return;
    this.#recovered = entry;
    this.#lastEntry = entry;
    this.basket.startNew();
  }
}
