import { type Entry, parseEntryId } from '#schemas/journal/envelope.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import { isPosted } from '#schemas/sync/posted.ts';
import { type EntryDatabase, type OwnJournal, withoutRevision } from './own-journal.ts';
import type { PendingEffects } from './pending-effects.ts';
import type { RowsStore } from './rows-store.ts';
import type { StepIndex } from './step-index.ts';
import type { UnitHistory, UnitSale } from './till-types.ts';
import { unitHistory, unitSaleOf } from './unit-history.ts';

export type TillUnitsParts = {
  tillNumber: number;
  rows: RowsStore;
  pending: PendingEffects;
  journal: OwnJournal;
  others: EntryDatabase;
  steps: StepIndex;
};

/** After the first hours of a tablet there may be much to read: so long somebody waits for it. */
const patienceMs = 2_000;

/** What this tablet's entries tell of single units. */
export class TillUnits {
  readonly #parts: TillUnitsParts;

  constructor(parts: TillUnitsParts) {
    this.#parts = parts;
  }

  async life(gtin14: string, serial: string): Promise<UnitHistory> {
    const [unit, entries] = await Promise.all([
      this.#parts.pending.unit(unitKey(gtin14, serial)),
      this.#entriesOf(gtin14, serial),
    ]);
    return unitHistory({ gtin14, serial, unit }, entries, (entry) => this.#isWaiting(entry));
  }

  async sale(gtin14: string, serial: string): Promise<UnitSale | null> {
    const unit = await this.#parts.pending.unit(unitKey(gtin14, serial));
    if (unit?.state !== 'sold') return null;
    // The row names the entry that sold it.
    const [entry] = await this.#entries([unit.entryId]);
    return entry === undefined ? null : unitSaleOf(entry, gtin14, serial);
  }

  async #entriesOf(gtin14: string, serial: string): Promise<Entry[]> {
    return this.#entries(await this.#parts.steps.entriesOf(gtin14, serial, patienceMs));
  }

  #isWaiting({ tillNumber, sequence }: Entry): boolean {
    return tillNumber === this.#parts.tillNumber && !isPosted(this.#parts.rows.posted, sequence);
  }

  /** Own and pulled entries; those that are not held here are left out. */
  async #entries(entryIds: readonly string[]): Promise<Entry[]> {
    const { journal, others, tillNumber } = this.#parts;
    const isOwn = (entryId: string) => parseEntryId(entryId)?.tillNumber === tillNumber;
    const read = async (database: EntryDatabase, keys: readonly string[]) => {
      if (keys.length === 0) return [];
      const { rows } = await database.allDocs({ keys, include_docs: true });
      return rows.flatMap(({ doc }) => (doc ? [withoutRevision(doc)] : []));
    };
    const [own, pulled] = await Promise.all([
      read(journal.database, entryIds.filter(isOwn)),
      read(
        others,
        entryIds.filter((entryId) => !isOwn(entryId)),
      ),
    ]);
    return [...own, ...pulled];
  }
}
