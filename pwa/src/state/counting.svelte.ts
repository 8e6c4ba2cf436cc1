import { z } from 'zod';
import type { CountMeans } from '#schemas/stock/count-entries.ts';
import type { CountRow } from '#schemas/stock/count-row.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { CommitFailure, FoundSku, Till } from '../db/till-types.ts';
import { Turns } from '../db/turns.ts';
import { CountHand } from './count-hand.svelte.ts';
import { CountNews, type CountNotice } from './count-news.svelte.ts';
import { passToCount, taskAt } from './count-places.ts';
import { CountProgress } from './count-progress.svelte.ts';
import { CountTally } from './count-tally.ts';
import { CountWriter } from './count-writer.ts';
import { skuName } from './sku-names.svelte.ts';
import { type DraftKeeper, StockDraft } from './stock-draft.ts';
import type { StockGate } from './stock-gate.ts';
import { readStockScan, type ScanBooks, type StockScan } from './stock-scan.ts';

export type CountingOptions = DraftKeeper & {
  till: () => Till | null;
  gate: StockGate;
  locale: () => LocaleCode;
  newId: () => string;
  signal: (sound: 'good' | 'again' | 'bad') => void;
};

const whereSchema = z.object({ countId: z.string(), placeId: z.string() });
/** Which shelf of which stock-take is being counted. */
export type CountWhere = z.infer<typeof whereSchema>;

/** One person counts goods: what they scan is judged at once, said, and put on record within seconds. */
export class Counting {
  readonly #options: CountingOptions;
  readonly #kept: StockDraft<CountWhere>;
  readonly #turns = new Turns();
  readonly #writer: CountWriter;
  readonly news: CountNews;
  readonly progress: CountProgress;
  readonly hand: CountHand;
  /** What is scanned now comes from the camera. */
  isByCamera = false;
  #rows = $state.raw<readonly CountRow[] | null>(null);
  #where = $state.raw<CountWhere | null>(null);
  #pass = $state(1);
  #isLoading = $state(false);
  #goods = new Map<string, FoundSku>();
  #stop: (() => void)[] = [];

