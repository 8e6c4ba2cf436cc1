import type { ApprovalAsk, ApprovalState } from '#schemas/api/approvals.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { entryVersionOf, factOf } from '#schemas/journal/kinds.ts';
import { type BuiltInRole, builtInRoles } from '#schemas/policy/roles.ts';
import { baseEntries, baseLists } from '#schemas/pricing/base-lists.ts';
import { compilePromotions } from '#schemas/pricing/compile-promotions.ts';
import type { PriceList } from '#schemas/pricing/price-list.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { FeedTable, StoreConfig } from '#schemas/rows/rows.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import { type DrawerState, newDrawer, stepDrawer } from '#schemas/shift/drawer-state.ts';
import type { AwaitedCartonRow, CartonRow, RecallRow } from '#schemas/stock/delivery.ts';
import { type UnitRow, unitKey } from '#schemas/stock/unit.ts';
import type { OnlineQuote, OnlineQuoteRequest } from '#schemas/sync/online-quote.ts';
import type { UnitLookup } from '#schemas/sync/unit-lookup.ts';
import { parkingInMemory } from '../db/parking-in-memory.ts';
import type {
  CommitFailure,
  DeliveryStanding,
  FoundSku,
  LookUpFailure,
  RemoteApprovalFailure,
  RemoteApprovals,
  Till,
  TillIdentity,
  TillStatus,
  UnitHistory,
  UnitSale,
} from '../db/till-types.ts';
import { FakeCounts } from './fake-counts.ts';
import { FakeMembers } from './fake-members.ts';
import { FakeStorePrinters } from './fake-store-printers.ts';
import type { TillDoor } from './till-door.ts';

function person(operatorId: string, name: string, roleId: BuiltInRole): StaffRow {
  const { rights } = builtInRoles[roleId];
  const known = { roleId, roleNames: null, rights: [...rights], locale: null, languages: [], photo: null };
  const pin = { salt: '', iterations: 1, verifier: '' };
  return { operatorId, name, ...known, workingHours: [], pin, badgeVerifier: null };
}

export const fakeConfig: StoreConfig = {
  merchantId: 'm',
  merchantName: 'Merchant',
  storeId: 'north',
  storeName: 'North',
  address: '1 High Street',
  currency: 'GBP',
  timeZone: 'Europe/London',
  salesPlaceId: 'floor',
  places: [
    { placeId: 'floor', names: { en: 'Shop floor' }, kind: 'sales-floor' },
    { placeId: 'back', names: { en: 'Stock room' }, kind: 'stock-room' },
    { placeId: 'aside', names: { en: 'Set aside' }, kind: 'set-aside' },
  ],
  pickLists: [],
  otherStores: [{ storeId: 'south', name: 'South' }],
  inStoreCodes: [
    { prefix: '21', itemDigits: 5, value: 'weight', valueDigits: 5, decimals: 3, hasValueCheck: false },
    { prefix: '22', itemDigits: 5, value: 'price', valueDigits: 5, decimals: 2, hasValueCheck: false },
  ],
  digitalLinkDomain: '',
  categories: [],
  taxRules: { pricesIncludeTax: true, cashStepMinor: 1, classes: [{ taxClass: 'standard', rateBasisPoints: 2000 }] },
  staff: [person('ann', 'Ann', 'clerk'), person('bob', 'Bob', 'store-manager')],
};

const readyStatus: TillStatus = {
  online: true,
  lastContactAtMs: 0,
  offlineSinceMs: null,
  waiting: 0,
  lastSequence: 0,
  postedThrough: 0,
  denied: [],
  revoked: false,
  discard: null,
  clockOffsetMs: 0,
  name: 'Front desk',
  instruction: null,
  sellable: true,
  complete: true,
  progress: null,
  trouble: null,
};

export const fakeIdentity: TillIdentity = {
  storeId: 'north',
  storeName: 'North',
  tillNumber: 3,
  token: 't',
  pairedAtMs: 0,
  signingKey: {} as CryptoKey,
  pinKey: {} as CryptoKey,
};

