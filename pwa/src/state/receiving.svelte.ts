import { isPresent } from '#schemas/stock/unit-states.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { DeliveryStanding, FoundSku, Till } from '../db/till-types.ts';
import { Turns } from '../db/turns.ts';
import { arrivalOf } from './receiving-arrivals.ts';
import { takeCarton } from './receiving-cartons.ts';
import {
  addMisdirected,
  addScan,
  addUnknown,
  changeScan,
  countedBefore,
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
import { flagOfUnit, isAwaited, receivedLine, receivingPlace, standingWith, tillOf } from './receiving-goods.ts';
import { ReceivingNews } from './receiving-news.svelte.ts';
import type { ReceivingNotice } from './receiving-notice.ts';
import { ReceivingSitting } from './receiving-sitting.svelte.ts';
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
/** Of what an RFID reader sees at once. */
const tagPortionPieces = 250;

/** Taking goods in: what this tablet scanned and no entry holds yet, and how the delivery stands with it. */
export class Receiving {
  readonly #options: ReceivingOptions;
  readonly #kept: StockDraft<ReceivingDraft>;
  readonly #news: ReceivingNews;
  readonly sitting = new ReceivingSitting();
  #draft = $state.raw<ReceivingDraft | null>(null);
  #base = $state.raw<DeliveryStanding | null>(null);
  #deliveries = $state.raw<readonly DeliveryStanding[] | null>(null);
  /** In the order of the scans. */
  readonly #turns = new Turns();
  /** Units that the server is asked about: a pallet of strange tags must not be a flood. */
  readonly #asking = new Turns();
  #standing = $derived.by(() => standingWith(this.#base, this.#draft));

  constructor(options: ReceivingOptions) {
    this.#options = options;
    this.#kept = new StockDraft(options, receivingDraftSchema);
    this.#news = new ReceivingNews(options.signal);
  }

  /** Null: nothing is being received. */
  get draft(): ReceivingDraft | null {
    return this.#draft;
  }
  /** The delivery with what is in the draft; null: blind, or not known here any more. */
  get standing(): DeliveryStanding | null {
    return this.#standing;
  }
  get notice(): ReceivingNotice | null {
    return this.#news.notice;
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
    return this.#turns.take(async () => {
      const till = this.#options.till();
      return till !== null && this.#open(till, deliveryId, reference, detail);
    });
  }

  async #open(till: Till, deliveryId: string | null, reference: string, detail: readonly string[]): Promise<boolean> {
    if (this.#draft?.deliveryId === deliveryId && this.#draft.reference === reference) return true;
    if (this.#draft !== null && !(await this.#settle())) return false;
    const allowed = await this.#options.gate.pass('receive-goods', [], detail);
    if (allowed === null) return false;
    const standing = deliveryId === null ? null : await till.delivery(deliveryId);
    const isTransfer = standing?.delivery.source.type === 'transfer';
    const placeId = this.#draft?.placeId ?? receivingPlace(till);
    const { approvals } = allowed;
    this.#base = standing;
    this.sitting.begin();
    this.#news.dismiss();
    this.#keep(emptyReceiving({ deliveryId, isTransfer, reference, placeId, approvals }));
    return true;
  }

  /** A scan, as the device read it. While no delivery is open it opens the one that it belongs to. */
  read(raw: string): Promise<void> {
    return this.#turns.take(async () => {
      const till = this.#options.till();
      if (!till) return;
      const scan = await readStockScan(till, raw);
      if (this.#draft !== null || (await this.#arrive(till, scan))) await this.#take(till, scan);
    });
  }

  /** False: the scan belongs to no delivery that is awaited here, which is said, or a second person said no. */
  async #arrive(till: Till, scan: StockScan): Promise<boolean> {
    const arrival = await arrivalOf(till, scan, this.#options.locale());
    if (arrival.type === 'said') {
      this.#news.tell(arrival.code, arrival.told);
      return false;
    }
    const { deliveryId, reference, source } = arrival.standing.delivery;
    return this.#open(till, deliveryId, reference, [source.name, reference]);
  }

  /** What an RFID reader saw: all units are one change of the screen and of the disk, and one sound. */
  readTags(epcs: readonly string[]): Promise<void> {
    return this.#whenOpen(async (till) => {
      const scans = await Promise.all(epcs.map((epc) => readStockScan(till, epc)));
      const units = this.#isClosed ? [] : scans.filter((scan) => scan.type === 'unit');
      const others = units.length > 0 ? scans.filter((scan) => scan.type !== 'unit') : scans;
      this.#news.together(() => {
        for (const unit of units) this.#takeUnit(till, unit);
      });
      this.#kept.keep(this.#draft);
      await this.#settleWhenFull(tagPortionPieces);
      for (const scan of others) await this.#take(till, scan);
    });
  }

  /** Goods that were found by name. */
  add(found: FoundSku, quantity: number): Promise<void> {
    const { gtin14 } = found;
    const scan: StockScan = { type: 'goods', found, gtin14, count: quantity, batch: null, expiresOn: null };
    return this.#whenOpen((till) => this.#take(till, scan));
  }

  putAt(placeId: string): Promise<void> {
    return this.#turns.take(async () => this.#change((draft) => ({ ...draft, placeId })));
  }

  setPieces(scanId: number, quantity: number): Promise<void> {
    return this.#turns.take(async () => this.#change((draft) => setPieces(draft, scanId, quantity)));
  }

  setDamaged(goods: DamagedGoods, damage: Damage): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#draft === null) return;
      this.#keep(setDamaged(this.#draft, goods, damage));
      const pictures = this.#draft.scans.flatMap(({ lines }) => lines.filter(({ photo }) => photo !== null));
      if (pictures.length >= portionPictures) await this.#settle();
    });
  }

  /** Takes a scan back, as long as it is not on record. */
  remove(scanId: number): Promise<void> {
    return this.#turns.take(async () => {
      this.#change((draft) => removeScan(draft, scanId));
      if (this.notice?.scanId === scanId) this.dismiss();
    });
  }

  dismiss(): void {
    this.#news.dismiss();
  }

  /** The carton just named, which another store awaits, waits for it here. */
  setCartonAside(): void {
    if (this.notice?.code === 'carton-other-store') this.#news.tell('carton-set-aside', this.notice);
  }

  /** It stays here after all, and what is in it is scanned: who may expect deliveries for this store decides. */
  acceptCarton(detail: readonly string[]): Promise<boolean> {
    return this.#turns.take(async () => {
      const { notice } = this;
      if (notice?.code !== 'carton-other-store' || this.#draft === null) return false;
      const allowed = await this.#options.gate.pass('announce-delivery', [], detail);
      if (allowed === null) return false;
      const { text: sscc, storeName } = notice;
      const approvals = [...this.#draft.approvals, ...allowed.approvals];
      this.#keep(addMisdirected({ ...this.#draft, approvals }, { sscc, storeName, isAccepted: true }));
      this.#news.tell('carton-accepted', notice);
      return true;
    });
  }

  /** Puts what was scanned on record. False: it could not be, and stays in the draft. */
  settle(): Promise<boolean> {
    return this.#turns.take(() => this.#settle());
  }

  /** As `settle`, when nobody has to be asked: after a while, and when the screen is left. */
  async settleQuietly(): Promise<void> {
    if (this.#options.gate.allowed('receive-goods', this.#draft?.approvals ?? []) !== null) await this.settle();
  }

  /** Puts what was scanned on record and leaves the delivery open for others. */
  leave(): Promise<boolean> {
    return this.#turns.take(async () => {
      if (!(await this.#settle())) return false;
      this.#end();
      return true;
    });
  }

  /** Nothing more is awaited of the delivery: what is missing is short from now on. */
  close(note: string): Promise<boolean> {
    return this.#turns.take(async () => {
      const till = this.#options.till();
      if (!till || !(await this.#settle()) || this.#draft === null || this.#draft.deliveryId === null) return false;
      const { deliveryId, approvals: given } = this.#draft;
      const allowed = await this.#options.gate.pass('receive-goods', given, []);
      if (allowed === null) return false;
      const { operatorId, approvals } = allowed;
      const body = { deliveryId, note, approvals };
      const result = await this.#kept.commit(till, { kind: 'delivery-closed', body, operatorId }, null);
      if (!result.ok) {
        this.#news.tell(result.error.code, {});
        return false;
      }
      this.#end();
      return true;
    });
  }

  async #take(till: Till, scan: StockScan): Promise<void> {
    if (this.#isClosed) return this.#news.tell('closed');
    switch (scan.type) {
      case 'place':
        this.#change((draft) => ({ ...draft, placeId: scan.place.placeId }));
        this.#news.tell('place', { name: nameIn(scan.place.names, this.#options.locale()) });
        return;
      case 'unknown':
        this.#change((draft) => addUnknown(draft, scan.text || '?'));
        this.#news.tell('unknown', { text: scan.text, problem: scan.problem });
        return;
      case 'carton':
        return this.#takeCarton(till, scan);
      case 'goods':
        return this.#takeGoods(scan);
      case 'unit':
        this.#takeUnit(till, scan);
        return this.#settleWhenFull();
    }
  }

  async #takeGoods(scan: Extract<StockScan, { type: 'goods' }>): Promise<void> {
    const { sku } = scan.found;
    const name = skuName(scan.found.sku, this.#options.locale());
    if (sku.tracking === 'item') return this.#news.tell('needs-code', { name });
    const again = this.#draft && countedBefore(this.#draft, sku.skuId);
    if (again) {
      const [scanId, count] = [again.scanId, again.quantity + scan.count];
      this.#change((draft) => setPieces(draft, scanId, count));
      this.#news.tell('received', { name, scanId, count });
    } else {
      const flag = isAwaited(this.#base, sku.skuId) ? null : 'not-announced';
      this.#put({ type: 'goods', name, flag, lines: [receivedLine(scan, this.#draft?.placeId ?? '', [], scan.count)] });
    }
    await this.#settleWhenFull();
  }

  #takeUnit(till: Till, scan: Extract<StockScan, { type: 'unit' }>): void {
    const { draft } = this;
    const { found, gtin14, serial, unit } = scan;
    const name = skuName(found.sku, this.#options.locale());
    const before = draft && scanOfUnit(draft, gtin14, serial);
    const isHere = unit !== null && isPresent(unit.state);
    if (before) this.#news.tell('unit-scanned', { name, text: serial, scanId: before.scanId });
    else if (isHere) this.#news.tell('unit-received', { name, text: serial, tillNumber: tillOf(unit.entryId) });
    if (before || isHere) return;
    const flag = flagOfUnit(unit, draft?.deliveryId ?? null, isAwaited(this.#base, found.sku.skuId));
    this.#put({ type: 'unit', name, flag, lines: [receivedLine(scan, this.#draft?.placeId ?? '', [serial], 1)] });
    if (unit !== null || !till.status.online) return;
    void this.#asking.take(() => this.#askWhose(till, gtin14, serial, name));
  }

  /** A unit that nobody announced here may be another store's. The scan does not wait for the answer. */
  async #askWhose(till: Till, gtin14: string, serial: string, name: string): Promise<void> {
    const answer = await till.unitElsewhere(gtin14, serial);
    const scan = this.#draft && scanOfUnit(this.#draft, gtin14, serial);
    if (!answer.ok || answer.value.elsewhere === null || !scan || this.#draft === null) return;
    this.#keep(changeScan(this.#draft, scan.scanId, { flag: 'other-store' }));
    this.#news.tell('other-store', { name, text: answer.value.elsewhere.storeName, scanId: scan.scanId });
  }

  async #takeCarton(till: Till, scan: Extract<StockScan, { type: 'carton' }>): Promise<void> {
    if (this.#draft === null) return;
    const { code, told, lines, draft } = await takeCarton(till, scan, this.#draft, this.#base?.receipts ?? []);
    if (lines === null) {
      this.#keep(draft);
      this.#news.tell(code, told);
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
    this.#news.tell(code ?? scan.flag ?? 'received', {
      name: scan.name,
      text,
      scanId,
      count: piecesOf(scan.lines),
      ...told,
    });
  }

  async #settleWhenFull(pieces = portionPieces): Promise<void> {
    if (this.#draft !== null && piecesIn(this.#draft) >= pieces) await this.#settle();
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
      this.#news.tell(result.error.code, {});
      return false;
    }
    this.sitting.add(draft);
    this.#keep(rest);
    await this.follow();
    return true;
  }

  #end(): void {
    this.#keep(null);
    this.#base = null;
    this.sitting.begin();
    this.#news.dismiss();
    void this.follow();
  }

  #keep(draft: ReceivingDraft | null): void {
    this.#draft = draft;
    if (!this.#news.isTogether) this.#kept.keep(draft);
  }

  #change(change: (draft: ReceivingDraft) => ReceivingDraft): void {
    if (this.#draft !== null) this.#keep(change(this.#draft));
  }

  get #isClosed(): boolean {
    return this.#base?.state.isClosed === true;
  }

  #whenOpen(work: (till: Till) => Promise<void>): Promise<void> {
    return this.#turns.take(async () => {
      const till = this.#options.till();
      if (till && this.#draft !== null) await work(till);
    });
  }
}