  constructor(options: CountingOptions) {
    this.#options = options;
    this.#kept = new StockDraft(options, whereSchema);
    this.news = new CountNews(options.signal);
    this.#writer = new CountWriter({ ...options, onFailure: (code) => this.news.tell(code) });
    this.progress = new CountProgress(({ serial, skuId }) => void this.#soldSince(skuId, serial));
    const { till, gate, locale } = options;
    const operatorId = () => gate.operatorId;
    const { news, progress } = this;
    this.hand = new CountHand({ till, operatorId, locale, row: () => this.row, news, progress, writer: this.#writer });
  }

  /** Stock-takes of the store; null before they are known. */
  get rows(): readonly CountRow[] | null {
    return this.#rows;
  }
  /** The shelf that is counted; null: none is chosen. */
  get where(): CountWhere | null {
    return this.#where;
  }
  get row(): CountRow | null {
    return this.#rows?.find(({ countId }) => countId === this.#where?.countId) ?? null;
  }
  get pass(): number {
    return this.#pass;
  }
  get notice(): CountNotice | null {
    return this.news.notice;
  }
  get isLoading(): boolean {
    return this.#isLoading;
  }
  /** Takes up the shelf that was being counted when this tablet was left. */
  async attach(till: Till): Promise<void> {
    const { storeId, tillNumber } = till.identity;
    await this.#writer.attach(till);
    const where = await this.#kept.attach(`onecode-counting-${storeId}-${tillNumber}`, till);
    if (where === null) return;
    // The till is not handed out yet.
    this.#rows = await till.counts.all();
    if (this.#rows.some(({ countId }) => countId === where.countId)) this.#where = where;
  }

  async follow(): Promise<void> {
    const till = this.#options.till();
    if (till) this.#rows = await till.counts.all();
  }

  /** The screen is there: what was counted so far is read, and others are listened to. */
  open(): Promise<void> {
    return this.#turns.take(async () => {
      await this.follow();
      if (this.#where !== null) await this.#load(this.#where, null);
    });
  }

  /** The screen is left, or the tablet is put away. */
  async leave(): Promise<void> {
    await this.pause();
    for (const stop of this.#stop.splice(0)) stop();
    this.progress.close();
  }

  /** Puts on record what is not yet. */
  pause(): Promise<boolean> {
    return this.#writer.flush();
  }

  /** Goes to a shelf. False: what was counted before could not be put on record, so it stays there. */
  enter(where: CountWhere): Promise<boolean> {
    return this.#turns.take(() => this.#enter(where));
  }

  /** "Just count this shelf": joins whoever counts it so, else opens a stock-take of it alone. */
  countShelf(placeId: string): Promise<boolean> {
    return this.#turns.take(() => this.#countShelf(placeId));
  }

  /** Back to the list. */
  end(): Promise<boolean> {
    return this.#turns.take(async () => {
      if (!(await this.#writer.aim(null, null))) return false;
      this.#keep(null);
      this.news.dismiss();
      return true;
    });
  }

  /** The shelf is whole. What was expected there and not counted is missing. */
  closePlace(): Promise<boolean> {
    return this.#turns.take(async () => {
      const till = this.#options.till();
      const [where, operatorId] = [this.#where, this.#options.gate.counter];
      if (!till || where === null || operatorId === null || !(await this.#writer.flush())) return false;
      const body = { ...where, pass: this.#pass, approvals: [] };
      const result = await till.commit('place-counted', body, operatorId);
      if (!result.ok) return this.#fail(result.error.code);
      await this.follow();
      this.#keep(null);
      this.news.dismiss();
      return true;
    });
  }

  /** A scan where no shelf is chosen yet: a shelf's code chooses it. */
  choose(raw: string, countId: string | null): Promise<void> {
    return this.#turns.take(async () => {
      const till = this.#options.till();
      const scan = till && (await readStockScan(this.#books(till), raw));
      if (scan?.type !== 'place') this.news.tell('no-place');
      else if (countId === null) await this.#countShelf(scan.place.placeId);
      else await this.#enter({ countId, placeId: scan.place.placeId });
    });
  }

  read(raw: string): Promise<void> {
    const how = this.isByCamera ? 'camera' : 'scan';
    return this.#turns.take(async () => {
      const till = await this.#ready();
      if (till) await this.#take(till, await readStockScan(this.#books(till), raw), raw, how);
    });
  }

  /** What an RFID reader saw at once: one sound for all of it. */
  readTags(epcs: readonly string[]): Promise<void> {
    return this.#turns.take(async () => {
      const till = await this.#ready();
      if (!till) return;
      const books = this.#books(till);
      const scans = await Promise.all(epcs.map((epc) => readStockScan(books, epc)));
      const takeAll = async () => {
        for (const [at, scan] of scans.entries()) await this.#take(till, scan, epcs[at] ?? '', 'rfid');
      };
      await this.news.together(() => this.hand.together(takeAll));
    });
  }

  /** Pieces without item codes: so many more, or so many in all. 0 in all: somebody looked, and there are none. */
  setPieces(found: FoundSku, quantity: number, isMore: boolean): Promise<void> {
    return this.#turns.take(async () => {
      if (await this.#ready()) this.hand.setPieces(found, quantity, isMore);
    });
  }

  undo(): Promise<void> {
    return this.#turns.take(async () => {
      if (await this.#ready()) this.hand.undo();
    });
  }

  /** Somebody who may count is here, and scans are put on record as theirs. */
  async #ready(): Promise<Till | null> {
    const till = this.#options.till();
    const operatorId = this.#options.gate.counter;
    if (till === null || this.#where === null) return null;
    if (operatorId === null) {
      this.news.tell('no-right');
      return null;
    }
    if (this.#writer.isAimedBy(operatorId)) return till;
    return (await this.#writer.aim({ ...this.#where, pass: this.#pass }, operatorId)) ? till : null;
  }

  /** Goods are looked up once; a unit each time. */
  #books(till: Till): ScanBooks {
    return {
      config: () => till.config(),
      nowMs: () => till.nowMs(),
      skuById: (skuId) => till.skuById(skuId),
      unit: (gtin14, serial) => till.unit(gtin14, serial),
      cartonsBySscc: (sscc) => till.cartonsBySscc(sscc),
      cartonsElsewhere: (sscc) => till.cartonsElsewhere(sscc),
      skuByGtin: async (gtin14) => {
        const found = this.#goods.get(gtin14) ?? (await till.skuByGtin(gtin14));
        if (found) this.#goods.set(gtin14, found);
        return found;
      },
    };
  }

  async #take(till: Till, scan: StockScan, raw: string, how: CountMeans): Promise<void> {
    if (scan.type === 'place') await this.#goTo(scan.place.placeId);
    else await this.hand.take(till, scan, raw, how);
  }

