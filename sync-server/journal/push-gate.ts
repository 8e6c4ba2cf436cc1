import type { ServerContext } from '../context.ts';

/** Parsed and checked, a pushed byte takes about ten in memory. Twice the longest body that is taken. */
const maxBytesAtWork = 64_000_000;

/**
 * How much pushed text one process works on at once. On the morning when a thousand tills come back with a day of sales each, the
 * others are asked to come again instead of filling the memory: what waits is safe where it is.
 */
export class PushGate {
  #bytes = 0;
  readonly #bytesOfStore = new Map<string, number>();

  /**
   * Lets a body of so many bytes in, or null when there is no room; the caller calls what it gets when it is done. One store
   * takes half at most, so that one till which begins and never ends keeps nobody out but its own.
   */
  enter(storeId: string, bytes: number): (() => void) | null {
    const ofStore = this.#bytesOfStore.get(storeId) ?? 0;
    if (this.#bytes + bytes > maxBytesAtWork || ofStore + bytes > maxBytesAtWork / 2) return null;
    this.#add(storeId, bytes);
    return () => this.#add(storeId, -bytes);
  }

  #add(storeId: string, bytes: number): void {
    this.#bytes += bytes;
    const ofStore = (this.#bytesOfStore.get(storeId) ?? 0) + bytes;
    if (ofStore === 0) this.#bytesOfStore.delete(storeId);
    else this.#bytesOfStore.set(storeId, ofStore);
  }
}

const gates = new WeakMap<ServerContext, PushGate>();

/** The gate of this server. */
export function pushGateOf(context: ServerContext): PushGate {
  const gate = gates.get(context) ?? new PushGate();
  gates.set(context, gate);
  return gate;
}
