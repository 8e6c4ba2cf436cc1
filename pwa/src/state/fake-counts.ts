import type { CountRow } from '#schemas/stock/count-row.ts';
import type { CountBatch } from '../db/count-book.ts';
import type { ExpectedGoods, TillCountsView } from '../db/till-types.ts';

/** Stock-takes that a test says are there. */
export class FakeCounts implements TillCountsView {
  rows: CountRow[] = [];
  expected: ExpectedGoods = { units: [], numbers: new Map() };
  readonly held: CountBatch[] = [];
  readonly #listeners = new Set<(batches: readonly CountBatch[]) => void>();

  async all(): Promise<CountRow[]> {
    return this.rows;
  }
  async batches(countId: string): Promise<CountBatch[]> {
    return this.held.filter((batch) => batch.countId === countId);
  }
  onBatches(listener: (batches: readonly CountBatch[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  async expectedAt(): Promise<ExpectedGoods> {
    return this.expected;
  }
  /** Another tablet's entry arrives. */
  arrive(batch: CountBatch): void {
    this.held.push(batch);
    for (const listener of this.#listeners) listener([batch]);
  }
}
