import type { ScanProblem } from '#schemas/item-code/scanned-code.ts';
import type { AdjustmentReason, UnitsSet } from '#schemas/stock/goods.ts';
import { type RecallHit, recallsOf } from '#schemas/stock/recall.ts';
import { isPresent } from '#schemas/stock/unit-states.ts';
import type { UnitLookup } from '#schemas/sync/unit-lookup.ts';
import type { CommitFailure, FoundSku, Till, UnitHistory } from '../db/till-types.ts';
import type { StockGate } from './stock-gate.ts';
import { readStockScan } from './stock-scan.ts';

export type LookedUpUnit = {
  found: FoundSku;
  gtin14: string;
  serial: string;
  history: UnitHistory;
  recalls: readonly RecallHit[];
  /** What the server told; null: not asked, or no answer. */
  whereabouts: UnitLookup | null;
};

/** Goods that are not told apart: how many lie where. */
export type LookedUpGoods = { found: FoundSku; gtin14: string | null; places: { placeId: string; onHand: number }[] };

/** `problem`: why it is no code although it looks like one. */
export type MissingCode = { text: string; problem: ScanProblem | null };

/** What may be done with a unit by hand. */
export type UnitDeed =
  | { type: 'set'; state: UnitsSet['state']; reason: string }
  | { type: 'write-off'; reason: AdjustmentReason; note: string };

export type UnitLookUpOptions = {
  till: () => Till | null;
  gate: StockGate;
  signal: (sound: 'good' | 'bad') => void;
};

/** One unit, looked up by its code: where it stands and what happened to it. */
export class UnitLookUp {
  readonly #options: UnitLookUpOptions;
  #unit = $state.raw<LookedUpUnit | null>(null);
  #goods = $state.raw<LookedUpGoods | null>(null);
  #missing = $state.raw<MissingCode | null>(null);
  #failure = $state<CommitFailure['code'] | null>(null);
  #asked = 0;

  constructor(options: UnitLookUpOptions) {
    this.#options = options;
  }

  get unit(): LookedUpUnit | null {
    return this.#unit;
  }
  get goods(): LookedUpGoods | null {
    return this.#goods;
  }
  /** A code that nothing is known of. */
  get missing(): MissingCode | null {
    return this.#missing;
  }
  get failure(): CommitFailure['code'] | null {
    return this.#failure;
  }

  async read(raw: string): Promise<void> {
    const till = this.#options.till();
    if (!till || raw.trim() === '') return;
    const scan = await readStockScan(till, raw);
    this.#clear();
    if (scan.type === 'unit') {
      await this.#show(till, scan.found, scan.gtin14, scan.serial);
      this.#options.signal('good');
    } else if (scan.type === 'goods') {
      await this.showGoods({ ...scan.found, gtin14: scan.gtin14 });
      this.#options.signal('good');
    } else {
      const problem = scan.type === 'unknown' ? scan.problem : null;
      this.#missing = { text: raw.trim().slice(0, 80), problem };
      this.#options.signal('bad');
    }
  }

  async showGoods(found: FoundSku): Promise<void> {
    const till = this.#options.till();
    if (!till) return;
    this.#clear();
    const { skuId } = found.sku;
    const places = await Promise.all(
      (till.config()?.places ?? []).map(async ({ placeId }) => ({
        placeId,
        onHand: await till.onHandAt(placeId, skuId),
      })),
    );
    this.#goods = { found, gtin14: found.gtin14, places: places.filter(({ onHand }) => onHand !== 0) };
  }

  /** Rows have changed. */
  async follow(): Promise<void> {
    const till = this.#options.till();
    const unit = this.#unit;
    if (!till || unit === null) return;
    const [history, recalls] = await this.#known(till, unit.gtin14, unit.serial);
    if (this.#unit === unit) this.#unit = { ...unit, history, recalls };
  }

  /** Sets the unit's state, or writes it off. False: somebody said no, or it could not be written. */
  async act(deed: UnitDeed, detail: readonly string[]): Promise<boolean> {
    const till = this.#options.till();
    const unit = this.#unit;
    if (!till || unit === null) return false;
    const allowed = await this.#options.gate.pass('adjust-stock', [], detail);
    if (allowed === null) return false;
    const { operatorId, approvals } = allowed;
    const row = unit.history.unit;
    const placeId = row !== null && isPresent(row.state) ? row.placeId : (till.config()?.salesPlaceId ?? '');
    const { gtin14, serial } = unit;
    const goods = { skuId: unit.found.sku.skuId, gtin14, serials: [serial], placeId };
    const result =
      deed.type === 'set'
        ? await till.commit(
            'units-set',
            { state: deed.state, reason: deed.reason, lines: [{ ...goods, quantity: 1 }], approvals },
            operatorId,
          )
        : await till.commit(
            'stock-adjusted',
            { reason: deed.reason, note: deed.note, lines: [{ ...goods, quantity: -1 }], approvals },
            operatorId,
          );
    this.#failure = result.ok ? null : result.error.code;
    this.#options.signal(result.ok ? 'good' : 'bad');
    await this.follow();
    return result.ok;
  }

  #clear(): void {
    this.#unit = null;
    this.#goods = null;
    this.#missing = null;
    this.#failure = null;
  }

  async #show(till: Till, found: FoundSku, gtin14: string, serial: string): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const [history, recalls] = await this.#known(till, gtin14, serial);
    if (asked !== this.#asked) return;
    this.#unit = { found, gtin14, serial, history, recalls, whereabouts: null };
    // Its life may be longer than what is held here, or another store's.
    if (!till.status.online || (history.unit !== null && isPresent(history.unit.state))) return;
    void till.unitElsewhere(gtin14, serial).then((answer) => {
      if (asked === this.#asked && answer.ok && this.#unit !== null) {
        this.#unit = { ...this.#unit, whereabouts: answer.value };
      }
    });
  }

  async #known(till: Till, gtin14: string, serial: string): Promise<[UnitHistory, RecallHit[]]> {
    const [history, recalls] = await Promise.all([till.unitLife(gtin14, serial), till.recalls()]);
    return [history, recallsOf({ gtin14, serial, batch: history.unit?.batch ?? null }, recalls)];
  }
}
