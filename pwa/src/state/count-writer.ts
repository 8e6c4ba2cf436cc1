import { z } from 'zod';
import type { Result } from '#schemas/result.ts';
import type { CommitFailure, Till } from '../db/till-types.ts';
import { Turns } from '../db/turns.ts';
import { type CountScan, countScanSchema, linesOf, nextBatch, withoutUnit } from './count-scans.ts';
import { type DraftKeeper, StockDraft } from './stock-draft.ts';

const targetSchema = z.object({ countId: z.string(), placeId: z.string(), pass: z.number().int() });
/** Where scans go to. */
export type CountTarget = z.infer<typeof targetSchema>;

const waitingSchema = z.object({ target: targetSchema, operatorId: z.string(), scans: z.array(countScanSchema) });
type Waiting = z.infer<typeof waitingSchema>;

export type CountWriterOptions = DraftKeeper & {
  till: () => Till | null;
  onFailure: (code: CommitFailure['code']) => void;
};

/** Nothing is in no entry for longer than five seconds; a pause puts it on record at once. */
const quietMs = 1_500;
const longestMs = 3_500;
/** Until then it is kept as a draft: the first scan at once, those that follow so soon after it, and later where there are many. */
const keepAfterMs = 100;
const keepPerScanMs = 0.5;

/**
 * Puts scans on record in batches: each is one entry, of one place and one person. What waits for its entry is a draft, so that
 * a tablet that dies has all that was heard; it is put on record when the tablet starts again, and once.
 */
export class CountWriter {
  readonly #options: CountWriterOptions;
  readonly #kept: StockDraft<Waiting>;
  readonly #turns = new Turns();
  #scans: CountScan[] = [];
  #target: CountTarget | null = null;
  #operatorId: string | null = null;
  #lastAtMs = 0;
  #quiet: ReturnType<typeof setTimeout> | null = null;
  #longest: ReturnType<typeof setTimeout> | null = null;
  #keeping: ReturnType<typeof setTimeout> | null = null;
  #isWriting = false;
  /** Something has come since the draft was kept. */
  #isUnkept = false;

  constructor(options: CountWriterOptions) {
    this.#options = options;
    this.#kept = new StockDraft(options, waitingSchema);
  }

  /** Puts on record what was scanned before this tablet died. */
  async attach(till: Till): Promise<void> {
    const { storeId, tillNumber } = till.identity;
    const waiting = await this.#kept.attach(`onecode-counted-${storeId}-${tillNumber}`, till);
    this.#scans = waiting?.scans ?? [];
    this.#target = waiting?.target ?? null;
    this.#operatorId = waiting?.operatorId ?? null;
    await this.#flush(till);
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
    this.#keepSoon();
  }

  /** A unit was not there after all. */
  takeBack(unit: Extract<CountScan, { type: 'unit' }>): void {
    const left = withoutUnit(this.#scans, unit.gtin14, unit.serial);
    if (left === null) {
      this.push({ ...unit, isThere: false });
      return;
    }
    this.#scans = left;
    this.#keepSoon();
  }

  #later(): void {
    this.#lastAtMs = performance.now();
    this.#quiet ??= setTimeout(() => this.#whenQuiet(), quietMs);
    this.#longest ??= setTimeout(() => void this.flush(), longestMs);
  }

  /** A timer a scan would cost more than the scan. */
  #whenQuiet(): void {
    const leftMs = this.#lastAtMs + quietMs - performance.now();
    if (leftMs > 1) this.#quiet = setTimeout(() => this.#whenQuiet(), leftMs);
    else void this.flush();
  }

  /** While an entry is written the draft is that entry's. */
  #keepSoon(): void {
    this.#isUnkept = true;
    if (this.#keeping !== null || this.#isWriting) return;
    this.#keep();
    const again = () => {
      this.#keeping = null;
      if (this.#isUnkept) this.#keepSoon();
    };
    this.#keeping = setTimeout(again, keepAfterMs + keepPerScanMs * this.#scans.length);
  }

  #keep(): void {
    this.#isUnkept = false;
    this.#kept.keep(this.#waiting(this.#scans));
  }

  #waiting(scans: readonly CountScan[]): Waiting | null {
    const [target, operatorId] = [this.#target, this.#operatorId];
    return target === null || operatorId === null || scans.length === 0
      ? null
      : { target, operatorId, scans: [...scans] };
  }

  /** Puts all on record. False: it could not be written, and is kept; it is tried again. */
  flush(): Promise<boolean> {
    return this.#flush(this.#options.till());
  }

  #flush(till: Till | null): Promise<boolean> {
    return this.#turns.take(async () => {
      for (const timer of [this.#quiet, this.#longest, this.#keeping]) if (timer !== null) clearTimeout(timer);
      this.#quiet = null;
      this.#longest = null;
      this.#keeping = null;
      while (this.#scans.length > 0) {
        const { batch, rest } = nextBatch(this.#scans);
        // What comes in meanwhile goes behind the rest.
        this.#scans = rest;
        const result = await this.#write(till, batch);
        if (!result.ok) this.#scans = [...batch, ...this.#scans];
        this.#keep();
        if (result.ok) continue;
        this.#longest ??= setTimeout(() => void this.flush(), longestMs);
        this.#options.onFailure(result.error.code);
        return false;
      }
      return true;
    });
  }

  async #write(till: Till | null, batch: readonly CountScan[]): Promise<Result<unknown, CommitFailure>> {
    const [target, operatorId] = [this.#target, this.#operatorId];
    if (till === null || target === null || operatorId === null)
      return { ok: false, error: { code: 'storage-failed' } };
    const rest = this.#waiting(this.#scans);
    this.#isWriting = true;
    try {
      this.#kept.keep(this.#waiting([...batch, ...this.#scans]));
      const body = { ...target, ...linesOf(batch, till.nowMs()), approvals: [] };
      return await this.#kept.commit(till, { kind: 'goods-counted', body, operatorId }, rest);
    } finally {
      this.#isWriting = false;
    }
  }
}
