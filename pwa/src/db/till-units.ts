import type { Entry } from '#schemas/journal/envelope.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import { isPosted } from '#schemas/sync/posted.ts';
import type { EntryDatabase, OwnJournal } from './own-journal.ts';
import { withoutRevision } from './own-journal.ts';
import type { PendingEffects } from './pending-effects.ts';
import type { RowsStore } from './rows-store.ts';
import type { UnitHistory, UnitSale } from './till-types.ts';
import { unitHistory, unitSaleOf } from './unit-history.ts';

export type TillUnitsParts = {
  tillNumber: number;
  rows: RowsStore;
  pending: PendingEffects;
  journal: OwnJournal;
  others: EntryDatabase;
};

/** What this tablet's entries tell of single units. */
export class TillUnits {
  readonly #parts: TillUnitsParts;

  constructor(parts: TillUnitsParts) {
    this.#parts = parts;
  }

  async life(gtin14: string, serial: string): Promise<UnitHistory> {
    const unit = await this.#parts.pending.unit(unitKey(gtin14, serial));
    const last = unit && (await this.#entry(unit.entryId));
    return unitHistory({ gtin14, serial, unit }, last ? [last] : [], (entry) => this.#isWaiting(entry));
  }

  async sale(gtin14: string, serial: string): Promise<UnitSale | null> {
    const unit = await this.#parts.pending.unit(unitKey(gtin14, serial));
    if (unit?.state !== 'sold') return null;
    const entry = await this.#entry(unit.entryId);
    return entry && unitSaleOf(entry, gtin14, serial);
  }

  #isWaiting({ tillNumber, sequence }: Entry): boolean {
    return tillNumber === this.#parts.tillNumber && !isPosted(this.#parts.rows.posted, sequence);
  }

  /** An own or pulled entry; null: it is not held here. */
  async #entry(entryId: string): Promise<Entry | null> {
    const { journal, others, tillNumber } = this.#parts;
    const isOwn = Number(entryId.slice(0, 4)) === tillNumber;
    const { rows } = await (isOwn ? journal.database : others).allDocs({ keys: [entryId], include_docs: true });
    const [row] = rows;
    return row && 'doc' in row && row.doc ? withoutRevision(row.doc) : null;
  }
}