/** The part of a door that is there for tills that end; these do not. */
export const stayingTill: Pick<TillDoor, 'farewell' | 'sayFarewell' | 'clear'> = {
  farewell: async () => null,
  sayFarewell: async () => undefined,
  clear: async () => undefined,
};

/** Managers who answer when a test lets them. */
export class FakeRemoteApprovals implements RemoteApprovals {
  readonly asked: ApprovalAsk[] = [];
  readonly cancelled: string[] = [];
  /** What the next question is answered with. */
  answers: Promise<Result<ApprovalState, RemoteApprovalFailure>>[] = [];

  waiting(requestId: string): ApprovalState {
    return { serverTimeMs: 5, requestId, status: 'waiting', expiresAtMs: 120_005, decidedBy: null, decidedAtMs: null };
  }
  async ask(asked: ApprovalAsk): Promise<Result<ApprovalState, RemoteApprovalFailure>> {
    this.asked.push(asked);
    return ok(this.waiting(asked.requestId));
  }
  async state(): Promise<Result<ApprovalState, RemoteApprovalFailure>> {
    return this.answers.shift() ?? new Promise(() => undefined);
  }
  async cancel(requestId: string): Promise<Result<ApprovalState, RemoteApprovalFailure>> {
    this.cancelled.push(requestId);
    return ok(this.waiting(requestId));
  }
}

/** A till in memory, for the tests of the screens' state: it seals nothing and speaks to nobody. */
export class FakeTill implements Till {
  readonly identity = fakeIdentity;
  status: TillStatus = readyStatus;
  readonly committed: Entry[] = [];
  readonly skus: FoundSku[] = [];
  readonly units: UnitRow[] = [];
  readonly sales = new Map<string, UnitSale>();
  readonly standings: DeliveryStanding[] = [];
  readonly cartons: CartonRow[] = [];
  readonly awaitedCartons: AwaitedCartonRow[] = [];
  readonly recallRows: RecallRow[] = [];
  /** What the server answers about a unit. */
  whereabouts: Result<UnitLookup, LookUpFailure> = fail({ code: 'offline' });
  /** The next commits fail so; with `written` although the entry is there. */
  failing: { code: CommitFailure['code']; written: boolean } | null = null;
  /** Holds commits back until it resolves. */
  gate: Promise<void> = Promise.resolve();
  isClosed = false;
  isEnded = false;
  moveCode: string | null = null;
  listAgeMs = 0;
  #config = fakeConfig;
  readonly #rowListeners = new Set<Parameters<Till['onRows']>[0]>();
  readonly #statusListeners = new Set<(status: TillStatus) => void>();
  #tellConfig: (config: StoreConfig) => void = () => undefined;

