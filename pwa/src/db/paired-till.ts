import { assert } from '#schemas/assert.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { entryVersionOf, factOf } from '#schemas/journal/kinds.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import type { CartonRow, RecallRow } from '#schemas/stock/delivery.ts';
import { onHand, stockKey } from '#schemas/stock/stock-row.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import type { TillInstruction } from '#schemas/sync/instruction.ts';
import type { CountBook } from './count-book.ts';
import { emergencyExport } from './emergency-export.ts';
import type { OldEntries } from './old-entries.ts';
import type { OwnJournal } from './own-journal.ts';
import { type PendingEffects, rowsTouched } from './pending-effects.ts';
import type { PinCheck } from './pin-check.ts';
import type { RowsStore } from './rows-store.ts';
import type { StatusBoard } from './status-board.ts';
import type { StepIndex } from './step-index.ts';
import type { TillCounts } from './till-counts.ts';
import type { TillDeliveries } from './till-deliveries.ts';
import type { TillDrawer } from './till-drawer.ts';
import { membersView, type TillMembers } from './till-members.ts';
import type { TillParking } from './till-parking.ts';
import { entriesOf, readPriceBook } from './till-prices.ts';
import type { TillRecalls } from './till-recalls.ts';
import type { TillSearch } from './till-search.ts';
import type { TillSync } from './till-sync.ts';
import type {
  CommitFailure,
  DeliveryStanding,
  EmergencyExport,
  ExportFailure,
  FoundSku,
  Parking,
  RemoteApprovals,
  SignInFailure,
  StorePrinters,
  Till,
  TillIdentity,
  TillStatus,
  UnitHistory,
  UnitSale,
} from './till-types.ts';
import type { TillUnits } from './till-units.ts';
import { latestTransactions, ownTransaction } from './transactions.ts';

export type TillParts = {
  identity: TillIdentity;
  rows: RowsStore;
  journal: OwnJournal;
  pending: PendingEffects;
  search: TillSearch;
  members: TillMembers;
  deliveries: TillDeliveries;
  recalls: TillRecalls;
  drawer: TillDrawer;
  parking: TillParking;
  units: TillUnits;
  whereabouts: Till['unitElsewhere'];
  onlineQuote: Till['onlineQuote'];
  credit: Till['credit'];
  customerAccounts: Till['customerAccounts'];
  receiptEntries: Till['receiptEntries'];
  pins: PinCheck;
  remoteApprovals: RemoteApprovals;
  printers: StorePrinters;
  sayDone: (instruction: TillInstruction, lastSequence: number) => ReturnType<Till['carryOut']>;
  sayDiscarded: (instructionId: string, lostEntries: number) => Promise<void>;
  sync: TillSync;
  board: StatusBoard;
  others: PouchDB.Database<Entry>;
  old: OldEntries;
  steps: StepIndex;
  counts: TillCounts;
  countBook: CountBook;
  /** The device's clock. */
  deviceNowMs: () => number;
};

type RowsListener = Parameters<Till['onRows']>[0];

/** One paired till: what screens and commands see of rows, journal and synchronisation. */
export class PairedTill implements Till {
  readonly #parts: TillParts;
  readonly #rowsListeners = new Set<RowsListener>();
  readonly #configListeners = new Set<(config: StoreConfig) => void>();
  #configTold: StoreConfig | null;
  #closing: Promise<void> | null = null;
  /** It says that it made its last entry, or has said so. */
  #isEnding = false;
  #writing = 0;
  /** The last entry is of this session: it need not be read to know which basket it was. */
  #isLastKnown = false;
  /** Commits of this session by the transaction they record: a second tap on "finish" is no second sale. */
  readonly #committed = new Map<string, Promise<Result<Entry, CommitFailure>>>();

  readonly receiptEntries: Till['receiptEntries'];
  readonly credit: Till['credit'];
  readonly customerAccounts: Till['customerAccounts'];
  readonly members: Till['members'];

