import type { Result } from '#schemas/result.ts';
import type { CommitFailure, Till } from '../db/till-types.ts';
import { Turns } from '../db/turns.ts';
import { type CountScan, linesOf, nextBatch, withoutUnit } from './count-scans.ts';

/** Where scans go to. */
export type CountTarget = { countId: string; placeId: string; pass: number };

export type CountWriterOptions = {
  till: () => Till | null;
  onFailure: (code: CommitFailure['code']) => void;
  /** Of a test. */
  quietMs?: number;
  longestMs?: number;
};

/** Nothing is in memory alone for longer than five seconds; a pause puts it on record at once. */
const quietMs = 1_500;
const longestMs = 3_500;

/** Puts scans on record in batches: each is one entry, of one place and one person. */
export class CountWriter {
  readonly #options: CountWriterOptions;
  readonly #turns = new Turns();
  #scans: CountScan[] = [];
  #target: CountTarget | null = null;
  #operatorId: string | null = null;
  #quiet: ReturnType<typeof setTimeout> | null = null;
  #longest: ReturnType<typeof setTimeout> | null = null;

  constructor(options: CountWriterOptions) {
    this.#options = options;
  }

  /** Scans that no entry holds yet. */
  get waiting(): number {
    return this.#scans.length;
  }

  /** From now on scans are of another place or person. False: what was before could not be put on record, and goes on. */
  async aim(target: CountTarget | null, operatorId: string | null): Promise<boolean> {
    if (!(await this.flush())) return false;
    this.#target = target;
    this.#operatorId = operatorId;
    return true;
  }

  isAimedBy(operatorId: string): boolean {
    return this.#operatorId === operatorId;
  }

  push(scan: CountScan): void {
    this.#scans.push(scan);
    this.#later();
  }

  /** A unit was not there after all. */
  takeBack(unit: Extract<CountScan, { type: 'unit' }>): void {
    const left = withoutUnit(this.#scans, unit.gtin14, unit.serial);
    if (left !== null) this.#scans = left;
    else this.push({ ...unit, isThere: false });
  }

  #later(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    const write = () => void this.flush();
    this.#quiet = setTimeout(write, this.#options.quietMs ?? quietMs);
    this.#longest ??= setTimeout(write, this.#options.longestMs ?? longestMs);
  }

  /** Puts all on record. False: it could not be written, and is kept; it is tried again. */
  flush(): Promise<boolean> {
    return this.#turns.take(async () => {
      for (const timer of [this.#quiet, this.#longest]) if (timer !== null) clearTimeout(timer);
      this.#quiet = null;
      this.#longest = null;
      while (this.#scans.length > 0) {
        const { batch, rest } = nextBatch(this.#scans);
        // What comes in meanwhile goes behind the rest.
        this.#scans = rest;
        const result = await this.#write(batch);
        if (result.ok) continue;
        this.#scans = [...batch, ...this.#scans];
        this.#longest ??= setTimeout(() => void this.flush(), this.#options.longestMs ?? longestMs);
        this.#options.onFailure(result.error.code);
        return false;
      }
      return true;
    });
  }

  async #write(batch: readonly CountScan[]): Promise<Result<unknown, CommitFailure>> {
    const till = this.#options.till();
    const [target, operatorId] = [this.#target, this.#operatorId];
    if (till === null || target === null || operatorId === null)
      return { ok: false, error: { code: 'storage-failed' } };
    const body = { ...target, ...linesOf(batch, till.nowMs()), approvals: [] };
    return till.commit('goods-counted', body, operatorId);
  }
}
