import { assert } from '#schemas/assert.ts';
import { type Part, paymentBookSchema, type WatchedPayment } from '#schemas/payment/part.ts';
import { Turns } from '../db/turns.ts';

/** Where the book lies (db/payment-keep.ts). A write that resolves is on the disk; one that fails rejects. */
export type Keep = {
  read(key: string): Promise<string | null>;
  write(key: string, text: string | null): Promise<void>;
};

export function paymentBookKey(storeId: string, tillNumber: number): string {
  return `onecode-payments-${storeId}-${tillNumber}`;
}

/** Every part that this till took or asked for and that is on no committed ticket yet. Changes are kept in their order. */
export class PaymentBook {
  readonly #keep: Keep;
  readonly #turns = new Turns();
  #key: string | null = null;
  #parts = $state.raw<readonly Part[]>([]);
  #watched: readonly WatchedPayment[] = [];

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  /** Payments that are or were unclear. */
  get watched(): readonly WatchedPayment[] {
    return this.#watched;
  }

  of(transactionId: string): readonly Part[] {
    return this.#parts.filter((part) => part.transactionId === transactionId);
  }

  part(partId: string): Part | null {
    return this.#parts.find((part) => part.partId === partId) ?? null;
  }

  /** Takes up what was left under this key. What cannot be read is left where it is, and the next key is used. */
  async attach(key: string): Promise<void> {
    const kept = await this.#keep.read(key);
    const parsed = kept === null ? null : paymentBookSchema.safeParse(jsonOf(kept));
    if (parsed?.success === false) {
      console.error('the book of payments cannot be read', parsed.error);
      return this.attach(`${key}-next`);
    }
    this.#key = key;
    this.#parts = parsed?.data.parts ?? [];
    this.#watched = parsed?.data.watched ?? [];
  }

  /** Adds a part. Resolves when the disk has it; rejects, and is as before, when it could not be kept. */
  async add(part: Part): Promise<void> {
    assert(this.#key !== null, 'payments are taken by a till that is open');
    assert(this.part(part.partId) === null, 'a part is added once');
    this.#parts = [...this.#parts, part];
    try {
      await this.#save();
    } catch (error) {
      this.#parts = this.#parts.filter(({ partId }) => partId !== part.partId);
      throw error;
    }
  }

  /** Changes a part at once, and keeps it. A disk that fails has an older state, which is asked about at the next start. */
  async change(part: Part): Promise<void> {
    this.#parts = this.#parts.map((one) => (one.partId === part.partId ? part : one));
    await this.#save();
  }

  async remove(partIds: readonly string[]): Promise<void> {
    if (partIds.length === 0) return;
    this.#parts = this.#parts.filter(({ partId }) => !partIds.includes(partId));
    await this.#save();
  }

  async watch(watched: readonly WatchedPayment[]): Promise<void> {
    if (this.#key === null || JSON.stringify(watched) === JSON.stringify(this.#watched)) return;
    this.#watched = watched;
    await this.#save();
  }

  #save(): Promise<void> {
    const key = this.#key;
    assert(key !== null, 'payments are kept by a till that is open');
    return this.#turns.take(() => {
      const watched = this.#watched.length === 0 ? {} : { watched: this.#watched };
      const isEmpty = this.#parts.length === 0 && this.#watched.length === 0;
      const text = isEmpty ? null : JSON.stringify({ version: 1, parts: this.#parts, ...watched });
      return this.#keep.write(key, text);
    });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}