  /** A shelf's own code: on to that shelf. */
  async #goTo(placeId: string): Promise<void> {
    const where = this.#where;
    if (where === null || where.placeId === placeId) return;
    const isAdHoc = this.row?.reason === 'ad-hoc';
    const isThere = isAdHoc ? await this.#countShelf(placeId) : await this.#enter({ ...where, placeId });
    if (isThere) this.news.tell('place', { placeId });
  }

  async #countShelf(placeId: string): Promise<boolean> {
    const till = this.#options.till();
    const operatorId = this.#options.gate.counter;
    if (!till || operatorId === null) return false;
    await this.follow();
    const joined = this.#rows?.find((row) => isShelfCount(row, placeId) && taskAt(row, placeId).pass !== null);
    if (joined) return this.#enter({ countId: joined.countId, placeId });
    if (!till.config()?.places.some((one) => one.placeId === placeId)) return false;
    const countId = this.#options.newId();
    const scope = { placeIds: [placeId], skuIds: [], categoryIds: [], brands: [] };
    const result = await till.commit(
      'count-opened',
      {
        // Worded wherever it is read, in the reader's language (components/count-text.ts).
        ...{ countId, name: placeId, scope, isBlind: false },
        ...{ passes: 1, deadlineAtMs: null, operatorIds: [], reason: 'ad-hoc', approvals: [] },
      },
      operatorId,
    );
    if (!result.ok) return this.#fail(result.error.code);
    await this.follow();
    return this.#enter({ countId, placeId });
  }

  async #enter(where: CountWhere): Promise<boolean> {
    if (!(await this.#writer.flush())) return false;
    await this.#load(where, this.#where);
    this.#keep(where);
    this.news.dismiss();
    return true;
  }

  /** Reads what was counted so far. Another shelf of the same stock-take has it already. */
  async #load(where: CountWhere, before: CountWhere | null): Promise<void> {
    const till = this.#options.till();
    const row = this.#rows?.find(({ countId }) => countId === where.countId);
    if (!till || row === undefined) return;
    this.#pass = passToCount(row, where.placeId);
    const target = { ...where, pass: this.#pass };
    await this.#writer.aim(target, this.#options.gate.counter);
    const isNew = before?.countId !== where.countId || this.#stop.length === 0;
    const tally = isNew ? await this.#readAll(till, where.countId) : this.hand.tally;
    this.hand.begin(target, tally);
    const { recount } = taskAt(row, where.placeId);
    const shelf = { row, recount, placeId: where.placeId, pass: this.#pass, tally };
    // Nobody waits for it: counting goes on meanwhile.
    void this.progress
      .open(till, shelf)
      .catch((error: unknown) => console.warn('what is expected is not known', error));
  }

  async #readAll(till: Till, countId: string): Promise<CountTally> {
    this.#isLoading = true;
    for (const stop of this.#stop.splice(0)) stop();
    const tally = new CountTally();
    const { tillNumber } = till.identity;
    // Own batches are counted when they are scanned.
    const isOthers = (batch: { countId: string; tillNumber: number }) =>
      batch.countId === countId && batch.tillNumber !== tillNumber;
    this.#stop.push(
      till.counts.onBatches((batches) => {
        const taken = batches.filter((batch) => isOthers(batch) && tally.take(batch));
        if (taken.length > 0 && this.hand.tally === tally) this.hand.refresh();
      }),
      till.onRows((changes) => void this.progress.rowsChanged(till, changes).catch(console.warn)),
    );
    for (const batch of await till.counts.batches(countId)) tally.take(batch);
    this.#isLoading = false;
    return tally;
  }

  async #soldSince(skuId: string, serial: string): Promise<void> {
    const found = await this.#options.till()?.skuById(skuId);
    this.news.whisper('sold-since', { name: found ? this.#nameOf(found) : skuId, text: serial });
  }

  #keep(where: CountWhere | null): void {
    this.#where = where;
    this.#kept.keep(where);
  }

  #fail(code: CommitFailure['code']): false {
    this.news.tell(code);
    return false;
  }

  #nameOf({ sku }: FoundSku): string {
    return skuName(sku, this.#options.locale());
  }
}

function isShelfCount({ reason, state, scope }: CountRow, placeId: string): boolean {
  return reason === 'ad-hoc' && state === 'open' && scope.placeIds.length === 1 && scope.placeIds[0] === placeId;
}
