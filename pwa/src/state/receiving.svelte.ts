import { isPresent } from '#schemas/stock/unit-states.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { DeliveryStanding, FoundSku, Till } from '../db/till-types.ts';
import { takeCarton } from './receiving-cartons.ts';
import {
  addMisdirected,
  addScan,
  addUnknown,
  changeScan,
  type Damage,
  type DamagedGoods,
  emptyReceiving,
  isPending,
  piecesIn,
  piecesOf,
  portionOf,
  type ReceivedScan,
  type ReceivingDraft,
  receivingDraftSchema,
  removeScan,
  scanOfUnit,
  setDamaged,
  setPieces,
} from './receiving-draft.ts';
import { flagOfUnit, receivedLine, receivingPlace, standingWith, tillOf } from './receiving-goods.ts';
import { isGood, noNotice, type ReceivingNotice } from './receiving-notice.ts';
import { skuName } from './sku-names.svelte.ts';
import { type DraftKeeper, StockDraft } from './stock-draft.ts';
import type { StockGate } from './stock-gate.ts';
import { readStockScan, type StockScan } from './stock-scan.ts';

export type ReceivingOptions = DraftKeeper & {
  till: () => Till | null;
  gate: StockGate;
  locale: () => LocaleCode;
  signal: (sound: 'good' | 'bad') => void;
};

/** A portion is put on record when it has as many pieces, or as many pictures. */
const portionPieces = 50;
const portionPictures = 4;

/** Taking goods in: what this tablet scanned and no entry holds yet, and how the delivery stands with it. */
export class Receiving {
  readonly #options: ReceivingOptions;
  readonly #kept: StockDraft<ReceivingDraft>;
  #draft = $state.raw<ReceivingDraft | null>(null);
  #base = $state.raw<DeliveryStanding | null>(null);
  #done = $state.raw<readonly ReceivedScan[]>([]);
  #doneUnknown = $state(0);
  #notice = $state.raw<ReceivingNotice | null>(null);
  #deliveries = $state.raw<readonly DeliveryStanding[] | null>(null);
  #queue: Promise<unknown> = Promise.resolve();
  #standing = $derived.by(() => standingWith(this.#base, this.#draft));

  constructor(options: ReceivingOptions) {
    this.#options = options;
    this.#kept = new StockDraft(options, receivingDraftSchema);
  }

  /** Null: nothing is being received. */
  get draft(): ReceivingDraft | null {
    return this.#draft;
  }
  /** The delivery with what is in the draft; null: blind, or not known here any more. */
  get standing(): DeliveryStanding | null {
    return this.#standing;
  }
  /** Scans of this sitting that are on record, latest first. */
  get done(): readonly ReceivedScan[] {
    return this.#done;
  }
  /** How often something unknown was scanned, of what is on record. */
  get doneUnknown(): number {
    return this.#doneUnknown;
  }
  get notice(): ReceivingNotice | null {
    return this.#notice;
  }
  /** Null: not read yet. */
  get deliveries(): readonly DeliveryStanding[] | null {
    return this.#deliveries;
  }

