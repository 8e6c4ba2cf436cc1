import type { TillStatus } from './till-types.ts';

/** The till's status: a new object at each change, told to whoever listens. */
export class StatusBoard {
  #status: TillStatus;
  readonly #listeners = new Set<(status: TillStatus) => void>();
  readonly #troubles = new Map<string, TillStatus['trouble']>();

  constructor(first: TillStatus) {
    this.#status = first;
  }

  get status(): TillStatus {
    return this.#status;
  }

  update(changes: Partial<Omit<TillStatus, 'trouble'>>): void {
    this.#set(changes);
  }

  /** Each source has its own trouble; the screen shows the first that there is, but a lost journal before all. */
  trouble(source: string, trouble: TillStatus['trouble']): void {
    if (trouble === null) this.#troubles.delete(source);
    else this.#troubles.set(source, trouble);
    const [first = null] = this.#troubles.values();
    this.#set({ trouble: this.#troubles.get('journal-lost') ?? first });
  }

  #set(changes: Partial<TillStatus>): void {
    const before = this.#status;
    const isSame = Object.entries(changes).every(([name, value]) => before[name as keyof TillStatus] === value);
    if (isSame) return;
    this.#status = { ...before, ...changes };
    for (const listener of this.#listeners) listener(this.#status);
  }

  listen(listener: (status: TillStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
