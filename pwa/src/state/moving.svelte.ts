import type { ScanProblem } from '#schemas/item-code/scanned-code.ts';
import { isPresent } from '#schemas/stock/unit-states.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { CommitFailure, FoundSku, Till } from '../db/till-types.ts';
import { Turns } from '../db/turns.ts';
import {
  addLine,
  lineOfUnit,
  type MovedLine,
  type MoveMode,
  type MovingDraft,
  movedEntry,
  movingDraftSchema,
  nextPart,
  removeLine,
  rightOfMode,
  setLinePieces,
} from './moving-draft.ts';
import { skuName } from './sku-names.svelte.ts';
import { type DraftKeeper, StockDraft } from './stock-draft.ts';
import type { StockGate } from './stock-gate.ts';
import { readStockScan, type StockScan } from './stock-scan.ts';

export type MovingNotice = {
  code:
    | 'added'
    | 'carton'
    | 'carton-empty'
    | 'place'
    | 'unit-scanned'
    | 'there-already'
    | 'needs-code'
    | 'units-only'
    | 'unknown'
    | 'done'
    | CommitFailure['code'];
  name: string;
  text: string;
  /** Why it is no code although it looks like one. */
  problem: ScanProblem | null;
  count: number;
};

export type MovingOptions = DraftKeeper & {
  till: () => Till | null;
  gate: StockGate;
  locale: () => LocaleCode;
  signal: (sound: 'good' | 'bad') => void;
};

/** Goods that are about to be moved, sent, written off or set to another state; put on record in one go. */
export class Moving {
  readonly #options: MovingOptions;
  readonly #kept: StockDraft<MovingDraft>;
  #draft = $state.raw<MovingDraft | null>(null);
  #notice = $state.raw<MovingNotice | null>(null);
  readonly #turns = new Turns();

  constructor(options: MovingOptions) {
    this.#options = options;
    this.#kept = new StockDraft(options, movingDraftSchema);
  }

  get draft(): MovingDraft | null {
    return this.#draft;
  }
  get notice(): MovingNotice | null {
    return this.#notice;
  }

  async attach(till: Till): Promise<void> {
    const { storeId, tillNumber } = till.identity;
    this.#draft = await this.#kept.attach(`onecode-moving-${storeId}-${tillNumber}`, till);
  }

