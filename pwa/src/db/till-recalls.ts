import type { RecallRow } from '#schemas/stock/delivery.ts';
import { rowsWithPrefix } from './rows-between.ts';
import type { RowsStore } from './rows-store.ts';

/** Open recalls of the chain, read once until the rows change: each scan asks. */
export class TillRecalls {
  readonly #rows: RowsStore;
  #read: { position: unknown; generation: number; recalls: readonly RecallRow[] } | null = null;

  constructor(rows: RowsStore) {
    this.#rows = rows;
  }

  async open(): Promise<readonly RecallRow[]> {
    const { position, generation } = this.#rows;
    if (this.#read?.position === position && this.#read.generation === generation) return this.#read.recalls;
    const recalls = [...(await rowsWithPrefix(this.#rows, 'recall', '')).values()];
    this.#read = { position, generation, recalls };
    return recalls;
  }
}
