import type { CountMeans } from '#schemas/stock/count-entries.ts';
import type { CountRow } from '#schemas/stock/count-row.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { FoundSku, Till } from '../db/till-types.ts';
import { cartonUnits } from './count-carton.ts';
import type { CountNews } from './count-news.svelte.ts';
import { isAskedFor, taskAt } from './count-places.ts';
import type { CountProgress } from './count-progress.svelte.ts';
import { CountTally } from './count-tally.ts';
import { verdictOfUnit } from './count-verdict.ts';
import type { CountTarget, CountWriter } from './count-writer.ts';
import { NextFrame } from './next-frame.ts';
import { skuName } from './sku-names.svelte.ts';
import type { StockScan } from './stock-scan.ts';

/** What may be taken back: a unit, or pieces. */
type Done =
  | { type: 'unit'; skuId: string; gtin14: string; serial: string; name: string }
  | { type: 'number'; skuId: string; gtin14: string | null; quantity: number; name: string };
const longestUndo = 50;
const sumEveryMs = 250;

export type CountHandOptions = {
  till: () => Till | null;
  operatorId: () => string | null;
  locale: () => LocaleCode;
  row: () => CountRow | null;
  news: CountNews;
  progress: CountProgress;
  writer: CountWriter;
};

/** What one person does at a shelf: each scan is judged, counted, said, and handed on to be put on record. */
export class CountHand {
  readonly #options: CountHandOptions;
  #target: CountTarget | null = null;
  #tally = new CountTally();
  /** Raised when the tally has changed. */
  #changes = $state(0);
  readonly #frame = new NextFrame(() => {
    this.#changes += 1;
  });
  #summed = $state(0);
  #summing: ReturnType<typeof setTimeout> | null = null;
  #isTogether = false;
  #isStale = false;
  #done: readonly Done[] = [];
  #unknowns = new Set<string>();

  constructor(options: CountHandOptions) {
    this.#options = options;
  }

  get canUndo(): boolean {
    void this.#changes;
    return this.#done.length > 0;
  }
  /** What is counted so far; read anew after each change. */
  get tally(): CountTally {
    void this.#changes;
    return this.#tally;
  }

  /** The same, a little late: for sums beside the counter, which nobody reads scan by scan. */
  get summedTally(): CountTally {
    void this.#summed;
    return this.#tally;
  }

  /** Another shelf; `tally` with what was counted in the stock-take so far. */
  begin(target: CountTarget, tally: CountTally): void {
    this.#target = target;
    this.#tally = tally;
    this.#unknowns = new Set();
    this.#done = [];
    this.#changes += 1;
    this.#summed += 1;
  }

  /** Pieces of a SKU counted on this shelf by number. */
  piecesOf(skuId: string): number {
    return this.tally.of(this.#placeId, this.#pass).numbers.get(skuId) ?? 0;
  }

  setPieces(found: FoundSku, quantity: number, isMore: boolean): void {
    const { skuId } = found.sku;
    const { numbers } = this.#tally.of(this.#placeId, this.#pass);
    this.#addPieces(found, isMore ? quantity : quantity - (numbers.get(skuId) ?? 0), 'number-pad');
    this.#tellPieces(found);
  }

  /** All but a shelf's own code. */
  async take(till: Till, scan: Exclude<StockScan, { type: 'place' }>, raw: string, how: CountMeans): Promise<void> {
    switch (scan.type) {
      case 'unknown':
        this.#takeUnknown(raw, scan);
        return;
      case 'carton':
        return this.#takeCarton(till, scan);
      case 'unit':
        this.#takeUnit(till, scan, how);
        return;
      case 'goods':
        this.#takeGoods(scan, how);
    }
  }

  #takeGoods({ found, count }: Extract<StockScan, { type: 'goods' }>, how: CountMeans): void {
    const { news } = this.#options;
    // Weighed goods are pieces, one for each label or weighing: so the books have them, which know no grams.
    if (found.sku.tracking === 'item') news.tell('needs-code', { name: this.#nameOf(found), found });
    else {
      this.#addPieces(found, count, how);
      this.#tellPieces(found);
    }
  }

  /** Takes the last one back. */
  undo(): void {
    const last = this.#done.at(-1);
    if (last === undefined) return;
    this.#done = this.#done.slice(0, -1);
    const { skuId, name } = last;
    if (last.type === 'number') this.#addNumber(last.skuId, last.gtin14, -last.quantity, 'number-pad');
    else {
      const { gtin14, serial } = last;
      const told = { placeId: this.#placeId, skuId, atMs: this.#nowMs, operatorId: this.#operatorId };
      this.#tally.see(this.#pass, gtin14, serial, { ...told, isThere: false });
      this.#options.writer.takeBack({
        type: 'unit',
        skuId,
        gtin14,
        serial,
        isThere: false,
        how: 'scan',
        atMs: this.#nowMs,
      });
    }
    this.#changed(0);
    this.#options.news.tell('undone', { name });
  }

  #takeUnit(till: Till, scan: Extract<StockScan, { type: 'unit' }>, how: CountMeans): void {
    const { found, gtin14, serial, unit } = scan;
    const placeId = this.#placeId;
    const before = this.#tally.sightingOf(this.#pass, gtin14, serial);
    const verdict = verdictOfUnit({ unit, before, placeId, isComplete: till.status.complete });
    const name = this.#nameOf(found);
    const told = { name, text: serial, placeId: unit?.placeId ?? '', atMs: unit?.orderedAtMs ?? 0 };
    if (verdict === 'again') {
      this.#options.news.tell('again', { ...told, operatorId: before?.operatorId ?? '' });
      return;
    }
    this.#see(found.sku.skuId, gtin14, serial, how);
    this.#remember({ type: 'unit', skuId: found.sku.skuId, gtin14, serial, name });
    const isOdd = verdict === 'counted' && !this.#isAsked(found);
    this.#options.news.tell(isOdd ? 'not-asked' : verdict, told);
    this.#changed(1);
  }

  #see(skuId: string, gtin14: string, serial: string, how: CountMeans): void {
    const placeId = this.#placeId;
    const atMs = this.#nowMs;
    this.#tally.see(this.#pass, gtin14, serial, { placeId, skuId, atMs, operatorId: this.#operatorId, isThere: true });
    this.#options.writer.push({ type: 'unit', skuId, gtin14, serial, isThere: true, how, atMs });
  }

  async #takeCarton(till: Till, { sscc, cartons }: Extract<StockScan, { type: 'carton' }>): Promise<void> {
    const carton = cartons[0];
    if (carton === undefined) {
      this.#options.news.tell('carton-unknown', { text: sscc });
      return;
    }
    const seen = (gtin14: string, serial: string) =>
      this.#tally.sightingOf(this.#pass, gtin14, serial)?.placeId === this.#placeId;
    const { units, numbers, again, isAwaited } = await cartonUnits(till, carton, this.#placeId, seen);
    for (const { skuId, gtin14, serial } of units) {
      this.#see(skuId, gtin14, serial, 'carton');
      this.#remember({ type: 'unit', skuId, gtin14, serial, name: sscc });
    }
    for (const { skuId, gtin14, quantity } of numbers) {
      this.#addNumber(skuId, gtin14, quantity, 'carton');
      this.#remember({ type: 'number', skuId, gtin14, quantity, name: sscc });
    }
    const count = units.length + numbers.reduce((sum, { quantity }) => sum + quantity, 0);
    const none = again > 0 ? 'carton-again' : isAwaited ? 'carton-awaited' : 'carton-empty';
    this.#options.news.tell(count > 0 ? 'carton' : none, { text: sscc, count });
    this.#changed(count);
  }

  #takeUnknown(raw: string, { text, problem }: Extract<StockScan, { type: 'unknown' }>): void {
    const scanned = (raw.trim() || text || '?').slice(0, 200).toWellFormed();
    // Once for each shelf: a reader sees a stranger's tag again and again.
    if (!this.#unknowns.has(scanned)) {
      this.#unknowns.add(scanned);
      this.#options.writer.push({ type: 'unknown', scanned, atMs: this.#nowMs });
      this.#tally.addUnknowns(this.#placeId, this.#pass, 1);
      this.#changed(0);
    }
    this.#options.news.tell('unknown', { text: text || scanned, problem });
  }

  #addPieces(found: FoundSku, quantity: number, how: CountMeans): void {
    const { skuId } = found.sku;
    this.#addNumber(skuId, found.gtin14, quantity, how);
    this.#remember({ type: 'number', skuId, gtin14: found.gtin14, quantity, name: this.#nameOf(found) });
    this.#changed(Math.max(0, quantity));
  }

  #addNumber(skuId: string, gtin14: string | null, quantity: number, how: CountMeans): void {
    const atMs = this.#nowMs;
    this.#tally.addNumber(this.#placeId, this.#pass, { skuId, quantity, atMs, operatorId: this.#operatorId });
    this.#options.writer.push({ type: 'number', skuId, gtin14, quantity, how, atMs });
  }

  #tellPieces(found: FoundSku): void {
    const count = this.piecesOf(found.sku.skuId);
    const code = this.#isAsked(found) ? 'pieces' : 'not-asked';
    this.#options.news.tell(code, { name: this.#nameOf(found), count, found });
  }

  #isAsked({ sku }: FoundSku): boolean {
    const row = this.#options.row();
    return row === null || isAskedFor(row.scope, taskAt(row, this.#placeId).recount, sku);
  }

  #changed(pieces: number): void {
    this.#options.progress.counted(pieces, this.#nowMs);
    if (this.#isTogether) this.#isStale = true;
    else this.#frame.ask();
    this.#summing ??= setTimeout(() => {
      this.#summing = null;
      this.#summed += 1;
    }, sumEveryMs);
  }

  /** Many things at once: the screen is drawn once for all of them. */
  async together(work: () => Promise<void>): Promise<void> {
    this.#isTogether = true;
    try {
      await work();
    } finally {
      this.#isTogether = false;
      if (this.#isStale) this.#frame.ask();
      this.#isStale = false;
    }
  }

  /** Others counted something. */
  refresh(): void {
    this.#changed(0);
  }

  #remember(done: Done): void {
    this.#done = [...this.#done.slice(1 - longestUndo), done];
  }

  #nameOf({ sku }: FoundSku): string {
    return skuName(sku, this.#options.locale());
  }
  get #placeId(): string {
    return this.#target?.placeId ?? '';
  }
  get #pass(): number {
    return this.#target?.pass ?? 1;
  }
  get #nowMs(): number {
    return this.#options.till()?.nowMs() ?? 0;
  }
  get #operatorId(): string {
    return this.#options.operatorId() ?? '';
  }
}