  /** Begins in a mode. What was scanned for another mode goes with it: it is the same heap of goods. */
  start(mode: MoveMode): Promise<void> {
    return this.#turns.take(async () => {
      const till = this.#options.till();
      if (!till) return;
      if (this.#draft !== null) {
        const lines = this.#draft.lines.filter((line) => mode !== 'set' || line.serials.length > 0);
        this.#keep({ ...this.#draft, mode, lines });
        return;
      }
      const config = till.config();
      const floor = config?.salesPlaceId ?? '';
      const room = config?.places.find(({ kind }) => kind === 'stock-room')?.placeId ?? floor;
      this.#keep({
        mode,
        fromPlaceId: room,
        toPlaceId: floor,
        toStoreId: config?.otherStores[0]?.storeId ?? '',
        pick: null,
        reason: 'damaged',
        state: 'in-stock',
        note: '',
        lines: [],
        approvals: [],
        nextLineId: 1,
      });
    });
  }

  /** Other places. In its turn: what was scanned before is looked up at the place it was scanned for. */
  setPlaces(changes: Partial<Pick<MovingDraft, 'fromPlaceId' | 'toPlaceId'>>): Promise<void> {
    return this.#turns.take(async () => this.#change((draft) => ({ ...draft, ...changes })));
  }

  /** Fields that no scan reads, at once: a field that waits behind a scan loses what is typed in the meantime. */
  write(changes: Partial<Pick<MovingDraft, 'toStoreId' | 'pick' | 'reason' | 'state' | 'note'>>): void {
    this.#change((draft) => ({ ...draft, ...changes }));
  }

  read(raw: string): Promise<void> {
    return this.#turns.take(async () => {
      const till = this.#options.till();
      if (till && this.#draft !== null) await this.#take(till, await readStockScan(till, raw));
    });
  }

  add(found: FoundSku): Promise<void> {
    const scan: StockScan = {
      type: 'goods',
      found,
      gtin14: found.gtin14,
      count: 1,
      batch: null,
      expiresOn: null,
    };
    return this.#turns.take(async () => {
      const till = this.#options.till();
      if (till && this.#draft !== null) await this.#take(till, scan);
    });
  }

  setPieces(lineId: number, quantity: number): Promise<void> {
    return this.#turns.take(async () => this.#change((draft) => setLinePieces(draft, lineId, quantity)));
  }

  remove(lineId: number): Promise<void> {
    return this.#turns.take(async () => this.#change((draft) => removeLine(draft, lineId)));
  }

  async undo(): Promise<void> {
    const last = this.#draft?.lines.at(-1);
    if (last) await this.remove(last.lineId);
  }

  dismiss(): void {
    this.#notice = null;
  }

  /** Nothing of it happens. */
  discard(): Promise<void> {
    return this.#turns.take(async () => {
      this.#keep(null);
      this.#notice = null;
    });
  }

  /** Puts it on record. False: somebody said no, or it could not be written and stays in the draft. */
  finish(detail: readonly string[]): Promise<boolean> {
    return this.#turns.take(async () => {
      const { till, gate } = this.#options;
      const [open, draft] = [till(), this.#draft];
      const lines = draft?.lines.filter((line) => draft.mode !== 'place' || line.placeId !== draft.toPlaceId) ?? [];
      if (!open || draft === null || lines.length === 0) return false;
      if (draft.mode === 'supplier' && draft.pick === null) return false;
      const allowed = await gate.pass(rightOfMode[draft.mode], draft.approvals, detail);
      if (allowed === null) return false;
      const { operatorId, approvals } = allowed;
      const storeName = open.config()?.otherStores.find(({ storeId }) => storeId === draft.toStoreId)?.name ?? '';
      // What lies where it is to go already stays there.
      let left: MovingDraft = { ...draft, lines, approvals };
      while (left.lines.length > 0) {
        const part = nextPart(left);
        const { kind, body } = movedEntry(left, part, storeName);
        const rest: MovingDraft = { ...left, lines: left.lines.slice(part.length) };
        const entry = { kind, body: { ...body, approvals }, operatorId };
        const result = await this.#kept.commit(open, entry, rest.lines.length > 0 ? rest : null);
        if (!result.ok) {
          this.#tell(result.error.code, {});
          return false;
        }
        left = rest;
        this.#draft = rest;
      }
      this.#keep(null);
      this.#tell('done', { count: lines.reduce((sum, { quantity }) => sum + quantity, 0) });
      return true;
    });
  }

  async #take(till: Till, scan: StockScan): Promise<void> {
    const { draft } = this;
    if (draft === null) return;
    switch (scan.type) {
      case 'place':
        this.#change((one) => ({ ...one, toPlaceId: scan.place.placeId }));
        this.#tell('place', { name: nameIn(scan.place.names, this.#options.locale()) });
        return;
      case 'unknown':
        this.#tell('unknown', { text: scan.text, problem: scan.problem });
        return;
      case 'goods':
        return this.#takeGoods(till, scan, draft);
      case 'unit':
        this.#takeUnit(scan, draft);
        return;
      case 'carton':
        return this.#takeCarton(till, scan, draft);
    }
  }

  async #takeGoods(till: Till, scan: Extract<StockScan, { type: 'goods' }>, draft: MovingDraft): Promise<void> {
    const { found, gtin14, count } = scan;
    const { skuId, tracking } = found.sku;
    const name = this.#nameOf(found);
    if (tracking === 'item' || draft.mode === 'set') {
      this.#tell(tracking === 'item' ? 'needs-code' : 'units-only', { name });
      return;
    }
    const placeId = draft.fromPlaceId;
    const known = draft.lines.find((line) => line.skuId === skuId && line.placeId === placeId);
    if (known) this.#change((one) => setLinePieces(one, known.lineId, known.quantity + count));
    else if (!this.#isThere(placeId, name)) {
      const onHand = await till.onHandAt(placeId, skuId);
      const goods = { skuId, gtin14, quantity: count, serials: [], batch: null, expiresOn: null };
      this.#change((one) => addLine(one, { ...goods, name, sscc: null, placeId, state: null, onHand }));
    } else return;
    this.#tell('added', { name, count: (known?.quantity ?? 0) + count });
  }

  #takeUnit(scan: Extract<StockScan, { type: 'unit' }>, draft: MovingDraft): void {
    const { found, gtin14, serial, unit } = scan;
    const name = this.#nameOf(found);
    if (lineOfUnit(draft, gtin14, serial)) {
      this.#tell('unit-scanned', { name, text: serial });
      return;
    }
    const placeId = unit !== null && isPresent(unit.state) ? unit.placeId : draft.fromPlaceId;
    if (this.#isThere(placeId, name)) return;
    const origin = { batch: unit?.batch ?? scan.batch, expiresOn: unit?.expiresOn ?? scan.expiresOn };
    const goods = { skuId: found.sku.skuId, gtin14, quantity: 1, serials: [serial], ...origin };
    const state = unit?.state ?? null;
    this.#change((one) => addLine(one, { ...goods, name, sscc: null, placeId, state, onHand: null }));
    this.#tell('added', { name, text: serial, count: 1 });
  }

  /** All units of a carton that are here, by the place where each is. */
  async #takeCarton(till: Till, scan: Extract<StockScan, { type: 'carton' }>, draft: MovingDraft): Promise<void> {
    const { sscc, cartons } = scan;
    const lines: Omit<MovedLine, 'lineId'>[] = [];
    for (const { skuId, gtin14, serials, batch, expiresOn } of cartons[0]?.lines ?? []) {
      if (gtin14 === null || serials.length === 0) continue;
      const found = await till.skuById(skuId);
      const units = (await Promise.all(serials.map((serial) => till.unit(gtin14, serial)))).filter(
        (unit) => unit !== null && isPresent(unit.state) && lineOfUnit(draft, gtin14, unit.serial) === null,
      );
      for (const [placeId, here] of Map.groupBy(units, (unit) => unit?.placeId ?? '')) {
        if (draft.mode === 'place' && placeId === draft.toPlaceId) continue;
        const own = here.flatMap((unit) => (unit === null ? [] : [unit.serial]));
        const goods = { skuId, gtin14, quantity: own.length, serials: own, batch, expiresOn };
        const name = found ? this.#nameOf(found) : skuId;
        lines.push({ ...goods, name, sscc, placeId, state: 'in-stock', onHand: null });
      }
    }
    for (const line of lines) this.#change((one) => addLine(one, line));
    const count = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    this.#tell(count > 0 ? 'carton' : 'carton-empty', { text: sscc, count });
  }

  /** Whether goods are where they are to go already; it is said then. */
  #isThere(placeId: string, name: string): boolean {
    if (this.#draft?.mode !== 'place' || placeId !== this.#draft.toPlaceId) return false;
    this.#tell('there-already', { name });
    return true;
  }

  #nameOf({ sku }: FoundSku): string {
    return skuName(sku, this.#options.locale());
  }

  #change(change: (draft: MovingDraft) => MovingDraft): void {
    if (this.#draft !== null) this.#keep(change(this.#draft));
  }

  #keep(draft: MovingDraft | null): void {
    this.#draft = draft;
    this.#kept.keep(draft);
  }

  #tell(code: MovingNotice['code'], told: Partial<MovingNotice>): void {
    this.#notice = { name: '', text: '', problem: null, count: 0, ...told, code };
    const isGood = code === 'added' || code === 'carton' || code === 'place' || code === 'done';
    this.#options.signal(isGood ? 'good' : 'bad');
  }
}
