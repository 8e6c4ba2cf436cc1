import type { PrintJobAction, PrintJobView } from '#schemas/api/printing.ts';
import type { Till } from '../db/till-types.ts';

/** States in which nothing happens to a job any more. */
const overStates: readonly string[] = ['printed', 'cancelled'];

/** How labels get on that were handed to the store's print queue. */
export class StorePrintJobs {
  readonly #till: () => Till | null;
  #views = $state.raw<ReadonlyMap<string, PrintJobView>>(new Map());
  #isOffline = $state(false);

  constructor(till: () => Till | null) {
    this.#till = till;
  }

  /** As last told; undefined: not asked yet, or the server has it no more. */
  view(jobId: string): PrintJobView | undefined {
    return this.#views.get(jobId);
  }
  /** The last question had no answer. */
  get isOffline(): boolean {
    return this.#isOffline;
  }

  /** Asks how these jobs stand, but for those that are over. */
  async follow(jobIds: readonly string[]): Promise<void> {
    for (const jobId of jobIds) {
      const printers = this.#till()?.printers;
      const known = this.#views.get(jobId);
      if (!printers || (known && overStates.includes(known.state))) continue;
      const told = await printers.job(jobId);
      this.#isOffline = !told.ok && told.error.code === 'offline';
      if (told.ok) this.#take(told.value);
    }
  }

  async act(jobId: string, action: PrintJobAction): Promise<void> {
    const printers = this.#till()?.printers;
    if (!printers) return;
    const told = await printers.act(jobId, action);
    this.#isOffline = !told.ok && told.error.code === 'offline';
    if (told.ok) this.#take(told.value);
    // It went on meanwhile: the screen shows how.
    else if (told.error.code === 'conflict') await this.follow([jobId]);
  }

  #take(view: PrintJobView): void {
    this.#views = new Map(this.#views).set(view.jobId, view);
  }
}
