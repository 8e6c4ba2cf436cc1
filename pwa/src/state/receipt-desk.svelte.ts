import { type Entry, occurredAtMs } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import type { Receipt } from '#schemas/receipt/receipt.ts';
import { ownWordsIn, plainReceiptDesign } from '#schemas/receipt/receipt-design.ts';
import { type ReceiptFacts, receiptOf } from '#schemas/receipt/receipt-of.ts';
import type { Printout } from '#schemas/receipt/receipt-printer.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { CommitFailure, Till } from '../db/till-types.ts';
import type { ReceiptDevices, ReceiptFailure } from '../devices/receipt-printer.ts';
import type { Approvals } from './approvals.svelte.ts';
import { heldReceipt } from './held-receipts.ts';
import { printOverCable, ReceiptChoice } from './receipt-choice.svelte.ts';
import { originalWithinMs, ReceiptRecord } from './receipt-record.svelte.ts';
import type { Session } from './session.svelte.ts';
import { SlipDesk } from './slip-desk.svelte.ts';
import { StorePrintJobs } from './store-print-jobs.svelte.ts';

/** Why a receipt is not printed. `unsure`: the server did not answer, and may have it. */
export type ReceiptNotice =
  | ReceiptFailure['code']
  | CommitFailure['code']
  | 'offline'
  | 'unsure'
  | 'printer-gone'
  | 'refused';

/** How the receipt of a sale stands. `queued`: with the store's print queue, which tells more. */
export type ReceiptStanding =
  | { state: 'handing' }
  | { state: 'queued'; jobId: string }
  | { state: 'done' }
  | { state: 'failed'; code: ReceiptNotice };

export type ReceiptDeskOptions = {
  storage: Storage;
  till: () => Till | null;
  config: () => StoreConfig | null;
  locale: () => LocaleCode;
  session: Session;
  approvals: Approvals;
  newId: () => string;
  nowMs: () => number;
  /** Where this app came from: e-receipts are there when the chain has no address of its own. */
  origin: string;
  /** Absent where there is no page. */
  devices: ReceiptDevices | null;
};

type Way = ReceiptChoice['target']['type'];
type Work = {
  entry: Entry;
  body: RetailTransaction;
  jobId: string;
  way: Way;
  isCopy: boolean;
  voidedBy: string | null;
  hasReceipt: boolean;
};

/** A hand-over that nobody answered is tried again so often. */
const retryMs = 5_000;
const mostRetries = 60;

/** Gives out receipts, behind the sale: nothing here is waited for. One original of each; what follows is a copy, and on record. */
export class ReceiptDesk {
  readonly #options: ReceiptDeskOptions;
  readonly #record: ReceiptRecord;
  readonly choice: ReceiptChoice;
  readonly jobs: StorePrintJobs;
  readonly slips: SlipDesk;
  #standings = $state.raw<ReadonlyMap<string, ReceiptStanding>>(new Map());

  constructor(options: ReceiptDeskOptions) {
    this.#options = options;
    this.choice = new ReceiptChoice(options.storage, options.till);
    this.#record = new ReceiptRecord(options.storage, options.nowMs);
    this.jobs = new StorePrintJobs(options.till);
    this.slips = new SlipDesk({ ...options, choice: this.choice, jobs: this.jobs });
  }

  get serial(): ReceiptDevices['serial'] | null {
    return this.#options.devices?.serial ?? null;
  }
  /** Null where there are no devices. */
  get usb(): ReceiptDevices['usb'] | null {
    return this.#options.devices?.usb ?? null;
  }

  /** Null: nothing was done with it here. */
  standing(entryId: string): ReceiptStanding | null {
    return this.#standings.get(entryId) ?? null;
  }

