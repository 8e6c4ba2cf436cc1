import { z } from 'zod';

const recordKey = 'onecode-receipts-given';
/** Older sales only have copies, so nothing need be known of them here. */
export const originalWithinMs = 24 * 3_600_000;

const givenSchema = z.object({
  entryId: z.string(),
  jobId: z.string(),
  /** The printer of the store that it was handed to; null: one of this device. */
  printerId: z.string().nullable(),
  isCopy: z.boolean(),
  /** False: handed over, and nobody answered: the same job may be handed over again. */
  isSure: z.boolean(),
  atMs: z.number(),
});
export type GivenReceipt = z.infer<typeof givenSchema>;

/** Which receipts were given out here. It is put on record before the first byte, so that there is one original. */
export class ReceiptRecord {
  readonly #storage: Storage;
  readonly #nowMs: () => number;
  #given = $state.raw<GivenReceipt[]>([]);

  constructor(storage: Storage, nowMs: () => number) {
    this.#storage = storage;
    this.#nowMs = nowMs;
    this.#given = readKept(storage.getItem(recordKey));
  }

  of(entryId: string): GivenReceipt | null {
    return this.#given.find((one) => one.entryId === entryId) ?? null;
  }

  put(given: Omit<GivenReceipt, 'atMs'>): void {
    const nowMs = this.#nowMs();
    const kept = this.#given.filter((one) => one.entryId !== given.entryId && nowMs - one.atMs < 2 * originalWithinMs);
    this.#write([...kept, { ...given, atMs: nowMs }]);
  }

  /** Nothing of it came out: the next is the original still. */
  forget(entryId: string): void {
    this.#write(this.#given.filter((one) => one.entryId !== entryId));
  }

  #write(given: GivenReceipt[]): void {
    this.#given = given;
    this.#storage.setItem(recordKey, JSON.stringify(given));
  }
}

function readKept(text: string | null): GivenReceipt[] {
  if (text === null) return [];
  try {
    return z.array(givenSchema).safeParse(JSON.parse(text)).data ?? [];
  } catch (error) {
    console.warn('which receipts were printed cannot be read', error);
    return [];
  }
}
