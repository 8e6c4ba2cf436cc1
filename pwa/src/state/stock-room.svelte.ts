import type { ListPrice } from '#schemas/pricing/price-list.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { FoundSku, Till } from '../db/till-types.ts';
import type { LabelPrinter } from '../devices/label-printer.ts';
import type { Approvals } from './approvals.svelte.ts';
import { Commissioning } from './commissioning.svelte.ts';
import { Counting } from './counting.svelte.ts';
import { LabelChoice, type LabelDevices } from './label-choice.svelte.ts';
import { Moving } from './moving.svelte.ts';
import { Receiving } from './receiving.svelte.ts';
import { SearchState } from './search-state.svelte.ts';
import type { Session } from './session.svelte.ts';
import { ShelfLabels } from './shelf-labels.svelte.ts';
import { SkuNames } from './sku-names.svelte.ts';
import type { DraftKeeper } from './stock-draft.ts';
import { StockGate } from './stock-gate.ts';
import { TagOffers } from './tag-offers.svelte.ts';
import { UnitLookUp } from './unit-look-up.svelte.ts';

export type StockRoomOptions = DraftKeeper & {
  till: () => Till | null;
  session: Session;
  approvals: Approvals;
  locale: () => LocaleCode;
  newId: () => string;
  /** What the shelf asks for a piece now; null: nothing says so. */
  shelfPrice: (found: FoundSku) => ListPrice | null;
  /** The browser's own printing. */
  labelPrinter: LabelPrinter;
  /** Other printers of this device. Absent where there are none. */
  labelDevices?: LabelDevices | undefined;
  signal: (sound: 'good' | 'again' | 'bad') => void;
};

/** The screens of the stock room, and which of them takes what is scanned. */
export class StockRoom {
  readonly gate: StockGate;
  readonly receiving: Receiving;
  readonly tagOffers: TagOffers;
  readonly moving: Moving;
  readonly counting: Counting;
  readonly commissioning: Commissioning;
  readonly shelf: ShelfLabels;
  readonly lookUp: UnitLookUp;
  readonly search: SearchState;
  readonly names: SkuNames;
  readonly labelChoice: LabelChoice;
  #isShown = false;
  #isOnTheWay = false;
  #onScan: ((raw: string) => Promise<void>) | null = null;
  /** Scanned before the screen that takes it was there. */
  #early: string[] = [];

  constructor({ session, approvals, ...options }: StockRoomOptions) {
    this.gate = new StockGate(session, approvals);
    const own = { ...options, gate: this.gate };
    this.receiving = new Receiving(own);
    this.tagOffers = new TagOffers(options);
    this.moving = new Moving(own);
    this.counting = new Counting(own);
    this.commissioning = new Commissioning(own);
    this.shelf = new ShelfLabels(own);
    this.lookUp = new UnitLookUp(own);
    this.search = new SearchState(options);
    this.names = new SkuNames(options);
    this.labelChoice = new LabelChoice(options);
  }

  /** Whether a scan is the stock room's; its screens may still be on their way. */
  get isShown(): boolean {
    return this.#isShown;
  }
  set isShown(isShown: boolean) {
    this.#isShown = isShown;
    if (!isShown) this.#early = [];
  }

  /** While another screen is on its way: what is scanned is that one's. */
  set isOnTheWay(isOnTheWay: boolean) {
    this.#isOnTheWay = isOnTheWay;
    this.#takeEarly();
  }

  /** Set by the screen that is shown, while it takes what an RFID reader saw: some tags at once. */
  onTags = $state.raw<((epcs: readonly string[]) => Promise<void>) | null>(null);

  /** Set by the screen that is shown. */
  get onScan(): ((raw: string) => Promise<void>) | null {
    return this.#onScan;
  }
  set onScan(take: ((raw: string) => Promise<void>) | null) {
    this.#onScan = take;
    this.#takeEarly();
  }

  async read(raw: string): Promise<void> {
    if (this.#onScan === null || this.#isOnTheWay) this.#early.push(raw);
    else await this.#onScan(raw);
  }

  #takeEarly(): void {
    const take = this.#onScan;
    if (take !== null && !this.#isOnTheWay) for (const raw of this.#early.splice(0)) void take(raw);
  }

  /** Takes up what was left open on this tablet. */
  async attach(till: Till): Promise<void> {
    const { receiving, moving, commissioning, counting } = this;
    await Promise.all([receiving, moving, commissioning, counting].map((work) => work.attach(till)));
  }

  /** Rows have changed. */
  async follow(): Promise<void> {
    await Promise.all([this.receiving.follow(), this.lookUp.follow(), this.counting.follow()]);
  }
}
