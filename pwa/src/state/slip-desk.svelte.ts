import type { Slip } from '#schemas/receipt/slip.ts';
import type { Till } from '../db/till-types.ts';
import type { ReceiptDevices, ReceiptFailure } from '../devices/receipt-printer.ts';
import { printOverCable, type ReceiptChoice } from './receipt-choice.svelte.ts';
import type { StorePrintJobs } from './store-print-jobs.svelte.ts';

/** Why a slip is not printed. `unsure`: the server did not answer, and may have it. */
export type SlipNotice = ReceiptFailure['code'] | 'offline' | 'unsure' | 'printer-gone' | 'refused';

/** How the last slip stands. `queued`: with the store's print queue, which tells more. */
export type SlipStanding =
  | { state: 'handing' }
  | { state: 'queued'; jobId: string }
  | { state: 'done' }
  | { state: 'failed'; code: SlipNotice };

export type SlipDeskOptions = {
  till: () => Till | null;
  newId: () => string;
  choice: ReceiptChoice;
  jobs: StorePrintJobs;
  devices: ReceiptDevices | null;
};

/** Prints pages that stand for no sale on the till's receipt printer. A slip may come twice: it is worth nothing by itself. */
export class SlipDesk {
  readonly #options: SlipDeskOptions;
  #standing = $state.raw<SlipStanding | null>(null);
  /** A hand-over that nobody answered: what is handed over again is the same job. */
  #unsure: { jobId: string; text: string } | null = null;

  constructor(options: SlipDeskOptions) {
    this.#options = options;
  }

  /** False: receipts are printed through the browser here, or not at all, and so a page prints itself. */
  get hasPrinter(): boolean {
    const { type } = this.#options.choice.target;
    return type === 'server' || type === 'usb' || type === 'serial';
  }
  get standing(): SlipStanding | null {
    return this.#standing;
  }
  get jobs(): StorePrintJobs {
    return this.#options.jobs;
  }

  /** Another page is shown: what became of the last one is of no more use. */
  forget(): void {
    this.#standing = null;
  }

  /** `title`: by what the store's queue names it. */
  async print(slip: Slip, title: string): Promise<void> {
    if (this.#standing?.state === 'handing' || !this.hasPrinter) return;
    this.#standing = { state: 'handing' };
    const { target } = this.#options.choice;
    const { type } = target;
    const isCable = type === 'usb' || type === 'serial';
    this.#standing = isCable ? await this.#overCable(slip, type) : await this.#overServer(slip, title);
  }

  async #overCable(slip: Slip, way: 'usb' | 'serial'): Promise<SlipStanding> {
    const { devices, choice } = this.#options;
    if (devices === null) return { state: 'failed', code: 'refused' };
    const sent = await printOverCable(devices, choice.target, way, { receipt: null, opensDrawer: false, slip });
    return sent.ok ? { state: 'done' } : { state: 'failed', code: sent.error.code };
  }

  async #overServer(slip: Slip, title: string): Promise<SlipStanding> {
    const till = this.#options.till();
    const { server } = this.#options.choice.target;
    if (till === null || server === null || !till.status.online) return { state: 'failed', code: 'offline' };
    const text = JSON.stringify([server.printerId, slip]);
    const jobId = this.#unsure?.text === text ? this.#unsure.jobId : this.#options.newId();
    const printout = { receipt: null, opensDrawer: false, slip };
    const added = await till.printers.addReceipt({ jobId, printerId: server.printerId, title, printout });
    const isUnsure = !added.ok && added.error.code === 'offline';
    this.#unsure = isUnsure ? { jobId, text } : null;
    if (added.ok) return { state: 'queued', jobId };
    if (isUnsure) return { state: 'failed', code: 'unsure' };
    return { state: 'failed', code: added.error.code === 'not-found' ? 'printer-gone' : 'refused' };
  }
}