  config(): StoreConfig {
    return this.#config;
  }
  setPricing(pricing: NonNullable<StoreConfig['pricing']>): void {
    this.#config = { ...this.#config, pricing };
    this.#tellConfig(this.#config);
  }
  setReturnRules(returnRules: NonNullable<StoreConfig['returnRules']>): void {
    this.#config = { ...this.#config, returnRules };
    this.#tellConfig(this.#config);
  }
  setTenderRules(tenderRules: NonNullable<StoreConfig['tenderRules']>): void {
    this.#config = { ...this.#config, tenderRules };
    this.#tellConfig(this.#config);
  }
  setPoints(points: NonNullable<StoreConfig['points']>): void {
    this.#config = { ...this.#config, points };
  }
  setChainKey(chainKey: NonNullable<StoreConfig['chainKey']>): void {
    this.#config = { ...this.#config, chainKey };
  }
  /** What the server tells of the staff from now on. */
  setStaff(staff: StaffRow[]): void {
    this.#config = { ...this.#config, staff };
    this.#tellConfig(this.#config);
  }
  onStatus(listener: (status: TillStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }
  setStatus(changes: Partial<TillStatus>): void {
    this.status = { ...this.status, ...changes };
    for (const listener of this.#statusListeners) listener(this.status);
  }
  onRows(listener: Parameters<Till['onRows']>[0]): () => void {
    this.#rowListeners.add(listener);
    return () => this.#rowListeners.delete(listener);
  }
  /** Rows of these tables have changed. */
  tellRows(...tables: FeedTable[]): void {
    for (const listener of this.#rowListeners) listener(tables.map((table) => ({ table, keys: null })));
  }
  tellKeys(table: FeedTable, keys: readonly string[]): void {
    for (const listener of this.#rowListeners) listener([{ table, keys }]);
  }
  onConfig(listener: (config: StoreConfig) => void): () => void {
    this.#tellConfig = listener;
    return () => undefined;
  }
  /** Lists and promotions of the chain's own. */
  readonly lists: PriceList[] = [];
  readonly promotions: Promotion[] = [];
  async priceBook(): ReturnType<Till['priceBook']> {
    const lists = [...baseLists(this.#config.currency), ...this.lists];
    return { lists, promotions: compilePromotions(this.promotions) };
  }
  /** What the server answers about online prices. */
  readonly onlineAsked: OnlineQuoteRequest['goods'][] = [];
  online: (goods: OnlineQuoteRequest['goods']) => Promise<Result<OnlineQuote['goods'], LookUpFailure>> = async () =>
    fail({ code: 'offline' });
  onlineQuote(goods: OnlineQuoteRequest['goods']): ReturnType<Till['onlineQuote']> {
    this.onlineAsked.push(goods);
    return this.online(goods);
  }
  /** What the server answers about any credit. */
  creditAnswer: Awaited<ReturnType<Till['credit']>> = fail({ code: 'offline' });
  credit: Till['credit'] = async () => this.creditAnswer;
  /** What the server has of any receipt. */
  receiptAnswer: Awaited<ReturnType<Till['receiptEntries']>> = fail({ code: 'offline' });
  receiptEntries: Till['receiptEntries'] = async () => this.receiptAnswer;
  async skuByGtin(gtin14: string): Promise<FoundSku | null> {
    return this.skus.find((found) => found.gtin14 === gtin14) ?? null;
  }
  async skuById(skuId: string): Promise<FoundSku | null> {
    return this.skus.find((found) => found.sku.skuId === skuId) ?? null;
  }
  async search(text: string, limit: number): Promise<FoundSku[]> {
    return this.skus.filter((found) => found.sku.names.en.includes(text)).slice(0, limit);
  }
  async unit(gtin14: string, serial: string): Promise<UnitRow | null> {
    return this.units.find((unit) => unit.gtin14 === gtin14 && unit.serial === serial) ?? null;
  }
  async unitLife(gtin14: string, serial: string): Promise<UnitHistory> {
    return { unit: await this.unit(gtin14, serial), steps: [], isWhole: true };
  }
  async saleOfUnit(gtin14: string, serial: string): Promise<UnitSale | null> {
    return this.sales.get(unitKey(gtin14, serial)) ?? null;
  }
  async unitElsewhere(): Promise<Result<UnitLookup, LookUpFailure>> {
    return this.whereabouts;
  }
  async deliveries(): Promise<DeliveryStanding[]> {
    return this.standings.filter(({ state }) => !state.isClosed);
  }
  async delivery(deliveryId: string): Promise<DeliveryStanding | null> {
    return this.standings.find(({ delivery }) => delivery.deliveryId === deliveryId) ?? null;
  }
  async cartonsBySscc(sscc: string): Promise<CartonRow[]> {
    return this.cartons.filter((carton) => carton.sscc === sscc);
  }
  async cartonsElsewhere(sscc: string): Promise<AwaitedCartonRow[]> {
    return this.awaitedCartons.filter((carton) => carton.sscc === sscc);
  }
  customerAccounts: Till['customerAccounts'] = async () => [];
  async recalls(): Promise<readonly RecallRow[]> {
    return this.recallRows;
  }
  async onHandAt(): Promise<number> {
    return 5;
  }
  async skusAt(): Promise<string[]> {
    return this.skus.map(({ sku }) => sku.skuId);
  }
  readonly members = new FakeMembers((...entry) => this.commit(...entry));
  async signIn(operatorId: string, pin: string) {
    const staff = this.#config.staff.find((row) => row.operatorId === operatorId);
    if (!staff) return fail({ code: 'unknown-operator' as const });
    return pin === '1234' ? ok(staff) : fail({ code: 'wrong-pin' as const, attemptsLeft: 4 });
  }
  /** The badge of a person is their id in capitals. */
  async staffOfBadge(code: string) {
    const staff = this.config().staff.find((row) => code.includes(row.operatorId.toUpperCase()));
    return staff ? ok(staff) : fail({ code: 'unknown-badge' as const, attemptsLeft: 4 });
  }
  readonly remoteApprovals = new FakeRemoteApprovals();
  readonly printers = new FakeStorePrinters();
  readonly counts = new FakeCounts();
  staffListAgeMs(): number {
    return this.listAgeMs;
  }
  async commit(kind: string, body: Record<string, unknown>, operatorId: string) {
    await this.gate;
    const failing = this.failing;
    if (!failing || failing.written) this.committed.push(this.#entry(kind, body, operatorId));
    const entry = this.committed.at(-1);
    return failing || !entry ? fail({ code: failing?.code ?? 'storage-failed' }) : ok(entry);
  }
  /** Entries of other tills, as if they had come just now. */
  readonly pulled: Entry[] = [];
  readonly #parkingListeners = new Set<() => void>();
  tellParking(): void {
    for (const listener of this.#parkingListeners) listener();
  }
  readonly parking = parkingInMemory(() => [...this.committed, ...this.pulled], this.#parkingListeners);
  async recentTransactions(limit: number): Promise<Entry[]> {
    return [...this.committed, ...this.pulled]
      .filter(({ kind }) => kind === 'retail-transaction')
      .toSorted((a, b) => b.orderedAtMs - a.orderedAtMs)
      .slice(0, limit);
  }
  async entryOfTransaction(transactionId: string): Promise<Entry | null> {
    return this.committed.find((entry) => entry.body.transactionId === transactionId) ?? null;
  }
  async drawer(): Promise<DrawerState> {
    return this.committed.reduce((state, entry) => {
      const fact = factOf(entry);
      return fact.ok ? stepDrawer(state, entry._id, fact.value).state : state;
    }, newDrawer(this.#config.currency));
  }
  async shiftClosings(limit: number): Promise<Entry[]> {
    return this.committed
      .filter(({ kind }) => kind === 'shift-closed')
      .toReversed()
      .slice(0, limit);
  }
  clockMs = 1_700_000_000_000;
  nowMs(): number {
    return this.clockMs;
  }
  async storage() {
    return { persisted: true, usageBytes: 1, quotaBytes: 2 };
  }
  async carryOut() {
    this.isEnded = true;
    return ok({ code: this.moveCode });
  }
  async discard() {
    this.isEnded = true;
    return this.status.waiting;
  }
  async exportWaiting() {
    return fail({ code: 'no-export-key' as const });
  }
  async close(): Promise<void> {
    this.isClosed = true;
  }

  #entry(kind: string, body: Record<string, unknown>, operatorId: string): Entry {
    const sequence = this.committed.length + 1;
    return {
      _id: `0003-${String(sequence).padStart(9, '0')}`,
      version: entryVersionOf(kind),
      kind,
      storeId: 'north',
      tillNumber: 3,
      sequence,
      previousHash: '',
      deviceAtMs: this.nowMs(),
      clockOffsetMs: 0,
      orderedAtMs: this.nowMs(),
      operatorId,
      body,
      hash: '',
      signature: '',
    };
  }
}

function pricesOf(skuId: string, priceMinor: number | null): Pick<FoundSku, 'price' | 'entries'> {
  if (priceMinor === null) return { price: null, entries: [] };
  const price = { skuId, priceMinor, onlinePriceMinor: null };
  return { price, entries: baseEntries(price) };
}

/** A SKU as a search finds it. */
export function fakeSku(skuId: string, priceMinor: number | null, gtin14: string | null = null): FoundSku {
  return {
    sku: {
      skuId,
      names: { en: `Name of ${skuId}`, 'zh-Hant': `${skuId} 的名稱` },
      categoryId: null,
      brand: null,
      taxClass: 'standard',
      tracking: gtin14 === null ? 'quantity' : 'item',
      variant: null,
    },
    ...pricesOf(skuId, priceMinor),
    gtin14,
    onHand: 5,
  };
}