  /** Whether what is printed next of this sale is a copy. `way`: another one than the till's own. */
  isCopy(entry: Entry, way: Way = this.choice.target.type): boolean {
    const given = this.#record.of(entry._id);
    if (given !== null && this.#canHandAgain(entry, way)) return given.isCopy;
    const { till, nowMs } = this.#options;
    const isOwn = entry.tillNumber === till()?.identity.tillNumber;
    return given !== null || !isOwn || nowMs() - occurredAtMs(entry) > originalWithinMs;
  }

  /** A sale is paid: opens the drawer, and prints where the till does so by itself. Returns at once. */
  afterSale(entry: Entry): void {
    const body = saleOf(entry);
    const { type, isAutomatic } = this.choice.target;
    if (body === null || type === 'none') return;
    if (!isAutomatic && !this.#opensDrawer(body)) return;
    // A basket is paid once, and so is its drawer opened by one job.
    const job = { jobId: body.transactionId, way: type, isCopy: false, voidedBy: null, hasReceipt: isAutomatic };
    void this.#hand({ entry, body, ...job }, this.#opensDrawer(body));
  }

  /** What a person asks for: the original, the same hand-over again, or a copy by whoever may make one. */
  async print(entry: Entry, way: Way = this.choice.target.type): Promise<void> {
    const body = saleOf(entry);
    if (body === null || way === 'none' || this.standing(entry._id)?.state === 'handing') return;
    const again = this.#canHandAgain(entry, way) ? this.#record.of(entry._id) : null;
    const isCopy = this.isCopy(entry, way);
    if (isCopy && again === null && !(await this.#putCopyOnRecord(entry, body))) return;
    const jobId = again?.jobId ?? this.#options.newId();
    const voidedBy = await this.#voidedBy(entry);
    await this.#hand({ entry, body, jobId, way, isCopy, voidedBy, hasReceipt: true }, false);
  }

  receipt(entry: Entry, body: RetailTransaction, isCopy: boolean, voidedBy: string | null = null): Receipt | null {
    const facts = this.#facts(entry, isCopy, voidedBy);
    return facts === null ? null : receiptOf(entry, body, facts);
  }

  /** Who took the sale back, as far as this tablet knows: paper that says nothing of it could be returned once more. */
  async #voidedBy({ _id }: Entry): Promise<string | null> {
    const till = this.#options.till();
    return till === null ? null : ((await heldReceipt(till, _id))?.fold.voidedBy ?? null);
  }

  #facts({ operatorId }: Entry, isCopy: boolean, voidedBy: string | null): ReceiptFacts | null {
    const { config, locale, origin } = this.#options;
    const store = config();
    if (store === null) return null;
    const { storeName, merchantName, address, timeZone, digitalLinkDomain, staff } = store;
    const operatorName = staff.find((row) => row.operatorId === operatorId)?.name ?? operatorId;
    const head = { storeName, merchantName, address, timeZone, operatorName };
    const design = store.receiptDesign ?? plainReceiptDesign;
    const own = { logo: design.logo, ...ownWordsIn(design, locale()) };
    return { ...head, ...own, locale: locale(), origin: digitalLinkDomain || origin, isCopy, voidedBy };
  }

  #opensDrawer({ tenders, changeMinor }: RetailTransaction): boolean {
    const hasCash = tenders.some(({ type, amountMinor }) => type === 'cash' && amountMinor !== 0);
    return (hasCash || changeMinor !== 0) && this.choice.profile?.hasDrawer === true;
  }

  /** Nobody knows whether the queue has it: the queue takes the same job once. */
  #canHandAgain(entry: Entry, way: Way): boolean {
    const given = this.#record.of(entry._id);
    const printerId = this.choice.target.server?.printerId;
    return given !== null && !given.isSure && way === 'server' && given.printerId === printerId;
  }

