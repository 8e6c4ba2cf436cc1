import { nothingPosted, type Posted } from '#schemas/sync/posted.ts';
import type { ServerContext } from '../context.ts';
import { type ChangeBus, joinedScope } from '../feed/change-bus.ts';

type OfStore = { tills: Map<number, Posted>; forget: () => void };

/**
 * What this process knows to be posted of each till, so that only the gaps are read again: entries stay posted. A rebuild
 * alone can take that back (an entry that our code fails on by now), and tells every process to forget.
 */
export class PostedMemory {
  readonly #changes: ChangeBus;
  readonly #stores = new Map<string, OfStore>();

  constructor(changes: ChangeBus) {
    this.#changes = changes;
    // What was told while this process could not hear is made good by knowing nothing.
    changes.subscribe(joinedScope, () => {
      for (const { forget } of this.#stores.values()) forget();
    });
  }

  /** Take it before a snapshot is read; `keep` what the snapshot says, unless it is forgotten meanwhile. */
  recall(storeId: string, tillNumber: number): { posted: Posted; keep(posted: Posted): void } {
    const { tills } = this.#of(storeId);
    return {
      posted: tills.get(tillNumber) ?? nothingPosted,
      // A rebuild leaves these tills to whoever recalled them before, and begins with new ones.
      keep: (posted) => tills.set(tillNumber, posted),
    };
  }

  #of(storeId: string): OfStore {
    const known = this.#stores.get(storeId);
    if (known) return known;
    const made: OfStore = { tills: new Map(), forget: () => undefined };
    const leave = this.#changes.subscribe(unpostedScope(storeId), () => made.forget());
    made.forget = () => {
      leave();
      this.#stores.delete(storeId);
    };
    this.#stores.set(storeId, made);
    return made;
  }
}

/** Published, before the store itself, when something of a store that was posted is so no longer. */
export function unpostedScope(storeId: string): string {
  return `${storeId}~unposted`;
}

const memories = new WeakMap<ChangeBus, PostedMemory>();

/** The memory of this process. */
export function postedMemoryOf({ changes }: Pick<ServerContext, 'changes'>): PostedMemory {
  const memory = memories.get(changes) ?? new PostedMemory(changes);
  memories.set(changes, memory);
  return memory;
}