  constructor(parts: TillParts) {
    this.#parts = parts;
    this.receiptEntries = parts.receiptEntries;
    this.credit = parts.credit;
    this.customerAccounts = parts.customerAccounts;
    this.members = membersView(parts.members, (...entry) => this.commit(...entry));
    this.#configTold = parts.rows.config;
    parts.sync.onRows((changes) => {
      for (const listener of this.#rowsListeners) listener([...changes]);
      const { config } = parts.rows;
      if (config === this.#configTold || config === null) return;
      this.#configTold = config;
      for (const listener of this.#configListeners) listener(config);
    });
  }

  get identity(): TillIdentity {
    return this.#parts.identity;
  }

  get status(): TillStatus {
    return this.#parts.board.status;
  }

  onStatus(listener: (status: TillStatus) => void): () => void {
    return this.#parts.board.listen(listener);
  }

  onRows(listener: RowsListener): () => void {
    this.#rowsListeners.add(listener);
    return () => this.#rowsListeners.delete(listener);
  }

  config(): StoreConfig | null {
    return this.#parts.rows.config;
  }

  onConfig(listener: (config: StoreConfig) => void): () => void {
    this.#configListeners.add(listener);
    return () => this.#configListeners.delete(listener);
  }

  priceBook(): ReturnType<Till['priceBook']> {
    return readPriceBook(this.#parts.rows);
  }

  async skuByGtin(gtin14: string): Promise<FoundSku | null> {
    const row = await this.#parts.rows.get('gtin', gtin14);
    return row === null ? null : this.#found(row.skuId, gtin14);
  }

  async skuById(skuId: string): Promise<FoundSku | null> {
    return this.#found(skuId, await this.#parts.search.gtinOf(skuId));
  }

  async search(text: string, limit: number): Promise<FoundSku[]> {
    const hits = await this.#parts.search.find(text, limit);
    const found = await Promise.all(hits.map(({ skuId, gtin14 }) => this.#found(skuId, gtin14)));
    return found.filter((sku) => sku !== null);
  }

  async #found(skuId: string, gtin14: string | null): Promise<FoundSku | null> {
    const { rows, pending } = this.#parts;
    const placeId = rows.config?.salesPlaceId ?? null;
    const [sku, price, listed, stock] = await Promise.all([
      rows.get('sku', skuId),
      rows.get('price', skuId),
      rows.get('sku-price', skuId),
      placeId === null ? null : pending.stock(stockKey(placeId, skuId)),
    ]);
    if (sku === null) return null;
    return { sku, price, entries: entriesOf(price, listed), gtin14, onHand: stock === null ? 0 : onHand(stock) };
  }

  unit(gtin14: string, serial: string): ReturnType<Till['unit']> {
    return this.#parts.pending.unit(unitKey(gtin14, serial));
  }

  unitLife(gtin14: string, serial: string): Promise<UnitHistory> {
    return this.#parts.units.life(gtin14, serial);
  }

  saleOfUnit(gtin14: string, serial: string): Promise<UnitSale | null> {
    return this.#parts.units.sale(gtin14, serial);
  }

  onlineQuote(goods: Parameters<Till['onlineQuote']>[0]): ReturnType<Till['onlineQuote']> {
    return this.#parts.onlineQuote(goods);
  }

  unitElsewhere(gtin14: string, serial: string): ReturnType<Till['unitElsewhere']> {
    return this.#parts.whereabouts(gtin14, serial);
  }

  deliveries(): Promise<DeliveryStanding[]> {
    return this.#parts.deliveries.open();
  }

  delivery(deliveryId: string): Promise<DeliveryStanding | null> {
    return this.#parts.deliveries.byId(deliveryId);
  }

  cartonsBySscc(sscc: string): Promise<CartonRow[]> {
    return this.#parts.deliveries.cartons(sscc);
  }

  cartonsElsewhere(sscc: string): ReturnType<Till['cartonsElsewhere']> {
    return this.#parts.deliveries.elsewhere(sscc, this.nowMs());
  }

  recalls(): Promise<readonly RecallRow[]> {
    return this.#parts.recalls.open();
  }

  async onHandAt(placeId: string, skuId: string): Promise<number> {
    const row = await this.#parts.pending.stock(stockKey(placeId, skuId));
    return row === null ? 0 : onHand(row);
  }

  skusAt(placeId: string): Promise<string[]> {
    return this.#parts.pending.skusAt(placeId);
  }

  async signIn(operatorId: string, pin: string): Promise<Result<StaffRow, SignInFailure>> {
    const staff = this.config()?.staff.find((row) => row.operatorId === operatorId);
    return staff === undefined ? fail({ code: 'unknown-operator' }) : this.#parts.pins.check(staff, pin);
  }

  staffOfBadge(code: string): ReturnType<Till['staffOfBadge']> {
    return this.#parts.pins.whose(this.config()?.staff ?? [], code);
  }

  get remoteApprovals(): RemoteApprovals {
    return this.#parts.remoteApprovals;
  }

  get printers(): StorePrinters {
    return this.#parts.printers;
  }

  get parking(): Parking {
    return this.#parts.parking;
  }

  get counts(): TillCounts {
    return this.#parts.counts;
  }

  staffListAgeMs(): number {
    const contactAtMs = this.#parts.rows.position?.contactAtMs;
    const ageMs = contactAtMs === undefined ? Number.MAX_SAFE_INTEGER : this.#parts.deviceNowMs() - contactAtMs;
    // A clock that was set back must not make an old list young.
    return ageMs < -60_000 ? Number.MAX_SAFE_INTEGER : Math.max(0, Math.round(ageMs));
  }

  commit(kind: string, body: Record<string, unknown>, operatorId: string): Promise<Result<Entry, CommitFailure>> {
    // M1: what cannot be posted is never put on record; a body that does not add up is a fault of ours.
    const fact = factOf({ kind, version: entryVersionOf(kind), body });
    assert(fact.ok, `an entry can be posted: ${fact.ok ? '' : `${fact.error.code} ${fact.error.detail}`}`);
    if (fact.value.kind !== 'retail-transaction') return this.#commit(kind, body, operatorId);
    const { transactionId } = fact.value.body;
    const before = this.#committed.get(transactionId);
    if (before !== undefined) return before;
    const committing = this.#commitOnce(transactionId, kind, body, operatorId);
    this.#committed.set(transactionId, committing);
    void committing.then((result) => {
      if (!result.ok) this.#committed.delete(transactionId);
    });
    return committing;
  }

  /** The same basket is committed at most once, even when the tab died between the put and its answer. */
  async #commitOnce(
    transactionId: string,
    kind: string,
    body: Record<string, unknown>,
    operatorId: string,
  ): Promise<Result<Entry, CommitFailure>> {
    const last = this.#isLastKnown ? undefined : (await this.#parts.journal.latest(1).catch(() => []))[0];
    if (last?.kind === kind && last.body.transactionId === transactionId) return ok(last);
    const result = await this.#commit(kind, body, operatorId);
    this.#isLastKnown = result.ok;
    return result;
  }

  async #commit(
    kind: string,
    body: Record<string, unknown>,
    operatorId: string,
  ): Promise<Result<Entry, CommitFailure>> {
    const { journal, rows, pending, board, sync, deviceNowMs } = this.#parts;
    if (this.#isEnding) return fail({ code: 'not-owner' });
    if (journal.isBehind(rows.posted)) return fail({ code: 'storage-failed' });
    this.#writing += 1;
    const result = await journal.commit({
      kind,
      version: entryVersionOf(kind),
      body,
      operatorId,
      deviceAtMs: Math.round(deviceNowMs()),
      clockOffsetMs: sync.clockOffsetMs,
      seenOrderedAtMs: rows.position?.orderedAtMs ?? 0,
    });
    this.#writing -= 1;
    if (!result.ok) {
      const { code } = result.error;
      if (code === 'storage-full' || code === 'storage-failed') board.trouble('journal', code);
      return result;
    }
    board.trouble('journal', null);
    pending.add(result.value);
    this.#parts.drawer.add(result.value);
    void this.#parts.parking.add(result.value).catch(console.error);
    if (result.value.kind === 'goods-counted') this.#parts.countBook.follow();
    board.update({ waiting: pending.waiting, lastSequence: journal.lastSequence });
    const changes = rowsTouched(result.value);
    for (const listener of this.#rowsListeners) listener(changes);
    return result;
  }

  recentTransactions(limit: number): Promise<Entry[]> {
    return latestTransactions(this.#parts.journal, this.#parts.others, limit);
  }

  entryOfTransaction(transactionId: string): Promise<Entry | null> {
    return ownTransaction(this.#parts.journal, transactionId);
  }

  drawer(): ReturnType<Till['drawer']> {
    return this.#parts.drawer.state();
  }

  shiftClosings(limit: number): Promise<Entry[]> {
    return this.#parts.drawer.closings(limit);
  }

  nowMs(): number {
    return this.#parts.deviceNowMs() + (this.#parts.sync.clockOffsetMs ?? 0);
  }

  async storage(): Promise<{ persisted: boolean; usageBytes: number | null; quotaBytes: number | null }> {
    const storage = globalThis.navigator?.storage as StorageManager | undefined;
    const persisted = (await storage?.persisted?.()) ?? false;
    const estimate = await storage?.estimate?.();
    return { persisted, usageBytes: estimate?.usage ?? null, quotaBytes: estimate?.quota ?? null };
  }

  async carryOut(): ReturnType<Till['carryOut']> {
    const { board, journal, pending, sayDone } = this.#parts;
    const { instruction, denied } = board.status;
    assert(instruction !== null, 'a till ends only when the back office asks it to');
    // First, so that no entry slips in behind the number that is told.
    this.#isEnding = true;
    const isAllSent = this.#writing === 0 && pending.waiting === 0 && denied.length === 0;
    const done = isAllSent
      ? await sayDone(instruction, journal.lastSequence)
      : fail({ code: 'entries-waiting' as const });
    this.#isEnding = done.ok;
    return done;
  }

  async discard(): Promise<number> {
    const { board, pending, sayDiscarded } = this.#parts;
    const { discard } = board.status;
    assert(discard !== null, 'a till is discarded only when the back office asks for it');
    this.#isEnding = true;
    const lostEntries = pending.waiting;
    await sayDiscarded(discard, lostEntries);
    return lostEntries;
  }

  exportWaiting(): Promise<Result<EmergencyExport, ExportFailure>> {
    const { journal, identity, rows } = this.#parts;
    return emergencyExport({ journal, identity, posted: rows.posted, config: rows.config, nowMs: this.nowMs() });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { sync, journal, rows, pins, others, old, steps, drawer, parking, countBook, members } = this.#parts;
    old.stop();
    await steps.close();
    await countBook.close();
    await drawer.close();
    await parking.close();
    await members.close();
    await journal.close();
    await sync.close();
    await others.close();
    rows.close();
    pins.close();
  }
}
