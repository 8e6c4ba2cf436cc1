import { z } from 'zod';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { FactKind } from '#schemas/journal/kinds.ts';
import type { Result } from '#schemas/result.ts';
import type { CommitFailure, Till } from '../db/till-types.ts';
import type { BasketOptions } from './basket.svelte.ts';

/** Where a draft is kept: as the open basket is, in two places of the device (db/basket-copy.ts says why). */
export type DraftKeeper = Pick<BasketOptions, 'storage' | 'copy' | 'nowMs'>;

const version = 1;
/** `after` and `rest`: an entry was being written as the one after that sequence; once it is there, `rest` is left. */
const storedSchema = z.object({
  version: z.literal(version),
  savedAtMs: z.number(),
  value: z.unknown(),
  rest: z.unknown(),
  after: z.number().int().nullable(),
});
type Stored = z.infer<typeof storedSchema>;

export type DraftedEntry = { kind: FactKind; body: Record<string, unknown>; operatorId: string };

/**
 * Open work of the stock room that no entry holds yet. It outlives a reload and a kill, and it is put on record once: a
 * tablet that died while it wrote an entry finds out from its journal whether the entry is there.
 */
export class StockDraft<Value extends object> {
  readonly #keeper: DraftKeeper;
  readonly #schema: z.ZodType<Value>;
  #key: string | null = null;
  #value: Value | null = null;

  constructor(keeper: DraftKeeper, schema: z.ZodType<Value>) {
    this.#keeper = keeper;
    this.#schema = schema;
  }

  /** What was left under this key, or null. */
  async attach(key: string, till: Till): Promise<Value | null> {
    const { storage, copy } = this.#keeper;
    const kept = [readStored(storage.getItem(key)), readStored(await copy.read(key))];
    const [latest] = kept.filter((stored) => stored !== null).toSorted((a, b) => b.savedAtMs - a.savedAtMs);
    this.#key = key;
    this.#value = null;
    if (latest === undefined) return null;
    const isOnRecord = latest.after !== null && till.status.lastSequence > latest.after;
    const value = this.#schema.safeParse(isOnRecord ? latest.rest : latest.value);
    this.keep(value.success ? value.data : null);
    return this.#value;
  }

  keep(value: Value | null): void {
    this.#value = value;
    void this.#write(value === null ? null : { value, rest: null, after: null });
  }

  /** Puts a part of the draft on record; `rest` is what is left of it then. */
  async commit(till: Till, entry: DraftedEntry, rest: Value | null): Promise<Result<Entry, CommitFailure>> {
    const value = this.#value;
    await this.#write({ value, rest, after: till.status.lastSequence });
    const result = await till.commit(entry.kind, entry.body, entry.operatorId);
    this.keep(result.ok ? rest : value);
    return result;
  }

  #write(stored: Pick<Stored, 'value' | 'rest' | 'after'> | null): Promise<void> {
    const { storage, copy, nowMs } = this.#keeper;
    if (this.#key === null) return Promise.resolve();
    if (stored === null) {
      storage.removeItem(this.#key);
      return copy.write(this.#key, null);
    }
    const text = JSON.stringify({ version, savedAtMs: nowMs(), ...stored });
    try {
      storage.setItem(this.#key, text);
    } catch (error) {
      // Full: the copy, which has more room, still has it.
      console.warn('a draft of the stock room is kept in its copy only', error);
      storage.removeItem(this.#key);
    }
    return copy.write(this.#key, text);
  }
}

function readStored(text: string | null): Stored | null {
  if (text === null) return null;
  try {
    return storedSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    // Cut off, or not ours.
    console.warn('a draft of the stock room cannot be read', error);
    return null;
  }
}