  async attach(till: Till): Promise<void> {
    const { storeId, tillNumber } = till.identity;
    this.#draft = await this.#kept.attach(`onecode-receiving-${storeId}-${tillNumber}`, till);
    if (this.#draft !== null) await this.follow();
  }

  /** Rows have changed: other tablets receive too. */
  async follow(): Promise<void> {
    const till = this.#options.till();
    if (!till) return;
    this.#deliveries = await till.deliveries();
    const id = this.#draft?.deliveryId ?? null;
    const base = id === null ? null : await till.delivery(id);
    if ((this.#draft?.deliveryId ?? null) === id) this.#base = base;
  }

  /** Begins, or goes on with, a delivery; null: goods that nobody announced. False: a second person said no. */
  open(deliveryId: string | null, reference: string, detail: readonly string[]): Promise<boolean> {
    return this.#inTurn(async () => {
      const till = this.#options.till();
      if (!till) return false;
      if (this.#draft?.deliveryId === deliveryId && this.#draft.reference === reference) return true;
      if (this.#draft !== null && !(await this.#settle())) return false;
      const allowed = await this.#options.gate.pass('receive-goods', [], detail);
      if (allowed === null) return false;
      const standing = deliveryId === null ? null : await till.delivery(deliveryId);
      const isTransfer = standing?.delivery.source.type === 'transfer';
      const placeId = this.#draft?.placeId ?? receivingPlace(till);
      const { approvals } = allowed;
      this.#base = standing;
      this.#done = [];
      this.#doneUnknown = 0;
      this.#notice = null;
      this.#keep(emptyReceiving({ deliveryId, isTransfer, reference, placeId, approvals }));
      return true;
    });
  }

  /** A scan, as the device read it. */
  read(raw: string): Promise<void> {
    return this.#inTurn(async () => {
      const till = this.#options.till();
      if (till && this.#draft !== null) await this.#take(till, await readStockScan(till, raw));
    });
  }

  /** Goods that were found by name. */
  add(found: FoundSku, quantity: number): Promise<void> {
    const { gtin14 } = found;
    const scan: StockScan = { type: 'goods', found, gtin14, count: quantity, batch: null, expiresOn: null };
    return this.#inTurn(async () => {
      const till = this.#options.till();
      if (till && this.#draft !== null) await this.#take(till, scan);
    });
  }

  putAt(placeId: string): Promise<void> {
    return this.#inTurn(async () => this.#change((draft) => ({ ...draft, placeId })));
  }

  setPieces(scanId: number, quantity: number): Promise<void> {
    return this.#inTurn(async () => this.#change((draft) => setPieces(draft, scanId, quantity)));
  }

  setDamaged(goods: DamagedGoods, damage: Damage): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#draft === null) return;
      this.#keep(setDamaged(this.#draft, goods, damage));
      const pictures = this.#draft.scans.flatMap(({ lines }) => lines.filter(({ photo }) => photo !== null));
      if (pictures.length >= portionPictures) await this.#settle();
    });
  }

  /** Takes a scan back, as long as it is not on record. */
  remove(scanId: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#change((draft) => removeScan(draft, scanId));
      if (this.#notice?.scanId === scanId) this.#notice = null;
    });
  }

  /** Takes the last scan back. */
  async undo(): Promise<void> {
    await this.remove(this.#draft?.scans.at(-1)?.scanId ?? 0);
  }

  dismiss(): void {
    this.#notice = null;
  }

  /** The carton just named, which another store awaits, waits for it here. */
  setCartonAside(): void {
    if (this.#notice?.code === 'carton-other-store') this.#tell('carton-set-aside', this.#notice);
  }

  /** It stays here after all, and what is in it is scanned: who may expect deliveries for this store decides. */
  acceptCarton(detail: readonly string[]): Promise<boolean> {
    return this.#inTurn(async () => {
      const { notice } = this;
      if (notice?.code !== 'carton-other-store' || this.#draft === null) return false;
      const allowed = await this.#options.gate.pass('announce-delivery', [], detail);
      if (allowed === null) return false;
      const { text: sscc, storeName } = notice;
      const approvals = [...this.#draft.approvals, ...allowed.approvals];
      this.#keep(addMisdirected({ ...this.#draft, approvals }, { sscc, storeName, isAccepted: true }));
      this.#tell('carton-accepted', notice);
      return true;
    });
  }

  /** Puts what was scanned on record. False: it could not be, and stays in the draft. */
  settle(): Promise<boolean> {
    return this.#inTurn(() => this.#settle());
  }

  /** As `settle`, when nobody has to be asked: after a while, and when the screen is left. */
  async settleQuietly(): Promise<void> {
    if (this.#options.gate.allowed('receive-goods', this.#draft?.approvals ?? []) !== null) await this.settle();
  }

  /** Puts what was scanned on record and leaves the delivery open for others. */
  leave(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!(await this.#settle())) return false;
      this.#end();
      return true;
    });
  }

  /** Nothing more is awaited of the delivery: what is missing is short from now on. */
  close(note: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const till = this.#options.till();
      if (!till || !(await this.#settle()) || this.#draft === null || this.#draft.deliveryId === null) return false;
      const { deliveryId, approvals: given } = this.#draft;
      const allowed = await this.#options.gate.pass('receive-goods', given, []);
      if (allowed === null) return false;
      const { operatorId, approvals } = allowed;
      const body = { deliveryId, note, approvals };
      const result = await this.#kept.commit(till, { kind: 'delivery-closed', body, operatorId }, null);
      if (!result.ok) {
        this.#tell(result.error.code, {});
        return false;
      }
      this.#end();
      return true;
    });
  }

  async #take(till: Till, scan: StockScan): Promise<void> {
    if (this.#standing?.state.isClosed) {
      this.#tell('closed', {});
      return;
    }
    switch (scan.type) {
      case 'place':
        this.#change((draft) => ({ ...draft, placeId: scan.place.placeId }));
        this.#tell('place', { name: nameIn(scan.place.names, this.#options.locale()) });
        return;
      case 'unknown':
        this.#change((draft) => addUnknown(draft, scan.text || '?'));
        this.#tell('unknown', { text: scan.text });
        return;
      case 'carton':
        return this.#takeCarton(till, scan);
      case 'goods':
        return this.#takeGoods(scan);
      case 'unit':
        return this.#takeUnit(till, scan);
    }
  }

  async #takeGoods(scan: Extract<StockScan, { type: 'goods' }>): Promise<void> {
    const { sku } = scan.found;
    const name = this.#nameOf(scan.found);
    if (sku.tracking === 'item') {
      this.#tell('needs-code', { name });
      return;
    }
    const again = this.#draft?.scans.at(-1);
    const [line] = again?.lines ?? [];
    if (again?.type === 'goods' && again.lines.length === 1 && line?.skuId === sku.skuId && this.#isHere(line)) {
      this.#change((draft) => setPieces(draft, again.scanId, line.quantity + scan.count));
      this.#tell('received', { name, scanId: again.scanId, count: line.quantity + scan.count });
    } else {
      const flag = this.#isAwaited(sku.skuId) ? null : 'not-announced';
      this.#put({ type: 'goods', name, flag, lines: [receivedLine(scan, this.#placeId, [], scan.count)] });
    }
    await this.#settleWhenFull();
  }

  async #takeUnit(till: Till, scan: Extract<StockScan, { type: 'unit' }>): Promise<void> {
    const { draft } = this;
    const { found, gtin14, serial, unit } = scan;
    const name = this.#nameOf(found);
    const before = draft && scanOfUnit(draft, gtin14, serial);
    if (before) {
      this.#tell('unit-scanned', { name, text: serial, scanId: before.scanId });
      return;
    }
    if (unit !== null && isPresent(unit.state)) {
      this.#tell('unit-received', { name, text: serial, tillNumber: tillOf(unit.entryId) });
      return;
    }
    const flag = flagOfUnit(unit, draft?.deliveryId ?? null, this.#isAwaited(found.sku.skuId));
    this.#put({ type: 'unit', name, flag, lines: [receivedLine(scan, this.#placeId, [serial], 1)] });
    if (unit === null && till.status.online) void this.#askWhose(till, gtin14, serial, name);
    await this.#settleWhenFull();
  }

  /** A unit that nobody announced here may be another store's. The scan does not wait for the answer. */
  async #askWhose(till: Till, gtin14: string, serial: string, name: string): Promise<void> {
    const answer = await till.unitElsewhere(gtin14, serial);
    const scan = this.#draft && scanOfUnit(this.#draft, gtin14, serial);
    if (!answer.ok || answer.value.elsewhere === null || !scan || this.#draft === null) return;
    this.#keep(changeScan(this.#draft, scan.scanId, { flag: 'other-store' }));
    this.#tell('other-store', { name, text: answer.value.elsewhere.storeName, scanId: scan.scanId });
  }

  async #takeCarton(till: Till, scan: Extract<StockScan, { type: 'carton' }>): Promise<void> {
    if (this.#draft === null) return;
    const { code, told, lines, draft } = await takeCarton(till, scan, this.#draft, this.#base?.receipts ?? []);
    if (lines === null) {
      this.#keep(draft);
      this.#tell(code, told);
      return;
    }
    // One portion a carton; this one can still be taken back.
    if (isPending(draft)) await this.#settle();
    this.#put({ type: 'carton', name: scan.sscc, flag: null, lines }, code, told);
  }

  #put(scan: Omit<ReceivedScan, 'scanId'>, code?: ReceivingNotice['code'], told: Partial<ReceivingNotice> = {}): void {
    if (this.#draft === null) return;
    const scanId = this.#draft.nextScanId;
    this.#keep(addScan(this.#draft, scan));
    const text = scan.lines[0]?.serials[0] ?? '';
    this.#tell(code ?? scan.flag ?? 'received', {
      name: scan.name,
      text,
      scanId,
      count: piecesOf(scan.lines),
      ...told,
    });
  }

  async #settleWhenFull(): Promise<void> {
    if (this.#draft !== null && piecesIn(this.#draft) >= portionPieces) await this.#settle();
  }

  async #settle(): Promise<boolean> {
    const { till, gate } = this.#options;
    const [open, draft] = [till(), this.#draft];
    if (draft === null || !isPending(draft)) return true;
    if (!open) return false;
    const allowed = await gate.pass('receive-goods', draft.approvals, []);
    if (allowed === null) return false;
    const { operatorId, approvals } = allowed;
    const { body, rest } = portionOf(draft, approvals);
    const result = await this.#kept.commit(open, { kind: 'goods-received', body, operatorId }, rest);
    if (!result.ok) {
      this.#tell(result.error.code, {});
      return false;
    }
    this.#done = [...draft.scans.toReversed(), ...this.#done].slice(0, 30);
    this.#doneUnknown += draft.unknown.reduce((sum, { count }) => sum + count, 0);
    this.#keep(rest);
    await this.follow();
    return true;
  }

  #end(): void {
    this.#keep(null);
    this.#base = null;
    this.#done = [];
    this.#notice = null;
    void this.follow();
  }

  #keep(draft: ReceivingDraft | null): void {
    this.#draft = draft;
    this.#kept.keep(draft);
  }

  #change(change: (draft: ReceivingDraft) => ReceivingDraft): void {
    if (this.#draft !== null) this.#keep(change(this.#draft));
  }

  get #placeId(): string {
    return this.#draft?.placeId ?? '';
  }

  #isHere(line: { placeId: string; condition: string }): boolean {
    return line.placeId === this.#placeId && line.condition === 'good';
  }

  #isAwaited(skuId: string): boolean {
    return this.#base === null || this.#base.delivery.skus.some((sku) => sku.skuId === skuId);
  }

  #nameOf({ sku }: FoundSku): string {
    return skuName(sku, this.#options.locale());
  }

  #tell(code: ReceivingNotice['code'], told: Partial<ReceivingNotice>): void {
    this.#notice = { ...noNotice, ...told, code };
    this.#options.signal(isGood(code) ? 'good' : 'bad');
  }

  /** One after the other, in the order of the scans. */
  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = this.#queue.then(work);
    this.#queue = next.catch(console.error);
    return next;
  }
}