  async #putCopyOnRecord(entry: Entry, { transactionId }: RetailTransaction): Promise<boolean> {
    const { session, approvals, till } = this.#options;
    const operatorId = session.operator?.operatorId;
    if (operatorId === undefined) return false;
    const detail = [entry._id];
    const approval = session.may('copy-receipt')
      ? undefined
      : await approvals.request({ right: 'copy-receipt', reason: null, detail });
    if (approval === null || session.operator?.operatorId !== operatorId) return false;
    const body = { saleEntryId: entry._id, transactionId, approvals: approval ? [approval] : [] };
    const committed = await till()?.commit('receipt-copied', body, operatorId);
    if (committed && !committed.ok) this.#say(entry, { state: 'failed', code: committed.error.code });
    return committed?.ok === true;
  }

  async #hand(work: Work, opensDrawer: boolean, retriesLeft = mostRetries): Promise<void> {
    const { entry, jobId, way, isCopy, hasReceipt } = work;
    const entryId = entry._id;
    const printerId = way === 'server' ? (this.choice.target.server?.printerId ?? null) : null;
    const before = this.#record.of(entryId);
    if (hasReceipt) {
      this.#record.put({ entryId, jobId, printerId, isCopy, isSure: way !== 'server' });
      this.#say(entry, { state: 'handing' });
    }
    const end = await this.#deliver(work, opensDrawer);
    if (!hasReceipt) return;
    if (end.state === 'failed' && end.code === 'unsure') {
      if (retriesLeft > 0) setTimeout(() => this.#handAgain(work, retriesLeft - 1), retryMs);
    } else if (end.state === 'failed' && end.code !== 'lost') {
      // Nothing came out: it is as it was before.
      if (before === null) this.#record.forget(entryId);
      else this.#record.put(before);
    } else {
      this.#record.put({ entryId, jobId, printerId, isCopy, isSure: true });
    }
    this.#say(entry, end);
  }

  #handAgain(work: Work, retriesLeft: number): void {
    const given = this.#record.of(work.entry._id);
    // Somebody printed it another way meanwhile.
    if (given?.jobId !== work.jobId || given.isSure || !this.#canHandAgain(work.entry, work.way)) return;
    void this.#hand(work, false, retriesLeft);
  }

  async #deliver(
    { entry, body, jobId, way, isCopy, voidedBy, hasReceipt }: Work,
    opensDrawer: boolean,
  ): Promise<ReceiptStanding> {
    const failed = (code: ReceiptNotice): ReceiptStanding => ({ state: 'failed', code });
    const { till, devices } = this.#options;
    const receipt = hasReceipt ? this.receipt(entry, body, isCopy, voidedBy) : null;
    const printout = { receipt, opensDrawer };
    const { target } = this.choice;
    if (way === 'server') {
      const store = till();
      if (store === null || target.server === null || !store.status.online) return failed('offline');
      const { printerId } = target.server;
      const added = await store.printers.addReceipt({
        jobId,
        printerId,
        title: entry._id,
        printout: withoutLogo(printout),
      });
      if (added.ok) return { state: 'queued', jobId };
      const { code } = added.error;
      return failed(code === 'offline' ? 'unsure' : code === 'not-found' ? 'printer-gone' : 'refused');
    }
    if (devices === null || (hasReceipt && receipt === null)) return failed('refused');
    if (way === 'browser') {
      if (receipt !== null) await devices.browser(receipt, target.usbProfile.paperMm);
      return { state: 'done' };
    }
    if (way === 'none') return failed('refused');
    const sent = await printOverCable(devices, target, way, printout);
    return sent.ok ? { state: 'done' } : failed(sent.error.code);
  }

  #say(entry: Entry, standing: ReceiptStanding): void {
    this.#standings = new Map(this.#standings).set(entry._id, standing);
  }
}

/** The server has the store's logo itself. */
function withoutLogo(printout: Printout): Printout {
  return { ...printout, receipt: printout.receipt && { ...printout.receipt, logo: null } };
}

function saleOf(entry: Entry): RetailTransaction | null {
  const fact = factOf(entry);
  return fact.ok && fact.value.kind === 'retail-transaction' ? fact.value.body : null;
}
